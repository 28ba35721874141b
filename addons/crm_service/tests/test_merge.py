from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Datetime
from odoo.tests import tagged

from .mail_common import MailCase


# takes 30 seconds
@tagged("post_install", "-at_install", "cap_v01", "cap_v03")
class TestMerge(MailCase):
    """Tickets become one, come apart again, and have parts."""

    def _three(self):
        """Make a target and two tickets with mail, notes, a file and an activity."""
        target = self._receive().with_user(self.agent)
        first = self._receive(
            self._mail(files=[("a.pdf", b"%PDF-1.4 a")], Subject="Parcel?")
        ).with_user(self.agent)
        second = self._ticket(name="Called about the parcel", description="<p>Now</p>")
        second.message_post(body="Called", message_type="comment")
        second.activity_schedule("mail.mail_activity_data_todo", summary="Call back")
        first.message_subscribe(self.other_agent.partner_id.ids)
        first.action_open()
        first.action_wait_customer()
        second.action_open()
        return target, first, second

    def _state(self, tickets):
        """Read what a merge could change."""
        self.env.flush_all()
        self.env.invalidate_all()
        everything = tickets.sudo().with_context(active_test=False)
        notes = (self.env.ref("mail.mt_note"), False)
        return [
            (
                ticket.state,
                ticket.merged_into_id,
                ticket.parent_id,
                ticket.message_ids.filtered(
                    lambda one: (
                        one.message_type != "notification"
                        and one.subtype_id not in notes
                    )
                ),
                ticket.message_ids.attachment_ids.mapped("res_id"),
                ticket.message_partner_ids,
                ticket.activity_ids,
                ticket.date_resolved,
            )
            for ticket in everything
        ]

    def test_one_of_three(self):
        target, first, second = self._three()
        message = first.message_ids.filtered("attachment_ids")
        (first | second | target)._merge_into(target)
        self.assertEqual((first | second).mapped("state"), ["merged", "merged"])
        self.assertEqual(target.merged_ids, first | second)
        self.assertIn(message, target.message_ids)
        self.assertEqual(message.attachment_ids.res_id, target.id)
        self.assertEqual(message.attachment_ids.raw, b"%PDF-1.4 a")
        self.assertEqual(target.activity_ids.summary, "Call back")
        self.assertIn(self.other_agent.partner_id, target.message_partner_ids)
        self.assertIn("Now", "".join(target.message_ids.mapped("body")))
        self.assertFalse(
            (first | second).message_ids.filtered(
                lambda one: one.message_type == "email"
            )
        )

    def test_everything_back(self):
        target, first, second = tickets = self._three()
        tickets = target | first | second
        part = self._ticket(parent_id=first.id)
        before = self._state(tickets | part)
        (first | second)._merge_into(target)
        self.assertEqual(part.parent_id, target)
        (first | second).action_unmerge()
        self.assertEqual(self._state(tickets | part), before)
        kinds = self.env["service.merge"].search([("target_id", "=", target.id)])
        self.assertEqual(sorted(kinds.mapped("kind")), 2 * ["merged"] + 2 * ["undone"])

    def test_what_came_later_stays(self):
        target, first, second = self._three()
        first.message_subscribe(self.service_manager.partner_id.ids)
        second.message_subscribe(self.service_manager.partner_id.ids)
        (first | second)._merge_into(target)
        answer = self._answer(target)
        first.action_unmerge()
        self.assertIn(answer, target.message_ids)
        self.assertIn(self.service_manager.partner_id, target.message_partner_ids)
        second.action_unmerge()
        self.assertNotIn(self.service_manager.partner_id, target.message_partner_ids)

    def test_mail_goes_to_the_target(self):
        target, first, second = self._three()
        answer = self._answer(first)
        first._merge_into(second)
        second._merge_into(target)
        target.action_wait_customer()
        self.assertEqual(self._receive(In_Reply_To=answer.message_id), target)
        self.assertEqual(target.state, "open")
        subject = f"Re: [{first.number}] Late parcel"
        self.assertEqual(self._receive(Subject=subject), target)

    def test_what_stays_apart(self):
        target, first, second = self._three()
        other = self._ticket(partner_id=self.other_customer.id)
        unknown = self._ticket(partner_id=False)
        foreign = self.env["service.ticket"].create(
            {
                "name": "Foreign",
                "company_id": self.other_company.id,
                "partner_id": self.contact.id,
            }
        )
        closed = self._ticket()
        closed.action_resolve()
        closed.action_close()
        for sources, into in (
            (other, target),
            (unknown, target),
            (unknown, self._ticket(partner_id=False)),
            (closed, target),
            (first, closed),
            (target, target),
        ):
            with self.assertRaises(UserError):
                sources._merge_into(into)
        with self.assertRaises(AccessError):
            foreign.with_user(self.agent)._merge_into(target)
        with self.assertRaises(UserError):
            foreign._merge_into(target.sudo())
        target.parent_id = second
        with self.assertRaisesRegex(UserError, "part of"):
            second._merge_into(target)
        self.assertEqual(first.state, "waiting_customer")

    def test_unknown_customers_of_one_address(self):
        mails = {"From": "Li <li@nowhere.example>"}
        first, second = self._receive(**mails), self._receive(**mails)
        first.with_user(self.agent)._merge_into(second.with_user(self.agent))
        self.assertEqual(first.merged_into_id, second)

    def test_too_late_and_out_of_order(self):
        target, first, second = self._three()
        first._merge_into(second)
        second._merge_into(target)
        with self.assertRaisesRegex(UserError, "Undo that first"):
            first.action_unmerge()
        second.action_unmerge()
        first.action_unmerge()
        with self.assertRaises(UserError):
            first.action_unmerge()
        first._merge_into(target)
        with freeze_time(Datetime.now() + timedelta(hours=25)):
            first.invalidate_recordset()
            self.assertFalse(first.may_unmerge)
            with self.assertRaises(UserError):
                first.action_unmerge()

    def test_nobody_forges_a_merge(self):
        target, first, _second = self._three()
        with self.assertRaises(AccessError):
            first.merged_into_id = target
        with self.assertRaises(AccessError):
            self._ticket(merged_into_id=target.id)
        first._merge_into(target)
        with self.assertRaises(UserError):
            first.action_open()
        for user in (self.demoted, self.portal_user):
            with self.assertRaises(AccessError):
                first.with_user(user).action_unmerge()
        merge = self.env["service.merge"].search([("ticket_id", "=", first.id)])
        for user in (self.agent, self.service_manager):
            with self.assertRaises(AccessError):
                merge.with_user(user).copy()
        for forbidden in (merge.unlink, lambda: merge.write({"kind": "undone"})):
            with self.assertRaises(UserError):
                forbidden()

    def test_wizard(self):
        target, first, second = self._three()
        tickets = target | first | second
        wizard = (
            self.env["service.ticket.merge"]
            .with_user(self.agent)
            .with_context(active_model="service.ticket", active_ids=tickets.ids)
            .create({})
        )
        self.assertEqual(wizard.target_id, target)
        self.assertEqual(wizard.action_merge()["res_id"], target.id)
        self.assertEqual(target.merged_ids, first | second)

    # --------------------------------------------------------------------- splitting

    def _split_wizard(self, ticket, user=None):
        return (
            self.env["service.ticket.split"]
            .with_user(user or self.agent)
            .with_context(default_ticket_id=ticket.id)
            .create({"name": "Broken chair"})
        )

    def test_split(self):
        ticket = self._receive().with_user(self.agent)
        ticket.user_id = self.agent
        other = self._mail(
            body="The chair is broken, too.",
            files=[("chair.pdf", b"%PDF-1.4 chair")],
            Subject=f"Re: [{ticket.number}]",
        )
        self._receive(other)
        wizard = self._split_wizard(ticket)
        self.assertEqual(len(wizard.line_ids), 2)
        line = wizard.line_ids[1]
        self.assertIn("chair", line.preview)
        line.chosen = True
        part = ticket.browse(wizard.action_split()["res_id"])
        self.assertEqual((part.name, part.previous_id), ("Broken chair", ticket))
        self.assertEqual((part.partner_id, part.user_id), (self.contact, self.agent))
        self.assertIn("chair", part.description)
        self.assertEqual(part.message_ids.attachment_ids.res_id, part.id)
        self.assertIn(line.message_id, part.message_ids)
        self.assertNotIn(line.message_id, ticket.message_ids)
        # what answers the message finds its new ticket
        reply = self._receive(In_Reply_To=other["Message-ID"])
        self.assertEqual(reply, part)

    def test_what_cannot_be_split_off(self):
        ticket, other = self._receive(), self._receive(Subject="Other")
        wizard = self._split_wizard(ticket)
        with self.assertRaises(UserError):
            wizard.action_split()
        wizard.line_ids = [
            (0, 0, {"message_id": other.message_ids[-1].id, "chosen": True})
        ]
        with self.assertRaises(UserError):
            wizard.action_split()
        with self.assertRaises(AccessError):
            self._split_wizard(ticket, self.demoted)
        foreign = self.env["service.ticket"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        message = foreign.message_post(body="Hidden from agents")
        line = self.env["service.ticket.split.line"].with_user(self.agent)
        line = line.create({"split_id": wizard.id, "message_id": message.id})
        self.env.invalidate_all()
        self.assertEqual((line.preview, line.date), (False, False))

    # ------------------------------------------------------------------------- parts

    def test_parts_come_first(self):
        ticket = self._ticket()
        parts = self._ticket(parent_id=ticket.id) | self._ticket(parent_id=ticket.id)
        with self.assertRaisesRegex(UserError, parts[1].number):
            ticket.action_resolve()
        parts[0].action_resolve()
        parts[1].action_cancel()
        ticket.action_resolve()
        self.assertEqual(ticket.state, "resolved")
        parts[0].action_open()
        with self.assertRaises(UserError):
            ticket.action_close()
        (ticket | parts[0]).action_open()
        (ticket | parts[0]).action_resolve()

    def test_no_part_of_itself(self):
        ticket = self._ticket()
        part = self._ticket(parent_id=ticket.id)
        with self.assertRaises(ValidationError):
            ticket.parent_id = part
