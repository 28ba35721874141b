from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Datetime
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.loyalty_card_portal import FILE
from ..tools.statement import read_day, read_number, to_csv

#: Letters of a reason or number that somebody may send.
LONGEST = 200
#: How a file says when.
MOMENT = "%Y-%m-%d %H:%M"


class LoyaltyPortal(CustomerPortal):
    """The member's own cards: balances, statement, loss, transfer, consent.

    Pages only read; what changes something is a form with a token that counts once.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "loyalty_card_count" in counters:
            # Members have no right to the model; the domain is what they may see.
            cards = request.env["loyalty.card"].sudo()
            values["loyalty_card_count"] = cards.search_count(
                cards._get_portal_domain()
            )
        return values

    def _loyalty_get_card(self, card_id):
        """Give a card of the member; another's does not exist, as far as they see."""
        card = request.env["loyalty.card"]._get_portal_cards(card_id)
        if not card:
            raise NotFound()
        return card

    def _loyalty_render(self, template, **values):
        return request.render(
            f"crm_loyalty.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "loyalty",
                "token": uuid4().hex,
                **values,
            },
        )

    def _loyalty_answer(self, action, asked, token, act, retry):
        """Do what a form asks, once, or show the form again with what is wrong.

        :param act: function that does it and gives the address to show
        :param retry: function that shows the form again, with ``error``
        """
        requests = request.env["loyalty.portal.request"]
        try:
            with request.env.cr.savepoint():
                answer = requests._once(token, action, asked, act)
        except (UserError, ValidationError) as error:
            return retry(error=error.args[0])
        return request.redirect(answer)

    # ------------------------------------------------------------------------- cards

    @route("/my/loyalty", type="http", auth="user", website=True, readonly=True)
    def loyalty_cards(self, **kwargs):
        cards = request.env["loyalty.card"]._get_portal_cards()
        return self._loyalty_render(
            "portal_cards", cards=cards, expiring=cards._get_expiring()
        )

    @route(
        "/my/loyalty/<int:card_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_card(self, card_id, done=None, **kwargs):
        card = self._loyalty_get_card(card_id)
        return self._loyalty_render(
            "portal_card",
            card=card,
            done=done,
            expiring=card._get_expiring()[card.id],
            rows=card._get_statement(most=5)[0],
        )

    # --------------------------------------------------------------------- statement

    def _loyalty_read_filter(self, since=None, until=None, kind=None, **kwargs):
        kinds = dict(
            request.env["loyalty.ledger"]
            ._fields["kind"]
            ._description_selection(request.env)
        )
        wanted = {
            "since": read_day(since),
            "until": read_day(until),
            "kind": kind if kind in kinds else None,
        }
        return kinds, wanted

    @route(
        "/my/loyalty/<int:card_id>/statement",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_statement(self, card_id, before=None, **kwargs):
        card = self._loyalty_get_card(card_id)
        kinds, wanted = self._loyalty_read_filter(**kwargs)
        rows, following = card._get_statement(**wanted, before=read_number(before))
        return self._loyalty_render(
            "portal_statement",
            card=card,
            kinds=kinds,
            wanted=wanted,
            rows=rows,
            following=following,
            before=read_number(before),
        )

    @route(
        "/my/loyalty/<int:card_id>/statement.csv",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_statement_file(self, card_id, **kwargs):
        card = self._loyalty_get_card(card_id)
        kinds, wanted = self._loyalty_read_filter(**kwargs)
        rows, _following = card._get_statement(**wanted, most=FILE)
        head = [
            request.env._("Date"),
            request.env._("Kind"),
            request.env._("Points"),
            request.env._("Balance"),
            request.env._("Note"),
        ]
        content = to_csv(
            head,
            [
                [
                    Datetime.context_timestamp(row, row.date).strftime(MOMENT),
                    kinds[row.kind],
                    row.amount,
                    row.balance,
                    row.note or None,
                ]
                for row in rows
            ],
        )
        name = f"{card.code}.csv"
        return request.make_response(
            content,
            [
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", f'attachment; filename="{name}"'),
                ("Cache-Control", "no-store"),
            ],
        )

    @route(
        "/my/loyalty/<int:card_id>/receipt/<int:number>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_receipt(self, card_id, number, **kwargs):
        card = self._loyalty_get_card(card_id)
        rows, _following = card._get_statement(before=number + 1, most=1)
        if not rows or rows.seq != number:
            raise NotFound()
        return self._loyalty_render(
            "portal_receipt", card=card, row=rows, order=self._loyalty_get_order(rows)
        )

    def _loyalty_get_order(self, row):
        """Give the order behind a row when the member may read it, else none."""
        orders = request.env["sale.order"]
        if row.source_model != orders._name:
            return orders
        return orders.browse(row.source_id).exists()._filtered_access("read")

    # -------------------------------------------------------------------------- loss

    @route(
        "/my/loyalty/<int:card_id>/loss",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_loss(self, card_id, **kwargs):
        return self._loyalty_render("portal_loss", card=self._loyalty_get_card(card_id))

    @route(
        "/my/loyalty/<int:card_id>/loss/report",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def loyalty_report_loss(self, card_id, token=None, reason="", **kwargs):
        card = self._loyalty_get_card(card_id)
        reason = reason[:LONGEST]

        def act():
            card.action_report_loss(reason or card.env._("Reported in the portal"))
            return f"/my/loyalty/{card.id}?done=loss"

        def retry(error):
            return self._loyalty_render(
                "portal_loss", card=card, reason=reason, error=error
            )

        asked = {"card": card.id, "reason": reason}
        return self._loyalty_answer("loss", asked, token, act, retry)

    # ---------------------------------------------------------------------- transfer

    def _loyalty_get_points_card(self, card_id):
        """Give a card whose points may go to another member; money does not."""
        card = self._loyalty_get_card(card_id)
        if card.program_type != "loyalty":
            raise NotFound()
        return card

    @route(
        "/my/loyalty/<int:card_id>/transfer",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def loyalty_transfer(self, card_id, **kwargs):
        return self._loyalty_render(
            "portal_transfer", card=self._loyalty_get_points_card(card_id)
        )

    @route(
        "/my/loyalty/<int:card_id>/transfer/send",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def loyalty_send_transfer(self, card_id, token=None, **form):
        card = self._loyalty_get_points_card(card_id)
        asked = {
            name: form.get(name, "")[:LONGEST]
            for name in ("number", "amount", "reason")
        }

        def act():
            adjustments = request.env["loyalty.adjustment"]
            try:
                amount = float(asked["amount"])
            except ValueError:
                amount = 0
            transfer = adjustments._request_of_member(
                card, asked["number"], amount, asked["reason"]
            )
            return f"/my/loyalty/{card.id}?done={transfer.state}"

        def retry(error):
            return self._loyalty_render(
                "portal_transfer", card=card, error=error, **asked
            )

        return self._loyalty_answer(
            "transfer", {"card": card.id, **asked}, token, act, retry
        )

    # ----------------------------------------------------------------------- consent

    @route("/my/loyalty/consent", type="http", auth="user", website=True, readonly=True)
    def loyalty_consent(self, done=None, **kwargs):
        return self._loyalty_render_consent(done=done)

    def _loyalty_render_consent(self, **values):
        member = request.env.user.partner_id
        channels = request.env["crm.consent"]._fields["channel"]
        return self._loyalty_render(
            "portal_consent",
            labels=dict(channels._description_selection(request.env)),
            # Members may not read blacklists; the answer is about themselves.
            wishes=member.sudo()._get_wishes(),
            **values,
        )

    @route(
        "/my/loyalty/consent/send",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def loyalty_send_consent(self, token=None, **form):
        # Members may not read blacklists; the answer is about themselves.
        member = request.env.user.partner_id.sudo()
        wishes = {channel: channel in form for channel in member._get_wishes()}

        def act():
            member._record_wishes(wishes, "web")
            return "/my/loyalty/consent?done=1"

        return self._loyalty_answer(
            "consent", wishes, token, act, self._loyalty_render_consent
        )
