from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.posting import Posting, current, exact, rows_of_change

CORE = Posting("core", "core")


class LoyaltyCard(models.Model):
    """How a change of a balance becomes rows of the ledger, lots and allocations."""

    _inherit = "loyalty.card"

    def _prepare_ledger_rows(self, wanted):
        """Give the rows that lead from the present balance to the wanted one.

        :param wanted: Decimal
        :return: ``[(kind, amount, debt_change)]``
        :raise UserError: the card has too little
        """
        self.ensure_one()
        before = exact(self.points)
        change = wanted - before
        reason = current() or CORE
        parts = reason.split(self.id, change) if reason.split else []
        if not change and not parts:
            return []
        parts = parts or [(reason.gain if change > 0 else reason.loss, change)]
        if change < 0 and wanted < 0 and not reason.may_owe:
            raise self._prepare_short_error(-change)
        # What is merged keeps its lots; a debt is paid from them afterwards.
        debt = exact(self.loyalty_debt if reason.gain != "merge" else 0)
        return rows_of_change(change, parts, debt, before, reason.may_owe)

    def _prepare_short_error(self, needed):
        return UserError(
            self.env._(
                "Card %(card)s has %(have)s, %(need)s are needed. "
                "Take a smaller reward, or pay the rest another way.",
                card=self.code,
                have=self._format_points(self.points),
                need=self._format_points(float(needed)),
            )
        )

    def _post(self, rows_by_card):
        """Book rows, and take from lots or make new ones, for many cards at once.

        :param rows_by_card: ``{card: [(kind, amount, debt_change)]}``; the balances of
            the cards are already those after the rows
        :return: ids of the rows, in order
        """
        flat = [
            (card, kind, amount, debt)
            for card, rows in rows_by_card.items()
            for kind, amount, debt in rows
            if amount or debt
        ]
        if not flat:
            return []
        self.flush_model()
        self.program_id.flush_model(
            ["loyalty_validity_days", "loyalty_fund_order", "program_type"]
        )
        self.env["res.company"].flush_model(["loyalty_value_account_id"])
        written = self._insert_ledger_rows(flat)
        self._move_lots(written)
        for card, rows in rows_by_card.items():
            owed = sum(debt for _kind, _amount, debt in rows)
            if owed:
                # The member may not write the card; the debt follows from the ledger.
                card.sudo().loyalty_debt = float(exact(card.loyalty_debt) + owed)
        self.invalidate_model(["loyalty_ledger_ids", "loyalty_lot_ids"])
        return [row[0] for row in written]

    def _insert_ledger_rows(self, flat):
        """Write the rows.

        :return: ``[(id, card_id, amount, kind)]``, in order
        """
        reason = current() or CORE
        source_model, source_id = reason.source
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO loyalty_ledger (
                    card_id, card_code, program_id, company_id, date,
                    user_id, kind, seq, amount, balance, debt_change,
                    source_model, source_id, note, key, asked, fund
                )
                SELECT c.id, c.code, c.program_id, c.company_id,
                       %(now)s, %(user)s, r.kind,
                       coalesce(last.seq, 0) + row_number() OVER one,
                       r.amount,
                       coalesce(last.balance, 0) + sum(r.amount) OVER one,
                       r.debt, %(model)s, %(source)s, %(note)s,
                       CASE WHEN r.place = 1 THEN %(key)s END,
                       CASE WHEN r.place = 1 THEN %(asked)s::numeric END,
                       %(fund)s
                  FROM unnest(
                           %(cards)s::int[], %(kinds)s::varchar[],
                           %(amounts)s::numeric[], %(debts)s::numeric[]
                       ) WITH ORDINALITY r(card_id, kind, amount, debt, place)
                  JOIN loyalty_card c ON c.id = r.card_id
                  LEFT JOIN LATERAL (
                      SELECT seq, balance FROM loyalty_ledger l
                       WHERE l.card_id = c.id ORDER BY seq DESC LIMIT 1
                  ) last ON TRUE
                WINDOW one AS (PARTITION BY c.id ORDER BY r.place)
                 ORDER BY r.place
                RETURNING id, card_id, amount, kind
                """,
                now=reason.date or fields.Datetime.now(),
                user=self.env.uid,
                model=source_model,
                source=source_id,
                note=reason.note or None,
                key=reason.key,
                asked=None if reason.asked is None else str(reason.asked),
                fund=reason.fund,
                cards=[card.id for card, *_rest in flat],
                kinds=[kind for _card, kind, *_rest in flat],
                amounts=[str(amount) for _card, _kind, amount, _debt in flat],
                debts=[str(debt) for *_rest, debt in flat],
            )
        )

    @api.model
    def _open_ledgers(self):
        """Give each card without rows an opening row and a lot, in three statements.

        Balances that the platform has counted as floats are rounded to four places
        first, as the ledger keeps them.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE loyalty_card c SET points = round(points::numeric, 4)
             WHERE points::numeric <> round(points::numeric, 4)
               AND NOT EXISTS (SELECT FROM loyalty_ledger l WHERE l.card_id = c.id)
            """
        )
        self.env.cr.execute(
            """
            INSERT INTO loyalty_ledger (
                card_id, card_code, program_id, company_id, date, user_id,
                kind, seq, amount, balance, debt_change
            )
            SELECT c.id, c.code, c.program_id, c.company_id, %(now)s, %(user)s,
                   'open', 1, c.points, c.points, 0
              FROM loyalty_card c
             WHERE c.points <> 0
               AND NOT EXISTS (SELECT FROM loyalty_ledger l WHERE l.card_id = c.id)
            """,
            {"now": fields.Datetime.now(), "user": self.env.uid},
        )
        self.env.cr.execute(
            """
            INSERT INTO loyalty_lot (
                card_id, fund, issued, remaining, date, ledger_id
            )
            SELECT l.card_id, 'points', l.amount, l.amount, l.date, l.id
              FROM loyalty_ledger l
             WHERE l.kind = 'open' AND l.amount > 0
               AND NOT EXISTS (SELECT FROM loyalty_lot t WHERE t.card_id = l.card_id)
            """
        )
        self.env.invalidate_all()
