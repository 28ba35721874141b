from odoo import fields, models


class ServiceRootCause(models.Model):
    """Why customers had to complain, in words that reports can group by."""

    _name = "service.root.cause"
    _description = "Root Cause"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
