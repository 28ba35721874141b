from math import isfinite

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.posting import exact, posting

GAINS = ("earn", "gift", "restore", "deposit", "bonus")
LOSSES = ("redeem", "withdraw", "claw_back")


class LoyaltyCard(models.Model):
    """What other programs call: each operation has a key and happens once."""

    _inherit = "loyalty.card"

    @api.private
    def book(self, kind, amount, key, source=None, note="", date=None, **lot):
        """Change the balance of one card, once for each key.

        The caller has checked that the user may; this method is no remote procedure.
        A refusal leaves nothing behind: the same key may be tried again later.

        :param kind: ``earn``, ``gift``, ``restore``, ``deposit``, ``bonus``,
            ``redeem``, ``withdraw`` or ``claw_back``
        :param amount: points, above 0
        :param key: words that name the operation, the same for each attempt
        :param source: record that it is for
        :param note: words for people
        :param date: when it happened, datetime in UTC, for facts from elsewhere
        :param lot: ``fund`` and ``expires``, see `Posting`
        :return: the `loyalty.ledger` row; the row of the first attempt when repeated
        :raise UserError: the card has too little, the amount is not above 0, or the
            key was used for something else
        """
        self.ensure_one()
        if kind not in GAINS + LOSSES:
            raise ValueError(f"{kind} is no kind of booking")
        if not isfinite(amount) or exact(amount) <= 0:
            raise UserError(
                self.env._(
                    "%(amount)s points cannot be booked on card %(card)s. "
                    "Give an amount above 0.",
                    amount=amount,
                    card=self.code,
                )
            )
        self._lock_afresh()
        change = exact(amount) if kind in GAINS else -exact(amount)
        known = self._find_booking(kind, change, key)
        if known:
            return known
        words = {"source": (source._name, source.id) if source else (None, None)}
        words.update(key=key, asked=change, note=note, date=date, **lot)
        with posting(kind, may_owe=kind == "claw_back", **words):
            # The caller may book without the right to write cards.
            self.sudo().points = float(exact(self.points) + change)
        return self.env["loyalty.ledger"].search([("key", "=", key)])

    def _find_booking(self, kind, change, key):
        """Give the row of an earlier attempt.

        :raise UserError: the key was used for another card or amount
        """
        # Whoever repeats an operation may not read the card of another.
        known = self.env["loyalty.ledger"].sudo().search([("key", "=", key)])
        same_kind = known.kind == kind or (kind, known.kind) == ("claw_back", "debt")
        same = known.card_id == self and same_kind and exact(known.asked) == change
        if known and not same:
            raise UserError(
                self.env._(
                    "The key %(key)s was used for another booking, on card %(card)s. "
                    "Give each operation a key of its own.",
                    key=key,
                    card=known.card_code,
                )
            )
        return known.sudo(False)
