from odoo import fields, models

from .crm_lifecycle import REASON_LABELS, STAGE_LABELS


class CrmLifecycleLog(models.Model):
    """A customer's step from one stage to another, on a day, for a reason."""

    _name = "crm.lifecycle.log"
    _description = "Lifecycle History"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, index=True)
    stage_from = fields.Selection(STAGE_LABELS, "From")
    stage_to = fields.Selection(STAGE_LABELS, "To", required=True)
    reason = fields.Selection(REASON_LABELS, required=True)
    orders = fields.Integer(help="Confirmed purchases at that time.")
    last_order = fields.Date()
