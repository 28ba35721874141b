from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

MAX_CANDIDATES = 8


class ServiceTicket(models.Model):
    """Who asks: by mail, phone or member number, never by a guess."""

    _inherit = "service.ticket"

    identity = fields.Char(
        "Known by",
        store=False,
        help="Phone, mail, customer code or member number: finds the customer.",
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        string="Possible Customers",
        compute="_compute_candidate_ids",
        help="Contacts with this mail or phone; one of them may be asking.",
    )

    @api.depends("partner_id", "email", "phone", "company_id")
    def _compute_candidate_ids(self):
        customers = self.env["res.partner"]
        unknown = self.filtered(lambda ticket: not ticket.partner_id)
        (self - unknown).candidate_ids = customers
        for ticket in unknown:
            found = ticket._find_by_mail(ticket.email, ticket.company_id.id)
            if ticket.phone:
                found |= customers._lookup_by_phone(ticket.phone, MAX_CANDIDATES)
            ticket.candidate_ids = found[:MAX_CANDIDATES]

    @api.onchange("identity")
    def _onchange_identity(self):
        kind, found = self._identify(self.identity)
        if kind == "mail":
            self.email = self.identity
        elif kind == "phone":
            self.phone = self.identity
        if len(found) == 1:
            self.partner_id = found
        elif self.identity and not found:
            return {"warning": self._prepare_unknown_warning()}
        return None

    @api.model
    def _identify(self, term):
        """Find customers by what is theirs alone; a name is not.

        :param str term: mail, phone number, customer code or member number
        :return: ``(kind, customers)`` of the first kind that knows the term, or
            ``(None, nobody)``
        """
        customers = self.env["res.partner"]
        term = (term or "").strip()
        for kind, method in customers._lookup_kinds() if term else []:
            found = kind != "name" and method(term, MAX_CANDIDATES)
            if found:
                return kind, found
        return None, customers

    def _prepare_unknown_warning(self):
        return {
            "title": self.env._("Nobody is known by %(term)s", term=self.identity),
            "message": self.env._(
                "No customer has this phone, mail, code or member number. Check it, "
                "or choose the customer by name."
            ),
        }

    def action_pick_customer(self, partner_id):
        """Choose who asked, after several customers were possible.

        :param int partner_id: a contact whom the user may read
        :raise AccessError: the user may not change the ticket or read the contact
        :raise UserError: there is no such contact
        """
        self.ensure_one()
        self.check_access("write")
        customers = self.env["res.partner"]
        customers.check_access("read")
        known = type(partner_id) is int and Domain("id", "=", partner_id)
        customer = known and customers.search(
            known & Domain("company_id", "in", (False, self.company_id.id))
        )
        if not customer:
            raise UserError(
                self.env._(
                    "The contact chosen for ticket %(ticket)s does not exist any more "
                    "or belongs to another company. Reload the page and choose again.",
                    ticket=self.number,
                )
            )
        mail = self.email
        self.partner_id = customer
        # Answers go on reaching the address that asked.
        self.email = mail or customer.email
        self._author_messages(mail, customer)
        return True

    def _author_messages(self, mail, customer):
        """Say who wrote the messages that came from an address."""
        address = email_normalize(mail)
        # Nobody may write messages of others; these are the customer's own.
        messages = self.message_ids.sudo().filtered(
            lambda message: (
                not message.author_id
                and address
                and email_normalize(message.email_from) == address
            )
        )
        messages.author_id = customer
