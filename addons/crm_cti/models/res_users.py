from odoo import models


class ResUsers(models.Model):
    """Somebody who leaves passes on whom to call back."""

    _inherit = "res.users"

    def write(self, vals):
        done = super().write(vals)
        if vals.get("active") is False or "group_ids" in vals:
            # Whoever manages users need not work in the call centre.
            self.env["cti.task"].sudo()._rescue(self)
        return done
