from odoo import fields, models


class CtiAgent(models.Model):
    """A user who takes calls at a phone of an exchange."""

    _name = "cti.agent"
    _description = "Call Centre Agent"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    pbx_id = fields.Many2one("cti.pbx", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="pbx_id.company_id", store=True)
    extension = fields.Char(required=True)
    state = fields.Selection(
        [
            ("offline", "Offline"),
            ("ready", "Ready"),
            ("offered", "Ringing"),
            ("talking", "Talking"),
            ("wrapup", "After-Call Work"),
            ("away", "Away"),
        ],
        required=True,
        readonly=True,
        default="offline",
    )
    since = fields.Datetime(readonly=True)

    _user_once = models.UniqueIndex(
        "(pbx_id, user_id)", "This user has a phone at this exchange already."
    )
    _extension_once = models.UniqueIndex(
        "(pbx_id, extension)", "Another agent of this exchange has this extension."
    )
