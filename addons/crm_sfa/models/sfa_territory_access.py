from odoo import fields, models
from odoo.tools import SQL


class SfaTerritoryAccess(models.Model):
    """A person who works in a territory today: as a member or manager, there or above.

    Record rules go through this query, `territory.access_ids.user_id`, and never
    through a list of ids: the platform keeps the domain of a rule for each user, so a
    list would be yesterday's. A change of members counts with the next statement.
    """

    _name = "sfa.territory.access"
    _description = "Access to a Territory"
    _auto = False
    _log_access = False
    _depends = {
        "sfa.territory.closure": ["above_id", "territory_id"],
        "sfa.territory.member": ["territory_id", "user_id", "date_from", "date_to"],
        "sfa.territory": ["user_id"],
    }

    user_id = fields.Many2one("res.users", readonly=True)
    territory_id = fields.Many2one("sfa.territory", readonly=True)

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT c.id, m.user_id, c.territory_id
              FROM sfa_territory_member m
              JOIN sfa_territory_closure c ON c.above_id = m.territory_id
             WHERE m.date_from <= %(today)s
               AND (m.date_to IS NULL OR m.date_to >= %(today)s)
             UNION ALL
            SELECT -c.id, t.user_id, c.territory_id
              FROM sfa_territory t
              JOIN sfa_territory_closure c ON c.above_id = t.id
             WHERE t.user_id IS NOT NULL
            """,
            today=today,
        )
