from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Minutes on the telephone are work for a customer."""

    _inherit = "res.partner"

    @api.model
    def _customer_efforts_sql(self):
        return {
            **super()._customer_efforts_sql(),
            "call_minute": SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, c.company_id,
                       c.created AS date,
                       extract(epoch FROM c.ended - c.answered) / 60 AS quantity,
                       NULL::numeric AS amount
                  FROM cti_call c
                  JOIN res_partner p ON p.id = c.partner_id
                 WHERE c.ended > c.answered
                """
            ),
        }

    @api.model
    def _customer_effort_kinds(self):
        return {
            **super()._customer_effort_kinds(),
            "call_minute": {
                "label": self.env._("Minute on the telephone"),
                "sequence": 70,
                "model": "cti.call",
                "partner": "partner_id",
                "date": "created",
                "domain": [("answered", "!=", False), ("ended", "!=", False)],
            },
        }
