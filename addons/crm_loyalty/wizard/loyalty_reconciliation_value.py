from odoo import models
from odoo.tools import SQL

from ..models.loyalty_program import STORED_VALUE

#: See `loyalty.value.entry`.
FLOWS = ("owed", "ordered", "lapsed", "given")


class LoyaltyReconciliation(models.TransientModel):
    """Stored value: one liability account for all programs of a company.

    Orders take from cards when they are confirmed and from the account when they are
    invoiced; a filling stands on the account when it is invoiced and on the card when
    it is paid. What is between the two is not posted yet, nor is what the next entry of
    a program books.
    """

    _inherit = "loyalty.reconciliation"

    def _prepare_company_lines(self, company):
        lines = super()._prepare_company_lines(company)
        # An accountant may not read the settings of the company.
        account = company.sudo().loyalty_value_account_id
        programs = (
            self.env["loyalty.program"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", company.id),
                    ("program_type", "in", STORED_VALUE),
                ]
            )
        )
        if not account or not programs:
            return lines
        values = self._prepare_value_line(company, account, programs)
        money = ("carrying", "general_ledger", "unposted")
        return lines + ([values] if any(values[name] for name in money) else [])

    def _prepare_value_line(self, company, account, programs):
        """Compare in the currency of each program, so that only rates differ."""
        currency = company.currency_id
        owed, waiting = self._sum_value(company, programs)
        general, invoiced, book = self._sum_value_entries(company, account, owed)

        def in_company(amounts):
            return sum(
                one._convert(amount, currency, company, self.date)
                for one, amount in amounts.items()
            )

        unposted = {one: waiting[one] - invoiced[one] for one in owed}
        difference = {one: general[one] + unposted[one] - owed[one] for one in owed}
        return {
            "reconciliation_id": self.id,
            "company_id": company.id,
            "account_id": account.id,
            "carrying": currency.round(in_company(owed)),
            "general_ledger": currency.round(book),
            "unposted": currency.round(in_company(unposted)),
            "exchange": currency.round(book - in_company(general)),
            "difference": currency.round(in_company(difference)),
        }

    def _sum_value(self, company, programs):
        """Give what is owed to members, and what of it is not in the account yet.

        That is what orders moved, of which invoices are taken off later, and what
        waits for the next entry of a program.

        :return: ``({currency: owed}, {currency: waiting})``
        """
        # An accountant may not read the figures of every program.
        entries = self.env["loyalty.value.entry"].sudo()
        flows = entries._get_flows(company, programs, self.date)
        groups = entries._read_group(
            [
                ("program_id", "in", programs.ids),
                ("state", "=", "posted"),
                ("date_posted", "<=", self.date),
            ],
            ["program_id"],
            ["given:sum", "lapsed:sum"],
        )
        posted = {program: given - lapsed for program, given, lapsed in groups}
        owed = dict.fromkeys((company.currency_id, *programs.currency_id), 0.0)
        waiting = dict(owed)
        for program in programs:
            flow = flows.get(program, dict.fromkeys(FLOWS, 0))
            currency = program.currency_id
            owed[currency] += flow["owed"]
            alone = flow["given"] - flow["lapsed"] - posted.get(program, 0)
            waiting[currency] += flow["ordered"] + alone
        return owed, waiting

    def _sum_value_entries(self, company, account, currencies):
        """Give the balance of the account, and the part on invoices of orders.

        What is in no currency of a program counts in the currency of the company.

        :return: ``({currency: balance}, {currency: on invoices}, whole balance)``
        """
        foreign = [one.id for one in currencies if one != company.currency_id]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.currency_id,
                       sum(l.amount), coalesce(sum(l.amount) FILTER (WHERE EXISTS (
                           SELECT FROM sale_order_line_invoice_rel r
                            WHERE r.invoice_line_id = l.id
                       )), 0),
                       sum(l.balance)
                  FROM (
                      SELECT id, -balance AS balance,
                             CASE WHEN is_foreign THEN -amount_currency ELSE -balance
                                  END AS amount,
                             CASE WHEN is_foreign THEN currency_id ELSE %(home)s
                                  END AS currency_id
                        FROM (
                            SELECT *, currency_id = ANY(%(foreign)s) AS is_foreign
                              FROM account_move_line
                             WHERE account_id = %(account)s
                               AND company_id = ANY(%(companies)s)
                               AND parent_state = 'posted' AND date <= %(date)s
                        ) i
                  ) l
                 GROUP BY l.currency_id
                """,
                home=company.currency_id.id,
                foreign=foreign,
                account=account.id,
                # Branches take from and pay into the same cards.
                companies=company.sudo().search([("id", "child_of", company.id)]).ids,
                date=self.date,
            )
        )
        general = dict.fromkeys(currencies, 0.0)
        invoiced, book = dict(general), 0.0
        for currency_id, amount, on_invoices, balance in rows:
            currency = self.env["res.currency"].browse(currency_id)
            general[currency], invoiced[currency] = amount, on_invoices
            book += balance
        return general, invoiced, book
