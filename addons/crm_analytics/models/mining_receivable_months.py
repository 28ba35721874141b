from odoo import api, fields, models
from odoo.tools import SQL

from .mining_receivable import DSO_DAYS, count_days

MONTHS = 12


class MiningReceivable(models.AbstractModel):
    """What customers owed at the ends of months; a page asks for it by itself."""

    _inherit = "mining.receivable"

    @api.model
    @api.readonly
    def get_months(self, day=None):
        """Give what stood at the end of each month before a day, and of that day.

        Days of sales outstanding: receivables divided by the sales on credit (with tax,
        less credit notes) of the 90 days before, times 90.

        :param day: ISO date, today by default
        :return: ``[day, open, overdue, days of sales outstanding or None]``, oldest
            first
        :raise AccessError: as `get_page`
        """
        lines, end = self._get_lines(), self._read_day(day)
        return self._read_days(lines, self._get_days(end))

    def _read_days(self, lines, days):
        """Give what stood at the end of each day, in one statement.

        What is open today and what was matched since: of all that was settled before,
        nothing is read. Items are summed by their days first: there are far fewer days.

        :return: ``[day, open, overdue, days of sales outstanding or None]``, oldest
            first
        """
        items = self._select(
            lines,
            "id date date_maturity balance move_id amount_residual reconciled",
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH part AS MATERIALIZED (
                    SELECT date, due, matched, sum(amount) AS amount,
                           sum(amount) FILTER (WHERE balance >= 0) AS owed
                      FROM (%(parts)s) each_part GROUP BY 1, 2, 3
                ),
                sold AS MATERIALIZED (%(sold)s)
                SELECT d.day, p.open, p.late,
                       (SELECT sum(balance) FROM sold
                         WHERE date <= d.day AND date > d.day - %(dso)s)
                  FROM unnest(%(days)s::date[]) d (day)
                 CROSS JOIN LATERAL (
                     SELECT coalesce(sum(amount), 0) AS open,
                            coalesce(sum(owed) FILTER (WHERE due < d.day), 0) AS late
                       FROM part WHERE date <= d.day AND matched > d.day
                 ) p ORDER BY d.day
                """,
                parts=self._get_parts_sql(items, min(days)),
                sold=self._get_sold_sql(SQL("(%s)", items), days),
                days=days,
                dso=DSO_DAYS,
            )
        )
        return [
            [
                fields.Date.to_string(day),
                float(open_),
                float(late),
                count_days(open_, sold),
            ]
            for day, open_, late, sold in rows
        ]

    def _get_parts_sql(self, items, first):
        """Give the parts of items, each until it was matched, that lasted beyond a day.

        An item is worth what is left of it and what was matched with it afterwards.
        """
        return SQL(
            """
            SELECT date, date_maturity AS due, 'infinity'::date AS matched,
                   amount_residual AS amount, balance
              FROM (%(items)s) l WHERE reconciled IS NOT TRUE
             UNION ALL
            SELECT l.date, l.date_maturity, r.max_date, r.amount, l.balance
              FROM account_partial_reconcile r
              JOIN (%(items)s) l ON l.id = r.debit_move_id WHERE r.max_date > %(first)s
             UNION ALL
            SELECT l.date, l.date_maturity, r.max_date, -r.amount, l.balance
              FROM account_partial_reconcile r
              JOIN (%(items)s) l ON l.id = r.credit_move_id WHERE r.max_date > %(first)s
            """,
            items=items,
            first=first,
        )

    def _get_days(self, end):
        """Give the ends of the months before a day, and the day."""
        return [
            fields.Date.end_of(fields.Date.subtract(end, months=back), "month")
            for back in range(MONTHS - 1, 0, -1)
        ] + [end]
