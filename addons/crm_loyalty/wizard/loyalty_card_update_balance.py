from odoo import models
from odoo.exceptions import AccessError

from ..tools.posting import posting


class LoyaltyCardUpdateBalance(models.TransientModel):
    """A correction with a reason, by those who may."""

    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        self.ensure_one()
        if not self.env.user.has_group("crm_loyalty.crm_loyalty_group_manager"):
            raise AccessError(
                self.env._(
                    "Only a loyalty manager may correct the balance of card %(card)s. "
                    "Ask one.",
                    card=self.card_id.code,
                )
            )
        source = (self.card_id._name, self.card_id.id)
        with posting("adjust", source=source, note=self.description):
            return super().action_update_card_point()
