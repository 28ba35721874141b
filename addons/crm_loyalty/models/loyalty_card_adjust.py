from odoo import models
from odoo.exceptions import UserError

from ..tools.posting import exact, posting


class LoyaltyCard(models.Model):
    """Corrections and transfers: a reason, a document, and once."""

    _inherit = "loyalty.card"

    def _adjust(self, change, source):
        """Book a correction.

        :param change: Decimal, not 0
        :param source: `loyalty.adjustment`
        """
        self.ensure_one()
        self._lock_balances()
        self.invalidate_recordset(["points", "loyalty_debt"])
        with posting(
            "adjust",
            source=(source._name, source.id),
            note=source.reason,
            key=f"adjustment/{source.id}",
            asked=change,
        ):
            self.points = float(exact(self.points) + change)
            self._write_history(change, source.reason)

    def _transfer(self, other, amount, source):
        """Give points of this card to another; they expire when they would have.

        :param amount: Decimal above 0
        :param source: `loyalty.adjustment`
        :raise UserError: one of the cards is blocked or owes points
        """
        self.ensure_one()
        both = self | other
        both._lock_balances()
        both.invalidate_recordset(["points", "loyalty_debt", "loyalty_state"])
        for card in both:
            if message := card._get_blocked_message():
                raise UserError(message)
            if card.loyalty_debt:
                raise UserError(
                    self.env._(
                        "Card %(card)s owes %(points)s. Settle the debt before "
                        "points are transferred.",
                        card=card.code,
                        points=card._format_points(card.loyalty_debt),
                    )
                )
        words = {"source": (source._name, source.id), "note": source.reason}
        key = f"adjustment/{source.id}"
        with posting("transfer", key=key, asked=-amount, **words):
            self.points = float(exact(self.points) - amount)
            self._write_history(-amount, source.reason)
        with posting("transfer", key=f"{key}/to", asked=amount, **words):
            other.points = float(exact(other.points) + amount)
            other._write_history(amount, source.reason)
        rows = self.env["loyalty.ledger"].search([("key", "in", (key, f"{key}/to"))])
        rows._keep_lots()

    def _write_history(self, change, reason):
        """Show the member in the portal what happened."""
        self.env["loyalty.history"].create(
            {
                "card_id": self.id,
                "description": reason,
                "issued": float(max(change, 0)),
                "used": float(max(-change, 0)),
            }
        )
