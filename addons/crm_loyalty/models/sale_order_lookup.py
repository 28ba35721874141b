from odoo import models


class SaleOrder(models.Model):
    """A code that does not exist counts as a guess."""

    _inherit = "sale.order"

    def _try_apply_code(self, code):
        lookups = self.env["loyalty.lookup"]
        lookups._check()
        result = super()._try_apply_code(code)
        if result.get("not_found"):
            lookups._note_unknown()
        return result
