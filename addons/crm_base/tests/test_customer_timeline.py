from datetime import timedelta

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .page_common import CustomerPageCase


@tagged("post_install", "-at_install", "cap_e06", "cap_s10")
class TestCustomerTimeline(CustomerPageCase):
    """One timeline over everything, without a gap or a repetition between pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._post(cls.customer, Markup("<p>Good&nbsp;<b>morning</b></p>"), days=1)
        cls._post(cls.contact, "From the contact", days=2)
        cls._post(cls.own_lead, "On my deal", days=3)
        cls._post(cls.other_lead, "On the deal of another", days=4)
        cls._post(cls.customer, "Only for us", days=5, note=True)
        cls._post(cls.other_customer, "Of another customer", days=1)
        cls._plan(cls.customer, "To do", days=3)
        cls.done = cls._plan(cls.contact, "Was done", days=-8)
        cls.done.action_feedback("Fine")
        cls.meeting = cls.env["calendar.event"].create(
            {
                "name": "Fair",
                "start": cls.now - timedelta(days=9),
                "stop": cls.now - timedelta(days=9, hours=-1),
                "partner_ids": [Command.set(cls.contact.ids)],
                "user_id": cls.manager.id,
            }
        )
        cls.env["rating.rating"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": cls.customer.id,
                "partner_id": cls.contact.id,
                "rating": 5,
                "feedback": "Careful",
                "consumed": True,
            }
        )
        # as many items as there are on one and the same moment, of two kinds
        same = cls.now - timedelta(days=30)
        messages = cls.env["mail.message"].create(
            [
                {
                    "model": "res.partner",
                    "res_id": cls.customer.id,
                    "message_type": "comment",
                    "subtype_id": cls.env.ref(f"mail.{subtype}").id,
                    "body": f"<p>Twin {index}</p>",
                    "author_id": cls.contact.id,
                    "date": same,
                }
                for index in range(12)
                for subtype in ("mt_comment", "mt_note")
            ]
        )
        cls.env.flush_all()
        # a deal that was made and won in one moment stands there twice, once a kind
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_closed = %s, won_status = 'won'"
            " WHERE id = %s",
            [same, same, cls.own_lead.id],
        )
        cls.env.invalidate_all()
        cls.twins = messages

    @staticmethod
    def _key(item):
        return item["date"], item["kind"], item["res_id"]

    def test_pages_joined_are_the_whole(self):
        for user in (self.manager, self.salesperson, self.clerk):
            whole = self.customer.with_user(user).get_customer_timeline(limit=100)
            self.assertFalse(whole["next_cursor"])
            keys = [self._key(item) for item in whole["items"]]
            self.assertEqual(len(keys), len(set(keys)))
            self.assertEqual(keys, sorted(keys, reverse=True))
            for limit in (1, 2, 3, 5, 7, 24, 25):
                with self.subTest(user=user.login, limit=limit):
                    self.assertEqual(self._walk(user, limit=limit), whole["items"])

    def test_every_source_keeps_its_places_apart(self):
        customer = self.customer.with_user(self.manager)
        for kind, query in customer._customer_timeline_queries().items():
            rows = self.env.execute_query_dict(query)
            places = [(row["date"], row["res_id"]) for row in rows if row["date"]]
            self.assertEqual(len(places), len(set(places)), kind)
            self.assertEqual(
                set(rows[0] if rows else ()) or None,
                {
                    "date",
                    "title",
                    "amount",
                    "currency_id",
                    "res_model",
                    "res_id",
                    "author_id",
                }
                if rows
                else None,
            )

    def test_items_of_every_kind_for_the_whole_entity(self):
        items = self._walk(self.manager)
        titles = {item["title"] for item in items}
        self.assertLessEqual(
            {
                "Good morning",
                "From the contact",
                "On my deal",
                "On the deal of another",
                "Only for us",
                "To do",
                "Was done",
                "Fair",
                "★★★★★ Careful",
                "Own deal",
                "Other deal",
            },
            titles,
        )
        self.assertNotIn("Of another customer", titles)
        kinds = {item["kind"] for item in items}
        self.assertLessEqual(
            {"opportunity", "opportunity_won", "activity", "activity_done", "note"},
            kinds,
        )
        self.assertEqual(items, self._walk(self.manager, self.contact))

    def test_salesperson_sees_nothing_of_the_deals_of_others(self):
        titles = {item["title"] for item in self._walk(self.salesperson)}
        self.assertIn("On my deal", titles)
        self.assertFalse(titles & {"On the deal of another", "Other deal"})

    def test_clerk_has_no_opportunities(self):
        page = self.customer.with_user(self.clerk).get_customer_timeline(limit=100)
        self.assertNotIn("opportunity", [chip["kind"] for chip in page["kinds"]])
        titles = {item["title"] for item in page["items"]}
        self.assertIn("Good morning", titles)
        self.assertFalse(titles & {"On my deal", "Own deal"})

    def test_private_meeting_of_another_stays_out(self):
        self.meeting.privacy = "private"
        titles = {item["title"] for item in self._walk(self.salesperson)}
        self.assertNotIn("Fair", titles)
        self.assertIn("Fair", {item["title"] for item in self._walk(self.manager)})

    def test_records_of_another_company_stay_out(self):
        self.other_lead.company_id = self.company
        titles = {item["title"] for item in self._walk(self.foreign_manager)}
        self.assertFalse(titles & {"Other deal", "On the deal of another"})

    def test_filter_by_kind(self):
        for kind, expected in (
            ("opportunity", {"opportunity", "opportunity_won"}),
            ("activity", {"activity", "activity_done"}),
            ("note", {"note"}),
        ):
            items = self._walk(self.manager, kinds=[kind], limit=3)
            self.assertEqual({item["kind"] for item in items}, expected)
        self.assertEqual(self._walk(self.manager, kinds=["no such kind"]), [])

    def test_filter_by_day_in_the_readers_zone(self):
        self.manager.tz = "Asia/Shanghai"
        message = self._post(self.customer, "Late in the evening")
        message.date = "2026-03-01 17:30:00"  # 2 March, 01:30 in Shanghai
        day = {"date_from": "2026-03-02", "date_to": "2026-03-02"}
        titles = [item["title"] for item in self._walk(self.manager, **day)]
        self.assertEqual(titles, ["Late in the evening"])
        day = {"date_from": "2026-03-01", "date_to": "2026-03-01"}
        self.assertEqual(self._walk(self.manager, **day), [])

    def test_bad_arguments_are_refused(self):
        customer = self.customer.with_user(self.manager)
        for arguments in (
            {"cursor": "not a cursor"},
            {"cursor": 12},
            {"limit": 0},
            {"limit": 101},
            {"limit": "30"},
            {"date_from": "yesterday"},
            {"kinds": "mail"},
            {"kinds": [1]},
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                customer.get_customer_timeline(**arguments)

    def test_cursor_of_another_customer_reads_nothing_foreign(self):
        page = self.customer.with_user(self.manager).get_customer_timeline(limit=1)
        items = (
            self.other_customer.with_user(self.manager)
            .get_customer_timeline(cursor=page["next_cursor"], limit=100)
            .get("items")
        )
        self.assertEqual([item["title"] for item in items], ["Of another customer"])

    def test_click_opens_the_document(self):
        opener = self.env["res.partner"].with_user(self.salesperson)
        message = self.own_lead.message_ids[:1]
        action = opener.get_customer_timeline_action("mail.message", message.id)
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("crm.lead", self.own_lead.id)
        )
        action = opener.get_customer_timeline_action("mail.activity", self.done.id)
        self.assertEqual(action["res_id"], self.contact.id)
        with self.assertRaises(AccessError):
            opener.get_customer_timeline_action("crm.lead", self.other_lead.id)
        with self.assertRaises(UserError):
            opener.get_customer_timeline_action("no.such.model", 1)
        gone = self._plan(self.customer, "Gone")
        gone_id = gone.id
        gone.unlink()
        with self.assertRaises(UserError):
            opener.get_customer_timeline_action("mail.activity", gone_id)
