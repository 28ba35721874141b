from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ServiceContract(models.Model):
    """What a customer is entitled to by an agreement, not by a product."""

    _name = "service.contract"
    _description = "Service Contract"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_last desc, id desc"
    _rec_names_search = ["number", "name"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, default="/")
    name = fields.Char(required=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_first = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_last = fields.Date("Until", required=True, tracking=True)
    line_ids = fields.One2many("service.contract.line", "contract_id", copy=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Agreed"), ("cancelled", "Cancelled")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    entitlement_ids = fields.One2many("service.entitlement", "contract_id")

    _number = models.UniqueIndex("(number) WHERE number <> '/'")
    _in_order = models.Constraint(
        "CHECK (date_last >= date_first)", "A contract ends on or after its first day."
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = f"{contract.number} {contract.name or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("state", "draft") != "draft" for vals in vals_list):
            raise self._prepare_state_error()
        numbers = self.env["ir.sequence"].sudo()  # a manager may not read sequences
        for vals in vals_list:
            vals["number"] = numbers.next_by_code("service.contract") or "/"
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and not self.env.su:
            raise self._prepare_state_error()
        if {"date_first", "date_last", "line_ids"} & set(vals):
            self._check_draft()
        return super().write(vals)

    def _prepare_state_error(self):
        return UserError(
            self.env._("A contract is agreed on or cancelled by its buttons.")
        )

    def _check_draft(self):
        for contract in self:
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "Contract %(contract)s is agreed on. Cancel it, and make "
                        "another one.",
                        contract=contract.number,
                    )
                )

    @api.constrains("company_id", "partner_id")
    def _check_partner_company(self):
        for contract in self:
            company = contract.partner_id.company_id
            if company and company != contract.company_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s belongs to another company than the contract.",
                        customer=contract.partner_id.display_name,
                    )
                )

    def action_agree(self):
        """Let contracts hold: their customers are entitled to what the lines say.

        :raise UserError: one is no draft, or promises nothing
        """
        self.check_access("write")
        self._check_draft()
        for contract in self:
            if not contract.line_ids:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s promises nothing. Add a plan.",
                        contract=contract.number,
                    )
                )
        # Entitlements and states are written by steps alone.
        contracts = self.sudo()
        contracts.env["service.entitlement"].create(
            [
                {
                    "plan_id": line.plan_id.id,
                    "contract_id": line.contract_id.id,
                    "company_id": line.contract_id.company_id.id,
                    "date_first": line.contract_id.date_first,
                    "date_last": line.contract_id.date_last,
                    "quota": line.quota,
                }
                for line in contracts.line_ids
            ]
        )
        contracts.state = "running"
        return True

    def action_cancel(self):
        """End contracts today; what was used stays on record."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        # As above.
        contracts = self.sudo()
        for one in contracts.entitlement_ids:
            one.date_last = min(one.date_last, max(today, one.date_first))
        contracts.state = "cancelled"
        return True
