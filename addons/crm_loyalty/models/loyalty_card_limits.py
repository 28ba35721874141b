from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..afterwards import afterwards
from ..tools.limits import EARNED, MOVED, SPENT, added_by, exceeded
from ..tools.posting import current
from ..tools.refusal import refused

WINDOW = timedelta(hours=24)


class LoyaltyCard(models.Model):
    """Every change of a balance passes the limits, under the lock of the card."""

    _inherit = "loyalty.card"

    def _post(self, rows_by_card):
        self._check_limits(rows_by_card)
        return super()._post(rows_by_card)

    def _check_limits(self, rows_by_card):
        """Refuse or report what passes a limit; one query for all cards.

        :raise UserError: a limit refuses it
        """
        asked = {}
        for card, rows in rows_by_card.items():
            added = added_by(rows)
            limits = card._get_limits() if any(added.values()) else ()
            if any(added.get(limit.kind) for limit in limits):
                asked[card] = limits, added
        if not asked:
            return
        used = self._get_used(list(asked))
        for card, (limits, added) in asked.items():
            for limit, total in exceeded(limits, used[card.id], added):
                card._meet_limit(limit, total)

    def _get_limits(self):
        company = self.company_id or self.env.company
        return self.env["loyalty.limit"]._get_limits(company.id, self.program_id.id)

    def _get_used(self, cards):
        """Give what was booked on cards in the 24 hours before this booking.

        Rows of the document that is booked now do not count again as a redemption.

        :return: ``{card_id: {kind of limit: Decimal}}``
        """
        reason = current()
        now = reason and reason.date or fields.Datetime.now()
        model, source = reason.source if reason else (None, None)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT card_id,
                       count(DISTINCT coalesce(
                           source_model || '/' || source_id, id::text
                       )) FILTER (
                           WHERE kind IN %(spent)s AND amount < 0
                             AND (%(source)s::int IS NULL
                                  OR source_id IS DISTINCT FROM %(source)s
                                  OR source_model IS DISTINCT FROM %(model)s)
                       ),
                       coalesce(-sum(amount) FILTER (
                           WHERE kind IN %(spent)s AND amount < 0), 0),
                       coalesce(sum(amount) FILTER (
                           WHERE kind IN %(earned)s AND amount > 0), 0),
                       count(*) FILTER (WHERE kind IN %(moved)s AND amount < 0)
                  FROM loyalty_ledger
                 WHERE card_id = ANY(%(cards)s)
                   AND date > %(since)s AND date <= %(now)s
                 GROUP BY card_id
                """,
                cards=[card.id for card in cards],
                since=now - WINDOW,
                now=now,
                model=model,
                source=source,
                spent=SPENT,
                earned=EARNED,
                moved=MOVED,
            )
        )
        kinds = ("redeem_count", "redeem_points", "earn_points", "transfer_count")
        found = {
            card_id: dict(zip(kinds, map(Decimal, totals), strict=True))
            for card_id, *totals in rows
        }
        return {card.id: found.get(card.id, {}) for card in cards}

    def _meet_limit(self, limit, total):
        """Report that a limit would be passed, and refuse when it says so.

        :raise UserError: the limit refuses
        """
        company = self.company_id or self.env.company
        vals = {
            "kind": limit.kind,
            "action": limit.action,
            "card_id": self.id,
            "card_code": self.code,
            "program_id": self.program_id.id,
            "company_id": company.id,
            "user_id": self.env.uid,
            "most": float(limit.most),
            "total": float(total),
        }
        # Whoever books may not write alerts.
        alerts = self.env["loyalty.alert"].sudo()
        if limit.action == "alert":
            alerts._record(vals)
            return
        # The refusal undoes this transaction; the alert must not go with it.
        afterwards(self.env, alerts._name, "_record", vals)
        kinds = dict(alerts._fields["kind"]._description_selection(self.env))
        raise UserError(
            refused(
                self,
                self.env._(
                    "Card %(card)s reaches a limit, %(kind)s: at most %(most)s. "
                    "A loyalty manager can help.",
                    card=self.code,
                    kind=kinds[limit.kind],
                    most=f"{limit.most.normalize():f}",
                ),
            )
        )
