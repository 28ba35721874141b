from odoo import api, fields, models


class ServiceContractLine(models.Model):
    """One plan of a contract, with the quota that was agreed on."""

    _name = "service.contract.line"
    _description = "Line of a Service Contract"
    _order = "contract_id, sequence, id"
    _rec_name = "plan_id"

    contract_id = fields.Many2one(
        "service.contract", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    plan_id = fields.Many2one("service.plan", required=True)
    quota = fields.Float(
        compute="_compute_quota",
        store=True,
        readonly=False,
        precompute=True,
        help="0: as often as it takes.",
    )

    _once = models.Constraint(
        "UNIQUE (contract_id, plan_id)", "A contract names each plan once."
    )
    _quota_positive = models.Constraint("CHECK (quota >= 0)", "A quota is 0 or more.")

    @api.depends("plan_id")
    def _compute_quota(self):
        for line in self:
            line.quota = line.plan_id.quota
