from odoo import fields, models


class SfaAccountRole(models.Model):
    """What a person does for a customer: key account manager, engineer, assistant."""

    _name = "sfa.account.role"
    _description = "Account Role"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
