from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from .files import read_files

#: Files of a stranger at once, and bytes of each.
FILES, LARGEST = 3, 5 * 1024 * 1024
#: Letters that each field of the form takes.
LONGEST = {
    "name": 100,
    "email": 200,
    "phone": 40,
    "subject": 200,
    "text": 10_000,
    "link": 200,
    "token": 40,
}


class ServiceRequest(Controller):
    """The form by which anybody can ask the team that answers the web."""

    @route(
        "/service/request",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def service_request(self):
        """Show the form."""
        self._get_team()
        user = request.env.user
        values = {}
        if not user._is_public():
            partner = user.partner_id
            values = {
                "name": partner.name,
                "email": partner.email,
                "phone": partner.phone,
            }
        return self._render(values)

    @route(
        "/service/request",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def service_request_send(self, **post):
        """Open a ticket of what somebody sends, or show the form with what is wrong."""
        team = self._get_team()
        values = {
            name: str(post.get(name) or "").replace("\0", "").strip()[:size]
            for name, size in LONGEST.items()
        }
        # The public may not open tickets; this form is how they may.
        tickets = request.env["service.ticket"].sudo()
        visitor = request.httprequest.remote_addr
        try:
            files = read_files(FILES, LARGEST)
            ticket = tickets._open_from_form(team, values, visitor, files)
        except UserError as error:
            return self._render(values, error=str(error))
        return request.render(
            "crm_service.service_request_sent", {"number": ticket.number}
        )

    def _get_team(self):
        # The public may not read teams; this one is meant for them.
        team = request.env["service.team"].sudo()._get_web_team(request.env.company)
        if not team:
            raise NotFound()
        return team

    def _render(self, values, error=None):
        return request.render(
            "crm_service.service_request_form",
            {
                "values": values,
                "longest": LONGEST,
                "error": error,
                "token": uuid4().hex,
            },
        )
