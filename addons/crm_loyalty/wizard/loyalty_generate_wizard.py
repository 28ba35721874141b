from odoo import models

from ..tools.posting import posting


class LoyaltyGenerateWizard(models.TransientModel):
    _inherit = "loyalty.generate.wizard"

    def generate_coupons(self):
        self.env["loyalty.card"].check_access("create")
        with posting("open", note=", ".join(filter(None, self.mapped("description")))):
            return super().generate_coupons()
