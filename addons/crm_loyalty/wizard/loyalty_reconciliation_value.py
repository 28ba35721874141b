from odoo import models
from odoo.tools import SQL

from ..models.loyalty_program import STORED_VALUE


class LoyaltyReconciliation(models.TransientModel):
    """Stored value: one liability account for all programs of a company.

    Orders take from cards when they are confirmed and from the account when they are
    invoiced; a filling stands on the account when it is invoiced and on the card when
    it is paid. What is between the two is not posted yet.
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
        carrying, ordered = self._sum_value(company, programs)
        general, invoiced = self._sum_value_entries(company, account)
        currency = company.currency_id
        unposted = ordered - invoiced
        return {
            "reconciliation_id": self.id,
            "company_id": company.id,
            "account_id": account.id,
            "carrying": currency.round(carrying),
            "general_ledger": currency.round(general),
            "unposted": currency.round(unposted),
            "difference": currency.round(general + unposted - carrying),
        }

    def _sum_value(self, company, programs):
        """Give what is owed to members, and the part of it that orders moved.

        Principal is owed, and bonus that was an expense when it was given. A bonus of a
        filling is posted at once, not with an invoice.

        :return: (owed, moved by orders), in the currency of the company
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH row AS (
                    SELECT id, program_id, kind, source_model FROM loyalty_ledger
                     WHERE program_id = ANY(%(programs)s) AND date < %(until)s
                       AND card_id IS NOT NULL
                ), flow AS (
                    SELECT r.*, t.fund, a.amount
                      FROM loyalty_allocation a
                      JOIN row r ON r.id = a.ledger_id
                      JOIN loyalty_lot t ON t.id = a.lot_id
                     UNION ALL
                    SELECT r.*, t.fund, t.issued
                      FROM loyalty_lot t JOIN row r ON r.id = t.ledger_id
                )
                SELECT f.program_id, sum(f.amount),
                       coalesce(sum(f.amount) FILTER (
                           WHERE f.source_model = 'sale.order'
                             AND (f.fund = 'principal' OR f.kind IN %(uses)s)
                       ), 0)
                  FROM flow f JOIN loyalty_program p ON p.id = f.program_id
                 WHERE f.fund = 'principal'
                    OR f.fund = 'bonus' AND p.loyalty_bonus_policy = 'marketing'
                 GROUP BY f.program_id
                """,
                uses=("redeem", "restore", "take_again"),
                **self._get_cards_parameters(company, programs.ids),
            )
        )
        currencies = {program.id: program.currency_id for program in programs}
        owed = ordered = 0
        for program_id, *amounts in rows:
            in_company = [
                currencies[program_id]._convert(
                    amount, company.currency_id, company, self.date
                )
                for amount in amounts
            ]
            owed, ordered = owed + in_company[0], ordered + in_company[1]
        return owed, ordered

    def _sum_value_entries(self, company, account):
        """Give the balance of the account, and the part on invoices of orders."""
        ((general, invoiced),) = self.env.execute_query(
            SQL(
                """
                SELECT coalesce(-sum(l.balance), 0),
                       coalesce(-sum(l.balance) FILTER (WHERE EXISTS (
                           SELECT FROM sale_order_line_invoice_rel r
                            WHERE r.invoice_line_id = l.id
                       )), 0)
                  FROM account_move_line l
                 WHERE l.account_id = %s AND l.company_id = %s
                   AND l.parent_state = 'posted' AND l.date <= %s
                """,
                account.id,
                company.id,
                self.date,
            )
        )
        return general, invoiced
