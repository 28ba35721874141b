from odoo import api, fields, models


class ServiceRemedyLevel(models.Model):
    """From which amount on who approves remedies."""

    _name = "service.remedy.level"
    _description = "Approval of Remedies"
    _order = "company_id, amount"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        "From",
        required=True,
        help="All remedies of a complaint together, in the company's currency. Below "
        "the lowest level nobody has to approve.",
    )
    approver_ids = fields.Many2many(
        "res.users",
        string="Approvers",
        domain="[('share', '=', False)]",
        help="Who approves on a higher level may approve on this one as well.",
    )

    _amount_once = models.UniqueIndex(
        "(company_id, amount)", "A company has one level for an amount."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a level cannot be negative."
    )

    @api.model
    def _find(self, company, amount):
        """Give the level for an amount; an empty one stands for any manager.

        :return: a level, a new one without an id where the company has no levels but
            the amount needs an approval, or an empty set where it needs none
        """
        # Who asks for a remedy is told who approves.
        levels = self.sudo().search([("company_id", "=", company.id)])
        if not levels:
            return self.new({"company_id": company.id}) if amount > 0 else self.browse()
        below = levels.filtered(
            lambda level: company.currency_id.compare_amounts(level.amount, amount) <= 0
        )
        return below[-1:]

    def _get_approvers(self, company):
        """Give who may approve on this level: its people and those of higher ones."""
        managers = self.env.ref("crm_service.crm_service_group_manager").sudo()
        if not self.id:
            return managers.all_user_ids
        # Who approves is no secret to the person who has to ask them.
        higher = self.sudo().search(
            [("company_id", "=", company.id), ("amount", ">=", self.amount)]
        )
        return higher.approver_ids
