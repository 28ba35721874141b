from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Tickets and complaints are work for a customer."""

    _inherit = "res.partner"

    @api.model
    def _customer_efforts_sql(self):
        return {
            **super()._customer_efforts_sql(),
            "ticket": SQL(
                """
                SELECT t.commercial_partner_id AS partner_id, t.company_id,
                       t.create_date AS date, 1 AS quantity, NULL::numeric AS amount
                  FROM service_ticket t
                 WHERE t.state NOT IN ('merged', 'cancelled')
                """
            ),
            "complaint": SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, c.company_id,
                       c.create_date AS date, 1 AS quantity, NULL::numeric AS amount
                  FROM service_complaint c
                  JOIN res_partner p ON p.id = c.partner_id
                """
            ),
        }

    @api.model
    def _customer_effort_kinds(self):
        return {
            **super()._customer_effort_kinds(),
            "ticket": {
                "label": self.env._("Ticket"),
                "sequence": 60,
                "model": "service.ticket",
                "partner": "partner_id",
                "date": "create_date",
                "domain": [("state", "not in", ("merged", "cancelled"))],
            },
            "complaint": {
                "label": self.env._("Complaint"),
                "sequence": 65,
                "model": "service.complaint",
                "partner": "partner_id",
                "date": "create_date",
            },
        }
