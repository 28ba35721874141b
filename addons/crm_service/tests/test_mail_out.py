from odoo.tests import tagged

from .mail_common import DOMAIN, MailCase


# takes 30 seconds
@tagged("post_install", "-at_install", "cap_v01")
class TestMailOut(MailCase):
    """What customers get, on a real mail server."""

    def test_an_acknowledgement_once(self):
        with self._mail_server():
            ticket = self._receive()
            (mail,) = self._deliver()
            self.assertEqual(mail["Auto-Submitted"], "auto-replied")
            self.assertEqual(mail["X-Auto-Response-Suppress"], "All")
            self.assertEqual(mail["X-Envelope-To"], "<wf@acme.example>")
            self.assertEqual(mail["Subject"], f"[{ticket.number}] Late parcel")
            self.assertIn(f"care@{DOMAIN}", mail["From"])
            self.assertIn(f"care@{DOMAIN}", mail["Reply-To"])
            self.assertNotIn("Internal", mail.get_body(["plain"]).get_content())
            self.assertTrue(ticket.date_acknowledged)
            self._receive(In_Reply_To=mail["Message-ID"], Subject="Re: Late parcel")
            ticket._acknowledge()
            self.assertEqual(self._deliver(), [])

    def test_a_template_that_fails_loses_no_request(self):
        template = self.team.acknowledgement_id
        template.body_html = '<p t-out="object.partner_id.name.split()[0]"/>'
        logger = "odoo.addons.crm_service.models.service_ticket_mail"
        with self._mail_server():
            with self.assertLogs(logger, "ERROR") as log:
                ticket = self._receive(From="Li <li@nowhere.example>")
            self.assertIn(template.name, log.output[0])
            self.assertEqual(ticket.state, "new")
            self.assertFalse(ticket.date_acknowledged)
            self.assertTrue(self._receive().date_acknowledged)
            self.assertEqual(len(self._deliver()), 1)

    def test_whom_nobody_knows(self):
        with self._mail_server():
            ticket = self._receive(From="Li <li@nowhere.example>")
            (mail,) = self._deliver()
            self.assertEqual(mail["X-Envelope-To"], "<li@nowhere.example>")
            self.assertFalse(ticket.partner_id)

    def test_who_gets_none(self):
        self.agent.email = "agent@crm.example"
        with self._mail_server():
            self._deliver()  # the platform tells the agent of the new address
            self._receive(From=self.agent.email_formatted)
            self._receive(Auto_Submitted="auto-replied")
            self.assertTrue(self._receive(X_Auto_Response_Suppress="OOF, AutoReply"))
            self._receive(To=f"repairs@{DOMAIN}")
            self.assertEqual(self._deliver(), [])

    def test_an_answer_leaves_from_the_address_that_was_used(self):
        with self._mail_server():
            ticket = self._receive(To=f"repairs@{DOMAIN}")
            ticket.team_id = self.team
            self._answer(ticket)
            (mail,) = self._deliver()
            self.assertEqual(mail["X-Envelope-To"], "<wf@acme.example>")
            self.assertIn(f"<repairs@{DOMAIN}>", mail["From"])
            self.assertIn(self.agent.name, mail["From"])
            self.assertIn(f"repairs@{DOMAIN}", mail["Reply-To"])
            self.assertEqual(mail["Subject"], f"[{ticket.number}] Late parcel")

            # the answer to it comes home, whatever the customer's program leaves of it
            ticket.action_wait_customer()
            self.assertEqual(self._receive(In_Reply_To=mail["Message-ID"]), ticket)
            self.assertEqual(self._receive(Subject=f"回复：{mail['Subject']}"), ticket)
            self.assertEqual(ticket.state, "open")

    def test_a_subject_of_ones_own(self):
        with self._mail_server():
            ticket = self._ticket(team_id=self.team.id)
            ticket.message_post(
                body="Please send the serial number.",
                subject="Your serial number",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.contact.ids,
            )
            (mail,) = self._deliver()
            self.assertEqual(mail["Subject"], f"[{ticket.number}] Your serial number")
            self.assertIn(f"care@{DOMAIN}", mail["Reply-To"])

    def test_agents_read_in_the_name_of_the_customer(self):
        with self._mail_server():
            ticket = self._receive()
            self._deliver()
            self.agent.notification_type = "email"
            ticket.message_subscribe(self.agent.partner_id.ids)
            self._receive(Subject=f"Re: [{ticket.number}] Late parcel")
            (mail,) = self._deliver()
            self.assertIn("Wang Fang", mail["From"])
            self.assertEqual(mail["Reply-To"].count(f"care@{DOMAIN}"), 1)

    def test_two_robots(self):
        """A robot that answers everything, without a trace of what it answers."""
        with self._mail_server():
            before = self._count_tickets()
            self._receive(From="robot@shop.example", Subject="Order 0")
            self._answer_all("robot@shop.example", lambda mail: "Another order")
            self.assertEqual(self._count_tickets() - before, 20)

    def test_a_robot_that_keeps_the_subject(self):
        with self._mail_server():
            ticket = self._receive()
            count = self._count_tickets()
            answer = self._answer(ticket)
            for _turn in range(20):
                self._receive(In_Reply_To=answer.message_id, Subject=answer.subject)
            self._answer_all("wf@acme.example", lambda mail: mail["Subject"])
            self.assertEqual(self._count_tickets(), count)

    def _answer_all(self, sender, subject):
        """Answer whatever arrives, without a trace of what it answers, for ever."""
        turns = 0
        while mails := self._deliver():
            turns += 1
            self.assertLess(turns, 40, "the programs go on")
            for mail in mails:
                self._receive(From=sender, Subject=subject(mail))

    def test_an_acknowledgement_is_answered(self):
        with self._mail_server():
            ticket = self._receive()
            count = self._count_tickets()
            for mail in self._deliver():
                self._receive(Subject=f"AUTO: {mail['Subject']}")
            self.assertEqual(self._deliver(), [])
            self.assertEqual(self._count_tickets(), count)
            self.assertEqual(ticket.state, "new")
