from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged

from ..models import mail_thread, service_ticket_route
from .mail_common import DOMAIN, MailCase

AUTOMATIC = (
    {"Auto_Submitted": "auto-replied (vacation)"},
    {"Auto_Submitted": "auto-generated"},
    {"Precedence": "auto_reply"},
    {"Precedence": "bulk"},
    {"X_Autoreply": "yes"},
    {"Return_Path": "<>"},
    {"Return_Path": "<MAILER-DAEMON@mx.acme.example>"},
    {"From": f"Care <care@{DOMAIN}>"},
)
MANY = 1000


# takes 90 seconds
@tagged("post_install", "-at_install", "cap_v01")
class TestMailIn(MailCase):
    """A mail becomes a ticket, or comes home to the one it answers."""

    def test_a_mail_opens_a_ticket(self):
        mail = self._mail(files=[("label.pdf", b"%PDF-1.4 torn")], Cc="boss@x.example")
        ticket = self._receive(mail)
        self.assertEqual(
            (ticket.name, ticket.channel, ticket.state), ("Late parcel", "mail", "new")
        )
        self.assertEqual((ticket.team_id, ticket.company_id), (self.team, self.company))
        self.assertEqual(ticket.partner_id, self.contact)
        self.assertEqual(ticket.email_normalized, "wf@acme.example")
        self.assertEqual(ticket.email_cc, "boss@x.example")
        self.assertIn("Where is it?", ticket.description)
        message = ticket.message_ids.filtered(lambda one: one.message_type == "email")
        self.assertEqual(message.author_id, self.contact)
        self.assertEqual(message.attachment_ids.name, "label.pdf")
        self.assertEqual(message.attachment_ids.raw, b"%PDF-1.4 torn")
        self.assertFalse(ticket.user_id)

    def test_an_unknown_sender(self):
        ticket = self._receive(From="Li <li@nowhere.example>", Subject=None)
        self.assertFalse(ticket.partner_id or ticket.candidate_ids)
        self.assertEqual(ticket.email_normalized, "li@nowhere.example")
        self.assertEqual(ticket.name, "No subject")
        self.assertFalse(
            self.env["res.partner"].search([("email", "ilike", "nowhere.example")])
        )

    def test_a_team_of_another_company(self):
        team = self.env["service.team"].create(
            {
                "name": "Elsewhere",
                "company_id": self.other_company.id,
                "alias_name": "elsewhere",
                "alias_domain_id": self.domain.id,
            }
        )
        self.contact.company_id = self.company
        ticket = self._receive(To=f"elsewhere@{DOMAIN}")
        self.assertEqual((ticket.team_id, ticket.company_id), (team, team.company_id))
        self.assertFalse(ticket.partner_id)

    def test_two_teams_one_ticket(self):
        before = self._count_tickets()
        for to, team in (
            (f"care@{DOMAIN}, repairs@{DOMAIN}", self.team),
            (f"repairs@{DOMAIN}, care@{DOMAIN}", self.second_team),
        ):
            self.assertEqual(self._receive(To=to).team_id, team)
        ticket = self._receive(To=f"repairs@{DOMAIN}", Cc=f"care@{DOMAIN}")
        self.assertEqual(ticket.team_id, self.second_team)
        self.assertEqual(self._count_tickets(), before + 3)

    def test_the_same_mail_again(self):
        mail = self._mail()
        ticket = self._receive(mail)
        count = self._count_tickets()
        self.assertEqual(self._receive(mail), ticket)
        mail.replace_header("To", f"repairs@{DOMAIN}")
        self.assertEqual(self._receive(mail), ticket)
        self.assertEqual(self._count_tickets(), count)
        self.assertEqual(len(self._messages(ticket)), 1)

    def test_a_mail_that_meets_another_write_is_read_again(self):
        server = self.env["fetchmail.server"].create({"name": "Incoming"})
        threads = self.env["mail.thread"].with_user(self.env.ref("base.user_root"))
        threads = threads.with_context(default_fetchmail_server_id=server.id)
        model = type(self.env["service.ticket"])
        route, met = model._route_mail, [SerializationFailure, DeadlockDetected]

        def meet(tickets, *args):
            if met:
                raise met.pop()
            return route(tickets, *args)

        before = self._count_tickets()
        with (
            patch.object(model, "_route_mail", meet),
            patch.object(mail_thread, "PAUSE", 0),
            patch.object(self.env.cr, "rollback") as rollback,
        ):
            threads.message_process(None, self._mail().as_bytes())
        self.assertEqual(rollback.call_count, 2)
        self.assertEqual(self._count_tickets(), before + 1)

    def _messages(self, ticket):
        return ticket.message_ids.filtered(lambda one: one.message_type == "email")

    # -------------------------------------------------------------------- programs

    def test_what_a_program_wrote_opens_nothing(self):
        before = self._count_tickets()
        for headers in AUTOMATIC:
            with self.subTest(headers):
                self.assertFalse(self._receive(**headers))
        self.assertEqual(self._count_tickets(), before)
        for headers in (
            {"Auto_Submitted": "no"},
            {"Subject": "Out of office: who takes parcels?"},
            {"X_Auto_Response_Suppress": "None", "Precedence": "normal"},
            {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
            {"Return_Path": "<wf@acme.example>"},
        ):
            with self.subTest(headers):
                self.assertTrue(self._receive(**headers))

    def test_what_opens_nothing_is_told_to_the_administrator(self):
        mail = self._mail(Auto_Submitted="auto-generated")
        with patch.object(service_ticket_route, "_logger") as logger:
            self.assertFalse(self._receive(mail))
        self.assertIn(mail["Message-ID"], logger.info.call_args.args)

    def test_a_thousand_automatic_answers(self):
        ticket = self._receive()
        ticket.action_resolve()
        count = self._count_tickets()
        for number in range(MANY):
            headers = AUTOMATIC[number % len(AUTOMATIC)]
            self._receive(Subject=f"Re: [{ticket.number}] Late parcel", **headers)
        self.assertEqual(self._count_tickets(), count)
        self.assertEqual((ticket.state, len(self._messages(ticket))), ("resolved", 1))

    def test_an_automatic_answer_is_a_note(self):
        ticket = self._receive()
        answer = self._answer(ticket)
        ticket.action_wait_customer()
        for headers in AUTOMATIC[:6]:
            self._receive(In_Reply_To=answer.message_id, **headers)
        self.assertEqual(ticket.state, "waiting_customer")
        notes = ticket.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        notes -= notes.filtered(lambda m: m.author_id == self.company.partner_id)
        self.assertEqual(len(notes), 6)
        self.assertEqual(notes.subtype_id, self.env.ref("mail.mt_note"))
        self.assertFalse(notes.notified_partner_ids)

    # --------------------------------------------------------------------- answers

    def test_an_answer_opens_what_waits(self):
        ticket = self._receive()
        answer = self._answer(ticket)
        for wait in ("action_wait_customer", "action_wait_internal", "action_resolve"):
            getattr(ticket, wait)()
            self.assertEqual(self._receive(In_Reply_To=answer.message_id), ticket)
            self.assertEqual(ticket.state, "open")
        self.assertFalse(ticket.date_resolved)

    def test_others_open_nothing(self):
        ticket = self._receive()
        answer = self._answer(ticket)
        ticket.action_resolve()
        for sender in ("Vendor <v@vendor.example>", self.agent.email_formatted):
            reply = self._receive(From=sender, In_Reply_To=answer.message_id)
            self.assertEqual((reply, ticket.state), (ticket, "resolved"))
        self.assertEqual(len(self._messages(ticket)), 3)

    def test_a_number_in_the_subject(self):
        ticket = self._receive()
        subject = f"AW: [EXT] [{ticket.number}] Late parcel"
        sibling = self.env["res.partner"].create(
            {"name": "Zhao", "parent_id": self.customer.id, "email": "z@acme.example"}
        )
        ticket.action_wait_customer()
        for sender in ("wf@acme.example", sibling.email_formatted):
            self.assertEqual(self._receive(From=sender, Subject=subject), ticket)
        self.assertEqual(ticket.state, "open")
        for sender in ("li@nowhere.example", "wf@acme.example.evil.example"):
            other = self._receive(From=sender, Subject=subject)
            self.assertNotEqual(other, ticket)
            self.assertFalse(other.partner_id)
        elsewhere = self._receive(
            From="wf@acme.example", Subject="Re: [T99999999] Late parcel"
        )
        self.assertNotEqual(elsewhere, ticket)

    def test_a_number_of_an_unknown_sender(self):
        ticket = self._receive(From="li@nowhere.example")
        subject = f"Re: [{ticket.number}] Late parcel"
        self.assertEqual(
            self._receive(From="Li <LI@nowhere.example>", Subject=subject), ticket
        )
        self.assertNotEqual(
            self._receive(From="x@nowhere.example", Subject=subject), ticket
        )

    def test_a_number_of_another_company(self):
        ticket = self._receive()
        self.env["service.team"].create(
            {
                "name": "Elsewhere",
                "company_id": self.other_company.id,
                "alias_name": "elsewhere",
                "alias_domain_id": self.domain.id,
            }
        )
        other = self._receive(
            To=f"elsewhere@{DOMAIN}", Subject=f"Re: [{ticket.number}] Late parcel"
        )
        self.assertEqual(other.company_id, self.other_company)

    def test_an_answer_after_the_end(self):
        ticket = self._receive()
        answer = self._answer(ticket)
        self._close(ticket)
        soon = Datetime.now() + timedelta(days=self.team.reopen_days - 1)
        with freeze_time(soon):
            self.assertEqual(self._receive(In_Reply_To=answer.message_id), ticket)
        self.assertEqual((ticket.state, ticket.date_closed), ("open", False))
        self._close(ticket)
        with freeze_time(soon + timedelta(days=2)):
            later = self._receive(In_Reply_To=answer.message_id, To=f"x@{DOMAIN}")
        self.assertEqual((later.previous_id, later.state), (ticket, "new"))
        self.assertEqual((later.team_id, later.partner_id), (self.team, self.contact))
        self.assertEqual(ticket.state, "closed")

    def _close(self, ticket):
        ticket.with_user(self.agent).action_resolve()
        ticket.with_user(self.agent).action_close()

    def test_an_answer_that_never_reopens(self):
        ticket = self._receive()
        answer = self._answer(ticket)
        self.team.reopen_days = 0
        self._close(ticket)
        by_number = self._receive(Subject=f"Re: [{ticket.number}] Late parcel")
        self.assertEqual(by_number.previous_id, ticket)
        ticket = by_number
        ticket.action_cancel()
        answer = self._answer(ticket)
        self.assertEqual(
            self._receive(In_Reply_To=answer.message_id).previous_id, ticket
        )
        self.assertEqual(ticket.state, "cancelled")

    def test_an_answer_in_the_portal(self):
        ticket = self._receive()
        ticket.message_subscribe(self.portal_user.partner_id.ids)
        ticket.action_wait_customer()
        ticket.with_user(self.agent).message_post(body="A note", message_type="comment")
        self.assertEqual(ticket.state, "waiting_customer")
        ticket.sudo().message_post(
            body="Still not here",
            author_id=self.portal_user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(ticket.state, "open")

    # -------------------------------------------------------------------- identity

    def test_several_customers_have_the_address(self):
        twin = self.env["res.partner"].create(
            {"name": "Wang Fang", "email": "WF@acme.example"}
        )
        ticket = self._receive().with_user(self.agent)
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.candidate_ids, self.contact | twin)
        self.assertFalse(self._messages(ticket).author_id)
        twin.with_user(self.agent).with_context(
            service_ticket_id=ticket.id
        ).action_service_pick()
        self.assertEqual(ticket.partner_id, twin)
        self.assertEqual(self._messages(ticket).author_id, twin)
        self.assertFalse(ticket.candidate_ids)
        self.assertTrue(self.contact.active and twin.active)

    # ---------------------------------------------------------------------- rights

    def test_who_gives_a_team_an_address(self):
        self.team.with_user(self.agent).alias_name = "mine"  # heard by nobody
        self.assertEqual(self.team.alias_name, "care")
        with self.assertRaises(AccessError):
            self.team.with_user(self.agent).reopen_days = 0
        self.team.with_user(self.service_manager).alias_name = "helpdesk"
        self.assertEqual(self._receive(To=f"helpdesk@{DOMAIN}").team_id, self.team)
        self.assertEqual(self.team.with_user(self.agent).alias_email[:9], "helpdesk@")

    def test_received_mails_are_nobodys_to_change(self):
        self._receive()
        mails = self.env["service.mail"]
        self.assertTrue(mails.search([]))
        for attempt in (
            lambda: mails.with_user(self.service_manager).search([]),
            lambda: mails.with_user(self.agent).search([]),
            lambda: (
                mails.with_user(self.env.ref("base.user_admin")).search([]).unlink()
            ),
        ):
            with self.assertRaises(AccessError):
                attempt()
        with freeze_time(Datetime.now() + timedelta(days=31)):
            self.env["service.mail"]._gc_mails()
        self.assertFalse(mails.search([]))
