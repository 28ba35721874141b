from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """What customers said counts for their lifecycle."""

    _inherit = "res.partner"

    def _customer_ratings_sql(self):
        self.env["service.rating"].flush_model()
        return SQL(
            """
            %s UNION ALL
            SELECT commercial_partner_id, date_rated::date, points::float8
              FROM service_rating WHERE score IS NOT NULL
            """,
            super()._customer_ratings_sql(),
        )
