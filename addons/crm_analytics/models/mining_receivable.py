from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

#: Days after the due date at which a class of age begins.
CLASSES = (1, 31, 61, 91)
#: Customers, salespeople and territories that the page names.
SHOWN = 10
MONTHS = 12
#: Days of sales against which the days of sales outstanding are counted.
DSO_DAYS = 90


class MiningReceivable(models.AbstractModel):
    """What customers owe, how old it is, and how long they take, at any date."""

    _name = "mining.receivable"
    _description = "Receivables"

    @api.model
    @api.readonly
    def get_page(self, day=None):
        """Give receivables of the current company at the end of a day.

        Open is what posted receivable items were worth by then, less what had been
        matched with them by then; the sum is the ledger's balance of that day. Days of
        sales outstanding: receivables divided by the sales on credit (with tax, less
        credit notes) of the 90 days before, times 90.

        :param day: ISO date, today by default
        :return: ``day``, ``currency_id``, ``total``, ``ledger`` (the balance read by
            itself), ``classes``: sums of what is not due, 1–30, 31–60, 61–90 and over
            90 days late, and of payments and credits not matched yet; ``overdue``,
            ``share``, ``dso``, ``by``: ``customer``, ``user`` and ``territory`` as
            ``[id, name, open, overdue, *classes]``, and ``months``: ``[day, open,
            overdue, dso]``
        :raise AccessError: the user may not read analyses or the ledger
        """
        lines = self._get_lines()
        end = self._read_day(day)
        rows = self._read_ages(lines, end)
        _id, _name, total, overdue, *classes = rows.pop("all")[0]
        months = self._read_months(lines, end)
        return {
            "day": fields.Date.to_string(end),
            "currency_id": self.env.company.currency_id.id,
            "total": total,
            "ledger": months[-1][1],
            "classes": classes,
            "overdue": overdue,
            "share": overdue / total if total > 0 else None,
            "dso": months[-1][3],
            "by": rows,
            "months": months,
        }

    @api.model
    @api.readonly
    def open_items(self, day=None, number=None, key=None, record_id=None):
        """List open items of today, as far as the reader may see them.

        Arguments that say nothing known narrow nothing.

        :param day: ISO date; items posted after it are left out
        :param number: of a class: 0 not due, 1 to 4 late, 5 payments and credits
        :param key: ``customer``, ``user`` or ``territory``, with the id of one
        """
        self._get_lines()
        end = self._read_day(day)
        domain = [
            *self._get_domain(),
            ("date", "<=", end),
            ("reconciled", "=", False),
        ]
        if number == len(CLASSES) + 1:
            domain.append(("balance", "<", 0))
        elif number in range(len(CLASSES) + 1):
            domain += [("balance", ">", 0), *self._get_due_domain(number, end)]
        path = self._get_paths().get(key)
        if path:
            domain.append((path, "=", isinstance(record_id, int) and record_id))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Items"),
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }

    def _get_due_domain(self, number, end):
        starts = (None, *CLASSES, None)
        least, most = starts[number], starts[number + 1]
        if number == 0:
            return [("date_maturity", ">=", end)]
        domain = [("date_maturity", "<=", fields.Date.subtract(end, days=least))]
        if most:
            newest = fields.Date.subtract(end, days=most)
            domain.append(("date_maturity", ">", newest))
        return domain

    @api.model
    def _get_paths(self):
        """Give by what receivables are told apart: path from an item to the record."""
        paths = {
            "customer": "partner_id.commercial_partner_id",
            "user": "partner_id.commercial_partner_id.user_id",
        }
        # Territories belong to another app, which may be absent.
        if "sfa_territory_id" in self.env["res.partner"]._fields:
            paths["territory"] = "partner_id.commercial_partner_id.sfa_territory_id"
        return paths

    @api.model
    def _get_domain(self):
        return [
            ("company_id", "=", self.env.company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
        ]

    def _get_lines(self):
        """Give the receivable items that the reader may see, as a query.

        :raise AccessError: the user may not read analyses or the ledger
        """
        if not self.env.user.has_group("crm_analytics.crm_analytics_group_user"):
            raise AccessError(self.env._("Receivables are for users of analytics."))
        items = self.env["account.move.line"]
        items.check_access("read")
        self.env.flush_all()
        return items._search(self._get_domain())

    def _read_day(self, day):
        if not day:
            return fields.Date.context_today(self)
        try:
            return date.fromisoformat(day)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("“%(day)s” is no date. Write it as 2026-12-31.", day=day)
            ) from error

    def _read_ages(self, lines, end):
        """Give what is open by class of age, in one statement.

        :return: ``{"all" or key: [[id, name, open, overdue, *classes]]}``, most
            overdue first
        """
        has_territories = "territory" in self._get_paths()
        rows = self.env.execute_query(
            SQL(
                """
                WITH summed AS (%(summed)s)
                SELECT level, r.id, coalesce(CASE level WHEN 3 THEN c.complete_name
                           WHEN 5 THEN n.name ELSE %(name)s END, %(none)s),
                       rest, overdue, %(classes)s
                  FROM (
                      SELECT s.*, row_number() OVER (PARTITION BY level
                             ORDER BY overdue DESC, rest DESC, id) AS place
                        FROM summed s
                  ) r
                  LEFT JOIN res_partner c ON level = 3 AND c.id = r.id
                  LEFT JOIN res_users u ON level = 5 AND u.id = r.id
                  LEFT JOIN res_partner n ON n.id = u.partner_id
                  %(territories)s
                 WHERE place <= %(shown)s ORDER BY level, place
                """,
                summed=self._get_ages_sql(lines, end, has_territories),
                name=SQL("t.complete_name" if has_territories else "NULL"),
                none=self.env._("None"),
                classes=SQL(", ").join(
                    SQL.identifier(f"class_{number}")
                    for number in range(len(CLASSES) + 2)
                ),
                territories=SQL(
                    "LEFT JOIN sfa_territory t ON level = 6 AND t.id = r.id"
                    if has_territories
                    else ""
                ),
                shown=SHOWN,
            )
        )
        levels = {3: "customer", 5: "user", 6: "territory", 7: "all"}
        found = {}
        for level, record_id, name, *sums in rows:
            row = [record_id, name, *map(float, sums)]
            found.setdefault(levels[level], []).append(row)
        if not has_territories:
            found.pop("territory", None)
        return found

    def _get_ages_sql(self, lines, end, has_territories):
        """Give sums by customer, by salesperson, by territory, and of all.

        Each with the sum, what is overdue, and the classes of age as columns.
        """
        credits_ = len(CLASSES) + 1
        return SQL(
            """
            SELECT grouping(customer, salesperson, territory) AS level,
                   coalesce(customer, salesperson, territory) AS id,
                   coalesce(sum(rest), 0) AS rest,
                   coalesce(sum(rest) FILTER (WHERE class > 0 AND class < %(credits)s),
                       0) AS overdue, %(sums)s
              FROM (
                  SELECT c.id AS customer, c.user_id AS salesperson,
                         %(territory)s AS territory, i.rest,
                         CASE WHEN i.balance < 0 THEN %(credits)s
                              ELSE width_bucket(%(day)s::date
                                  - coalesce(i.due, %(day)s::date), %(starts)s)
                         END AS class
                    FROM (%(items)s) i
                    LEFT JOIN res_partner p ON p.id = i.partner_id
                    LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
                   WHERE i.rest <> 0
              ) aged
             GROUP BY GROUPING SETS ((customer), (salesperson), (territory), ())
            """,
            items=self._get_items_sql(lines, end),
            territory=SQL("c.sfa_territory_id" if has_territories else "NULL::int"),
            credits=credits_,
            day=end,
            starts=list(CLASSES),
            sums=SQL(", ").join(
                SQL(
                    "coalesce(sum(rest) FILTER (WHERE class = %s), 0) AS %s",
                    number,
                    SQL.identifier(f"class_{number}"),
                )
                for number in range(credits_ + 1)
            ),
        )

    def _get_items_sql(self, lines, end):
        """Give the items posted until a day, and what of each was open then."""
        return SQL(
            """
            SELECT l.id, l.partner_id, l.date_maturity AS due, l.balance,
                   l.balance - coalesce(d.amount, 0) + coalesce(k.amount, 0) AS rest
              FROM account_move_line l
              LEFT JOIN (
                  SELECT debit_move_id, sum(amount) AS amount
                    FROM account_partial_reconcile WHERE max_date <= %(day)s GROUP BY 1
              ) d ON d.debit_move_id = l.id
              LEFT JOIN (
                  SELECT credit_move_id, sum(amount) AS amount
                    FROM account_partial_reconcile WHERE max_date <= %(day)s GROUP BY 1
              ) k ON k.credit_move_id = l.id
             WHERE l.id IN (%(lines)s) AND l.date <= %(day)s
            """,
            day=end,
            lines=lines.subselect(),
        )

    def _read_months(self, lines, end):
        """Give the ends of the last months and the day itself, in one statement.

        :return: ``[day, open, overdue, days of sales outstanding or None]``, oldest
            first
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH line AS MATERIALIZED (
                    SELECT l.id, l.date, l.balance, l.date_maturity AS due,
                           m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                               AS is_sale
                      FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                     WHERE l.id IN (%(lines)s)
                ),
                paid AS MATERIALIZED (
                    SELECT r.max_date, r.amount, l.due
                      FROM account_partial_reconcile r
                      JOIN line l ON l.id = r.debit_move_id
                )
                SELECT d.day, l.open,
                       l.late - coalesce((SELECT sum(amount) FROM paid
                           WHERE max_date <= d.day AND due < d.day), 0),
                       l.sold
                  FROM unnest(%(days)s::date[]) d (day)
                 CROSS JOIN LATERAL (
                     SELECT coalesce(sum(balance), 0) AS open,
                            coalesce(sum(balance) FILTER (WHERE balance > 0
                                AND due < d.day), 0) AS late,
                            coalesce(sum(balance) FILTER (WHERE is_sale
                                AND date > d.day - %(dso)s), 0) AS sold
                       FROM line WHERE date <= d.day
                 ) l ORDER BY d.day
                """,
                lines=lines.subselect(),
                days=self._get_days(end),
                dso=DSO_DAYS,
            )
        )
        return [
            [
                fields.Date.to_string(day),
                float(open_),
                float(late),
                float(open_ * DSO_DAYS / sold) if sold > 0 else None,
            ]
            for day, open_, late, sold in rows
        ]

    def _get_days(self, end):
        """Give the ends of the months before a day, and the day."""
        return [
            fields.Date.end_of(fields.Date.subtract(end, months=back), "month")
            for back in range(MONTHS - 1, 0, -1)
        ] + [end]
