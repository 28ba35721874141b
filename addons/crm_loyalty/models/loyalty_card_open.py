from odoo import fields, models

from ..tools.barcode import picture


class LoyaltyCard(models.Model):
    """A card that is opened at the desk."""

    _inherit = "loyalty.card"

    def _get_picture(self, kind):
        """Give the source of an image that scanners read, as `tools.barcode` does."""
        self.ensure_one()
        return picture(kind, self.code)

    def _record_opening(self):
        """Write down who opened the card, and when."""
        # The caller's context could fill in another date.
        services = self.env(context={})["loyalty.service"]
        services.sudo().create(
            [
                {
                    "date": fields.Datetime.now(),
                    "card_id": card.id,
                    "card_code": card.code,
                    "company_id": card.company_id.id,
                    "operation": "open",
                    "user_id": self.env.uid,
                }
                for card in self
            ]
        )
