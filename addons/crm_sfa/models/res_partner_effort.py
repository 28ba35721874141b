from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Visits are work; category and territory compare customers with others."""

    _inherit = "res.partner"

    @api.model
    def _customer_efforts_sql(self):
        efforts = super()._customer_efforts_sql()
        # Visits that are in the calendar are counted there.
        efforts["visit"] = SQL(
            """
            %s UNION ALL
            SELECT p.commercial_partner_id, coalesce(a.sfa_company_id, u.company_id),
                   coalesce(a.sfa_stopped, a.date_done + TIME '12:00'), 1, NULL
              FROM mail_activity a
              JOIN mail_activity_type t ON t.id = a.activity_type_id
              JOIN res_partner p ON p.id = a.sfa_partner_id
              JOIN res_users u ON u.id = a.user_id
             WHERE t.sfa_contact = 'visit' AND a.date_done IS NOT NULL
               AND a.calendar_event_id IS NULL
               AND (a.sfa_outcome IS NULL OR a.sfa_outcome NOT IN ('absent', 'skipped'))
            """,
            efforts["visit"],
        )
        return efforts

    @api.model
    def _customer_peers_sql(self):
        return SQL(
            """
            %s UNION ALL
            SELECT p.id, 'sfa.customer.category,' || p.sfa_category_id, 10
              FROM res_partner p WHERE p.sfa_category_id IS NOT NULL
             UNION ALL
            SELECT p.id, 'sfa.territory,' || p.sfa_territory_id, 20
              FROM res_partner p WHERE p.sfa_territory_id IS NOT NULL
            """,
            super()._customer_peers_sql(),
        )
