from odoo import models
from odoo.exceptions import AccessError, ValidationError

from ..tools.posting import exact
from ..tools.refusal import refused


class LoyaltyCardUpdateBalance(models.TransientModel):
    """A correction with a reason; above a limit another person approves."""

    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        self.ensure_one()
        user = self.env.user
        if not self.env.su and not user.has_group("crm_loyalty.crm_loyalty_group_user"):
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "Only the people of the loyalty program may correct the "
                        "balance of card %(card)s. Ask one.",
                        card=self.card_id.code,
                    ),
                )
            )
        change = exact(self.new_balance) - exact(self.old_balance)
        if not change or self.new_balance < 0:
            raise ValidationError(
                self.env._(
                    "The new balance of card %(card)s is 0 or more and differs from "
                    "the old one. Enter another number.",
                    card=self.card_id.code,
                )
            )
        adjustment = self.env["loyalty.adjustment"].create(
            {
                "card_id": self.card_id.id,
                "amount": float(change),
                "reason": self.description or self.env._("Gift for customer"),
            }
        )
        adjustment.action_request()
        return adjustment._get_answer()
