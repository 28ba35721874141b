from odoo import fields, models


class CtiReason(models.Model):
    """Why an agent is away: a meal, a training, a call that nobody answered."""

    _name = "cti.reason"
    _description = "Reason to Be Away"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
