from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Rewards that a customer took are what loyalty costs."""

    _inherit = "res.partner"

    @api.model
    def _customer_efforts_sql(self):
        return {
            **super()._customer_efforts_sql(),
            "reward": SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, o.company_id,
                       o.date_order AS date, 1 AS quantity,
                       -l.price_subtotal / coalesce(nullif(o.currency_rate, 0), 1)
                           ::numeric AS amount
                  FROM sale_order_line l
                  JOIN sale_order o ON o.id = l.order_id
                  JOIN res_partner p ON p.id = o.partner_id
                 WHERE l.reward_id IS NOT NULL AND o.state = 'sale'
                   AND l.product_id IS NOT NULL AND l.display_type IS NULL
                """
            ),
        }

    @api.model
    def _customer_effort_kinds(self):
        return {
            **super()._customer_effort_kinds(),
            "reward": {
                "label": self.env._("Reward"),
                "sequence": 80,
                "model": "sale.order.line",
                "partner": "order_partner_id",
                "date": "order_id.date_order",
                "domain": [("reward_id", "!=", False), ("state", "=", "sale")],
                "is_deduction": True,
            },
        }
