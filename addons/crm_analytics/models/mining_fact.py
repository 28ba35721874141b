from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.months import KEYS, SUMS

#: What a fact keeps from the day it was first read, unless product or customer change.
KEPT = {"categ_id": "product_id", "country_id": "partner_id", "state_id": "partner_id"}
#: Deleting one of these leaves the facts behind without it.
DIMENSIONS = {
    "categ_id": "product_category",
    "country_id": "res_country",
    "state_id": "res_country_state",
    "team_id": "crm_team",
    "campaign_id": "utm_campaign",
    "source_id": "utm_source",
    "medium_id": "utm_medium",
    "user_id": "res_users",
}
#: Lower ends of the bands of prices.
BANDS = [0, *(step * 10**power for power in range(6) for step in (1, 2, 5)), 10**6]
INDEXES = {
    "mining_fact_order": "(order_id) WHERE order_id IS NOT NULL",
    "mining_fact_history": "(history_id) WHERE history_id IS NOT NULL",
    "mining_fact_customer": "(customer_id, date)",
    "mining_fact_date": "USING brin (date)",
    "mining_fact_campaign": "(date) WHERE campaign_id IS NOT NULL",
}
#: The month is kept beside the day: cutting days to months costs more than summing.
TABLE = """
CREATE TABLE IF NOT EXISTS mining_fact (id BIGSERIAL PRIMARY KEY, date DATE);
ALTER TABLE mining_fact ADD COLUMN IF NOT EXISTS month DATE
    GENERATED ALWAYS AS (date_trunc('month', date::timestamp)::date) STORED;
"""
FORGET = """
CREATE OR REPLACE FUNCTION mining_forget() RETURNS trigger AS $$
BEGIN
    EXECUTE format('UPDATE mining_fact SET %1$I = NULL WHERE %1$I = $1', TG_ARGV[0])
      USING OLD.id;
    IF TG_ARGV[0] <> 'state_id' THEN
        EXECUTE format(
            'UPDATE mining_month SET %1$I = NULL WHERE %1$I = $1', TG_ARGV[0]
        ) USING OLD.id;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
"""


