from odoo import api, fields, models


class AccountInvoiceReport(models.Model):
    """Invoice analysis by territory."""

    _inherit = "account.invoice.report"

    sfa_territory_id = fields.Many2one("sfa.territory", "Territory", readonly=True)

    _depends = {
        "account.move": ["sfa_territory_id"],
        "sale.order": ["sfa_territory_id"],
    }

    @api.model
    def _origin_columns(self):
        return [*super()._origin_columns(), "sfa_territory_id"]
