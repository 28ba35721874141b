from odoo import api, models
from odoo.tools import SQL

#: How a part of a shape joins the rules `r` with the customers `c`.
JOINS = {
    "country": SQL("r.country_id = c.country_id"),
    "state": SQL("r.state_id = c.state_id"),
    "industry": SQL("r.industry_id = c.industry_id"),
    "category": SQL("r.category_id = c.category_id"),
    "tag": SQL("r.tag_id = tagged.category_id"),
    "product": SQL("r.product_category_id = bought.category_id"),
    "brand": SQL("r.brand_id = branded.tag_id"),
    "revenue": SQL(
        "COALESCE(spent.amount, 0) >= r.revenue_from"
        " AND (r.revenue_to = 0 OR COALESCE(spent.amount, 0) < r.revenue_to)"
    ),
}
#: Further tables that a part needs.
TABLES = {
    "tag": SQL(
        "JOIN res_partner_res_partner_category_rel tagged ON tagged.partner_id = c.id"
    ),
    "product": SQL("JOIN bought ON bought.partner_id = c.id"),
    "brand": SQL("JOIN branded ON branded.partner_id = c.id"),
    "revenue": SQL("LEFT JOIN spent ON spent.partner_id = c.id"),
}
#: What a rule asks for; rules that agree in all of it fit the same customers.
ASKED = (
    "shape",
    "company_id",
    "country_id",
    "state_id",
    "industry_id",
    "tag_id",
    "brand_id",
    "category_id",
    "product_category_id",
    "zip_first",
    "zip_last",
    "revenue_from",
    "revenue_to",
    "domain_of",
)
#: What a lead without a customer can be matched by.
PLACE = ("country", "state", "zip")
#: Orders of so many days tell what a customer buys.
DAYS = 365


