from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, formataddr, plaintext2html

#: Tickets that one address of mail, and one of the network, may open in an hour.
PER_MAIL, PER_VISITOR = 3, 10


class ServiceTicket(models.Model):
    """Tickets that anybody opens on the web."""

    _inherit = "service.ticket"

    @api.model
    def _open_from_form(self, team, values, visitor, files=()):
        """Open a ticket of a form, once for each token.

        Called with all rights; the values are a stranger's.

        :param team: that answers the web
        :param dict values: name, email, phone, subject and text as typed, ``token`` of
            the page, and ``link``, which people do not see and programs fill in
        :param str visitor: address in the network
        :param files: pairs of name and content
        :return: the ticket, or none if there is nothing to open
        :raise UserError: a value is missing or wrong, or the visitor asks too often
        """
        self._check_form(values)
        mail = email_normalize(values["email"])
        slots = self.env["service.form.slot"]
        if slots._count(visitor) > PER_VISITOR or slots._count(mail) > PER_MAIL:
            raise UserError(
                self.env._(
                    "You have sent several requests in this hour. We will answer them; "
                    "please send the next one later."
                )
            )
        token = values["token"]
        if values["link"] or not self.env["service.mail"]._claim(f"form {token}"):
            return self.browse()
        ticket = self.create(self._prepare_form_vals(team, values))
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
                for name, content in files
            ]
        )
        ticket._acknowledge()
        return ticket

    def _check_form(self, values):
        if not email_normalize(values["email"]):
            raise UserError(self.env._("Enter your mail address, so we can answer."))
        if not (values["subject"] and values["text"] and values["token"]):
            raise UserError(self.env._("Say in a few words what you need."))

    def _prepare_form_vals(self, team, values):
        """Give the values of the ticket; who is logged in is the customer."""
        user = self.env.user
        customer = user.partner_id
        if user._is_public():
            customer = self._find_customer_of_mail(
                values["email"], team.company_id.id, self.browse()
            )
        return {
            "name": values["subject"],
            "description": plaintext2html(values["text"]),
            "channel": "web",
            "company_id": team.company_id.id,
            "team_id": team.id,
            "partner_id": customer.id,
            "email": formataddr((values["name"], email_normalize(values["email"]))),
            "phone": values["phone"],
        }
