from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_new_days = fields.Integer(
        related="company_id.lifecycle_new_days", readonly=False
    )
    lifecycle_satisfied_rating = fields.Float(
        related="company_id.lifecycle_satisfied_rating", readonly=False
    )
    lifecycle_satisfied_orders = fields.Integer(
        related="company_id.lifecycle_satisfied_orders", readonly=False
    )
    lifecycle_retained_orders = fields.Integer(
        related="company_id.lifecycle_retained_orders", readonly=False
    )
    lifecycle_retained_days = fields.Integer(
        related="company_id.lifecycle_retained_days", readonly=False
    )
    lifecycle_long_days = fields.Integer(
        related="company_id.lifecycle_long_days", readonly=False
    )
    lifecycle_dormant_days = fields.Integer(
        related="company_id.lifecycle_dormant_days", readonly=False
    )
    lifecycle_lost_days = fields.Integer(
        related="company_id.lifecycle_lost_days", readonly=False
    )
    lifecycle_neglected_days = fields.Integer(
        related="company_id.lifecycle_neglected_days", readonly=False
    )
