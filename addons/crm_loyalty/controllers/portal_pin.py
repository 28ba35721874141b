from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import route

from ..tools.pin import fingerprint
from .portal import LoyaltyPortal


class LoyaltyPinPortal(LoyaltyPortal):
    """The member's own PIN of a card that holds money."""

    def _get_money_card(self, card_id):
        """Give a card that holds money; points need no PIN."""
        card = self._loyalty_get_card(card_id)
        if not card.program_id._is_stored_value():
            raise NotFound()
        return card

    def _render_pin(self, card, **values):
        return self._loyalty_render(
            "portal_pin", card=card, known=bool(card.loyalty_pin_ids), **values
        )

    @route(
        "/my/loyalty/<int:card_id>/pin",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_pin(self, card_id, done=None, **kwargs):
        return self._render_pin(self._get_money_card(card_id), done=done)

    @route(
        "/my/loyalty/<int:card_id>/pin/send",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def loyalty_send_pin(self, card_id, token=None, old="", new="", again="", **form):
        card = self._get_money_card(card_id)

        def act():
            if new != again:
                raise UserError(
                    card.env._("The two new PINs differ. Type the same one twice.")
                )
            # A wrong PIN is no error: the attempt has to be counted.
            wrong = card._change_pin(old, new)
            return f"/my/loyalty/{card.id}/pin?done={'wrong' if wrong else 'changed'}"

        def retry(error):
            return self._render_pin(card, error=error)

        # No PIN is written down with the request, but another one is noticed. Who
        # may read requests does not know the secret of the database.
        secret = card.env["ir.config_parameter"].sudo().get_param("database.secret")
        typed = fingerprint(f"{secret}{token}", old, new, again)
        asked = {"card": card.id, "typed": typed}
        return self._loyalty_answer("pin", asked, token, act, retry)
