from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.service_asset_portal import ASSETS
from ..models.service_ticket_portal import PAGE
from ..tools.ticket import ACTIVE
from .files import read_files
from .help import note

#: Characters of a subject and of a text that somebody may send.
SUBJECT, TEXT = 150, 10_000


class ServicePortal(CustomerPortal):
    """The customer's own tickets. Pages only read; forms change something."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_ticket_count" in counters:
            # Customers have no right to the model; the domain is what they may see.
            tickets = request.env["service.ticket"].sudo()
            values["service_ticket_count"] = tickets.search_count(
                request.env["service.ticket"]._get_portal_domain()
            )
        return values

    def _service_get_ticket(self, ticket_id):
        """Give a ticket of the customer; another's does not exist, for all they see."""
        ticket = request.env["service.ticket"]._get_portal_tickets(
            [("id", "=", ticket_id)]
        )
        if not ticket:
            raise NotFound()
        return ticket

    def _service_check_portal(self):
        if not request.env.user._is_portal():
            raise NotFound()

    def _service_render(self, template, **values):
        return request.render(
            f"crm_service.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "service",
                **values,
            },
        )

    def _service_change(self, ticket, act, done):
        """Do what a form asks, or show the ticket with what is wrong."""
        try:
            with request.env.cr.savepoint():
                act()
        except (UserError, ValidationError) as error:
            return self._service_render_ticket(ticket, error=error.args[0])
        return request.redirect(f"/my/service/{ticket.id}?done={done}")

    def _service_render_ticket(self, ticket, **values):
        messages = ticket._get_portal_messages()
        return self._service_render(
            "portal_ticket",
            ticket=ticket,
            messages=messages,
            files=ticket._get_portal_files(messages),
            **values,
        )

    # ----------------------------------------------------------------------- reading

    @route(
        ["/my/service", "/my/service/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def service_tickets(self, page=1, show="all", **kwargs):
        tickets = request.env["service.ticket"]
        domain = [("state", "in", ACTIVE)] if show == "open" else []
        # Customers have no right to the model; the domain is what they may see.
        count = tickets.sudo().search_count([*domain, *tickets._get_portal_domain()])
        pages = pager("/my/service", count, page, PAGE, url_args={"show": show})
        found = tickets._get_portal_tickets(
            domain, order="id desc", limit=PAGE, offset=pages["offset"]
        )
        return self._service_render(
            "portal_tickets", tickets=found, show=show, pager=pages
        )

    @route(
        "/my/service/<int:ticket_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def service_ticket(self, ticket_id, done=None, **kwargs):
        return self._service_render_ticket(
            self._service_get_ticket(ticket_id), done=done
        )

    @route("/my/service/new", type="http", auth="user", website=True, readonly=True)
    def service_new(self, asset=None, **kwargs):
        self._service_check_portal()
        return self._service_render_new(asset=asset)

    def _service_render_new(self, **values):
        return self._service_render(
            "portal_new",
            orders=request.env["service.ticket"]._get_portal_orders(),
            assets=request.env["service.asset"]._get_portal_assets(
                [("state", "=", "active")], limit=ASSETS
            ),
            **values,
        )

    # ---------------------------------------------------------------------- changing

    @route(
        "/my/service/create", type="http", auth="user", website=True, methods=["POST"]
    )
    def service_create(self, subject="", text="", line="", **form):
        self._service_check_portal()
        said = {"subject": subject[:SUBJECT], "text": text[:TEXT]}
        try:
            with request.env.cr.savepoint():
                ticket = request.env["service.ticket"]._open_in_portal(
                    said["subject"],
                    said["text"],
                    self._service_get_line(line),
                    read_files(),
                    self._service_get_asset(form.get("asset")),
                )
        except (UserError, ValidationError) as error:
            return self._service_render_new(
                error=error.args[0], line=line, asset=form.get("asset"), **said
            )
        note(tickets=1)
        return request.redirect(f"/my/service/{ticket.id}?done=new")

    def _service_get_line(self, line):
        """Give the order line that was chosen, when it is one of theirs."""
        if not line:
            return None
        orders = request.env["service.ticket"]._get_portal_orders()
        found = orders.order_line.filtered(lambda one: str(one.id) == line)
        if not found:
            raise UserError(
                request.env._("Choose one of your orders, or leave it empty.")
            )
        # Customers may read their lines, and not all that hangs on them.
        return found.sudo()

    def _service_get_asset(self, asset_id):
        """Give the product in use that was chosen, when it is one of theirs."""
        assets = request.env["service.asset"]
        if not asset_id:
            return assets
        found = (
            assets._get_portal_assets(
                [("id", "=", int(asset_id)), ("state", "=", "active")]
            )
            if asset_id.isdecimal() and len(asset_id) < 10
            else assets
        )
        if not found:
            raise UserError(
                request.env._("Choose one of your products, or leave it empty.")
            )
        return found

    # ---------------------------------------------------------------------- products

    @route(
        ["/my/service/products", "/my/service/products/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def service_products(self, page=1, **kwargs):
        assets = request.env["service.asset"]
        # Customers have no right to the model; the domain is what they may see.
        count = assets.sudo().search_count(assets._get_portal_domain())
        pages = pager("/my/service/products", count, page, PAGE)
        found = assets._get_portal_assets(limit=PAGE, offset=pages["offset"])
        return self._service_render(
            "portal_products", assets=found, cover=found._get_covers(), pager=pages
        )

    @route(
        "/my/service/<int:ticket_id>/reply",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def service_reply(self, ticket_id, text="", **form):
        ticket = self._service_get_ticket(ticket_id)
        return self._service_change(
            ticket,
            lambda: ticket._say_in_portal(text[:TEXT], read_files()),
            "reply",
        )

    @route(
        "/my/service/<int:ticket_id>/solved",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def service_solved(self, ticket_id, **form):
        ticket = self._service_get_ticket(ticket_id)
        return self._service_change(ticket, ticket._confirm_in_portal, "solved")

    @route(
        "/my/service/<int:ticket_id>/reopen",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def service_reopen(self, ticket_id, text="", **form):
        ticket = self._service_get_ticket(ticket_id)
        return self._service_change(
            ticket, lambda: ticket._reopen_in_portal(text[:TEXT]), "reopened"
        )
