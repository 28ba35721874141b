from odoo import api, fields, models
from odoo.fields import Date
from odoo.tools import SQL

CLASSES = [
    ("a", "A · first 80 % of revenue"),
    ("b", "B · next 15 %"),
    ("c", "C · last 5 %"),
    ("d", "D · no revenue"),
]
DAYS = 365


class SfaEffortReport(models.Model):
    """A customer's share in revenue and in the effort of the sales force, last year.

    Classes are those of Pareto's analysis: customers in order of revenue, until 80 % of
    all revenue (A), until 95 % (B) and the rest (C); D bought nothing.
    """

    _name = "sfa.effort.report"
    _description = "Effort against Value"
    _auto = False
    _order = "revenue desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    class_abc = fields.Selection(CLASSES, "Class", readonly=True)
    category_id = fields.Many2one(
        "sfa.customer.category", "Customer Category", readonly=True
    )
    territory_id = fields.Many2one("sfa.territory", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    customers = fields.Integer(readonly=True)
    revenue = fields.Float(
        readonly=True, help="Last 365 days, in the company's currency, without tax."
    )
    actions = fields.Integer("Done Actions", readonly=True)
    hours = fields.Float(readonly=True)
    customer_share = fields.Float("Share of Customers (%)", readonly=True)
    revenue_share = fields.Float("Share of Revenue (%)", readonly=True)
    action_share = fields.Float("Share of Actions (%)", readonly=True)
    hour_share = fields.Float("Share of Hours (%)", readonly=True)

    @property
    def _table_query(self):
        # Sums over all customers are what the report is for; who opens it is a
        # manager, and the rules of the report keep companies apart.
        return self._get_customer_query()

    @api.model
    def _get_customer_query(self):
        """Give a row for each customer that bought or was worked on."""
        self.env["sale.order"].flush_model()
        self.env["mail.activity"].flush_model()
        since = Date.subtract(Date.context_today(self), days=DAYS)
        return SQL(
            """
            SELECT e.*, 1 AS customers,
                   100.0 / count(*) OVER () AS customer_share,
                   100 * e.revenue / nullif(sum(e.revenue) OVER (), 0) AS revenue_share,
                   100.0 * e.actions / nullif(sum(e.actions) OVER (), 0)
                       AS action_share,
                   100 * e.hours / nullif(sum(e.hours) OVER (), 0) AS hour_share
              FROM (
                SELECT p.id, p.id AS partner_id, p.sfa_category_id AS category_id,
                       p.sfa_territory_id AS territory_id, p.user_id, p.company_id,
                       coalesce(v.revenue, 0)::float8 AS revenue,
                       CASE WHEN v.revenue IS NULL THEN 'd'
                            WHEN v.before < 0.80 * v.total THEN 'a'
                            WHEN v.before < 0.95 * v.total THEN 'b'
                            ELSE 'c' END AS class_abc,
                       coalesce(w.actions, 0) AS actions,
                       coalesce(w.hours, 0)::float8 AS hours
                  FROM (%(value)s) v
                  FULL JOIN (%(work)s) w ON w.partner_id = v.partner_id
                  JOIN res_partner p ON p.id = coalesce(v.partner_id, w.partner_id)
              ) e
            """,
            value=self._get_value_query(since),
            work=self._get_work_query(since),
        )

    @api.model
    def _get_value_query(self, since):
        """Give revenue, all revenue, and the revenue of those who bought more."""
        return SQL(
            """
            SELECT s.partner_id, s.revenue, sum(s.revenue) OVER () AS total,
                   sum(s.revenue) OVER (ORDER BY s.revenue DESC, s.partner_id)
                       - s.revenue AS before
              FROM (
                SELECT o.partner_id, sum(o.amount) AS revenue FROM (%s) o
                 WHERE o.date > %s GROUP BY o.partner_id HAVING sum(o.amount) > 0
              ) s
            """,
            self.env["res.partner"]._customer_purchases_sql(),
            since,
        )

    @api.model
    def _get_work_query(self, since):
        """Give done actions and their hours."""
        return SQL(
            """
            SELECT p.commercial_partner_id AS partner_id, count(*) AS actions,
                   sum(coalesce(
                       extract(epoch FROM a.sfa_stopped - a.sfa_started) / 3600,
                       a.sfa_duration, 0)) AS hours
              FROM mail_activity a JOIN res_partner p ON p.id = a.sfa_partner_id
             WHERE NOT a.active AND a.date_done > %s
               AND coalesce(a.sfa_outcome, '') <> 'skipped'
             GROUP BY p.commercial_partner_id
            """,
            since,
        )
