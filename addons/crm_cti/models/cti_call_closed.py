from odoo import fields, models


class CtiCall(models.Model):
    """A call of which the facts have been deleted stays as it was."""

    _inherit = "cti.call"

    closed = fields.Boolean(help="Technical: its facts have been deleted.")

    _unclosed = models.Index("(pbx_id, ended) WHERE concluded AND closed IS NOT TRUE")
