from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.refusal import at_work, refused


class LoyaltyHistory(models.Model):
    """What members see in the portal is written with the fact, not beside it."""

    _inherit = "loyalty.history"

    # A cancelled or opened order looks for what it wrote.
    _loyalty_order = models.Index("(order_id) WHERE order_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_guard()
        return super().create(vals_list)

    def write(self, vals):
        self._check_guard()
        return super().write(vals)

    def _check_guard(self):
        """Refuse everybody but the program itself.

        :raise AccessError: somebody writes history by hand
        """
        if not at_work(self.env):
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "The history of card %(card)s follows sales and adjustments. "
                        "Use Update Balance and give a reason.",
                        card=", ".join(self.card_id.mapped("code"))
                        or self.env._("new"),
                    ),
                )
            )
