from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.refusal import at_work, defaults_of, refused, rewarding

#: Fields that a balance depends on; a caller's defaults never fill them.
STARTS = ("points", "loyalty_debt", "loyalty_state", "order_id")
#: Whose card it is, of what, under which number: by operations alone.
FIXED = {
    "program_id",
    "company_id",
    "order_id",
    "code",
    "partner_id",
    "loyalty_named",
    "loyalty_merged_into_id",
}
#: Of loyalty managers.
MANAGED = {"active", "expiration_date"}


class LoyaltyCard(models.Model):
    """A card keeps its owner, program and number."""

    _inherit = "loyalty.card"

    @api.model_create_multi
    def create(self, vals_list):
        if names := defaults_of(self.env, STARTS):
            raise self._prepare_guard_error(names)
        cards = super().create(vals_list)
        # A default that the user keeps for himself does not show in the values.
        if any(card.points or card.loyalty_debt for card in cards):
            cards._check_posting()
        if not at_work(self.env):
            started = cards.filtered("order_id")
            if started or set(cards.mapped("loyalty_state")) - {"active"}:
                raise cards._prepare_guard_error(["loyalty_state"])
        return cards

    def copy(self, default=None):
        raise UserError(
            refused(
                self,
                self.env._(
                    "Card %(card)s cannot be copied. "
                    "Generate cards from the program instead.",
                    card=", ".join(self.mapped("code")),
                ),
            )
        )

    def write(self, vals):
        if not at_work(self.env):
            names = self._get_guarded(vals)
            if names:
                raise self._prepare_guard_error(names)
        return super().write(vals)

    def _get_guarded(self, vals):
        """Give the fields that the user may not change like this."""
        names = set()
        for name in FIXED & set(vals):
            # The owner of an anonymous card can be named once.
            kept = self if name != "partner_id" else self.filtered("partner_id")
            if any(
                kept._fields[name].convert_to_write(card[name], card) != vals[name]
                for card in kept
            ):
                names.add(name)
        if not self.env.user.has_group("crm_loyalty.crm_loyalty_group_manager"):
            names |= MANAGED & set(vals)
        return sorted(names)

    def action_archive(self):
        self.check_access("write")
        if not at_work(self.env) and (names := self._get_guarded({"active": False})):
            raise self._prepare_guard_error(names)
        with rewarding():
            return super().action_archive()

    def _prepare_guard_error(self, names):
        labels = ", ".join(self._fields[name].string for name in names)
        return AccessError(
            refused(
                self,
                self.env._(
                    "%(fields)s of card %(card)s cannot be changed by hand. "
                    "Use the operations on the card, or ask a loyalty manager.",
                    fields=labels,
                    card=", ".join(self.mapped("code")) or self.env._("new"),
                ),
            )
        )
