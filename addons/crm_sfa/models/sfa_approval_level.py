from odoo import api, fields, models

from ..tools import margin


class SfaApprovalLevel(models.Model):
    """How far a group of people may let a quotation go out of its bounds."""

    _name = "sfa.approval.level"
    _description = "Approval Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="Lower levels are asked first.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    group_id = fields.Many2one(
        "res.groups",
        "Approvers",
        required=True,
        help="Who belongs to the group of a higher level may approve as well.",
    )
    margin_points = fields.Float(
        "Margin Under the Floor", help="Up to so many points; 100: any."
    )
    discount_points = fields.Float(
        "Discount Over the Limit", help="Up to so many points; 100: any."
    )
    cost = fields.Boolean(
        "Missing or Old Cost", help="May let lines pass whose cost is not known."
    )

    _points = models.Constraint(
        "CHECK (margin_points >= 0 AND discount_points >= 0)",
        "Points under the floor and over the limit cannot be negative.",
    )

    @api.model
    def _get_levels(self, company):
        """Give the levels of a company, lowest first, as rows of `tools.margin`."""
        # Whoever writes a quotation is told who has to approve it.
        levels = self.sudo().search([("company_id", "in", (False, company.id))])
        return [
            margin.Level(
                level.id,
                # 100 points stand for any, also below a margin of zero
                level.margin_points if level.margin_points < 100 else float("inf"),
                level.discount_points if level.discount_points < 100 else float("inf"),
                level.cost,
            )
            for level in levels
        ]

    def _get_approvers(self, company):
        """Give who may approve on this level: its group and those of higher levels."""
        self.ensure_one()
        # Who is in a group is no secret to the person who has to ask them.
        higher = self.sudo().search(
            [
                ("company_id", "in", (False, company.id)),
                "|",
                ("sequence", ">", self.sequence),
                ("id", "=", self.id),
            ]
        )
        return higher.group_id.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
