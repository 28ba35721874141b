from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..controllers import help as help_page
from .portal_common import PortalCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v08", "cap_v10")
class TestServiceHelp(PortalCase):
    """Everybody finds what is meant for everybody; who finds it asks nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_article = cls._published(
            "Paper jams", "<p>Open the rear door.</p>", audience="public"
        )
        cls.portal_article = cls._published(
            "Paper for customers", "<p>Prices of paper.</p>", audience="customer"
        )
        cls.inner_article = cls._published("Paper inside", "<p>Margins of paper.</p>")
        cls.draft = cls._article("Paper draft", audience="public")
        cls.everything = (
            cls.open_article | cls.portal_article | cls.inner_article | cls.draft
        )

    def _check(self, user, readable):
        self._as(user)
        listed = self._get("/help").text
        found = self._get("/help?q=paper").text
        suggested = {one["name"] for one in self._call("/help/suggest", text="paper")}
        for article in self.everything:
            shown = article in readable
            for text in (listed, found):
                self.assertEqual(article.name in text, shown, article.name)
            self.assertEqual(article.name in suggested, shown)
            status = self._get(f"/help/{article.id}").status_code
            self.assertEqual(status, 200 if shown else 404)
            status = self._send(f"/help/{article.id}/vote", helped="yes").status_code
            self.assertEqual(status, 303 if shown else 404)

    def test_who_reads_what(self):
        self._check(None, self.open_article)
        customers = self.open_article | self.portal_article
        for user in (self.portal_user, self.other_portal_user, self.agent):
            self._check(user, customers)

    def test_a_revision_stays_inside(self):
        self.open_article.action_revise()
        self.open_article.write({"name": "Secret plans", "body": "<p>secretword</p>"})
        self._as(None)
        page = self._get(f"/help/{self.open_article.id}")
        self.assertIn("rear door", page.text)
        for text in (page.text, self._get("/help?q=secretword").text):
            self.assertNotIn("Secret plans", text)

    def test_reading_never_writes(self):
        self._as(None)
        for url in ("/help", "/help?q=jam", f"/help/{self.open_article.id}?q=jam"):
            self.assertEqual(self._get(url).status_code, 200)
        self._call("/help/suggest", text="jam")
        self.assertFalse(self.env["service.search.log"].search([]))
        self.assertFalse(self.env["service.help.session"].search([]))
        page = self._get(f"/help/{self.open_article.id}/vote?helped=yes")
        self.assertIn(page.status_code, (404, 405))

    def test_what_is_counted(self):
        self._as(None)
        self._get("/help")
        self._call("/help/seen", query="unknown thing of wf@acme.example")
        self._call("/help/seen", query="paper jam")
        self._call("/help/seen", query="jam", article_id=self.open_article.id)
        self._call("/help/seen", article_id=self.inner_article.id)
        for _twice in range(2):
            self._send(f"/help/{self.open_article.id}/vote", helped="yes")
        searches = self.env["service.search.log"].search([], order="id")
        self.assertRecordValues(
            searches,
            [
                {"query": "unknown thing of …", "article_id": False, "helped": False},
                {
                    "query": "jam",
                    "article_id": self.open_article.id,
                    "helped": False,
                },
                {"query": "", "article_id": self.open_article.id, "helped": "yes"},
            ],
        )
        session = self.env["service.help.session"].search([])
        self.assertRecordValues(
            session, [{"searches": 2, "articles": 1, "helped": 1, "tickets": 0}]
        )
        self.assertFalse(session.partner_id)

    def test_too_often(self):
        self._as(None)
        slots = self.env["service.form.slot"]
        with patch.object(help_page, "SEEN", 2):
            for counted in (True, True, False):
                self.assertEqual(self._call("/help/seen", query="desk"), counted)
        self.assertEqual(sum(slots.search([]).mapped("times")), 3)

    def test_bad_input(self):
        self._as(None)
        for params in (
            {"query": ["x"]},
            {"query": None, "article_id": "1"},
            {"query": "", "article_id": 0},
            {"article_id": True},
        ):
            self.assertTrue(self._call("/help/seen", **params))
        for text in (None, 5, ["x"], "'", "\\", "&|!", "x" * 100_000):
            self.assertIsInstance(self._call("/help/suggest", text=text), list)
        self.assertEqual(self._get("/help?q=%00%27%5C").status_code, 200)
        answer = self._send(f"/help/{self.open_article.id}/vote", helped="maybe")
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.env["service.help.session"].search([]))


@tagged("post_install", "-at_install", "cap_v10")
class TestSelfServiceShare(PortalCase):
    """The share of sessions that ended by themselves, by its written definition."""

    def _session(self, key, days=4, user=None, **counts):
        sessions = self.env["service.help.session"]
        sessions.with_user(user or self.public_user)._note(key, **counts)
        session = sessions.search([("key", "=", key)])
        session.sudo().date = fields.Datetime.now() - timedelta(days=days)
        return session

    def test_share(self):
        read = self._session("read", articles=1)
        asked = self._session("asked", articles=1, tickets=1)
        left = self._session("left", searches=2)
        fresh = self._session("fresh", days=2, articles=1)
        by_phone = self._session("phone", user=self.other_portal_user, articles=2)
        later = self._session("later", days=9, user=self.sibling, articles=1)
        ticket = self._ticket(partner_id=self.other_customer.id)
        self._ticket(partner_id=self.sibling.partner_id.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_ticket SET create_date = %s WHERE id = %s",
            [by_phone.date + timedelta(days=1), ticket.id],
        )
        self.env["service.help.session"]._cron_conclude()
        self.assertEqual(
            (read + asked + left + fresh + by_phone + later).mapped("outcome"),
            ["self", "ticket", "left", "open", "ticket", "self"],
        )
        self.assertFalse((by_phone + later).partner_id)
        (share,) = (
            self.env["service.help.session"]
            .with_user(self.service_manager)
            ._read_group([("outcome", "!=", "open")], [], ["share:avg"])[0]
        )
        self.assertEqual(share, 40)

    def test_sessions_add_up(self):
        session = self._session("one", searches=1)
        self._session("one", user=self.portal_user, articles=1)
        self.assertRecordValues(
            session,
            [{"searches": 1, "articles": 1, "partner_id": self.contact.id}],
        )

    def test_what_is_forgotten(self):
        old, fresh = self._session("old", days=900), self._session("fresh")
        self.env["service.help.session"]._gc_sessions()
        self.assertFalse(old.exists())
        self.assertTrue(fresh.exists())
        logs = self.env["service.search.log"]
        old = logs._record("desk", "paper")
        old.date = fields.Date.today() - timedelta(days=500)
        fresh = logs._record("desk", "paper")
        logs._gc_searches()
        self.assertEqual((old | fresh).exists(), fresh)
