import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize, email_normalize_all

from ..tools.mail import is_automatic, numbers_in
from ..tools.ticket import ACTIVE
from .service_team_mail import REOPEN_DAYS

_logger = logging.getLogger(__name__)


class ServiceTicket(models.Model):
    """Which ticket a mail belongs to."""

    _inherit = "service.ticket"

    @api.model
    def _route_mail(self, message, message_dict, routes):
        """Send a mail to one ticket at most, and what a program wrote to no new one.

        :param message: the `email.message.EmailMessage`
        :param dict message_dict: what the platform read from it; changed in place
        :param routes: ``(model, id, values, user, alias)``, as the platform found them
        :return: routes, that of the ticket last
        """
        ours = [route for route in routes if route[0] == self._name]
        if not ours:
            return routes
        others = [route for route in routes if route[0] != self._name]
        first = self._first_route(message, ours)
        route = self._redirect(first, message_dict)
        if self._is_from_program(message, message_dict):
            if not first[1] or not route[1]:
                _logger.info(
                    "Mail %s of %s opens no ticket: a program wrote it",
                    message_dict["message_id"],
                    message_dict["email_from"],
                )
                return others
            # Whom it answers is told nothing: it could be a program, too.
            message_dict.pop("parent_id", None)
            message_dict.update(message_type="auto_comment", is_internal=True)
        if self._is_silenced(route, message_dict):
            return others
        if not self.env["service.mail"]._claim(message_dict["message_id"]):
            return others
        return [*others, route]

    @api.model
    def _is_from_program(self, message, message_dict):
        """Tell whether a program wrote a mail, or one of our own addresses sent it."""
        sender = email_normalize(message_dict["email_from"])
        # The gateway runs for whoever wrote, who may not read addresses.
        domains = self.env["mail.alias.domain"].sudo()
        return is_automatic(message) or bool(sender and domains._find_aliases([sender]))

    @api.model
    def _is_silenced(self, route, message_dict):
        """Tell whether a sender writes too much, and has been told so today.

        The platform stops such a sender by a mail for each of his; with a program that
        answers everything, this would go on for ever.
        """
        sender = email_normalize(message_dict["email_from"])
        # What the platform counts and allows is nobody's to read.
        system = self.env["ir.config_parameter"].sudo()
        allowed = self.env["mail.gateway.allowed"].sudo()
        most = int(system.get_param("mail.gateway.loop.threshold", 20))
        minutes = int(system.get_param("mail.gateway.loop.minutes", 120))
        since = fields.Datetime.now() - timedelta(minutes=minutes)
        if (
            not sender
            or self._count_mails(route[1], sender, since, most) < most
            or allowed.search_count([("email_normalized", "=", sender)], limit=1)
        ):
            return False
        today = fields.Date.to_string(since)
        return not self.env["service.mail"]._claim(f"{sender} told on {today}")

    @api.model
    def _count_mails(self, ticket_id, sender, since, limit):
        """Count the tickets that a sender opened, or the mails he wrote to one."""
        domain = [("create_date", ">=", since)]
        # The gateway runs for whoever wrote, who may not read tickets.
        if not ticket_id:
            domain += self._detect_loop_sender_domain(sender)
            return self.sudo().search_count(domain, limit=limit)
        domain += [
            ("model", "=", self._name),
            ("res_id", "=", ticket_id),
            ("message_type", "=", "email"),
            ("email_from", "ilike", sender),
        ]
        return self.env["mail.message"].sudo().search_count(domain, limit=limit)

    @api.model
    def _first_route(self, message, routes):
        """Give the route of the address that stands first in To, then in Cc."""
        written = email_normalize_all(f"{message.get('To')}, {message.get('Cc')}")

        def place(route):
            names = (route[4].alias_full_name, route[4].alias_name)
            for number, address in enumerate(written):
                if address in names or address.partition("@")[0] in names:
                    return number
            return len(written)

        return min(routes, key=place) if len(routes) > 1 else routes[0]

    @api.model
    def _redirect(self, route, message_dict):
        """Turn a route to the ticket that shall take the mail, or to a new one."""
        model, ticket_id, values, user_id, alias = route
        # The gateway runs for whoever wrote, who may not read tickets.
        ticket = self.sudo().browse(ticket_id or []).exists()
        ticket = ticket or self._find_by_subject(message_dict, values)
        ticket = ticket._get_last_target()
        if ticket and not ticket._takes_answers():
            values = {**ticket._prepare_follow_up_vals(), **(values or {})}
            ticket = self.browse()
        if not ticket:
            values = {**(values or {}), "mail_alias_id": alias.id if alias else False}
        return (model, ticket.id or 0, values, user_id, alias)

    @api.model
    def _find_by_subject(self, message_dict, values):
        """Find the ticket that a subject names, if the sender belongs to it.

        Anybody can write a number into a subject, so the address must be the ticket's
        or one of its customer.
        """
        numbers = numbers_in(message_dict.get("subject"))
        if not numbers:
            return self.browse()
        domain = [("number", "in", numbers)]
        team = self.env["service.team"].sudo().browse((values or {}).get("team_id"))
        if team.exists():
            domain.append(("company_id", "=", team.company_id.id))
        # The gateway runs for whoever wrote, who may not read tickets.
        tickets = self.sudo().search(domain)
        sender = email_normalize(message_dict["email_from"])
        return tickets.filtered(lambda ticket: ticket._is_of_customer(sender))[:1]

    def _is_of_customer(self, mail):
        """Tell whether an address is the ticket's own or one of its customer's."""
        self.ensure_one()
        if not mail:
            return False
        if mail == self.email_normalized:
            return True
        return bool(
            self.commercial_partner_id
            and self.env["res.partner"].search_count(
                [
                    ("commercial_partner_id", "=", self.commercial_partner_id.id),
                    ("email_normalized", "=", mail),
                ],
                limit=1,
            )
        )

    def _get_last_target(self):
        """Give the ticket into which this one went in the end."""
        ticket = self
        while ticket.merged_into_id:
            ticket = ticket.merged_into_id
        return ticket

    def _takes_answers(self):
        """Tell whether an answer still belongs to the ticket, else to a new one."""
        self.ensure_one()
        if self.state in (*ACTIVE, "resolved"):
            return True
        if self.state != "closed" or not self.date_closed:
            return False
        days = self.team_id.reopen_days if self.team_id else REOPEN_DAYS
        return fields.Datetime.now() < self.date_closed + timedelta(days=days)

    def _prepare_follow_up_vals(self):
        """Give what a new ticket takes over from the one that it follows."""
        self.ensure_one()
        return {
            "previous_id": self.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "category_id": self.category_id.id,
        }
