from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.pin import MINUTES, SHORTEST, is_good, make_hash
from ..tools.refusal import refused


class LoyaltyCard(models.Model):
    """A card that asks for a PIN before it spends much money."""

    _inherit = "loyalty.card"

    loyalty_pin_ids = fields.One2many(
        "loyalty.pin", "card_id", "PIN", groups="crm_loyalty.crm_loyalty_group_manager"
    )

    def action_set_pin(self):
        """Let the member type a PIN at the desk."""
        self.ensure_one()
        self._check_operator("pin")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("PIN of Card %(card)s", card=self.code),
            "res_model": "loyalty.pin.set",
            "view_mode": "form",
            "target": "new",
            "context": {"default_card_id": self.id},
        }

    def _set_pin(self, pin, reason=""):
        """Keep a PIN that a member chose, and who was there.

        :raise UserError: the PIN is too easy
        """
        self.ensure_one()
        if not is_good(pin):
            raise UserError(
                self.env._(
                    "A PIN has %(shortest)s to 8 digits, neither all the same nor in "
                    "a row. Choose another one for card %(card)s.",
                    shortest=SHORTEST,
                    card=self.code,
                )
            )
        # Nobody may write PINs but by this.
        card = self.sudo()
        if card.loyalty_pin_ids:
            card.loyalty_pin_ids._keep(pin)
        else:
            card.loyalty_pin_ids.create({"card_id": card.id, "digest": make_hash(pin)})
        services = self.env(context={})["loyalty.service"].sudo()
        services.create(
            {
                "card_id": card.id,
                "card_code": card.code,
                "company_id": card.company_id.id,
                "operation": "pin",
                "user_id": self.env.uid,
                "reason": reason and str(reason)[:500],
            }
        )

    def _change_pin(self, old, new):
        """Change the PIN of a member who knows the old one, as the portal does.

        :return: a sentence that says why not, or ``False``
        :raise UserError: the new PIN is too easy
        """
        self.ensure_one()
        if not is_good(new):
            self._set_pin(new)
        if self.sudo().loyalty_pin_ids and (message := self._verify_pin(old)):
            return message
        self._set_pin(new, self.env._("Changed by the member"))
        return False

    def _verify_pin(self, pin):
        """Check a PIN and count the attempt; the caller must not raise on a refusal.

        :return: a sentence that says why not, or ``False``
        """
        self.ensure_one()
        # Who pays may not read PINs.
        known = self.sudo().loyalty_pin_ids
        if not known:
            return self.env._(
                "Card %(card)s has no PIN yet. Set one at the desk.", card=self.code
            )
        answer = known._try(pin)
        if answer == "good":
            return False
        message = self.env._("The PIN of card %(card)s is wrong.", card=self.code)
        if answer == "locked":
            message = self.env._(
                "The PIN of card %(card)s was wrong too often. Try again in "
                "%(minutes)s minutes, or set a new one at the desk.",
                card=self.code,
                minutes=MINUTES,
            )
        return refused(self, message)

    def _needs_pin(self, amount):
        """Tell whether spending an amount asks for the PIN."""
        limit = self.program_id.loyalty_pin_from
        return bool(limit and amount >= limit and self.program_id._is_stored_value())
