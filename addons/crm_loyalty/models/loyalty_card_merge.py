from contextlib import contextmanager

from odoo import fields, models

from ..tools.posting import current, exact, posting


class LoyaltyCard(models.Model):
    """A card that became part of another, and what still happens to it."""

    _inherit = "loyalty.card"

    loyalty_merged_into_id = fields.Many2one(
        "loyalty.card",
        "Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @contextmanager
    def _merging(self, partner):
        """Book what moves from card to card inside the block; lots stay as they are.

        Debts are paid when the lots have moved.
        """
        rows = self.env["loyalty.ledger"].sudo()
        last = rows.search([], order="id desc", limit=1).id or 0
        source = (partner._name, partner.id)
        with posting("merge", source=source):
            yield
        moved = rows.search(
            [
                ("id", ">", last),
                ("kind", "=", "merge"),
                ("source_model", "=", source[0]),
                ("source_id", "=", source[1]),
            ]
        )
        moved._keep_lots()
        with posting("debt_paid", source=source):
            moved.card_id._pay_debt()

    def _join(self, other):
        """Let another card of the program stand for this one from now on.

        The reason is that of the posting in force.
        """
        self.ensure_one()
        # Nobody may write where a card went, nor whose a plastic card is.
        card = self.sudo()
        if not card.loyalty_merged_into_id:
            card._pass_on_media(other)
        card.loyalty_merged_into_id = other
        if self.loyalty_debt:
            (self | other)._lock_balances()
            owed, kind = exact(self.loyalty_debt), current().gain
            self._book_rows({self: [(kind, exact(0), -owed)]})
            other._book_rows({other: [(kind, exact(0), owed)]})

    def _pass_on_media(self, other):
        """Let what the member shows, and the printed number, open the other card."""
        self.ensure_one()
        media = self.loyalty_token_ids
        if self.code not in media.mapped("code"):
            state = "valid" if self.loyalty_state == "active" else "blocked"
            media.create({"card_id": other.id, "code": self.code, "state": state})
        media.card_id = other

    def _pay_debt(self):
        """Pay what cards owe from what they have; the posting in force says why."""
        for card in self:
            paid = min(exact(card.loyalty_debt), exact(card.points))
            if paid > 0:
                card._book_rows({card: [("debt_paid", -paid, -paid)]})

    def _post(self, rows_by_card):
        ids = super()._post(rows_by_card)
        if not current() or current().gain not in ("merge", "debt_paid"):
            for card in rows_by_card:
                card._pass_on()
        return ids

    def _pass_on(self):
        """Give the card that this one became part of what came to it, or is owed.

        Returns, payments and quotations of the time before name the old card.
        """
        self.ensure_one()
        # Whoever returns goods may not read cards of the customer.
        card, other = self.sudo(), self.sudo()
        while other.loyalty_merged_into_id:
            other = other.loyalty_merged_into_id
        if other == card or not (card.points or card.loyalty_debt):
            return
        with card._merging(other.partner_id):
            if card.points:
                amount = exact(card.points)
                card.points = 0
                other.points = float(exact(other.points) + amount)
            if card.loyalty_debt:
                card._join(other)
