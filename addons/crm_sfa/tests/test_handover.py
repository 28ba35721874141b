from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .territory_common import TerritoryCase


@tagged("post_install", "-at_install", "cap_s04")
class TestHandover(TerritoryCase):
    """The work of a person goes to another one in one step, counted and on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.membership = cls._member(cls.east, cls.seller, capacity=20)
        cls.acme = cls._customer("In East", user_id=cls.seller.id)
        cls.acme.with_user(cls.sfa_manager).sfa_territory_id = cls.east
        cls.far = cls._customer("Far away", user_id=cls.seller.id)
        Lead = cls.env["crm.lead"]
        values = {"user_id": cls.seller.id, "type": "opportunity"}
        cls.lead = Lead.create({"name": "A", "partner_id": cls.acme.id, **values})
        cls.far_lead = Lead.create({"name": "B", "partner_id": cls.far.id, **values})
        cls.lost = Lead.create({"name": "C", "partner_id": cls.acme.id, **values})
        cls.lost.action_set_lost()
        cls.quotation = cls.env["sale.order"].create(
            {"partner_id": cls.acme.id, "user_id": cls.seller.id}
        )
        cls.activity = cls.lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=cls.seller.id
        )
        start = fields.Datetime.now() + timedelta(days=2)
        cls.meeting = cls.env["calendar.event"].create(
            {
                "name": "Visit",
                "user_id": cls.seller.id,
                "partner_ids": [(6, 0, (cls.seller.partner_id + cls.acme).ids)],
                "start": start,
                "stop": start + timedelta(hours=1),
            }
        )

    def _handover(self, **values):
        return (
            self.env["sfa.handover"]
            .with_user(self.sfa_manager)
            .create(
                {
                    "from_user_id": self.seller.id,
                    "to_user_id": self.other_seller.id,
                    **values,
                }
            )
        )

    def _counts(self, handover, field="count"):
        return {line.key: line[field] for line in handover.line_ids}

    def test_preview_counts(self):
        handover = self._handover()
        everything = {
            "customer": 2,
            "lead": 2,
            "order": 1,
            "activity": 1,
            "meeting": 1,
            "member": 1,
        }
        self.assertEqual(self._counts(handover), everything)
        handover.territory_id = self.east
        self.assertEqual(
            self._counts(handover), {**everything, "customer": 1, "lead": 1}
        )
        self.assertEqual(self.acme.user_id, self.seller)

    def test_all_in_one_step(self):
        handover = self._handover(reason="Leaves")
        handover.action_hand_over()
        after = self.other_seller
        for record in (
            self.acme,
            self.far,
            self.lead,
            self.far_lead,
            self.quotation,
            self.activity,
            self.meeting,
        ):
            self.assertEqual(record.user_id, after, record)
        self.assertEqual(self.lost.user_id, self.seller)
        self.assertEqual(self.meeting.partner_ids, after.partner_id + self.acme)
        self.assertFalse(self.membership.is_current)
        self.assertEqual(self.east.owner_id, after)
        self.assertEqual(
            self.east.member_ids.filtered("is_current").mapped("capacity"), [20]
        )
        self.assertEqual(handover.state, "done")
        self.assertEqual(
            self._counts(handover, "moved"), self._counts(handover, "count")
        )
        self.assertIn("sfa_manager", self.acme.message_ids[0].body)
        self.assertIn("Open Leads 2", handover.message_ids[0].body)
        with self.assertRaises(UserError):
            handover.action_hand_over()
        with self.assertRaises(UserError):
            handover.to_user_id = self.salesperson
        with self.assertRaises(UserError):
            handover.unlink()

    def test_only_what_is_ticked(self):
        handover = self._handover(territory_id=self.east.id)
        handover.line_ids.filtered(lambda line: line.key != "lead").chosen = False
        handover.action_hand_over()
        self.assertEqual(self.lead.user_id, self.other_seller)
        self.assertEqual(self.far_lead.user_id, self.seller)
        self.assertEqual(self.acme.user_id, self.seller)
        self.assertEqual(self._counts(handover, "moved")["customer"], 0)

    def test_no_mail_a_record(self):
        mails = self.env["mail.mail"].search_count([])
        self._handover().action_hand_over()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_two_people(self):
        with self.assertRaises(Exception):  # noqa: B017 of the database
            self._handover(to_user_id=self.seller.id)

    @users("sfa_team_leader", "sfa_seller")
    def test_managers_alone(self):
        with self.assertRaises(AccessError):
            self.env["sfa.handover"].create(
                {
                    "from_user_id": self.seller.id,
                    "to_user_id": self.env.user.id,
                }
            )
        handover = self._handover()
        with self.assertRaises(AccessError):
            handover.with_user(self.env.user).action_hand_over()

    def test_an_app_joins(self):
        """A part that an app adds is counted and moved like the others."""
        handover = self._handover()
        parts = handover._get_parts()
        self.assertEqual(
            {
                key
                for key, part in parts.items()
                if {"name", "model", "domain"} - set(part)
            },
            set(),
        )

    def test_queries_do_not_grow(self):
        counts = []
        for number in (1, 50, 50):
            customers = self.env["res.partner"].create(
                [{"name": "C", "user_id": self.seller.id} for _one in range(number)]
            )
            handover = self._handover()
            handover.line_ids.filtered(
                lambda line: line.key != "customer"
            ).chosen = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            handover.action_hand_over()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(customers.user_id, self.other_seller)
        self.assertLessEqual(counts[2], counts[0] + 15, counts)
