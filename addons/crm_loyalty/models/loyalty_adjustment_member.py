from math import isfinite

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.posting import exact


class LoyaltyAdjustment(models.Model):
    """Points that a member gives to another one in the portal."""

    _inherit = "loyalty.adjustment"

    @api.model
    def _request_of_member(self, card, number, amount, reason):
        """Transfer points for the member who is logged in, or ask a manager to.

        :param card: of the member
        :param number: of the card that gets the points
        :param amount: points, above 0
        :param reason: words for the two members and the manager
        :return: the transfer, done or waiting
        :raise UserError: no such card, too few points, or another transfer waits
        """
        card._lock_balances()
        card.invalidate_recordset(["points", "loyalty_state", "loyalty_debt"])
        # The member may neither read the other card nor write transfers.
        lookups = self.env["loyalty.lookup"]
        lookups._check()
        other = self.env["loyalty.card"].sudo()._find_by_number(number)
        if not other:
            lookups._note_unknown()
        if other.program_id != card.program_id or not other.partner_id or other == card:
            raise UserError(
                self.env._(
                    "No other member of %(program)s has a card with the number "
                    "%(number)s. Check the number.",
                    program=card.program_id.name,
                    number=number,
                )
            )
        self._check_of_member(card, amount)
        transfer = self.sudo().create(
            {
                "operation": "transfer",
                "card_id": card.id,
                "to_card_id": other.id,
                "amount": amount,
                "reason": reason or self.env._("Transfer in the portal"),
            }
        )
        transfer.state = "waiting"
        if transfer._may_member_alone():
            transfer._apply()
        return transfer

    @api.model
    def _check_of_member(self, card, amount):
        """Refuse what cannot be transferred before anybody has to look at it.

        :raise UserError: the card is blocked, has too little, or a transfer waits
        """
        if message := card._get_blocked_message():
            raise UserError(message)
        if not isfinite(amount) or exact(amount) <= 0:
            raise UserError(
                self.env._(
                    "Points of card %(card)s are transferred in amounts above 0. "
                    "Enter another number.",
                    card=card.code,
                )
            )
        if exact(amount) > exact(card.loyalty_available):
            raise UserError(
                self.env._(
                    "Card %(card)s has %(points)s. Transfer less.",
                    card=card.code,
                    points=card._format_points(card.loyalty_available),
                )
            )
        waiting = [("card_id", "=", card.id), ("state", "=", "waiting")]
        # Members have no right to the model; the card is one of theirs.
        if self.sudo().search_count(waiting, limit=1):
            raise UserError(
                self.env._(
                    "A transfer from card %(card)s waits for approval. "
                    "Ask for another one when it is decided.",
                    card=card.code,
                )
            )

    def _may_member_alone(self):
        """Tell whether the limit of the company lets members do it themselves.

        What left the card by the member's own transfers in the last 24 hours counts.
        The card is locked.
        """
        self.ensure_one()
        recent = self.search(
            [
                ("card_id", "=", self.card_id.id),
                ("operation", "=", "transfer"),
                ("user_id", "=", self.env.uid),
                ("approver_id", "=", self.env.uid),
                ("state", "=", "done"),
                ("date_done", ">=", "-24H"),
            ]
        )
        moved = sum(exact(one.amount) for one in recent + self)
        return moved <= exact(self.company_id.loyalty_transfer_limit)