class SfaTerritoryMatch(models.AbstractModel):
    """Finds the territory of many customers or leads in one statement.

    Rules of the same shape (the same criteria filled) are one hash join; the lowest
    sequence wins, then the older rule. Postcode ranges join by the characters that both
    ends begin with, so that no range meets every customer.
    """

    _name = "sfa.territory.match"
    _description = "Territory Matching"

    @api.model
    def _match_customers(self, partner_ids=None, company=None):
        """Select the customers whose territory is another one than the rules say.

        :param partner_ids: ids of commercial entities; None for all customers, which
            are laid out in a temporary table first, so that the database knows how
            many they are and joins by hashing
        :param company: only the rules of this `res.company`, and customers who are
            in none of another's territories
        :return: `SQL` with the columns ``partner_id``, ``from_id``, ``to_id``,
            ``rule_id``; customers whose territory is locked are left out
        """
        self._flush_customers()
        shapes = self.env["sfa.territory.rule"]._get_shapes()
        customers = self._select_customers(partner_ids, company)
        if partner_ids is None:
            customers = self._lay_out(customers)
        return SQL(
            """
            WITH %(parts)s
            SELECT c.id AS partner_id, c.territory_id AS from_id,
                   w.territory_id AS to_id, w.rule_id
              FROM customer c LEFT JOIN wanted w ON w.id = c.id
             WHERE c.territory_id IS DISTINCT FROM w.territory_id
            """,
            parts=self._get_parts(shapes, customers, company, partner_ids),
        )

    @api.model
    def _lay_out(self, customers):
        """Keep the customers of this transaction in a table with statistics.

        :return: `SQL` that selects them
        """
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.sfa_match_customer")
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE sfa_match_customer ON COMMIT DROP AS %s",
                customers,
            )
        )
        cr.execute("ANALYZE pg_temp.sfa_match_customer")
        return SQL("SELECT * FROM pg_temp.sfa_match_customer")

    @api.model
    def _match_leads(self, lead_ids):
        """Select the territory of leads: their customer's, or by where they are.

        :return: `SQL` with the columns ``lead_id`` and ``territory_id``, only leads
            whose territory is another one
        """
        shapes = [
            (shape, rule)
            for shape, rule in self.env["sfa.territory.rule"]._get_shapes()
            if not rule and all(part.startswith(PLACE) for part in shape.split())
        ]
        return SQL(
            """
            WITH %(parts)s
            SELECT c.id AS lead_id, COALESCE(c.of_customer, w.territory_id)
                   AS territory_id
              FROM customer c LEFT JOIN wanted w ON w.id = c.id
             WHERE c.territory_id
                   IS DISTINCT FROM COALESCE(c.of_customer, w.territory_id)
            """,
            parts=self._get_parts(
                shapes,
                SQL(
                    """
                    SELECT l.id, l.country_id, l.state_id, l.company_id,
                           upper(replace(l.zip, ' ', '')) COLLATE "C" AS zip,
                           l.sfa_territory_id AS territory_id,
                           p.sfa_territory_id AS of_customer,
                           p.sfa_territory_id IS NULL AS is_customer
                      FROM crm_lead l LEFT JOIN res_partner p ON p.id = l.partner_id
                     WHERE l.id = ANY(%s)
                    """,
                    list(lead_ids),
                ),
            ),
        )

    @api.model
    def _flush_customers(self):
        self.env["res.partner"].flush_model()
        self.env["sfa.territory.rule"].flush_model()
        self.env["sfa.territory"].flush_model(["active", "company_id"])
        self.env["sfa.territory.assignment"].flush_model()

    @api.model
    def _select_customers(self, partner_ids, company):
        """Select the customers with what rules ask about them.

        A customer is a commercial entity outside the company that is no mere vendor.
        Who no longer is one, but still has a territory, matches no rule.
        """
        # COALESCE, because PostgreSQL expects next to no rows where two columns of a
        # row are equal, and would join them with the rules one by one.
        where = SQL(
            """
            COALESCE(p.commercial_partner_id = p.id, FALSE) AND p.active
            AND COALESCE(p.is_customer OR p.sfa_territory_id IS NOT NULL, FALSE)
            AND NOT EXISTS (
                SELECT FROM sfa_territory_assignment a
                 WHERE a.partner_id = p.id AND a.locked AND a.date_to IS NULL)
            """
        )
        if partner_ids is not None:
            where = SQL("%s AND p.id = ANY(%s)", where, list(partner_ids))
        if company:
            where = SQL(
                "%s AND (p.sfa_territory_id IS NULL OR p.sfa_territory_id IN"
                " (SELECT id FROM sfa_territory WHERE company_id = %s))",
                where,
                company.id,
            )
        return SQL(
            """
            SELECT p.id, p.country_id, p.state_id, p.industry_id, p.company_id,
                   p.sfa_category_id AS category_id,
                   upper(replace(p.zip, ' ', '')) COLLATE "C" AS zip,
                   p.sfa_territory_id AS territory_id, p.is_customer
              FROM (
                  SELECT p.*, COALESCE(p.partner_share, TRUE)
                         AND (COALESCE(p.supplier_rank, 0) = 0
                              OR COALESCE(p.customer_rank, 0) > 0)
                         AND NOT EXISTS (
                             SELECT FROM res_company own WHERE own.partner_id = p.id)
                         AS is_customer
                    FROM res_partner p
              ) p
             WHERE %s
            """,
            where,
        )

    # ------------------------------------------------------------- parts of the query

    @api.model
    def _get_parts(self, shapes, customers, company=None, partner_ids=None):
        """Give the named parts before the last SELECT; the last one is ``wanted``."""
        used = {part for shape, _rule in shapes for part in shape.split()}
        once = (
            SQL("MATERIALIZED") if partner_ids is not None else SQL("NOT MATERIALIZED")
        )
        parts = [
            SQL("customer AS %s (%s)", once, customers),
            SQL("rule AS MATERIALIZED (%s)", self._select_rules(company)),
        ]
        for part, name, select in (
            ("product", "bought", self._select_bought),
            ("brand", "branded", self._select_branded),
            ("revenue", "spent", self._select_spent),
        ):
            if part in used:
                parts.append(
                    SQL("%s AS (%s)", SQL.identifier(name), select(partner_ids))
                )
        parts.append(SQL("wanted AS MATERIALIZED (%s)", self._select_wanted(shapes)))
        return SQL(", ").join(parts)

    @api.model
    def _select_rules(self, company=None):
        """Select the rules in force, one row for each category below the named one.

        Of rules that ask for the same, only the first can win: the others are left out.
        """
        return SQL(
            """
            SELECT DISTINCT ON (%(asked)s) * FROM (
                SELECT r.id, r.sequence, r.territory_id, t.company_id, r.shape,
                       r.country_id, r.state_id, r.industry_id, r.tag_id, r.brand_id,
                       c.id AS category_id, g.id AS product_category_id,
                       r.zip_prefix COLLATE "C" AS zip_prefix,
                       r.zip_first COLLATE "C" AS zip_first,
                       r.zip_last COLLATE "C" AS zip_last,
                       COALESCE(r.revenue_from, 0) AS revenue_from,
                       COALESCE(r.revenue_to, 0) AS revenue_to,
                       CASE WHEN btrim(r.domain) NOT IN ('', '[]') THEN r.id END
                           AS domain_of
                  FROM sfa_territory_rule r
                  JOIN sfa_territory t ON t.id = r.territory_id AND t.active
             LEFT JOIN sfa_customer_category ct ON ct.id = r.category_id
             LEFT JOIN sfa_customer_category c
                    ON c.parent_path LIKE ct.parent_path || '%%'
             LEFT JOIN product_category gt ON gt.id = r.product_category_id
             LEFT JOIN product_category g ON g.parent_path LIKE gt.parent_path || '%%'
                 WHERE r.active AND %(ours)s
            ) r ORDER BY %(asked)s, r.sequence, r.id
            """,
            asked=SQL(", ").join(map(SQL.identifier, ASKED)),
            ours=SQL("t.company_id = %s", company.id) if company else SQL("TRUE"),
        )

    @api.model
    def _select_wanted(self, shapes):
        if not shapes:
            return SQL(
                "SELECT NULL::integer AS id, NULL::integer AS rule_id,"
                " NULL::integer AS territory_id WHERE FALSE"
            )
        # Sequence and id as one number: the least is found by hashing, without a sort.
        return SQL(
            """
            SELECT best.id, r.id AS rule_id, r.territory_id
              FROM (
                  SELECT fit.id,
                         min((fit.sequence::bigint << 32) + fit.rule_id) AS place
                    FROM (%s) fit GROUP BY fit.id
              ) best
              JOIN sfa_territory_rule r ON r.id = (best.place & 4294967295)
            """,
            SQL(" UNION ALL ").join(
                self._select_shape(shape, rule_id) for shape, rule_id in shapes
            ),
        )

    @api.model
    def _select_shape(self, shape, rule_id):
        """Select all that rules of one shape fit, by one join."""
        tables, conditions = [], []
        for part in shape.split():
            if part in TABLES:
                tables.append(TABLES[part])
            conditions.append(JOINS[part] if part in JOINS else self._join_zip(part))
        if rule_id:
            conditions.append(SQL("r.id = %s", rule_id))
            conditions.append(self._join_domain(rule_id))
        else:
            conditions.append(SQL("r.shape = %s AND r.domain_of IS NULL", shape))
        return SQL(
            """
            SELECT c.id, r.sequence, r.id AS rule_id
              FROM customer c %s JOIN rule r ON %s
             WHERE c.is_customer
               AND (c.company_id IS NULL OR c.company_id = r.company_id)
            """,
            SQL(" ").join(tables),
            SQL(" AND ").join(conditions),
        )

    @api.model
    def _join_zip(self, part):
        within = SQL(
            "c.zip >= r.zip_first AND left(c.zip, length(r.zip_last)) <= r.zip_last"
        )
        length = int(part.removeprefix("zip"))
        if not length:
            return within
        return SQL("left(c.zip, %s) = r.zip_prefix AND %s", length, within)

    @api.model
    def _join_domain(self, rule_id):
        # What a rule asks is decided by whoever may write rules, and is asked about
        # every customer: the rights of whoever happens to save a customer do not count.
        rule = self.env["sfa.territory.rule"].sudo().browse(rule_id)
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        query = partners._search(rule._get_customer_domain())
        query.add_where(SQL("res_partner.id = c.id"))
        return SQL("EXISTS (%s)", query.select(SQL("1")))

    # ----------------------------------------------------------- what customers bought

    @api.model
    def _select_ordered(self, columns, tables, partner_ids):
        self.env["sale.order"].flush_model(["state", "date_order", "partner_id"])
        self.env["sale.order.line"].flush_model(["order_id", "product_id"])
        self.env["product.product"].flush_model(["product_tmpl_id"])
        self.env["product.template"].flush_model(["categ_id", "product_tag_ids"])
        return SQL(
            """
            SELECT DISTINCT buyer.commercial_partner_id AS partner_id, %s
              FROM sale_order o
              JOIN res_partner buyer ON buyer.id = o.partner_id
              JOIN sale_order_line l ON l.order_id = o.id
              JOIN product_product product ON product.id = l.product_id
              %s
             WHERE o.state = 'sale' AND %s
               AND o.date_order >= (now() AT TIME ZONE 'utc') - %s * interval '1 day'
            """,
            columns,
            tables,
            self._only(SQL("buyer.commercial_partner_id"), partner_ids),
            DAYS,
        )

    @api.model
    def _only(self, column, partner_ids):
        """Keep to some customers by id, so that indexes find what they bought."""
        if partner_ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", column, list(partner_ids))

    @api.model
    def _select_bought(self, partner_ids):
        return self._select_ordered(
            SQL("template.categ_id AS category_id"),
            SQL(
                "JOIN product_template template"
                " ON template.id = product.product_tmpl_id"
            ),
            partner_ids,
        )

    @api.model
    def _select_branded(self, partner_ids):
        return self._select_ordered(
            SQL("tag.product_tag_id AS tag_id"),
            SQL(
                "JOIN product_tag_product_template_rel tag"
                " ON tag.product_template_id = product.product_tmpl_id"
            ),
            partner_ids,
        )

    @api.model
    def _select_spent(self, partner_ids):
        self.env["sale.order"].flush_model()
        return SQL(
            """
            SELECT purchase.partner_id, sum(purchase.amount) AS amount
              FROM (%s) AS purchase (partner_id, date, amount)
             WHERE purchase.date >= CURRENT_DATE - %s AND %s
             GROUP BY purchase.partner_id
            """,
            self.env["res.partner"]._customer_purchases_sql(),
            DAYS,
            self._only(SQL("purchase.partner_id"), partner_ids),
        )
