import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import (
    email_normalize,
    formataddr,
    html2plaintext,
    plaintext2html,
)

from ..tools.mail import AUTOMATIC_HEADERS, with_number

_logger = logging.getLogger(__name__)

#: States in which a ticket waits for somebody, or is done.
HEARS = ("waiting_customer", "waiting_internal", "resolved", "closed")


class ServiceTicket(models.Model):
    """Mail in and out of a ticket."""

    _inherit = "service.ticket"
    _mail_thread_customer = True

    email_normalized = fields.Char(
        compute="_compute_email_normalized",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    mail_alias_id = fields.Many2one(
        "mail.alias", "Written to", readonly=True, copy=False, ondelete="set null"
    )
    date_acknowledged = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    previous_id = fields.Many2one(
        "service.ticket",
        "Continues",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The ticket that had ended, or off which this one was split.",
    )

    @api.depends("email")
    def _compute_email_normalized(self):
        for ticket in self:
            ticket.email_normalized = email_normalize(ticket.email)

    # ------------------------------------------------------------------- coming in

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        self.check_access("create")
        values = dict(custom_values or {})
        team = self.env["service.team"].browse(values.get("team_id")).exists()
        if team:
            values["company_id"] = team.company_id.id
        previous = self.browse(values.get("previous_id"))
        customer = self._find_customer_of_mail(
            msg_dict.get("email_from"), values.get("company_id"), previous
        )
        # Where several customers have the address, the platform would guess.
        msg_dict["author_id"] = customer.id
        return super().message_new(
            msg_dict,
            {
                "name": msg_dict.get("subject") or self.env._("No subject"),
                "description": plaintext2html(html2plaintext(msg_dict.get("body", ""))),
                "channel": "mail",
                "partner_id": customer.id,
                **values,
            },
        )

    @api.model
    def _find_customer_of_mail(self, mail, company_id, previous):
        """Give the one customer with an address, or nobody."""
        found = self._find_by_mail(mail, company_id or self.env.company.id)
        if len(found) > 1:
            found &= previous.partner_id
        return found

    @api.model
    def _find_by_mail(self, mail, company_id):
        normalized = email_normalize(mail)
        if not normalized:
            return self.env["res.partner"]
        return self.env["res.partner"].search(
            [
                ("email_normalized", "=", normalized),
                ("company_id", "in", (False, company_id)),
            ]
        )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self.state in HEARS and self._speaks_customer(message.sudo()):
            # An answer is what a customer may give; the state follows from it.
            self.sudo()._hear_customer()
        return result

    def _speaks_customer(self, message):
        """Tell whether a message comes from the ticket's customer."""
        author = message.author_id
        if (
            message.message_type not in ("email", "comment")
            or message.subtype_id != self.env.ref("mail.mt_comment")
            or (author and not author.partner_share)
        ):
            return False
        customer = self.sudo().commercial_partner_id
        return (
            bool(customer) and author.commercial_partner_id == customer
        ) or self.sudo()._is_of_customer(email_normalize(message.email_from))

    def _hear_customer(self):
        """Open a ticket on which the customer said something."""
        if self._takes_answers():
            self._move("open")

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        # The platform's search by a piece of the address reads every ticket.
        return [("email_normalized", "=", email_from_normalized)]

    # ------------------------------------------------------------------ going out

    def _acknowledge(self):
        """Tell who opened a ticket by mail that it has arrived; once for a ticket.

        A template that fails loses the acknowledgement, but not what was asked.
        """
        self.ensure_one()
        # The gateway runs for whoever wrote, who may not write tickets.
        ticket = self.sudo()
        template = ticket.team_id.acknowledgement_id
        staff = ticket.partner_id and not ticket.partner_id.partner_share
        if ticket.date_acknowledged or not template or staff:
            return
        try:
            with self.env.cr.savepoint():
                ticket.date_acknowledged = fields.Datetime.now()
                ticket._post_acknowledgement(template)
        except OperationalError:
            raise
        except Exception:
            _logger.exception(
                "Ticket %s was not acknowledged by %s", ticket.number, template.name
            )

    def _post_acknowledgement(self, template):
        body = template._render_field("body_html", self.ids, compute_lang=True)
        subject = template._render_field("subject", self.ids, compute_lang=True)
        company = self.company_id.partner_id
        address = self._get_mail_address() or company.email_normalized or ""
        self.message_post(
            author_id=company.id,
            email_from=formataddr((company.name, address)),
            subject=subject[self.id],
            body=body[self.id],
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_light",
            partner_ids=self.partner_id.ids,
            outgoing_email_to=False if self.partner_id else self.email,
            mail_headers=AUTOMATIC_HEADERS,
            notify_author=True,
            notify_skip_followers=True,
        )

    def _get_mail_address(self):
        """Give the address the customer wrote to, or that of the team."""
        self.ensure_one()
        alias = self.mail_alias_id or self.team_id.alias_id
        return alias.alias_full_name if alias.alias_domain_id else False

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        replies = super()._notify_get_reply_to_batch(defaults, author_ids)
        # Aliases and teams are not everybody's to read; their addresses are public.
        for ticket in self.sudo():
            if address := ticket._get_mail_address():
                replies[ticket.id] = self._notify_get_reply_to_formatted_email(
                    address, author_id=(author_ids or {}).get(ticket.id)
                )
        return replies

    def _message_compute_subject(self):
        return with_number(self.number, self.name)

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values
        )
        if not self:
            return values
        subject = values.get("subject") or message.subject
        values["subject"] = with_number(self.number, subject)
        # What customers said goes on in their own name.
        author = message.sudo().author_id
        if author and not author.partner_share:
            # Teams and aliases are not everybody's to read; addresses are public.
            if address := self.sudo()._get_mail_address():
                values["email_from"] = formataddr((author.name, address))
        return values
