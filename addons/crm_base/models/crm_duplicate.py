from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

#: A value that more customers share is a switchboard or a placeholder.
MAX_GROUP = 50
#: Names as similar as this, at the same postcode, count as the same customer;
#: 1 is equal, see PostgreSQL manual, F.35 pg_trgm, ``similarity``.
MIN_SIMILARITY = 0.6
#: Customers of one postcode compared with each other, at most.
MAX_BLOCK = 300
#: The platform's merge takes so many customers at once.
MAX_MERGE = 3


class CrmDuplicate(models.Model):
    """Customers who may be one and the same, and why we think so.

    Found anew every night, so a record is gone when its reason is.
    """

    _name = "crm.duplicate"
    _description = "Possible Duplicates"
    _log_access = False
    _order = "score desc, partner_count desc, id"
    _rec_name = "value"

    reason = fields.Selection(
        [
            ("vat", "Same tax number"),
            ("mail", "Same email"),
            ("phone", "Same phone"),
            ("name", "Same company name"),
            ("similar", "Similar name at the same postcode"),
        ],
        required=True,
        index=True,
    )
    value = fields.Char("Shared Value", required=True)
    score = fields.Integer(
        "Certainty", aggregator="max", help="Per cent: how sure the reason makes us."
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "crm_duplicate_partner_rel",
        "duplicate_id",
        "partner_id",
        "Customers",
    )
    partner_count = fields.Integer("Number of Customers")
    company_id = fields.Many2one("res.company", ondelete="cascade")

    @api.depends("reason", "value", "partner_count")
    def _compute_display_name(self):
        for duplicate in self:
            duplicate.display_name = self.env._(
                "%(count)s customers share %(value)s",
                count=duplicate.partner_count,
                value=duplicate.value,
            )

    # ------------------------------------------------------------------------ finder

    @api.model
    def _cron_find(self):
        """Find possible duplicates, nightly."""
        self._find()
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _find(self):
        """Find all groups anew, in a constant number of statements.

        Customers of different companies are never put together.

        :return: number of groups
        """
        self.env.flush_all()
        self.env.execute_query(SQL("DELETE FROM crm_duplicate RETURNING 1"))
        rows = self.env.execute_query(
            SQL(
                """
                WITH customer AS MATERIALIZED (
                    SELECT p.id, p.name, p.vat, p.email_normalized, p.company_id,
                           coalesce(p.is_company, FALSE) AS is_company, p.zip,
                           p.country_id, p.id = p.commercial_partner_id AS is_owner
                      FROM res_partner p
                     WHERE p.active AND p.partner_share AND p.type = 'contact'
                ), sign AS (%(signs)s),
                found AS (
                    SELECT reason, value, score, company_id, is_company,
                           array_agg(DISTINCT id) AS ids
                      FROM sign WHERE value <> ''
                     GROUP BY reason, value, score, company_id, is_company
                    HAVING count(DISTINCT id) BETWEEN 2 AND %(max_group)s
                     UNION ALL (%(similar)s)
                ), open AS (
                    SELECT f.reason, f.value, f.score, f.company_id,
                           array_agg(a.id ORDER BY a.id) AS ids
                      FROM found f CROSS JOIN LATERAL unnest(f.ids) a(id)
                     WHERE EXISTS (
                         SELECT FROM unnest(f.ids) b(id)
                          WHERE b.id <> a.id AND NOT EXISTS (
                              SELECT FROM crm_duplicate_ignored i
                               WHERE i.first_id = least(a.id, b.id)
                                 AND i.second_id = greatest(a.id, b.id)
                          )
                     )
                     GROUP BY f.reason, f.value, f.score, f.company_id, f.is_company
                ), surest AS (
                    SELECT DISTINCT ON (ids, company_id) * FROM open
                     ORDER BY ids, company_id, score DESC, reason
                ), numbered AS MATERIALIZED (
                    SELECT nextval('crm_duplicate_id_seq') AS id, s.* FROM surest s
                ), saved AS (
                    INSERT INTO crm_duplicate (
                        id, reason, value, score, company_id, partner_count
                    )
                    SELECT id, reason, value, score, company_id, cardinality(ids)
                      FROM numbered
                    RETURNING id
                )
                SELECT n.id, unnest(n.ids) FROM numbered n JOIN saved USING (id)
                """,
                signs=self._signs_sql(),
                similar=self._similar_sql(),
                max_group=MAX_GROUP,
            )
        )
        if rows:
            self.env.execute_query(
                SQL(
                    "INSERT INTO crm_duplicate_partner_rel (duplicate_id, partner_id)"
                    " SELECT * FROM unnest(%s::int[], %s::int[]) RETURNING 1",
                    [row[0] for row in rows],
                    [row[1] for row in rows],
                )
            )
        self.invalidate_model()
        return len({row[0] for row in rows})

    @api.model
    def _signs_sql(self):
        """Give what customers are recognised by.

        Override with ``super()`` and ``UNION ALL`` to add a sign, such as a card.

        :return: SQL over the table ``customer`` with the columns ``reason``, ``value``,
            ``score``, ``company_id``, ``is_company``, ``id``
        """
        return SQL(
            """
            SELECT 'vat' AS reason,
                   upper(regexp_replace(vat, '[^[:alnum:]]', '', 'g')) AS value,
                   95 AS score, company_id, is_company, id
              FROM customer WHERE is_owner AND vat IS NOT NULL
             UNION ALL
            SELECT 'mail', email_normalized, 90, company_id, is_company, id
              FROM customer WHERE email_normalized IS NOT NULL
             UNION ALL
            SELECT 'phone', coalesce(n.e164, n.national), 80, c.company_id,
                   c.is_company, c.id
              FROM customer c JOIN crm_phone_number n ON n.partner_id = c.id
             WHERE c.is_owner
             UNION ALL
            SELECT 'name', lower(regexp_replace(name, '[[:space:][:punct:]]', '', 'g')),
                   60, company_id, is_company, id
              FROM customer WHERE is_owner AND is_company
            """
        )

    @api.model
    def _similar_sql(self):
        """Compare the names of customers at the same postcode, pair by pair."""
        columns = "reason, value, score, company_id, is_company, ids"
        if not self.env.registry.has_trigram:
            return SQL("SELECT %s FROM found WHERE FALSE", SQL(columns))
        return SQL(
            """
            SELECT 'similar', a.name || ' / ' || b.name,
                   round(100 * similarity(a.name, b.name) * 0.7)::int,
                   a.company_id, a.is_company, ARRAY[a.id, b.id]
              FROM customer a
              JOIN customer b
                ON b.zip = a.zip AND b.id > a.id AND b.is_company = a.is_company
               AND b.country_id IS NOT DISTINCT FROM a.country_id
               AND b.company_id IS NOT DISTINCT FROM a.company_id
               AND b.is_owner
             WHERE a.is_owner AND a.zip IN (
                       SELECT zip FROM customer WHERE is_owner AND zip <> ''
                        GROUP BY zip HAVING count(*) BETWEEN 2 AND %s
                   )
               AND similarity(a.name, b.name) >= %s
            """,
            MAX_BLOCK,
            MIN_SIMILARITY,
        )

    # ----------------------------------------------------------------------- actions

    @api.model
    def action_find(self):
        """Find duplicates now instead of tonight."""
        self._check_manager()
        # The groups are derived data that nobody may write by hand.
        self.sudo()._find()
        return self.env["ir.actions.actions"]._for_xml_id(
            "crm_base.crm_duplicate_action"
        )

    def action_ignore(self):
        """Remember that these customers are different, each pair of them."""
        self._check_manager()
        self.check_access("read")
        self.env["crm.duplicate.ignored"]._remember(
            [duplicate.partner_ids.ids for duplicate in self]
        )
        # As above; who may say so was checked.
        self.sudo().unlink()

    def action_merge(self):
        """Open the platform's merge with the first customers of the group."""
        self.ensure_one()
        self._check_manager()
        partners = self.partner_ids[:MAX_MERGE]
        return {
            "type": "ir.actions.act_window",
            "res_model": "base.partner.merge.automatic.wizard",
            "name": self.env._("Merge Customers"),
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": partners.ids},
        }

    def action_open_customers(self):
        """Compare the customers of the group in a list."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "name": self.display_name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.partner_ids.ids)],
        }

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("crm_base.crm_base_group_manager"):
            raise AccessError(
                self.env._(
                    "Only managers of customer relations decide on duplicates. Ask one "
                    "of them to merge or ignore these customers."
                )
            )
