from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

#: Without a sign of life for so long, telephony is shown as degraded.
SILENCE = timedelta(seconds=30)
#: What the bridge alone writes.
TECHNICAL = {"heartbeat", "cel_offset", "file_offset"}


class CtiPbx(models.Model):
    """A telephone exchange whose calls are recorded here."""

    _name = "cti.pbx"
    _description = "Telephone Exchange"
    _order = "name, id"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        help="The bridge is started for this code: odoo ctibridge --pbx CODE.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    provider = fields.Selection(
        [("asterisk", "Asterisk"), ("sim", "Simulated")],
        required=True,
        default="asterisk",
        help="Simulated: calls come from scripts, for trying things out.",
    )
    active = fields.Boolean(default=True)
    queue_ids = fields.One2many("cti.queue", "pbx_id", "Queues")

    # signs of life
    heartbeat = fields.Datetime(
        "Last Sign of Life", readonly=True, copy=False, help="Of bridge and exchange."
    )
    degraded = fields.Boolean(
        compute="_compute_degraded",
        help="Bridge or exchange are silent: calls are served by the exchange alone "
        "and recorded later.",
    )

    # how far the durable log of the exchange has been read
    cel_offset = fields.Integer(readonly=True, copy=False, help="Technical: last row.")
    # The file may become larger than what a small integer counts.
    file_offset = fields.Float(readonly=True, copy=False, help="Technical: bytes.")

    _code_once = models.UniqueIndex("(code)", "Another exchange has this code.")
    _code_plain = models.Constraint(
        "CHECK (code ~ '^[a-z0-9_]{1,32}$')",
        "The code has up to 32 small letters, digits and underscores.",
    )

    @api.depends("heartbeat", "provider", "active")
    def _compute_degraded(self):
        limit = fields.Datetime.now() - SILENCE
        for pbx in self:
            silent = not pbx.heartbeat or pbx.heartbeat < limit
            pbx.degraded = pbx.active and pbx.provider != "sim" and silent

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {key.removeprefix("default_") for key in self.env.context}
        self._check_technical(defaults.union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_technical(vals)
        return super().write(vals)

    def _check_technical(self, names):
        if not self.env.su and TECHNICAL.intersection(names):
            raise AccessError(
                self.env._("Signs of life are written by the bridge of the exchange.")
            )
