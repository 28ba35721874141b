from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .mail_common import DOMAIN, MailCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v01", "cap_v03")
class TestMacro(MailCase):
    """What is often done is done with one click, and no more than by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["service.tag"].create({"name": "Parcel"})
        cls.macro = cls._macro(
            body='<p>Dear <t t-out="object.partner_id.name"/>, see '
            '<t t-out="object.number"/>.</p>',
            next_state="waiting_customer",
            category_id=cls.category.id,
            priority="2",
            tag_ids=[(6, 0, cls.tag.ids)],
            assign="me",
            line_ids=[(0, 0, {"name": "Ask the carrier"})],
        )

    @classmethod
    def _macro(cls, **values):
        macros = cls.env["service.macro"].with_user(cls.service_manager)
        return macros.create({"name": "Where is it", **values})

    def _apply(self, tickets, macro=None, user=None):
        macro = (macro or self.macro).with_user(user or self.agent)
        return macro.with_context(service_ticket_ids=tickets.ids).action_apply()

    def test_one_click(self):
        self.contact.name = "Wang <b>Fang</b>"
        with self._mail_server():
            ticket = self._receive()
            self._deliver()
            self._apply(ticket)
            (mail,) = self._deliver()
        self.assertIn(f"care@{DOMAIN}", mail["From"])
        text = mail.get_body(["html"]).get_content()
        self.assertIn("Dear Wang &lt;b&gt;Fang&lt;/b&gt;, see " + ticket.number, text)
        self.assertRecordValues(
            ticket,
            [
                {
                    "state": "waiting_customer",
                    "category_id": self.category.id,
                    "team_id": self.team.id,
                    "priority": "2",
                    "user_id": self.agent.id,
                    "tag_ids": self.tag.ids,
                }
            ],
        )
        self.assertEqual(ticket.checklist_ids.mapped("name"), ["Ask the carrier"])
        self.assertEqual(ticket.message_ids[0].author_id, self.agent.partner_id)

    def test_many_in_their_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.macro.with_context(
            lang="zh_CN"
        ).body = '<p>您好，工单<t t-out="object.number"/></p>'
        self.contact.lang, self.other_customer.lang = "en_US", "zh_CN"
        tickets = self._ticket() | self._ticket(partner_id=self.other_customer.id)
        self._apply(tickets)
        bodies = [
            ticket.message_ids.filtered(lambda m: m.message_type == "comment").body
            for ticket in tickets
        ]
        self.assertIn("Dear", bodies[0])
        self.assertIn(f"您好，工单{tickets[1].number}", bodies[1])
        self._apply(tickets)
        self.assertEqual(len(tickets.checklist_ids), 2)

    def test_a_note_goes_to_nobody(self):
        macro = self._macro(body="<p>Called, nobody there</p>", is_note=True)
        with self._mail_server():
            ticket = self._ticket()
            self._apply(ticket, macro)
            self.assertEqual(self._deliver(), [])
        self.assertEqual(ticket.message_ids[0].subtype_id, self.env.ref("mail.mt_note"))

    def test_no_more_than_by_hand(self):
        ticket = self._ticket()
        ticket.action_cancel()
        open_ticket = self._ticket()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._apply(open_ticket | ticket)
        self.env.invalidate_all()
        self.assertEqual((open_ticket.state, open_ticket.user_id.id), ("new", False))
        foreign = self.env["service.ticket"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        for user, tickets in (
            (self.agent, foreign),
            (self.demoted, open_ticket),
            (self.portal_user, open_ticket),
        ):
            with self.assertRaises(AccessError):
                self._apply(tickets, user=user)
        for ids in (None, [], "1", ["1"], [True], open_ticket.id):
            with self.assertRaises(UserError):
                self.macro.with_user(self.agent).with_context(
                    service_ticket_ids=ids
                ).action_apply()
        parent = self._ticket()
        self._ticket(parent_id=parent.id)
        with self.assertRaises(UserError):
            self._apply(parent, self._macro(next_state="resolved"))

    def test_who_writes_macros(self):
        with self.assertRaises(AccessError):
            self.macro.with_user(self.agent).body = "x"
        with self.assertRaises(AccessError):
            self.env["service.macro"].with_user(self.agent).create({"name": "x"})
        for body in (
            '<t t-out="object.sudo().company_id.name"/>',
            '<t t-out="env"/>',
            '<t t-foreach="[1]" t-as="x"/>',
            '<t t-out="object.partner_id.user_ids.password"/>',
        ):
            with self.assertRaises(ValidationError):
                self._macro(body=body)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._macro(assign="user")

    def test_checklist_of_a_category(self):
        self.category.with_user(self.service_manager).checklist_ids = [
            (0, 0, {"name": "Photo of the damage", "sequence": 2}),
            (0, 0, {"name": "Serial number", "sequence": 1}),
        ]
        ticket = self._ticket(category_id=self.category.id)
        later = self._ticket()
        later.category_id = self.category
        for one in (ticket, later):
            self.assertEqual(
                one.checklist_ids.mapped("name"),
                ["Serial number", "Photo of the damage"],
            )
        step = ticket.checklist_ids[0]
        step.done = True
        self.assertEqual((step.user_id, bool(step.date_done)), (self.agent, True))
        step.done = False
        self.assertFalse(step.user_id or step.date_done)
        with self.assertRaises(AccessError):
            step.with_user(self.demoted).done = True
        later.category_id = self.category
        self.assertEqual(len(later.checklist_ids), 2)

    def test_required_steps(self):
        """What has to be done before is done before, and nobody sneaks around it."""
        self.category.checklist_ids = [
            (0, 0, {"name": "Serial number", "is_required": True}),
            (0, 0, {"name": "Photo"}),
        ]
        ticket = self._ticket(category_id=self.category.id).with_user(self.agent)
        step = ticket.checklist_ids.filtered("is_required")
        other = self._ticket()
        for act in (
            ticket.action_resolve,
            step.unlink,
            lambda: step.write({"is_required": False}),
            lambda: step.write({"ticket_id": other.id}),
        ):
            with self.assertRaisesRegex((UserError, AccessError), "Serial number"):
                act()
        self.assertEqual(ticket.state, "new")
        (ticket.checklist_ids - step).unlink()
        step.done = True
        ticket.action_resolve()
        self.assertEqual(ticket.state, "resolved")

        loosened = self._ticket(category_id=self.category.id)
        steps = loosened.checklist_ids.filtered("is_required")
        steps.with_user(self.service_manager).unlink()
        loosened.with_user(self.agent).action_resolve()

    def test_form(self):
        form = Form(self.env["service.macro"].with_user(self.service_manager))
        form.name = "Close"
        form.next_state = "resolved"
        self.assertEqual(form.save().render_model, "service.ticket")
