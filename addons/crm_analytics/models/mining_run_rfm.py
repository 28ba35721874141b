from odoo import models
from odoo.tools import SQL

from ..tools import studies
from .mining_engine import day_number

#: Points of the 80/20 curve.
POINTS = 50
#: Columns of the job ``rfm``.
ROW = {
    **dict.fromkeys("customer first_day last_day recency orders".split(), "int"),
    **dict.fromkeys("cents margin_cents".split(), "bigint"),
    **dict.fromkeys("r f m place".split(), "int"),
    **dict.fromkeys("tier segment".split(), "varchar"),
}
#: Months of first purchases in the picture of cohorts.
COHORTS = 12


class MiningRun(models.Model):
    """Recency, frequency, money, value tiers, and their pictures."""

    _inherit = "mining.run"

    def _run_rfm(self):
        days = self._days()
        self._step("judge")
        self._judge_rfm(**days)
        self._step("score")
        self._store_rfm(days)
        self._seal("mining_customer")
        self.pictures = self._rfm_pictures()
        self._say_tiers()
        self._publish()

    def _store_rfm(self, days):
        """Keep recency, frequency, money, margin and tier of each customer."""
        job = self.env["mining.engine"]._job_rows(
            "rfm",
            self.company_id,
            ROW,
            from_day=days["from_day"],
            to_day=days["to_day"],
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mining_customer (
                    run_id, company_id, partner_id, place, tier, segment, r, f, m,
                    recency, orders, first_date, last_date, revenue, margin
                )
                SELECT %s, %s, customer, place, tier, segment, r, f, m, recency,
                       orders, DATE '1970-01-01' + first_day,
                       DATE '1970-01-01' + last_day,
                       cents / 100.0, margin_cents / 100.0
                  FROM (%s) j ORDER BY place
                """,
                self.id,
                self.company_id.id,
                job,
            )
        )
        self.env["mining.customer"].invalidate_model(flush=False)

    def _judge_rfm(self, from_day, cut_day, to_day):
        """Ask on later data whether the classes tell who buys again."""
        judgement = studies.judge_classes(
            self._ask_jobs("rfm", from_day=from_day, to_day=cut_day),
            self._ask_jobs("rfm", from_day=cut_day, to_day=to_day),
        )
        if judgement:
            self._note(judgement)

    def _say_tiers(self):
        tiers = {tier: count for tier, count, *_sums in self.pictures["tiers"]}
        self._say("tiers", best=tiers.get("A", 0), total=sum(tiers.values()))
        if self.quality:
            self._say(
                "describes",
                days=self.model_id.horizon_days,
                quality=f"{self.quality:.3f}",
                baseline=f"{self.baseline:.3f}",
            )

    def _rfm_pictures(self):
        """Give what the dashboard draws, ready."""
        return {
            "tiers": self._rows(
                "SELECT tier, count(*), sum(revenue)::float, sum(margin)::float"
                " FROM mining_customer WHERE run_id = %(run)s GROUP BY 1 ORDER BY 1"
            ),
            "grid": self._rows(
                "SELECT r, f, count(*), sum(revenue)::float"
                " FROM mining_customer WHERE run_id = %(run)s"
                " GROUP BY r, f ORDER BY r, f"
            ),
            "segments": self._rows(
                "SELECT segment, count(*), sum(revenue)::float FROM mining_customer"
                " WHERE run_id = %(run)s GROUP BY segment ORDER BY 3 DESC, 1"
            ),
            "curve": self._rfm_curve(),
            "cohorts": self._rfm_cohorts(),
            "migration": self._rfm_migration(),
        }

    def _rows(self, query, **arguments):
        rows = self.env.execute_query(SQL(query, run=self.id, **arguments))
        return [list(row) for row in rows]

    def _rfm_curve(self):
        """Give shares of customers and of revenue, best customers first."""
        return self._rows(
            """
            SELECT max(place)::float / max(customers), max(running)::float / max(total)
              FROM (
                SELECT place, count(*) OVER () AS customers,
                       sum(greatest(revenue, 0)) OVER (ORDER BY place) AS running,
                       nullif(sum(greatest(revenue, 0)) OVER (), 0) AS total,
                       ntile(%(points)s) OVER (ORDER BY place) AS point
                  FROM mining_customer WHERE run_id = %(run)s
              ) c GROUP BY point ORDER BY point
            """,
            points=POINTS,
        )

    def _rfm_cohorts(self):
        """Give cohort month, months since, customers; months count from year 0."""
        last = self.date_to.year * 12 + self.date_to.month - 1
        rows = self._ask_jobs(
            "cohort",
            from_month=last - COHORTS,
            to_day=day_number(self.date_to),
        )
        return [list(row) for row in rows]

    def _rfm_migration(self):
        """Give tier before, tier now, customers, against the run before."""
        before = self._previous()
        if not before:
            return []
        return self._rows(
            """
            SELECT o.tier, n.tier, count(*)
              FROM (
                  SELECT partner_id, tier FROM mining_customer
                   WHERE run_id = %(run)s
              ) n
              FULL JOIN (
                  SELECT partner_id, tier FROM mining_customer
                   WHERE run_id = %(before)s
              ) o ON o.partner_id = n.partner_id
             GROUP BY 1, 2 ORDER BY 1, 2
            """,
            before=before.id,
        )
