from contextlib import contextmanager
from email.message import EmailMessage
from unittest.mock import patch

from .common import ServiceCase
from .smtp import MailServer

DOMAIN = "service.example"


class MailCase(ServiceCase):
    """A team with an address, and mails as they arrive at the gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": DOMAIN})
        cls.company.alias_domain_id = cls.domain
        cls.team.with_user(cls.service_manager).write(
            {
                "alias_name": "care",
                "acknowledgement_id": cls.env.ref(
                    "crm_service.service_ticket_template_received"
                ).id,
            }
        )
        cls.second_team = (
            cls.env["service.team"]
            .with_user(cls.service_manager)
            .create({"name": "Repairs", "alias_name": "repairs", "sequence": 1})
        )
        # a portal user's address is that of the login
        cls.contact.email = "wf@acme.example"
        cls.sent = 0

    @classmethod
    def _mail(cls, body="Where is it?", files=(), **headers):
        """Write a mail: headers by name, with ``_`` for ``-``.

        A name that is no header of its own is left out when its value is None.
        """
        cls.sent += 1
        mail = EmailMessage()
        values = {
            "From": '"Wang Fang" <wf@acme.example>',
            "To": f"care@{DOMAIN}",
            "Subject": "Late parcel",
            "Message-ID": f"<{cls.sent}@acme.example>",
            "Date": "Mon, 02 Nov 2026 09:00:00 +0800",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in values.items():
            if value is not None:
                mail[name] = value
        mail.set_content(body)
        for name, content in files:
            mail.add_attachment(
                content, maintype="application", subtype="pdf", filename=name
            )
        return mail

    def _receive(self, mail=None, **headers):
        """Deliver a mail as the gateway does.

        :return: the ticket that has the message, or none
        """
        mail = mail or self._mail(**headers)
        root = self.env.ref("base.user_root")
        self.env["mail.thread"].with_user(root).message_process(None, mail.as_bytes())
        message = self.env["mail.message"].search(
            [("message_id", "=", mail["Message-ID"]), ("model", "=", "service.ticket")]
        )
        return self.env["service.ticket"].browse(message.res_id)

    def _answer(self, ticket, body="It left today.", user=None):
        """Answer the customer by mail, as an agent does in the chatter."""
        return ticket.with_user(user or self.agent).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket.partner_id.ids,
        )

    def _count_tickets(self):
        return self.env["service.ticket"].search_count([])

    @contextmanager
    def _mail_server(self):
        """Send what is sent to a server of this machine; the platform's tests do not.

        `_deliver` sends what waits and gives what arrived.
        """
        servers = self.env["ir.mail_server"]
        with (
            MailServer() as server,
            patch.object(type(servers), "_disable_send", lambda _self: False),
        ):
            servers.create(
                {
                    "name": "Test",
                    "smtp_host": "127.0.0.1",
                    "smtp_port": server.port,
                    "smtp_encryption": "none",
                    "from_filter": DOMAIN,
                }
            )
            self.server = server
            yield server

    def _deliver(self):
        """Send what waits to be sent.

        :return: the mails that arrived since the last time
        """
        self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        arrived, self.server.mails[:] = list(self.server.mails), []
        return arrived
