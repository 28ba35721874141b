from odoo import fields, models


class CtiPbx(models.Model):
    """How soon callers in vain are called back."""

    _inherit = "cti.pbx"

    callback_minutes = fields.Integer(
        "Call Back within",
        required=True,
        default=60,
        help="Minutes from the end of a call that nobody answered.",
    )

    _callback_positive = models.Constraint(
        "CHECK (callback_minutes > 0)", "Callers are called back within some minutes."
    )
