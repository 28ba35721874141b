from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of credit, collection and quotation demand."""

    _inherit = "res.config.settings"

    crm_credit_policy = fields.Selection(
        related="company_id.crm_credit_policy", readonly=False, required=True
    )
    crm_credit_overdue_days = fields.Integer(
        related="company_id.crm_credit_overdue_days", readonly=False
    )
    crm_probability_draft = fields.Float(
        related="company_id.crm_probability_draft", readonly=False
    )
    crm_probability_sent = fields.Float(
        related="company_id.crm_probability_sent", readonly=False
    )
