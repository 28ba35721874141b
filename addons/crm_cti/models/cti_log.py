from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.crm_base.tools.guard import Guard

LOG = Guard("cti_log")


class CtiLog(models.AbstractModel):
    """A log that the system writes and nobody rewrites."""

    _name = "cti.log"
    _description = "Log of the Call Centre"

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
            self.env._(
                "%(log)s is written by the system and stays as it is.",
                log=self.env["ir.model"]._get(self._name).name,
            )
        )
