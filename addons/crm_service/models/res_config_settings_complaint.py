from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """In how many working days complaints are answered."""

    _inherit = "res.config.settings"

    complaint_ack_days = fields.Integer(
        related="company_id.complaint_ack_days", readonly=False
    )
    complaint_decision_days = fields.Integer(
        related="company_id.complaint_decision_days", readonly=False
    )
    complaint_remedy_days = fields.Integer(
        related="company_id.complaint_remedy_days", readonly=False
    )
    complaint_remind_days = fields.Integer(
        related="company_id.complaint_remind_days", readonly=False
    )
