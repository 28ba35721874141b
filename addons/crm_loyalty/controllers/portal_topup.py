from math import isfinite

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.http import request, route

from odoo.addons.payment.controllers.portal import PaymentPortal

from .portal import LoyaltyPortal


class LoyaltyTopupPortal(LoyaltyPortal, PaymentPortal):
    """A member fills the own card and pays by one of the platform's providers."""

    def _loyalty_get_filled_card(self, card_id):
        card = self._loyalty_get_card(card_id)
        if not card._is_filled_online():
            raise NotFound()
        return card

    def _loyalty_render_topup(self, card, **values):
        today = Date.context_today(card)
        steps = card.program_id.loyalty_deposit_rule_ids.filtered(
            lambda step: (
                (not step.date_from or step.date_from <= today)
                and (not step.date_to or today <= step.date_to)
            )
        )
        return self._loyalty_render("portal_topup", card=card, steps=steps, **values)

    @route(
        "/my/loyalty/<int:card_id>/topup",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_topup(self, card_id, amount="", **kwargs):
        card = self._loyalty_get_filled_card(card_id)
        return self._loyalty_render_topup(card, amount=self._cast_as_float(amount))

    @route(
        "/my/loyalty/<int:card_id>/topup/send",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def loyalty_send_topup(self, card_id, token=None, amount="", **form):
        card = self._loyalty_get_filled_card(card_id)
        asked = self._cast_as_float(amount) or 0
        if not isfinite(asked):
            asked = 0

        def act():
            deposit = request.env["loyalty.deposit"]._request_of_member(card, asked)
            return f"/my/loyalty/topup/{deposit.id}"

        def retry(error):
            return self._loyalty_render_topup(card, amount=amount[:20], error=error)

        return self._loyalty_answer(
            "topup", {"card": card.id, "amount": asked}, token, act, retry
        )

    def _loyalty_get_deposit(self, deposit_id):
        """Give a deposit on a card of the member; another's does not exist."""
        cards = request.env["loyalty.card"]._get_portal_cards()
        # Members have no right to the model; the cards are their own.
        deposits = request.env["loyalty.deposit"].sudo()
        deposit = deposits.search(
            [("id", "=", deposit_id), ("card_id", "in", cards.ids)]
        )
        if not deposit:
            raise NotFound()
        return deposit

    @route(
        "/my/loyalty/topup/<int:deposit_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_pay_topup(self, deposit_id, **kwargs):
        deposit = self._loyalty_get_deposit(deposit_id)
        values = {"deposit": deposit, "card": deposit.card_id}
        values["paying"] = bool(deposit._get_alive())
        if deposit.state == "draft" and not values["paying"]:
            values |= self._loyalty_prepare_payment(deposit)
        return self._loyalty_render("portal_topup_pay", **values)

    def _loyalty_prepare_payment(self, deposit):
        """Give what the platform's payment form needs."""
        partner, report = request.env.user.partner_id, {}
        # Members may not read providers; the platform chooses those that are offered.
        providers = request.env["payment.provider"].sudo()
        providers = providers._get_compatible_providers(
            deposit.company_id.id,
            partner.id,
            deposit.amount,
            currency_id=deposit.currency_id.id,
            report=report,
        )
        methods = request.env["payment.method"].sudo()  # as above
        tokens = request.env["payment.token"].sudo()  # as above
        return {
            "reference_prefix": deposit.name,
            "amount": deposit.amount,
            "currency": deposit.currency_id,
            "partner_id": partner.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods._get_compatible_payment_methods(
                providers.ids,
                partner.id,
                currency_id=deposit.currency_id.id,
                report=report,
            ),
            "tokens_sudo": tokens._get_available_tokens(providers.ids, partner.id),
            "availability_report": report,
            "show_tokenize_input_mapping": self._compute_show_tokenize_input_mapping(
                providers
            ),
            "transaction_route": f"/my/loyalty/topup/{deposit.id}/transaction",
            "landing_route": f"/my/loyalty/topup/{deposit.id}",
            "access_token": "",
        }

    @route(
        "/my/loyalty/topup/<int:deposit_id>/transaction", type="jsonrpc", auth="user"
    )
    def loyalty_topup_transaction(self, deposit_id, access_token=None, **kwargs):
        """Begin a payment of the whole deposit.

        :return: what the provider's form needs
        :raise ValidationError: it was paid, or a payment is on its way
        """
        deposit = self._loyalty_get_deposit(deposit_id)
        self._validate_transaction_kwargs(kwargs)
        deposit.lock_for_update()
        deposit.invalidate_recordset(["state", "transaction_ids"])
        if deposit.state != "draft" or deposit._get_alive():
            raise ValidationError(
                deposit.env._(
                    "%(deposit)s is paid already or being paid. Reload the page.",
                    deposit=deposit.name,
                )
            )
        try:
            deposit._check_card()
        except UserError as error:
            raise ValidationError(error.args[0]) from error
        kwargs |= {
            "amount": deposit.amount,
            "currency_id": deposit.currency_id.id,
            "partner_id": request.env.user.partner_id.id,
            "landing_route": f"/my/loyalty/topup/{deposit.id}",
        }
        transaction = self._create_transaction(
            custom_create_values={"loyalty_deposit_id": deposit.id}, **kwargs
        )
        return transaction._get_processing_values()
