from odoo import fields, models
from odoo.tools import SQL

from .sfa_effort_report import CLASSES


class SfaEffortShare(models.Model):
    """The share of a class of customers in one measure: the picture of the effort."""

    _name = "sfa.effort.share"
    _description = "Effort by Class of Customer"
    _auto = False
    _order = "class_abc, measure"
    _rec_name = "measure"

    class_abc = fields.Selection(CLASSES, "Class", readonly=True)
    measure = fields.Selection(
        [
            ("1_customers", "Customers"),
            ("2_revenue", "Revenue"),
            ("3_actions", "Actions"),
            ("4_hours", "Hours"),
        ],
        readonly=True,
    )
    share = fields.Float("Share (%)", readonly=True)

    @property
    def _table_query(self):
        # Only the current companies' customers count, as in the list of customers.
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY s.class_abc, m.measure)::int AS id,
                   s.class_abc, m.measure,
                   coalesce(100 * m.part / nullif(sum(m.part) OVER (
                       PARTITION BY m.measure), 0), 0)::float8 AS share
              FROM (
                SELECT class_abc, count(*) AS customers, sum(revenue) AS revenue,
                       sum(actions) AS actions, sum(hours) AS hours
                  FROM (%s) e
                 WHERE e.company_id IS NULL OR e.company_id = ANY(%s)
                 GROUP BY class_abc
              ) s
              CROSS JOIN LATERAL (VALUES
                  ('1_customers', s.customers::float8),
                  ('2_revenue', s.revenue::float8),
                  ('3_actions', s.actions::float8), ('4_hours', s.hours::float8)
              ) AS m (measure, part)
            """,
            self.env["sfa.effort.report"]._get_customer_query(),
            self.env.companies.ids,
        )
