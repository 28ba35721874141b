from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

#: Days after the due date at which a class of age begins.
CLASSES = (1, 31, 61, 91)
#: What is not due, each class of age, and what customers have coming, as columns.
COLUMNS = tuple(f"class_{number}" for number in range(len(CLASSES) + 2))
#: Customers, salespeople and territories that the page names.
SHOWN = 10
#: Days of sales against which the days of sales outstanding are counted.
DSO_DAYS = 90
#: Years that a page can be asked for.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class MiningReceivable(models.AbstractModel):
    """What customers owe, how old it is, and how long they take, at any date."""

    _name = "mining.receivable"
    _description = "Receivables"

    @api.model
    @api.readonly
    def get_page(self, day=None):
        """Give receivables of the current company at the end of a day.

        Open is what posted receivable items were worth by then, less what had been
        matched with them by then; the sum is the ledger's balance of that day, see
        `get_ledger`.

        :param day: ISO date, today by default
        :return: ``day``, ``currency_id``, ``total``, ``classes``: sums of what is not
            due, 1–30, 31–60, 61–90 and over 90 days late, and of payments and credits
            not matched yet; ``overdue``, ``share``, and ``by``: ``customer``, ``user``
            and ``territory`` as ``[id, name, open, overdue, *classes]``
        :raise AccessError: the user may not read analyses or the ledger
        """
        lines = self._get_lines()
        end = self._read_day(day)
        rows = self._read_ages(lines, end)
        _id, _name, total, overdue, *classes = rows.pop("all")[0]
        return {
            "day": fields.Date.to_string(end),
            "currency_id": self.env.company.currency_id.id,
            "total": total,
            "classes": classes,
            "overdue": overdue,
            "share": overdue / total if total > 0 else None,
            "by": rows,
        }

    @api.model
    @api.readonly
    def get_ledger(self, day=None):
        """Give the ledger's balance of receivables at the end of a day.

        It reads every item there ever was, so a page asks for it by itself, to be
        compared with what `get_page` found without.

        :param day: ISO date, today by default
        :raise AccessError: as `get_page`
        """
        lines, end = self._get_lines(), self._read_day(day)
        rows = self.env.execute_query(
            SQL(
                "SELECT coalesce(sum(balance), 0) FROM (%s) l WHERE date <= %s",
                self._select(lines, "balance date"),
                end,
            )
        )
        return float(rows[0][0])

    @api.model
    def _get_overdue(self):
        """Give what is overdue today, and the days of sales outstanding or None.

        :raise AccessError: as `get_page`
        """
        lines, today = self._get_lines(), fields.Date.context_today(self)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT coalesce(sum(rest), 0), coalesce(sum(rest) FILTER (
                           WHERE balance >= 0 AND due < %s), 0),
                       (SELECT sum(balance) FROM (%s) sold)
                  FROM (%s) item
                """,
                today,
                self._get_sold_sql(
                    SQL("(%s)", self._select(lines, "date balance move_id")), [today]
                ),
                self._get_items_sql(lines, today),
            )
        )
        open_, late, sold = rows[0]
        return float(late), count_days(open_, sold)

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

    @api.model
    def _get_overdue_domain(self):
        """Give the items behind what is overdue today."""
        return [
            *self._get_domain(),
            ("reconciled", "=", False),
            ("balance", ">=", 0),
            ("date_maturity", "<", fields.Date.context_today(self)),
        ]

    def _get_due_domain(self, number, end):
        starts = (None, *CLASSES, None)
        least, most = starts[number], starts[number + 1]
        if number == 0:
            return ["|", ("date_maturity", "=", False), ("date_maturity", ">=", end)]
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
        # Accounts by their ids: the index of open items begins with them.
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM account_account WHERE account_type = 'asset_receivable'"
            )
        )
        accounts = [account_id for (account_id,) in rows]
        return items._search([*self._get_domain(), ("account_id", "in", accounts)])

    def _read_day(self, day):
        if not day:
            return fields.Date.context_today(self)
        try:
            found = date.fromisoformat(day)
        except (TypeError, ValueError):
            found = date.min
        # Near the ends of the calendar there are no days before or after.
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UserError(
                self.env._("“%(day)s” is no date. Write it as 2026-12-31.", day=day)
            )
        return found

    def _read_ages(self, lines, end):
        """Give what is open by class of age, in one statement.

        :return: ``{"all" or key: [[id, name, open, overdue, *classes]]}``, most
            overdue first
        """
        has_territories = "territory" in self._get_paths()
        names = [*map(SQL.identifier, ("rest", "overdue", *COLUMNS))]
        rows = self.env.execute_query(
            SQL(
                """
                WITH customer AS MATERIALIZED (%(customers)s),
                level AS (
                    (SELECT 'customer' AS level, id, %(names)s FROM customer
                      ORDER BY overdue DESC, rest DESC, id LIMIT %(shown)s)
                     UNION ALL
                    (SELECT CASE grouping(salesperson, territory)
                                WHEN 1 THEN 'user' WHEN 2 THEN 'territory' ELSE 'all'
                            END, coalesce(salesperson, territory), %(sums)s
                       FROM customer
                      GROUP BY GROUPING SETS ((salesperson), (territory), ()))
                )
                SELECT level, r.id, coalesce(CASE level
                           WHEN 'customer' THEN (SELECT complete_name FROM res_partner
                                                  WHERE id = r.id)
                           WHEN 'user' THEN (SELECT p.name FROM res_users u
                                               JOIN res_partner p ON p.id = u.partner_id
                                              WHERE u.id = r.id)
                           ELSE %(name)s END, %(none)s),
                       %(names)s
                  FROM (
                      SELECT l.*, row_number() OVER (PARTITION BY level
                             ORDER BY overdue DESC, rest DESC, id) AS place
                        FROM level l
                  ) r
                 WHERE place <= %(shown)s ORDER BY level, place
                """,
                customers=self._get_customers_sql(lines, end, has_territories),
                names=SQL(", ").join(names),
                sums=SQL(", ").join(SQL("coalesce(sum(%s), 0)", n) for n in names),
                name=SQL(
                    "(SELECT complete_name FROM sfa_territory WHERE id = r.id)"
                    if has_territories
                    else "NULL"
                ),
                none=self.env._("None"),
                shown=SHOWN,
            )
        )
        found = {}
        for level, record_id, name, *sums in rows:
            row = [record_id, name, *map(float, sums)]
            found.setdefault(level, []).append(row)
        if not has_territories:
            found.pop("territory", None)
        return found

    def _get_customers_sql(self, lines, end, has_territories):
        """Give what each customer owes, by class of age, and whose customer it is.

        Contacts of a customer are that customer; most items are the customer's own.
        """
        credits_ = len(CLASSES) + 1
        return SQL(
            """
            SELECT customer AS id, max(salesperson) AS salesperson,
                   max(territory) AS territory, sum(rest) AS rest,
                   coalesce(sum(rest) FILTER (WHERE class > 0 AND class < %(credits)s),
                       0) AS overdue, %(sums)s
              FROM (
                  SELECT p.commercial_partner_id AS customer, i.rest, i.class,
                         CASE WHEN c.id IS NULL THEN p.user_id ELSE c.user_id
                         END AS salesperson,
                         CASE WHEN c.id IS NULL THEN %(territory)s
                              ELSE %(other_territory)s END AS territory
                    FROM (
                        SELECT partner_id, sum(rest) AS rest,
                               CASE WHEN balance < 0 THEN %(credits)s
                                    ELSE width_bucket(%(day)s::date
                                        - coalesce(due, %(day)s::date), %(starts)s)
                               END AS class
                          FROM (%(items)s) item GROUP BY 1, 3
                    ) i
                    LEFT JOIN res_partner p ON p.id = i.partner_id
                    LEFT JOIN res_partner c
                           ON c.id = nullif(p.commercial_partner_id, p.id)
              ) aged
             GROUP BY customer
            """,
            items=self._get_items_sql(lines, end),
            territory=SQL("p.sfa_territory_id" if has_territories else "NULL::int"),
            other_territory=SQL("c.sfa_territory_id" if has_territories else "NULL"),
            credits=credits_,
            day=end,
            starts=list(CLASSES),
            sums=SQL(", ").join(
                SQL(
                    "coalesce(sum(rest) FILTER (WHERE class = %s), 0) AS %s",
                    number,
                    SQL.identifier(name),
                )
                for number, name in enumerate(COLUMNS)
            ),
        )

    def _get_items_sql(self, lines, end):
        """Give the items posted until a day that were open then, and what was open.

        What is open today, and what was matched since; what was matched before and is
        closed is not looked at.
        """
        return SQL(
            """
            WITH since AS MATERIALIZED (
                SELECT id, sum(amount) AS amount FROM (
                    SELECT debit_move_id AS id, amount
                      FROM account_partial_reconcile WHERE max_date > %(day)s
                     UNION ALL
                    SELECT credit_move_id, -amount
                      FROM account_partial_reconcile WHERE max_date > %(day)s
                ) matched GROUP BY 1
            )
            SELECT l.partner_id, l.date_maturity AS due, l.balance,
                   l.amount_residual + coalesce(m.amount, 0) AS rest
              FROM (%(lines)s) l LEFT JOIN since m ON m.id = l.id
             WHERE l.reconciled IS NOT TRUE AND l.date <= %(day)s
               AND l.amount_residual + coalesce(m.amount, 0) <> 0
             UNION ALL
            SELECT l.partner_id, l.date_maturity, l.balance,
                   l.amount_residual + m.amount
              FROM since m JOIN (%(lines)s) l ON l.id = m.id
             WHERE l.reconciled AND l.date <= %(day)s
               AND l.amount_residual + m.amount <> 0
            """,
            day=end,
            lines=self._select(
                lines,
                "id date partner_id date_maturity balance amount_residual reconciled",
            ),
        )

    def _get_sold_sql(self, items, days):
        """Give what was invoiced, by day, in the time that counts for some days."""
        return SQL(
            """
            SELECT l.date, sum(l.balance) AS balance
              FROM %s l JOIN account_move m ON m.id = l.move_id
             WHERE m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND l.date > %s::date - %s AND l.date <= %s GROUP BY 1
            """,
            items,
            min(days),
            DSO_DAYS,
            max(days),
        )

    def _select(self, lines, names):
        """Read columns of items, all from one query."""
        return lines.select(
            *(SQL.identifier(lines.table, name) for name in names.split())
        )


def count_days(open_, sold):
    """Give the days of sales outstanding, None without sales."""
    return float(open_ * DSO_DAYS / sold) if sold and sold > 0 else None