class MiningFact(models.Model):
    """A line that was sold: who, what, when, through whom, for how much, at what cost.

    The table is fed by :meth:`_refresh` from the documents that changed. Category and
    region are those of the day on which a line was first read; the document itself is a
    click away, under the reader's rights.
    """

    _name = "mining.fact"
    _inherit = ["mining.unknown"]
    _description = "Sales Fact"
    _auto = False  # without foreign keys, whose checks cost more than all the rest
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _unknown = ("cost", "margin")

    # when and where; first in the row stands what most questions read
    date = fields.Date(readonly=True, help="In the company's time zone")
    company_id = fields.Many2one("res.company", readonly=True)
    source = fields.Selection(
        [("order", "Sales Order"), ("history", "Sales History")], readonly=True
    )
    is_return = fields.Boolean("Return", readonly=True)
    # how much, in the company's currency at the document's date, without tax
    currency_id = fields.Many2one("res.currency", readonly=True)
    quantity = fields.Float(
        readonly=True, digits=(16, 4), help="In the product's own unit"
    )
    revenue = fields.Monetary(readonly=True)
    cost = fields.Monetary(readonly=True, help="Empty where no cost is known")
    margin = fields.Monetary(readonly=True, help="Of the lines whose cost is known")
    revenue_costed = fields.Monetary(
        "Revenue with Cost", readonly=True, help="Revenue of lines whose cost is known"
    )
    is_costed = fields.Boolean("Cost Known", compute="_compute_is_costed")
    discount = fields.Monetary("Discount Given", readonly=True)
    # what
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    price_band = fields.Integer(
        "Price From",
        readonly=True,
        aggregator=None,
        help="Lower end of the band 0, 1, 2, 5, 10, 20, 50 … of the price of a unit",
    )
    # who
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    customer_id = fields.Many2one(
        "res.partner", readonly=True, help="The company of the contact"
    )
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", "Region", readonly=True)
    # through whom
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", "Marketing Source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    # which document
    order_id = fields.Many2one("sale.order", readonly=True)
    history_id = fields.Many2one("crm.history.order", "Past Document", readonly=True)
    line_ref = fields.Integer("Line Number", readonly=True, aggregator=None)
    document_ref = fields.Integer(
        "Documents",
        readonly=True,
        aggregator="count_distinct",
        help="Number of different documents",
    )

    @api.depends("cost")
    def _compute_is_costed(self):
        self._note_known("cost", "is_costed")

    @api.model
    def _open(self, domain):
        """List the lines that match a domain, with a pivot beside."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.mining_fact_action"
        )
        action["domain"] = domain
        action["views"] = [(False, "list"), (False, "pivot")]
        return action

    def init(self):
        self.env.cr.execute(TABLE)
        self._make_table(self)
        self._make_indexes()
        self.env.cr.execute(FORGET)
        for column, table in DIMENSIONS.items():
            self.env.cr.execute(
                SQL(
                    "CREATE OR REPLACE TRIGGER mining_forget AFTER DELETE ON %s"
                    " FOR EACH ROW EXECUTE FUNCTION mining_forget(%s)",
                    SQL.identifier(table),
                    column,
                )
            )

    @api.model
    def _make_indexes(self):
        for name, definition in INDEXES.items():
            self.env.cr.execute(
                SQL(
                    "CREATE INDEX IF NOT EXISTS %s ON mining_fact %s",
                    SQL.identifier(name),
                    SQL(definition),
                )
            )

    @api.model
    def _make_table(self, model):
        """Make the table of a model that has no foreign keys, or its new columns."""
        table = SQL.identifier(model._table)
        self.env.cr.execute(
            SQL("CREATE TABLE IF NOT EXISTS %s (id BIGSERIAL PRIMARY KEY)", table)
        )
        columns = SQL(", ").join(
            SQL(
                "ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(field.name),
                SQL(field.column_type[1]),
            )
            for field in model._fields.values()
            if field.store and field.column_type and field.name != "id"
        )
        self.env.cr.execute(SQL("ALTER TABLE %s %s", table, columns))

    # ---------------------------------------------------------------------- reading

    @api.readonly
    def action_open_document(self):
        """Open the order or the past document, if the reader may see it."""
        self.ensure_one()
        self.check_access("read")
        document = self.order_id or self.history_id
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }

    # ---------------------------------------------------------------------- feeding

    @api.model
    def action_refresh(self):
        """Read what changed now, instead of at the next run of the job.

        :raise AccessError: the user is no manager of analytics
        """
        if not self.env.user.has_group("crm_analytics.crm_analytics_group_manager"):
            raise AccessError(
                self.env._("Only managers of analytics bring the figures up to date.")
            )
        self._refresh()

    @api.model
    def _cron_refresh(self):
        """Read the documents that changed."""
        self._catch_up()

    @api.model
    def _catch_up(self):
        """Read the documents that changed, a batch in a transaction of a job.

        :return: whether none is left: another job may be at them, or time be over
        """
        waiting = self.env["mining.stale"].search_count([])
        self.env["ir.cron"]._commit_progress(remaining=waiting)
        while waiting and self._refresh() is not None:
            done, waiting = waiting, self.env["mining.stale"].search_count([])
            if not self.env["ir.cron"]._commit_progress(
                max(done - waiting, 0), remaining=waiting
            ):
                break
        return not waiting

    @api.model
    def _refresh(self):
        """Bring the facts and the monthly sums up to date with the documents.

        Runs once at a time; who comes second leaves the work to the first.

        :return: number of lines read, None when another one is at work
        """
        rows = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('mining.fact'))")
        )
        if not rows[0][0]:
            return None
        self.env.flush_all()
        orders, history, is_all = self.env["mining.stale"]._take()
        if is_all:
            return self._rebuild()
        if not orders and not history:
            return 0
        return self._reread(orders, history)

    @api.model
    def _rebuild(self):
        """Read every document in one statement."""
        self.env.cr.execute("TRUNCATE mining_fact; DELETE FROM mining_stale")
        for name in INDEXES:  # made at once afterwards, at a third of the cost
            self.env.cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
        self.env.cr.execute("ALTER TABLE mining_fact DROP CONSTRAINT mining_fact_pkey")
        self.env.cr.execute(
            SQL(
                "INSERT INTO mining_fact (%s) %s",
                SQL(", ").join(map(SQL.identifier, self._columns())),
                SQL(" UNION ALL ").join(self._sources(None, None)),
            )
        )
        count = self.env.cr.rowcount
        self.env.cr.execute("ALTER TABLE mining_fact ADD PRIMARY KEY (id)")
        self._make_indexes()
        self.env["mining.month"]._rebuild()
        self.env.invalidate_all(flush=False)
        return count

    @api.model
    def _reread(self, orders, history):
        """Read some documents again, and book the difference in the monthly sums.

        One statement: what it takes off is what it compares with, and what it books.
        """
        fresh = {name: SQL("f.%s", SQL.identifier(name)) for name in self._columns()}
        for name, of in KEPT.items():
            fresh[name] = SQL(
                "CASE WHEN old.%(of)s = f.%(of)s THEN old.%(kept)s ELSE f.%(kept)s END",
                kept=SQL.identifier(name),
                of=SQL.identifier(of),
            )
        known = dict.fromkeys([*KEYS, *SUMS, *KEPT, *KEPT.values(), "line_ref"])
        # OFFSET 0 keeps the name of a source out of the join with the old lines: they
        # would be taken for very few, and read again for each new one.
        rows = self.env.execute_query(
            SQL(
                """
                WITH old AS (
                    DELETE FROM mining_fact WHERE %(documents)s RETURNING %(known)s
                ),
                new AS (
                    INSERT INTO mining_fact (%(columns)s)
                    SELECT %(fresh)s FROM (%(sources)s OFFSET 0) f
                      LEFT JOIN old
                        ON old.source = f.source AND old.line_ref = f.line_ref
                    RETURNING %(known)s
                ),
                booked AS (%(months)s)
                SELECT count(*) FROM new
                """,
                documents=SQL(" OR ").join(
                    SQL("%s = ANY(%s)", SQL.identifier(name), ids)
                    for name, ids in (("order_id", orders), ("history_id", history))
                    if ids
                ),
                known=SQL(", ").join(map(SQL.identifier, known)),
                columns=SQL(", ").join(map(SQL.identifier, fresh)),
                fresh=SQL(", ").join(fresh.values()),
                sources=SQL(" UNION ALL ").join(self._sources(orders, history)),
                months=self.env["mining.month"]._book_sql(),
            )
        )
        self.env.invalidate_all(flush=False)
        return rows[0][0]

    @api.model
    def _columns(self):
        """Give the names of the columns that the sources fill, in their order."""
        return list(self._order_columns())

    @api.model
    def _sources(self, orders, history):
        """Give a SELECT for each kind of document; another addon may add its own.

        :param orders: ids of the orders to read, None for all; so ``history``
        """
        # What has no documents to read is not asked: planning costs more than reading.
        sources = ((self._order_source, orders), (self._history_source, history))
        return [make(ids) for make, ids in sources if ids is None or ids]

    @api.model
    def _order_source(self, ids):
        """Give the lines of confirmed orders; None for all of them."""
        some = SQL("TRUE") if ids is None else SQL("s.id = ANY(%s)", ids)
        return SQL(
            """
            SELECT %s
              FROM sale_order_line l
              JOIN sale_order s ON s.id = l.order_id
              JOIN res_company c ON c.id = s.company_id
              JOIN res_partner home ON home.id = c.partner_id
              JOIN res_partner p ON p.id = s.partner_id
              JOIN product_product v ON v.id = l.product_id
              JOIN product_template t ON t.id = v.product_tmpl_id
              LEFT JOIN uom_uom u ON u.id = l.product_uom_id
              LEFT JOIN uom_uom tu ON tu.id = t.uom_id
             CROSS JOIN LATERAL (%s) m
             WHERE s.state = 'sale' AND l.display_type IS NULL AND %s
            """,
            self._as(self._order_columns()),
            self._order_money(),
            some,
        )

    @api.model
    def _history_source(self, ids):
        """Give the lines of past documents; None for all of them."""
        some = SQL("TRUE") if ids is None else SQL("s.id = ANY(%s)", ids)
        return SQL(
            """
            SELECT %s
              FROM crm_history_line l
              JOIN crm_history_order s ON s.id = l.order_id
              JOIN res_company c ON c.id = s.company_id
              JOIN res_partner home ON home.id = c.partner_id
              LEFT JOIN res_partner p ON p.id = s.partner_id
              LEFT JOIN product_product v ON v.id = l.product_id
              LEFT JOIN product_template t ON t.id = v.product_tmpl_id
             CROSS JOIN LATERAL (
                 SELECT l.amount * s.currency_rate::numeric AS revenue
             ) m
             WHERE %s
            """,
            self._as(self._history_columns()),
            some,
        )

    @api.model
    def _as(self, columns):
        return SQL(", ").join(
            SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in columns.items()
        )

    @api.model
    def _order_money(self):
        """Give revenue, cost and list value of an order's line in company currency.

        As `sale.report`, so that both give the same sums; a line whose cost nobody
        knows has none, instead of none to pay. What a delivery added was sold as it
        was delivered, as the platform's margin has it, and not for nothing.
        """
        return SQL(
            """
            SELECT CASE WHEN r.is_added
                        THEN l.untaxed_amount_invoiced + l.untaxed_amount_to_invoice
                        ELSE l.price_subtotal END / r.rate AS revenue,
                   CASE WHEN l.purchase_price <> 0
                        THEN CASE WHEN r.is_added THEN l.purchase_price * r.sold
                                  ELSE l.price_subtotal - l.margin END / r.rate
                        END AS cost,
                   l.price_unit * r.sold * l.discount / 100 / r.rate AS discount,
                   r.sold * coalesce(u.factor / nullif(tu.factor, 0), 1) AS quantity
              FROM (SELECT coalesce(nullif(s.currency_rate, 0), 1)::numeric AS rate,
                           l.product_uom_qty = 0 AND l.qty_delivered <> 0 AS is_added,
                           coalesce(nullif(l.product_uom_qty, 0), l.qty_delivered, 0)
                               AS sold) r
            """
        )

    @api.model
    def _order_columns(self):
        """Give each column of a fact as SQL over a line ``l`` of an order ``s``."""
        return {
            **self._shared_columns(),
            "source": SQL("'order'"),
            "order_id": SQL("s.id"),
            "history_id": SQL("NULL::int"),
            "document_ref": SQL("s.id"),
            "date": self._local_date("s.date_order"),
            "is_return": SQL("m.quantity < 0"),
            "country_id": SQL("p.country_id"),
            "price_band": self._band("m.revenue / nullif(m.quantity, 0)"),
            "user_id": SQL("s.user_id"),
            "team_id": SQL("s.team_id"),
            "campaign_id": SQL("s.campaign_id"),
            "source_id": SQL("s.source_id"),
            "medium_id": SQL("s.medium_id"),
            "quantity": SQL("m.quantity"),
            "cost": SQL("m.cost"),
            "margin": SQL("m.revenue - m.cost"),
            "revenue_costed": SQL("CASE WHEN m.cost IS NOT NULL THEN m.revenue END"),
            "discount": SQL("m.discount"),
        }

    @api.model
    def _history_columns(self):
        """Give each column over a line ``l`` of a past document ``s``."""
        return {
            **self._shared_columns(),
            "source": SQL("'history'"),
            "order_id": SQL("NULL::int"),
            "history_id": SQL("s.id"),
            "document_ref": SQL("-s.id"),
            "date": SQL("s.date::date"),
            "is_return": SQL("s.kind = 'return' OR l.quantity < 0"),
            "country_id": SQL("coalesce(s.country_id, p.country_id)"),
            "price_band": self._band("m.revenue / nullif(l.quantity, 0)"),
            "user_id": SQL("NULL::int"),
            "team_id": SQL("NULL::int"),
            "campaign_id": SQL("NULL::int"),
            "source_id": SQL("NULL::int"),
            "medium_id": SQL("NULL::int"),
            "quantity": SQL("l.quantity"),
            "cost": SQL("NULL::numeric"),
            "margin": SQL("NULL::numeric"),
            "revenue_costed": SQL("NULL::numeric"),
            "discount": SQL("NULL::numeric"),
        }

    @api.model
    def _shared_columns(self):
        return {
            "source": SQL(),
            "order_id": SQL(),
            "history_id": SQL(),
            "line_ref": SQL("l.id"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "customer_id": SQL("p.commercial_partner_id"),
            "state_id": SQL("p.state_id"),
            "product_id": SQL("l.product_id"),
            "categ_id": SQL("t.categ_id"),
            "currency_id": SQL("c.currency_id"),
            "revenue": SQL("m.revenue"),
        }

    @api.model
    def _local_date(self, moment):
        """Give the day of a moment where the company is."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE coalesce(home.tz, 'UTC'))::date",
            SQL(moment),
        )

    @api.model
    def _band(self, price):
        """Give the lower end of the band of a price, empty without a price."""
        return SQL(
            "(%(bands)s::int[])[width_bucket(abs(%(price)s), %(bands)s::numeric[])]",
            price=SQL(price),
            bands=BANDS,
        )
