from odoo import models

from .cti_agent import AGENT


class ResUsers(models.Model):
    """Somebody who leaves passes on whom to call back, and gives up the telephone."""

    _inherit = "res.users"

    def write(self, vals):
        done = super().write(vals)
        if vals.get("active") is False or "group_ids" in vals:
            # Whoever manages users need not work in the call centre.
            self.env["cti.task"].sudo()._rescue(self)
            self._revoke_phones()
        return done

    def _revoke_phones(self):
        """Take their telephones from those who do not work in the call centre."""
        # Whoever manages users need not see agents.
        users = self.sudo()
        gone = users.filtered(lambda user: not (user.active and user.has_group(AGENT)))
        agents = users.env["cti.agent"].search([("user_id", "in", gone.ids)])
        agents._revoke_phone()
