import json
from datetime import date, datetime, time

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import profit

#: Loss-making customers whose reasons are written by one statement.
BATCH = 20_000
#: Points of the whale curve.
POINTS = 60
#: Joined to a row ``f`` of ``mining_profit``: each group ``g.peer`` that it is in.
MEMBERS = SQL("CROSS JOIN LATERAL jsonb_array_elements_text(f.peers) g (peer)")


class MiningRun(models.Model):
    """What every customer brings after discounts, returns and what serving costs."""

    _inherit = "mining.run"

    def _run_profit(self):
        self.parameters = {"deductions": self._name_deductions()}
        self.env["res.partner"]._flush_consent()
        self.env.flush_all()
        with self.env["mining.engine"]._whole_sets():
            self._add_all_parts()
            self._add_profits()
            self._compare_with_peers()
            self._seal("mining_profit")
            self._step("bridge")
            self._add_bridge()
        self.pictures = self._profit_pictures()
        self._say_profit()
        self._publish()

    def _count_customers(self, start, end):
        if self.kind == "profit":
            # The bridge reads invoices of the window, whenever their orders are from.
            start = date.min
        return super()._count_customers(start, end)

    def _row_tables(self):
        return [
            *super()._row_tables(),
            "mining_profit",
            "mining_profit_part",
            "mining_profit_bridge",
        ]

    def _get_moments(self):
        """Give begin and end of the window where the company is, as UTC moments."""
        zone = pytz.timezone(self.company_id.partner_id.tz or "UTC")
        return [
            zone.localize(datetime.combine(fields.Date.add(day, days=1), time()))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (self.date_from, self.date_to)
        ]

    # -------------------------------------------------------------------- components

    def _get_efforts(self):
        """Give the activities of customers of this company in the window.

        :return: ``{activity: SQL}`` with ``partner_id``, ``day``, ``quantity``,
            ``amount``
        """
        start, end = self._get_moments()
        zone = self.company_id.partner_id.tz or "UTC"
        return {
            activity: SQL(
                """
                SELECT e.partner_id, e.quantity::numeric AS quantity, e.amount,
                       (e.date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS day
                  FROM (%s) e
                 WHERE e.company_id = %s AND e.date >= %s AND e.date < %s
                """,
                zone,
                efforts,
                self.company_id.id,
                start,
                end,
            )
            for activity, efforts in self.env["res.partner"]
            ._customer_efforts_sql()
            .items()
        }

    def _get_rates(self):
        """Give the rates that hold in the window; see `_get_periods`."""
        rates = self.env["mining.activity.rate"].search(
            [("company_id", "=", self.company_id.id)]
        )
        return rates._get_periods(self.date_from, self.date_to)

    def _add_all_parts(self):
        rates = self._get_rates()
        activities = self._get_efforts()
        for done, (activity, efforts) in enumerate(activities.items()):
            self._step("score", done / (len(activities) + 1))
            self._add_parts(activity, efforts, rates.get(activity))

    def _add_parts(self, activity, efforts, periods):
        """Price the activities of one kind, in one statement.

        What an analytic account cost is divided by all activities of its period, those
        for customers who are left out too.
        """
        rates = SQL(", ").join(
            SQL("(%s, %s::date, %s::date, %s::numeric, %s::numeric)", place, *period)
            for place, period in enumerate(periods or [(None, None, None, None)])
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mining_profit_part
                    (run_id, company_id, partner_id, activity, quantity, amount)
                SELECT %(run)s, %(company)s, partner_id, %(activity)s, sum(quantity),
                       round(sum(coalesce(
                           amount, quantity * unit, pool * quantity / nullif(whole, 0),
                           0)), 2)
                  FROM (
                      SELECT e.*, r.unit, r.pool,
                             sum(e.quantity) OVER (PARTITION BY r.place) AS whole
                        FROM (%(efforts)s) e
                        LEFT JOIN (VALUES %(rates)s) r (place, since, until, unit, pool)
                          ON e.day BETWEEN r.since AND r.until
                  ) priced
                 WHERE partner_id IN (%(profiled)s)
                 GROUP BY partner_id
                HAVING sum(quantity) <> 0
                """,
                run=self.id,
                company=self.company_id.id,
                activity=activity,
                efforts=efforts,
                rates=rates,
                profiled=self.env["mining.engine"]._profiled(),
            )
        )

    def _add_profits(self):
        """Sum the components of each customer, in one statement."""
        deductions = self._get_deductions()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mining_profit (
                    run_id, company_id, partner_id, user_id, country_id, place, peer,
                    peers, orders, list_sales, discount, loyalty, returns, net_sales,
                    goods, margin, serve, profit, uncosted)
                WITH %(billing)s,
                part AS (%(parts)s),
                whole AS (
                    SELECT customer, sum(orders) AS orders,
                           round(coalesce(sum(list_sales), 0), 2) AS list_sales,
                           round(coalesce(sum(discount), 0), 2) AS discount,
                           round(coalesce(sum(loyalty), 0), 2) AS loyalty,
                           round(coalesce(sum(returns), 0), 2) AS returns,
                           round(coalesce(sum(goods), 0), 2) AS goods,
                           coalesce(sum(serve), 0) AS serve,
                           round(sum(uncosted), 2) AS uncosted
                      FROM part GROUP BY customer
                ),
                %(groups)s
                SELECT %(run)s, %(company)s, w.customer, p.user_id, p.country_id,
                       row_number() OVER (ORDER BY list_sales + discount + loyalty
                           + returns + goods + serve DESC, w.customer),
                       coalesce(g.peers->>0, tier.tier, ''),
                       coalesce(g.peers, jsonb_build_array(coalesce(tier.tier, ''))),
                       orders, list_sales, discount, loyalty, returns,
                       list_sales + discount + loyalty + returns, goods,
                       list_sales + discount + loyalty + returns + goods, serve,
                       list_sales + discount + loyalty + returns + goods + serve,
                       uncosted
                  FROM whole w
                  JOIN res_partner p ON p.id = w.customer
                  LEFT JOIN grouped g ON g.partner_id = w.customer
                  LEFT JOIN tier ON tier.partner_id = w.customer
                 WHERE w.customer IN (%(profiled)s)
                """,
                billing=self._get_billing(),
                parts=self._get_parts_sql(deductions),
                groups=self._get_groups_sql(),
                run=self.id,
                company=self.company_id.id,
                profiled=self.env["mining.engine"]._profiled(),
            )
        )
        self.env["mining.profit"].invalidate_model(flush=False)

    def _get_groups_sql(self):
        """Give the groups of customers, and the tier of those without one."""
        return SQL(
            """
            grouped AS (
                SELECT partner_id, jsonb_agg(peer ORDER BY rank) AS peers
                  FROM (%s) h GROUP BY partner_id
            ),
            tier AS (
                SELECT c.partner_id, c.tier
                  FROM mining_customer c JOIN mining_run r ON r.id = c.run_id
                 WHERE r.is_published AND r.company_id = %s
            )
            """,
            self.env["res.partner"]._customer_peers_sql(),
            self.company_id.id,
        )

    def _get_deductions(self):
        """Name the activities that the run took off the revenue.

        The addon that one belongs to may be gone since.
        """
        known = (self.parameters or {}).get("deductions")
        return self._name_deductions() if known is None else known

    def _name_deductions(self):
        """Name the activities whose amount is a part of the revenue, taken off."""
        kinds = self.env["res.partner"]._customer_effort_kinds()
        return [name for name, kind in kinds.items() if kind.get("is_deduction")]

    def _get_parts_sql(self, deductions):
        """Give the components as rows to be summed by customer.

        A credit note takes from the sale what it was for; what comes back on a transfer
        is worth again what the transfer says.
        """
        return SQL(
            """
            SELECT customer, count(DISTINCT document) AS orders,
                   sum(revenue + discount) FILTER (WHERE NOT is_return) AS list_sales,
                   -sum(discount) AS discount, 0 AS loyalty,
                   coalesce(sum(revenue + discount) FILTER (WHERE is_return), 0)
                       AS returns,
                   -sum(coalesce(cost, 0)) AS goods, 0 AS serve,
                   coalesce(sum(revenue) FILTER (WHERE cost IS NULL AND revenue > 0), 0)
                       AS uncosted
              FROM sale WHERE in_window GROUP BY customer
             UNION ALL
            SELECT customer, 0, 0, 0, 0, sum(credit), 0, 0, 0
              FROM bill GROUP BY customer
             UNION ALL
            SELECT customer, 0, 0, 0, 0, 0, sum(value), 0, 0
              FROM back GROUP BY customer
             UNION ALL
            SELECT partner_id, 0,
                   sum(amount) FILTER (WHERE activity = ANY(%(deductions)s)), 0,
                   -sum(amount) FILTER (WHERE activity = ANY(%(deductions)s)), 0, 0,
                   -sum(amount) FILTER (WHERE NOT activity = ANY(%(deductions)s)), 0
              FROM mining_profit_part WHERE run_id = %(run)s GROUP BY partner_id
            """,
            deductions=deductions,
            run=self.id,
        )

    # ---------------------------------------------------------------------------- why

    def _get_components(self, key, rows):
        """Give the components in cents by customer or group.

        :param key: SQL over a row ``f`` of ``mining_profit``: its customer or group
        :param rows: SQL over such a row, with what is joined to it
        :return: ``[(key, list sales, {component: cents})]``; deductions are negative
        """
        deductions = self._get_deductions()
        found = self.env.execute_query(
            SQL(
                """
                SELECT %(key)s, sum(f.list_sales * 100)::bigint,
                       sum(f.discount * 100)::bigint, sum(f.loyalty * 100)::bigint,
                       sum(f.returns * 100)::bigint, sum(f.goods * 100)::bigint
                  FROM mining_profit f %(rows)s AND f.run_id = %(run)s
                 GROUP BY 1 ORDER BY 1
                """,
                key=key,
                rows=rows,
                run=self.id,
            )
        )
        served = self.env.execute_query(
            SQL(
                """
                SELECT %(key)s, t.activity, -sum(t.amount * 100)::bigint
                  FROM mining_profit_part t
                  JOIN mining_profit f
                    ON f.run_id = t.run_id AND f.partner_id = t.partner_id
                  %(rows)s AND t.run_id = %(run)s AND t.amount <> 0
                   AND NOT t.activity = ANY(%(deductions)s)
                 GROUP BY 1, 2 ORDER BY 1, 2
                """,
                key=key,
                rows=rows,
                run=self.id,
                deductions=deductions,
            )
        )
        result = {
            row[0]: (row[1], dict(zip(profit.COMPONENTS, row[2:], strict=True)))
            for row in found
        }
        for owner, activity, cents in served:
            result[owner][1][activity] = cents
        return result

    def _compare_with_peers(self):
        """Say against which group each customer stands how, and why some lose money."""
        groups = self._get_components(SQL("g.peer"), SQL("%s WHERE TRUE", MEMBERS))
        self.parameters = {**(self.parameters or {}), "peers": groups}
        self._write_gaps()
        losing = self._get_components(SQL("f.id"), SQL("WHERE f.profit < 0"))
        peers = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, peer FROM mining_profit"
                    " WHERE run_id = %s AND profit < 0 ORDER BY id",
                    self.id,
                )
            )
        )
        rows = []
        for profit_id, (sales, own) in losing.items():
            peer_sales, of_peers = groups[peers[profit_id]]
            gaps = profit.decompose(own, of_peers, sales, peer_sales)
            found = profit.reasons(gaps, own)
            if found:
                rows.append((profit_id, found, profit.measure(found[0][0])))
        self._write_reasons(rows)

    def _write_gaps(self):
        """Write what customers bring more than their groups on the same sales.

        Whole cents, rounded as :func:`profit.decompose` does, so that the parts of a
        gap sum to it.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH grouped AS (
                    SELECT g.peer, sum(list_sales) * 100 AS sales,
                           sum(profit - list_sales) * 100 AS total
                      FROM mining_profit f %(members)s WHERE f.run_id = %(run)s
                     GROUP BY g.peer
                ),
                rated AS (
                    SELECT f.id, f.profit - f.list_sales AS own,
                           2 * g.total * f.list_sales * 100 + g.sales AS over,
                           2 * g.sales AS under,
                           g.sales > 0 AND f.list_sales > 0 AS is_rated
                      FROM mining_profit f JOIN grouped g ON g.peer = f.peer
                     WHERE f.run_id = %(run)s
                )
                UPDATE mining_profit f
                   SET gap = r.own - CASE WHEN r.is_rated THEN
                       (over - mod(mod(over, under) + under, under)) / under / 100
                       ELSE 0 END
                  FROM rated r WHERE r.id = f.id
                """,
                run=self.id,
                members=MEMBERS,
            )
        )
        self.env["mining.profit"].invalidate_model(flush=False)

    def _write_reasons(self, rows):
        """Write why customers lose money, a few statements for all of them."""
        for start in range(0, len(rows), BATCH):
            ids, found, measures = zip(*rows[start : start + BATCH], strict=True)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE mining_profit f SET reasons = r.reasons, measure = r.measure
                      FROM unnest(%s, %s::jsonb[], %s) r (id, reasons, measure)
                     WHERE f.id = r.id
                    """,
                    list(ids),
                    [json.dumps(reasons) for reasons in found],
                    list(measures),
                )
            )
        self.env["mining.profit"].invalidate_model(flush=False)

    # ----------------------------------------------------------------------- pictures

    def _profit_pictures(self):
        """Give what the page draws: the sums, the whale curve and why money is lost."""
        names = (
            "list_sales discount loyalty returns goods serve profit uncosted"
        ).split()
        sums = self._rows(
            "SELECT count(*), count(*) FILTER (WHERE profit < 0),"
            " coalesce(sum(profit) FILTER (WHERE profit < 0), 0)::float, "
            + ", ".join(f"coalesce(sum({name}), 0)::float" for name in names)
            + " FROM mining_profit WHERE run_id = %(run)s"
        )[0]
        return {
            "customers": sums[0],
            "losing": sums[1],
            "loss": sums[2],
            "sums": dict(zip(names, sums[3:], strict=True)),
            "whale": self._whale_curve(),
            "measures": self._rows(
                "SELECT measure, count(*), sum(profit)::float FROM mining_profit"
                " WHERE run_id = %(run)s AND profit < 0 GROUP BY 1 ORDER BY 3, 1"
            ),
        }

    def _whale_curve(self):
        """Give customers and cumulated profit, best first, at so many points.

        Kaplan, Narayanan, *Measuring and Managing Customer Profitability* (2001).
        """
        return self._rows(
            """
            SELECT max(place), (array_agg(running ORDER BY place DESC))[1]::float
              FROM (
                SELECT place, sum(profit) OVER (ORDER BY place) AS running,
                       ntile(%(points)s) OVER (ORDER BY place) AS point
                  FROM mining_profit WHERE run_id = %(run)s
              ) c GROUP BY point ORDER BY point
            """,
            points=POINTS,
        )

    def _say_profit(self):
        pictures = self.pictures
        self._say("losing", losing=pictures["losing"], total=pictures["customers"])
        # The rest of the bridge in money: nothing else says whether the sums are right.
        self._say(
            "bridged" if not self.quality else "unbridged",
            rest=f"{self.quality:,.2f}",
        )

    # ------------------------------------------------------------------------- opening

    def _open_profits(self, domain):
        """List customers of this run."""
        return self._open_lines("mining.profit", [("run_id", "=", self.id), *domain])

    def _open_lines(self, model, domain):
        """List documents, if the reader may read such documents at all."""
        self.env[model].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).display_name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }

    def _open_efforts(self, activity, partner):
        """List the documents of an activity for a customer in the window.

        :raise UserError: the addon that keeps them is gone
        """
        kind = self.env["res.partner"]._customer_effort_kinds().get(activity)
        if not kind:
            raise UserError(
                self.env._(
                    "The app that keeps the documents of “%(activity)s” is not "
                    "installed any more. Run the analysis again, or install the app.",
                    activity=activity,
                )
            )
        start, end = self._get_moments()
        return self._open_lines(
            kind["model"],
            [
                *kind.get("domain", []),
                (kind["partner"], "child_of", partner.id),
                (kind["date"], ">=", start),
                (kind["date"], "<", end),
            ],
        )
