from odoo import models


class AccountMoveLine(models.Model):
    """What tells the lines of an invoice and of its credit notes apart."""

    _inherit = "account.move.line"

    def _get_service_key(self):
        """Give the order lines, else the product, else the words of a line."""
        self.ensure_one()
        return tuple(sorted(self.sale_line_ids.ids)) or (
            self.product_id.id or self.name,
        )
