from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Sales from before this database are purchases like any other."""

    _inherit = "res.partner"

    @api.model
    def _customer_purchases_sql(self):
        return SQL(
            """
            %s
             UNION ALL
            SELECT p.commercial_partner_id, h.date::date, h.amount_company
              FROM crm_history_order h
              JOIN res_partner p ON p.id = h.partner_id
             WHERE h.kind = 'sale'
            """,
            super()._customer_purchases_sql(),
        )
