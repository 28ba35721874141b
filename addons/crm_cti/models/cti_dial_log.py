from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.crm_base.tools.guard import Guard

LOG = Guard("cti_dial_log")


class CtiDialLog(models.Model):
    """Somebody dialled, or tried to: what an enquiry about a telephone bill reads."""

    _name = "cti.dial.log"
    _description = "Dialled Number"
    _order = "id desc"
    _rec_name = "number"

    agent_id = fields.Many2one(
        "cti.agent", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True, index=True)
    number = fields.Char(readonly=True, help="In E.164; as typed where it was refused.")
    day = fields.Date(
        required=True, readonly=True, help="In the time zone of the rule."
    )
    key = fields.Char(required=True, readonly=True)
    refusal = fields.Selection(
        [
            ("bad", "No Number"),
            ("country", "Country"),
            ("premium", "Expensive"),
            ("night", "Night"),
            ("agent_cap", "Cap of the Agent"),
            ("company_cap", "Cap of All"),
        ],
        "Refused For",
        readonly=True,
    )

    _once = models.UniqueIndex("(agent_id, key)")
    _dialled = models.Index("(agent_id, day) WHERE refusal IS NULL")

    @api.model_create_multi
    def create(self, vals_list):
        if not LOG.is_open():
            raise self._prepare_log_error()
        return super().create(vals_list)

    def write(self, vals):
        raise self._prepare_log_error()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise self._prepare_log_error()

    def _prepare_log_error(self):
        return AccessError(
            self.env._("What was dialled is written by the system and stays as it is.")
        )
