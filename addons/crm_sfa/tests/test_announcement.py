from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import SfaCase


@tagged("post_install", "-at_install", "cap_s18")
class TestAnnouncement(SfaCase):
    """News with a receipt of each person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author = cls._new_user("sfa_author", "crm_sfa.crm_sfa_group_announcer")

    def announce(self, user=None, publish=True, **vals):
        announcement = (
            self.env["sfa.announcement"]
            .with_user(user or self.author)
            .create({"name": "New prices", "body": "<p>From Monday</p>", **vals})
        )
        if publish:
            announcement.action_publish()
        return announcement

    def titles(self, user):
        rows = self.env["sfa.announcement"].with_user(user).get_mine()
        return [row["title"] for row in rows]

    def test_everyone(self):
        self.announce(publish=False, name="Draft")
        announcement = self.announce()
        people = announcement.receipt_ids.user_id
        self.assertLessEqual(self.seller | self.demoted, people)
        self.assertNotIn(self.author, people)
        self.assertNotIn(self.portal_user, people)
        self.assertIn("New prices", self.titles(self.seller))
        self.assertNotIn("Draft", self.titles(self.seller))

    def test_teams_and_groups(self):
        team = self.env["crm.team"].create(
            {"name": "North", "user_id": self.sfa_manager.id}
        )
        self.env["crm.team.member"].create(
            {"crm_team_id": team.id, "user_id": self.seller.id}
        )
        announcement = self.announce(audience="teams", team_ids=team.ids)
        self.assertEqual(
            announcement.receipt_ids.user_id, self.seller | self.sfa_manager
        )
        self.assertNotIn("New prices", self.titles(self.other_seller))
        group = self.env.ref("account.group_account_invoice")
        announcement = self.announce(
            name="Closing", audience="groups", group_ids=group.ids
        )
        self.assertIn("Closing", self.titles(self.accountant))
        self.assertNotIn("Closing", self.titles(self.seller))
        empty = self.env["crm.team"].create({"name": "Empty", "user_id": False})
        with self.assertRaises(UserError):
            self.announce(audience="teams", team_ids=empty.ids)

    def test_receipts_and_progress(self):
        team = self.env["crm.team"].create(
            {"name": "North", "user_id": self.sfa_manager.id}
        )
        self.env["crm.team.member"].create(
            {"crm_team_id": team.id, "user_id": self.seller.id}
        )
        announcement = self.announce(
            audience="teams", team_ids=team.ids, must_confirm=True
        )
        mine = announcement.with_user(self.seller)
        mine.mark_read()
        (row,) = self.env["sfa.announcement"].with_user(self.seller).get_mine()
        self.assertTrue(row["read"] and row["must_confirm"])
        self.assertRecordValues(
            announcement, [{"audience_count": 2, "read_count": 1, "progress": 50}]
        )
        waiting = announcement.receipt_ids.filtered(lambda r: not r.read_on)
        self.assertEqual(waiting.user_id, self.sfa_manager)
        announcement.action_remind()
        self.assertTrue(waiting.reminded_on)
        message = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.sfa_manager.partner_id.ids)], limit=1
        )
        self.assertIn("New prices", message.subject)
        announcement.with_user(self.sfa_manager).mark_read()
        with self.assertRaises(UserError):
            announcement.action_remind()

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.announce(self.seller)
        announcement = self.announce()
        with self.assertRaises(AccessError):
            announcement.with_user(self.seller).name = "Mine"
        with self.assertRaises(AccessError):
            announcement.with_user(self.seller).action_remind()
        receipts = self.env["sfa.announcement.receipt"]
        own = receipts.with_user(self.seller).search(
            [("announcement_id", "=", announcement.id)]
        )
        self.assertEqual(own.user_id, self.seller)
        with self.assertRaises(AccessError):
            own.read_on = "2026-01-01"
        with self.assertRaises(AccessError):
            announcement.receipt_ids.read_on = "2026-01-01"
        other = self._new_user("sfa_author_2", "crm_sfa.crm_sfa_group_announcer")
        with self.assertRaises(AccessError):
            announcement.with_user(other).name = "Taken"
        announcement.with_user(self.sfa_manager).name = "Corrected"
        with self.assertRaises(UserError):
            announcement.unlink()
        draft = self.announce(publish=False)
        with self.assertRaises(UserError):
            draft.with_user(self.seller).mark_read()

    def test_from_until_and_newcomers(self):
        today = fields.Date.today()
        self.announce(name="Later", date_from=fields.Date.add(today, days=2))
        self.announce(name="Last day", date_from="2020-01-01", date_to=today)
        over = self.announce(name="Over", date_from="2020-01-01", date_to="2020-02-01")
        self.assertEqual(self.titles(self.seller), ["Last day"])
        new = self._new_user("sfa_new", "crm_sfa.crm_sfa_group_user")
        self.assertFalse(self.titles(new))
        with self.enter_registry_test_mode():
            self.env.ref("crm_sfa.sfa_announcement_cron_keep").method_direct_trigger()
        self.assertEqual(self.titles(new), ["Last day"])
        self.assertEqual(over.state, "ended")

    def test_company(self):
        self.announce(self.sfa_manager, name="Ours", company_id=self.company.id)
        self.assertIn("Ours", self.titles(self.seller))
        self.assertNotIn("Ours", self.titles(self.foreign_manager))

    def test_publishing_costs_the_same_for_many(self):
        group = self.env.ref("account.group_account_invoice")
        few = self.announce(publish=False, audience="groups", group_ids=group.ids)
        many = self.announce(publish=False)

        def count(announcement):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            announcement._add_receipts(announcement._get_audience_users())
            return self.env.cr.sql_log_count - before

        count(few)
        self.assertLessEqual(count(many), count(few) + 1)


@tagged("post_install", "-at_install", "cap_s18")
class TestAnnouncementClient(SfaCase, HttpCase):
    def call(self, method, *args):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": "sfa.announcement", "method": method, "args": args, "kwargs": {}},
        )

    @mute_logger("odoo.http")
    def test_read_in_the_client(self):
        announcement = self.env["sfa.announcement"].create({"name": "Meet at nine"})
        draft = self.env["sfa.announcement"].create({"name": "Not yet"})
        announcement.action_publish()
        self.env.cr.flush()
        self.authenticate("sfa_seller", "sfa_seller")
        info = self.make_jsonrpc_request("/web/session/get_session_info", {})
        self.assertGreaterEqual(info["sfa_announcements"]["unread"], 1)
        (row,) = [
            row for row in self.call("get_mine") if row["title"] == "Meet at nine"
        ]
        self.assertFalse(row["read"])
        self.call("mark_read", [row["id"]])
        receipt = announcement.receipt_ids.filtered(
            lambda receipt: receipt.user_id == self.seller
        )
        receipt.invalidate_recordset()
        self.assertTrue(receipt.read_on)
        with self.assertRaises(JsonRpcException):
            self.call("mark_read", [draft.id])
