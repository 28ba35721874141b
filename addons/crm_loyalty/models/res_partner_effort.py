from odoo import api, models
from odoo.tools import SQL

from .loyalty_program import STORED_VALUE


class ResPartner(models.Model):
    """Rewards that a customer took are what loyalty costs.

    Who pays with money of his or her own costs nothing; a bonus was given.
    """

    _inherit = "res.partner"

    @api.model
    def _customer_efforts_sql(self):
        return {
            **super()._customer_efforts_sql(),
            "reward": SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, o.company_id,
                       o.date_order AS date, 1 AS quantity,
                       -l.price_subtotal * coalesce(paid.given, 1)
                           / coalesce(nullif(o.currency_rate, 0), 1)::numeric AS amount
                  FROM sale_order_line l
                  JOIN sale_order o ON o.id = l.order_id
                  JOIN res_partner p ON p.id = o.partner_id
                  JOIN loyalty_reward r ON r.id = l.reward_id
                  JOIN loyalty_program m ON m.id = r.program_id
                  LEFT JOIN LATERAL (
                      SELECT coalesce(sum(a.amount) FILTER (WHERE t.fund = 'bonus')
                                      / nullif(sum(a.amount), 0), 0) AS given
                        FROM loyalty_ledger g
                        JOIN loyalty_allocation a ON a.ledger_id = g.id
                        JOIN loyalty_lot t ON t.id = a.lot_id
                       WHERE g.source_model = 'sale.order' AND g.source_id = o.id
                         AND g.card_id = l.coupon_id AND g.kind = 'redeem'
                  ) paid ON m.program_type IN %s
                 WHERE o.state = 'sale' AND l.product_id IS NOT NULL
                   AND l.display_type IS NULL AND coalesce(paid.given, 1) > 0
                """,
                STORED_VALUE,
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
