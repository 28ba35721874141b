from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ..tools.ticket import ACTIVE

#: Tickets on a page of the portal, and messages of a ticket that it shows.
PAGE, MESSAGES = 20, 100
#: Tickets that one person may open in an hour.
PER_HOUR = 20


class ServiceTicket(models.Model):
    """What customers see of their tickets in the portal, and do with them.

    As in the platform's portal, a contact sees the own tickets; a company may let the
    contacts of a customer see all of the customer's. Customers have no right to the
    model: the domain is what they may see, and the methods below what they may do.
    """

    _inherit = "service.ticket"

    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", check_company=True, ondelete="set null"
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", check_company=True
    )

    @api.model
    def _get_portal_domain(self):
        """Give the tickets that the customer who is logged in may see."""
        return self.env["res.company"]._get_portal_domain(self.env.user.partner_id)

    @api.model
    def _get_portal_tickets(self, *domains, **options):
        """Give tickets of the customer who is logged in.

        :param domains: that hold as well
        :param options: of `search`
        """
        domain = Domain.AND([self._get_portal_domain(), *domains])
        # Customers have no right to the model; the domain is what they may see.
        return self.sudo().search(domain, **options)

    @api.model
    def _get_portal_orders(self):
        """Give the latest orders about which the customer may ask, as they may read."""
        return self.env["sale.order"].search(
            [
                ("state", "=", "sale"),
                ("partner_id", "child_of", self.env.user.commercial_partner_id.id),
                ("company_id", "in", self.env.user.company_ids.ids),
            ],
            limit=PAGE,
            order="date_order desc",
        )

    @api.model
    def _open_in_portal(self, subject, text, line=None, files=(), asset=None):
        """Open a ticket for the customer who is logged in.

        :param line: order line of theirs that it is about
        :param files: pairs of name and content
        :param asset: product in use of theirs that it is about
        :raise UserError: it says nothing, or they ask too often
        """
        if not subject.strip() or not text.strip():
            raise UserError(
                self.env._(
                    "Tell us in a few words what it is about, and what happened."
                )
            )
        # Customers may not count.
        slots = self.env["service.form.slot"].sudo()
        if slots._count(f"portal {self.env.uid}") > PER_HOUR:
            raise UserError(
                self.env._(
                    "You have sent many requests in this hour. Add to one of them, or "
                    "send the next one later."
                )
            )
        about = line or asset
        company = about.company_id if about else self.env.company
        # Customers have no right to the model; each value is checked above or theirs.
        ticket = (
            self.sudo()
            .with_company(company)
            .create(
                {
                    "name": subject.strip(),
                    "description": plaintext2html(text.strip()),
                    "channel": "portal",
                    "partner_id": self.env.user.partner_id.id,
                    "company_id": company.id,
                    "order_id": about.order_id.id if about else False,
                    "product_id": about.product_id.id if about else False,
                    "asset_id": asset.id if asset else False,
                }
            )
        )
        if files:
            ticket._say_in_portal(self.env._("Attachments"), files)
        return ticket

    def _say_in_portal(self, text, files=()):
        """Add what the customer says; the ticket goes on if it waited for that.

        :param files: pairs of name and content
        :raise UserError: it says nothing, or the ticket is over
        """
        self.ensure_one()
        if not text.strip() and not files:
            raise UserError(self.env._("Write something before you send it."))
        if self.state not in (*ACTIVE, "resolved"):
            raise self._prepare_over_error()
        self.message_post(
            body=plaintext2html(text.strip()),
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _confirm_in_portal(self):
        """End the ticket, because the customer says that it is solved."""
        self.ensure_one()
        if self.state not in (*ACTIVE, "resolved"):
            raise self._prepare_over_error()
        if self.state != "resolved":
            self._move("resolved")
        self._move("closed")
        self._log_in_portal(self.env._("The customer confirmed that it is solved."))

    def _reopen_in_portal(self, text):
        """Work on it again, because the customer says why it is not solved."""
        self.ensure_one()
        if self.state not in ("resolved", "closed"):
            raise self._prepare_over_error()
        if not text.strip():
            raise UserError(self.env._("Tell us what is not solved yet."))
        self._move("open")
        self._say_in_portal(text)

    def _log_in_portal(self, text):
        self.message_post(body=text, author_id=self.env.user.partner_id.id)

    def _prepare_over_error(self):
        return UserError(
            self.env._(
                "Ticket %(ticket)s is over. Reopen it, or open a new one.",
                ticket=self.number,
            )
        )

    def _get_portal_messages(self):
        """Give what customer and colleagues said to each other, the earliest first."""
        self.ensure_one()
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("comment", "email", "email_outgoing")),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ("is_internal", "=", False),
            ],
            order="id desc",
            limit=MESSAGES,
        )
        return messages[::-1]

    def _get_portal_files(self, messages):
        """Give the files of messages with the address of each, which is good for days.

        :return: dictionary of an attachment and its address
        """
        return {
            file: f"/web/content/{file.id}?download=1"
            f"&access_token={file._get_raw_access_token()}"
            for file in messages.attachment_ids
        }
