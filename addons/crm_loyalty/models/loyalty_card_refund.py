from odoo import models


class LoyaltyCard(models.Model):
    """Closing a card with money on it begins with paying the money back."""

    _inherit = "loyalty.card"

    def action_close(self, reason=None):
        self.ensure_one()
        self._check_operator("close")
        if not self.program_id._is_stored_value() or not self.points:
            return super().action_close(reason)
        return self._get_refund_action(
            default_amount=self.loyalty_principal,
            default_close_card=True,
            default_reason=reason and str(reason)[:500],
        )

    def action_refund(self):
        """Open the form that pays principal back."""
        self.ensure_one()
        return self._get_refund_action(default_amount=self.loyalty_principal)

    def _get_refund_action(self, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund of Card %(card)s", card=self.code),
            "res_model": "loyalty.refund",
            "view_mode": "form",
            "context": {"default_card_id": self.id, **defaults},
        }
