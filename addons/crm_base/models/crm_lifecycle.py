from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import lifecycle as rules

STAGE_LABELS = [
    ("potential", "Potential"),
    ("new", "New"),
    ("satisfied", "Satisfied"),
    ("retained", "Retained"),
    ("long_standing", "Long-standing"),
    ("dormant", "Dormant"),
    ("lost", "Lost"),
]
REASON_LABELS = [
    ("no_order", "No order yet"),
    ("first_order", "First orders"),
    ("rating", "Good ratings"),
    ("repeat", "Ordered again"),
    ("orders", "Orders regularly"),
    ("years", "Orders regularly for years"),
    ("silence", "No order for a long time"),
]
#: Columns of the table, all written by the refresh.
COLUMNS = (
    "partner_id",
    "stage",
    "reason",
    "since",
    "orders",
    "first_order",
    "last_order",
    "amount",
    "last_contact",
    "next_due",
)
#: Fields of `res.partner` that are read from here.
LIFECYCLE_FIELD_NAMES = (
    "lifecycle_stage",
    "lifecycle_reason",
    "lifecycle_since",
    "last_order_date",
    "last_contact_date",
    "next_due_date",
    "is_neglected",
)


class CrmLifecycle(models.Model):
    """Where one customer stands today: stage, reason and the facts behind them.

    One row a customer, written by the nightly refresh alone, and beside the customer
    rather than on it: the customer's own row carries dozens of indexes and is locked by
    everybody who works with the customer.
    """

    _name = "crm.lifecycle"
    _description = "Customer Lifecycle"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    stage = fields.Selection(STAGE_LABELS, required=True)
    reason = fields.Selection(REASON_LABELS, required=True)
    since = fields.Date(required=True, help="Day on which the stage was reached.")

    # what the stage was decided on
    orders = fields.Integer(help="Confirmed purchases of all time.")
    first_order = fields.Date()
    last_order = fields.Date()
    amount = fields.Float(
        "Revenue", help="Of all purchases, company currency, tax excluded."
    )
    last_contact = fields.Date(
        help="Last message, meeting, done activity or quotation with the customer."
    )
    next_due = fields.Date(help="Next open activity or meeting with the customer.")

    _partner_unique = models.Constraint(
        "UNIQUE (partner_id)", "A customer stands at one stage at a time."
    )
    _stage_idx = models.Index("(stage)")
    _last_contact_idx = models.Index("(last_contact)")

    # ----------------------------------------------------------------------- refresh

    @api.model
    def _cron_refresh(self):
        """Bring all customers up to date, nightly."""
        changed = self._refresh()
        self.env["ir.cron"]._commit_progress(changed)

    @api.model
    def _refresh(self, partner_ids=None):
        """Decide the stage of customers anew, write what changed and log each step.

        One statement, whatever the number of customers. A customer without purchases,
        contacts and plans gets no row and counts as potential.

        :param partner_ids: ids of commercial entities, or None for all
        :return: number of rows written
        """
        self.env.flush_all()
        today = fields.Date.context_today(self)
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(facts)s,
                decided AS MATERIALIZED (
                    SELECT f.*, old.id AS old_id, old.stage AS old_stage,
                           old.since AS old_since,
                           split_part(d.decision, ':', 1) AS stage,
                           split_part(d.decision, ':', 2) AS reason
                      FROM facts f
                      LEFT JOIN crm_lifecycle old ON old.partner_id = f.partner_id
                      CROSS JOIN LATERAL (SELECT %(decision)s AS decision) d
                ),
                dated AS MATERIALIZED (
                    SELECT d.*, CASE
                               WHEN d.old_stage = d.stage THEN d.old_since
                               WHEN d.old_stage IS NOT NULL THEN %(today)s
                               WHEN d.stage = 'lost'
                               THEN d.last_order + d.lost_days + 1
                               WHEN d.stage = 'dormant'
                               THEN d.last_order + d.dormant_days + 1
                               WHEN d.stage = 'new' THEN d.first_order
                               ELSE %(today)s
                           END AS since
                      FROM decided d
                ),
                saved AS (
                    INSERT INTO crm_lifecycle AS l (%(columns)s)
                    SELECT %(columns)s FROM dated d
                     WHERE d.old_id IS NULL
                        OR EXISTS (
                            SELECT FROM crm_lifecycle o
                             WHERE o.id = d.old_id
                               AND (%(old_values)s) IS DISTINCT FROM (%(new_values)s)
                        )
                    ON CONFLICT (partner_id)
                    DO UPDATE SET (%(columns)s) = (%(excluded)s)
                    RETURNING l.partner_id
                ),
                logged AS (
                    INSERT INTO crm_lifecycle_log (
                        partner_id, date, stage_from, stage_to, reason, orders,
                        last_order
                    )
                    SELECT d.partner_id, d.since, d.old_stage, d.stage, d.reason,
                           d.orders, d.last_order
                      FROM dated d
                     WHERE coalesce(d.old_stage, 'potential') <> d.stage
                )
                SELECT count(*) FROM saved
                """,
                facts=self._facts_sql(today, partner_ids),
                decision=self._decision_sql(today),
                today=today,
                columns=SQL(", ").join(map(SQL.identifier, COLUMNS)),
                old_values=SQL(", ").join(
                    SQL.identifier("o", name) for name in COLUMNS
                ),
                new_values=SQL(", ").join(
                    SQL.identifier("d", name) for name in COLUMNS
                ),
                excluded=SQL(", ").join(
                    SQL.identifier("excluded", name) for name in COLUMNS
                ),
            )
        )
        self.env["crm.lifecycle"].invalidate_model()
        self.env["res.partner"].invalidate_model(LIFECYCLE_FIELD_NAMES, flush=False)
        return rows[0][0]

    def _facts_sql(self, today, partner_ids):
        """Gather what each customer did, by the rules of the customer's company."""
        partner = self.env["res.partner"]
        sources = [
            partner._customer_purchases_sql(),
            partner._customer_ratings_sql(),
            partner._customer_contacts_sql(),
            partner._customer_due_sql(),
        ]
        only = SQL()
        if partner_ids is not None:
            only = SQL("AND s.partner_id = ANY(%s)", list(partner_ids))
        purchases, ratings, contacts, due = (
            SQL("(%s) s", source) for source in sources
        )
        return SQL(
            """
            customer AS MATERIALIZED (
                SELECT p.id, c.*
                  FROM res_partner p
                  JOIN LATERAL (
                      SELECT lifecycle_new_days AS new_days,
                             lifecycle_satisfied_rating AS satisfied_rating,
                             lifecycle_satisfied_orders AS satisfied_orders,
                             lifecycle_retained_orders AS retained_orders,
                             lifecycle_retained_days AS retained_days,
                             lifecycle_long_days AS long_days,
                             lifecycle_dormant_days AS dormant_days,
                             lifecycle_lost_days AS lost_days
                        FROM res_company
                       WHERE res_company.id = coalesce(p.company_id, %(company)s)
                  ) c ON TRUE
                 WHERE p.id = p.commercial_partner_id AND %(partners)s
            ),
            purchase AS (
                SELECT s.partner_id, count(*) AS orders, min(s.date) AS first_order,
                       max(s.date) AS last_order, sum(s.amount) AS amount,
                       count(*) FILTER (
                           WHERE s.date > %(today)s - c.retained_days
                       ) AS recent_orders
                  FROM %(purchases)s JOIN customer c ON c.id = s.partner_id
                 WHERE s.date <= %(today)s %(only)s
                 GROUP BY s.partner_id
            ),
            rating AS (
                SELECT s.partner_id, avg(s.rating) AS rating
                  FROM %(ratings)s JOIN customer c ON c.id = s.partner_id
                 WHERE s.date > %(today)s - c.retained_days AND s.date <= %(today)s
                       %(only)s
                 GROUP BY s.partner_id
            ),
            contact AS (
                SELECT s.partner_id, max(s.date) AS last_contact FROM %(contacts)s
                 WHERE s.date <= %(today)s %(only)s GROUP BY s.partner_id
            ),
            due AS (
                SELECT s.partner_id, min(s.date) AS next_due FROM %(due)s
                 WHERE TRUE %(only)s GROUP BY s.partner_id
            ),
            facts AS (
                SELECT c.*, c.id AS partner_id, coalesce(pu.orders, 0)::int AS orders,
                       pu.first_order, pu.last_order,
                       coalesce(round(pu.amount, 2), 0)::float8 AS amount,
                       coalesce(pu.recent_orders, 0) AS recent_orders, ra.rating,
                       co.last_contact, du.next_due
                  FROM customer c
                  LEFT JOIN purchase pu ON pu.partner_id = c.id
                  LEFT JOIN rating ra ON ra.partner_id = c.id
                  LEFT JOIN contact co ON co.partner_id = c.id
                  LEFT JOIN due du ON du.partner_id = c.id
                  LEFT JOIN crm_lifecycle known ON known.partner_id = c.id
                 WHERE num_nonnulls(
                     pu.orders, co.last_contact, du.next_due, known.id
                 ) > 0
            )
            """,
            today=today,
            company=self._default_company_id(),
            partners=SQL("p.id = ANY(%s)", list(partner_ids))
            if partner_ids is not None
            else SQL("TRUE"),
            only=only,
            purchases=purchases,
            ratings=ratings,
            contacts=contacts,
            due=due,
        )

    @api.model
    def _default_company_id(self):
        """Give the company whose rules hold for customers of no company: the oldest."""
        # The rules are a setting of the whole database, not something of a reader.
        return self.env["res.company"].sudo().search([], order="id", limit=1).id

    @staticmethod
    def _decision_sql(today):
        """Say in SQL what :func:`~odoo.addons.crm_base.tools.lifecycle.stage` says."""
        return SQL(
            """
            CASE
                WHEN f.orders = 0 THEN 'potential:no_order'
                WHEN %(today)s - f.last_order > f.lost_days THEN 'lost:silence'
                WHEN %(today)s - f.last_order > f.dormant_days THEN 'dormant:silence'
                WHEN %(today)s - f.first_order > f.new_days
                     AND f.recent_orders >= f.retained_orders
                THEN CASE WHEN %(today)s - f.first_order > f.long_days
                          THEN 'long_standing:years' ELSE 'retained:orders' END
                WHEN f.rating IS NOT NULL
                THEN CASE WHEN f.rating >= f.satisfied_rating
                          THEN 'satisfied:rating' ELSE 'new:first_order' END
                WHEN %(today)s - f.first_order > f.new_days
                     AND f.orders >= f.satisfied_orders
                THEN 'satisfied:repeat'
                ELSE 'new:first_order'
            END
            """,
            today=today,
        )


assert tuple(key for key, _label in STAGE_LABELS) == rules.STAGES
assert tuple(key for key, _label in REASON_LABELS) == rules.REASONS
