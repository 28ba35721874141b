from odoo import api, models
from odoo.tools import SQL

#: Rows that no document books: the nightly entry does.
ALONE = (
    "adjust",
    "bonus",
    "breakage",
    "close",
    "debt_paid",
    "expire",
    "gift",
    "merge",
    "transfer",
)
#: Principal that is gone for good.
LAPSES = ("breakage", "close", "expire")


class LoyaltyValueEntry(models.Model):
    """What the ledger says that is owed, and which part of it documents book."""

    _inherit = "loyalty.value.entry"

    @api.model
    def _get_flows(self, company, programs, day):
        """Sum up rows of the ledger to the end of a day, in one statement.

        Owed is principal, and bonus of programs where it was an expense when it was
        given, less what members owe. A document books what it asked for; what the card
        could not give in that fund is the rest, which goes with gifts and corrections.

        :return: ``{program: {"owed", "ordered", "lapsed", "given"}}`` in the currency
            of the program; ``ordered``: what invoices book
        """
        self.env.flush_all()
        until = self.env["loyalty.provision"]._get_end_of_day(
            day, company._get_loyalty_tz()
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH row AS (
                    SELECT l.id, l.program_id, l.kind, l.source_model, l.debt_change,
                           l.asked, p.loyalty_bonus_policy = 'marketing' AS expensed,
                           CASE WHEN l.key LIKE 'topup/%%' OR l.key LIKE 'return/%%'
                                THEN substring(l.key FROM '[^/]*$') END AS meant_for,
                           l.key LIKE 'topup/%%/bonus' AS is_topup_bonus
                      FROM loyalty_ledger l
                      JOIN loyalty_program p ON p.id = l.program_id
                     WHERE l.program_id = ANY(%(programs)s) AND l.date < %(until)s
                       AND l.card_id IS NOT NULL
                ), flow AS (
                    SELECT a.ledger_id, t.fund, a.amount
                      FROM loyalty_allocation a
                      JOIN row r ON r.id = a.ledger_id
                      JOIN loyalty_lot t ON t.id = a.lot_id
                     UNION ALL
                    SELECT t.ledger_id, t.fund, t.issued
                      FROM loyalty_lot t JOIN row r ON r.id = t.ledger_id
                ), fund AS (
                    SELECT ledger_id,
                           sum(amount) FILTER (WHERE fund = 'principal') AS principal,
                           sum(amount) FILTER (WHERE fund = 'bonus') AS bonus
                      FROM flow GROUP BY ledger_id
                ), moved AS (
                    SELECT r.*, coalesce(f.principal, 0) AS principal,
                           coalesce(f.principal, 0) - coalesce(r.debt_change, 0)
                           + CASE WHEN r.expensed THEN coalesce(f.bonus, 0) ELSE 0 END
                               AS owed
                      FROM row r LEFT JOIN fund f ON f.ledger_id = r.id
                ), booked AS (
                    SELECT *, CASE
                           WHEN meant_for = 'principal'
                                OR meant_for = 'bonus' AND expensed THEN asked
                           WHEN meant_for IS NOT NULL THEN 0
                           -- what was asked for stands on the row before
                           WHEN kind = 'debt' AND source_model = 'sale.order' THEN 0
                           WHEN kind = 'bonus' AND source_model = 'loyalty.deposit'
                           THEN owed
                           WHEN kind IN %(alone)s THEN 0
                           ELSE owed END AS booked
                      FROM moved
                )
                SELECT program_id, sum(owed) AS owed,
                       coalesce(sum(booked) FILTER (
                           WHERE source_model = 'sale.order'
                             AND is_topup_bonus IS NOT TRUE), 0) AS ordered,
                       coalesce(-sum(principal) FILTER (
                           WHERE kind IN %(lapses)s), 0) AS lapsed,
                       sum(owed - booked) + coalesce(-sum(principal) FILTER (
                           WHERE kind IN %(lapses)s), 0) AS given
                  FROM booked GROUP BY program_id
                """,
                programs=programs.ids,
                until=until,
                alone=ALONE,
                lapses=LAPSES,
            )
        )
        by_id = {program.id: program for program in programs}
        return {by_id[row.pop("program_id")]: row for row in rows}
