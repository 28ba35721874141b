from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .article_common import ArticleCase


@tagged("post_install", "-at_install", "cap_v08")
class TestArticle(ArticleCase):
    """One person writes, another one publishes; what was published stays."""

    def test_two_people(self):
        article = self._article()
        self.assertEqual(article.author_ids, self.agent)
        with self.assertRaises(AccessError):
            article.action_publish()
        with self.assertRaises(UserError):
            article.with_user(self.service_manager).action_publish()
        article.action_submit()
        article.with_user(self.service_manager).action_publish()
        self.assertEqual(article.state, "published")
        self.assertEqual(article.reviewer_id, self.service_manager)
        self.assertEqual(article.live_version_id.number, 1)
        self.assertEqual(article.live_version_id.author_ids, self.agent)

    def test_who_wrote_a_part_does_not_publish(self):
        article = self._article()
        article.with_user(self.service_manager).keywords = "jam"
        article.action_submit()
        with self.assertRaises(AccessError):
            article.with_user(self.service_manager).action_publish()
        own = self._article(user=self.service_manager)
        own.action_submit()
        with self.assertRaises(AccessError):
            own.action_publish()
        article.action_refuse()
        self.assertEqual(article.state, "draft")

    def test_an_empty_one_is_not_reviewed(self):
        with self.assertRaises(UserError):
            self._article(body="<p><br></p>").action_submit()

    def test_readers_keep_what_was_published(self):
        article = self._published(audience="public")
        with self.assertRaises(UserError):
            article.body = "<p>Secret</p>"
        article.action_revise()
        article.body = "<p>Open the front door.</p>"
        reader = article.live_version_id.with_user(self.portal_user)
        self.assertIn("rear", reader.body)
        article.action_submit()
        reviewed = article.with_user(self.service_manager).difference
        self.assertIn(">rear</del>", reviewed)
        self.assertIn(">front</ins>", reviewed)
        with self.assertRaises(UserError):
            article.name = "Changed after all"
        self._publish(article)
        self.assertEqual(article.live_version_id.number, 2)
        self.assertIn("front", article.live_version_id.with_user(self.portal_user).body)

    def test_changes_are_shown_and_restored(self):
        article = self._published()
        article.action_revise()
        article.body = "<p>Open the <b>front</b> door.</p>"
        self._publish(article)
        first, second = article.version_ids.sorted("number")
        self.assertIn("<del", second.difference)
        self.assertIn(">rear</del>", second.difference)
        self.assertIn(">front</ins>", second.difference)
        first.with_user(self.other_agent).action_restore()
        self.assertEqual(article.state, "draft")
        self.assertIn("rear", article.body)
        self.assertEqual(article.author_ids, self.other_agent)
        self._publish(article)
        self.assertEqual(article.live_version_id.number, 3)
        self.assertIn("rear", article.live_version_id.body)

    def test_differences_hide_no_code(self):
        article = self._published(name="<script>x</script>", body="<p>a &lt;b&gt;</p>")
        self.assertNotIn("<script>", article.live_version_id.difference)

    def test_versions_are_final(self):
        version = self._published().live_version_id
        for user in (self.agent, self.service_manager):
            mine = version.with_user(user)
            for attempt in (
                lambda mine=mine: mine.write({"name": "Other"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.create(
                    {
                        "article_id": version.article_id.id,
                        "name": "x",
                        "audience": "public",
                        "lang": "en_US",
                        "reviewer_id": self.service_manager.id,
                    }
                ),
            ):
                with self.assertRaises(UserError):
                    attempt()
        with self.assertRaises(UserError):
            version.sudo().write({"name": "Other"})
        for statement in ("UPDATE %s SET name = 'x'", "DELETE FROM %s"):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RestrictViolation),
            ):
                table = SQL.identifier("service_article_version")
                self.env.cr.execute(SQL(statement, table))

    def test_nobody_writes_a_status(self):
        article = self._article()
        published = self._published()
        for attempt in (
            lambda: article.write({"state": "published"}),
            lambda: article.write({"author_ids": [Command.clear()]}),
            lambda: article.write({"live_version_id": published.live_version_id.id}),
            lambda: self._article(state="published"),
            lambda: article.with_context(default_state="published").create(
                {"name": "x"}
            ),
            lambda: article.with_context(default_author_ids=[]).copy(),
        ):
            with self.assertRaises(UserError):
                attempt()
        copy = published.copy()
        self.assertEqual((copy.state, copy.author_ids), ("draft", self.agent))
        self.assertFalse(copy.live_version_id)

    def test_retire_and_reopen(self):
        article = self._published(audience="public")
        with self.assertRaises(AccessError):
            article.action_retire()
        version = article.live_version_id
        article.with_user(self.service_manager).action_retire()
        with self.assertRaises(AccessError):
            version.with_user(self.portal_user).read(["name"])
        with self.assertRaises(AccessError):
            article.action_reopen()
        article.with_user(self.service_manager).action_reopen()
        self.assertEqual(article.state, "draft")

    def test_published_articles_stay(self):
        article, draft = self._published(), self._article()
        with self.assertRaises(AccessError):
            draft.unlink()
        with self.assertRaises(UserError):
            article.with_user(self.service_manager).unlink()
        draft.with_user(self.service_manager).unlink()

    def test_reminder_once(self):
        today = fields.Date.today()
        due = self._published(date_review=today)
        self._published(date_review=today + timedelta(days=9))
        for _twice in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "crm_service.service_article_cron_review"
                ).method_direct_trigger()
        activity = self.env["mail.activity"].search(
            [("res_model", "=", "service.article")]
        )
        self.assertEqual(activity.res_id, due.id)
        self.assertEqual(activity.user_id, self.agent)
        due.date_review = today - timedelta(days=1)
        self.assertFalse(due.is_review_asked)


@tagged("post_install", "-at_install", "cap_v08")
class TestArticleRights(ArticleCase):
    """Each reader reads what is meant for them, and of their company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.articles = {
            audience: cls._published(name=f"For {audience}", audience=audience)
            for audience in ("internal", "customer", "public")
        }
        cls.articles["draft"] = cls._article(audience="public")
        cls.articles["foreign"] = cls._published(
            audience="public", company_id=cls.company.id
        )

    def _readable(self, user):
        versions = self.env["service.article.version"].with_user(user).search([])
        return {
            name
            for name, article in self.articles.items()
            if article.live_version_id and article.live_version_id in versions
        }

    def test_who_reads_what(self):
        everything = {"internal", "customer", "public", "foreign"}
        self.assertEqual(self._readable(self.agent), everything)
        self.assertEqual(
            self._readable(self.portal_user), {"customer", "public", "foreign"}
        )
        self.assertEqual(self._readable(self.public_user), {"public", "foreign"})
        self.assertEqual(
            self._readable(self.foreign_agent), {"internal", "customer", "public"}
        )

    def test_articles_are_for_colleagues(self):
        for user in (self.portal_user, self.public_user, self.demoted, self.clerk):
            articles = self.env["service.article"].with_user(user)
            with self.assertRaises(AccessError):
                articles.search([])
            with self.assertRaises(AccessError):
                articles.search_articles("paper")
            for action in ("submit", "publish", "revise", "retire", "reopen"):
                with self.assertRaises(AccessError):
                    article = articles.browse(self.articles["draft"].id)
                    getattr(article, f"action_{action}")()
            with self.assertRaises(AccessError):
                articles.action_rebuild_index()
        with self.assertRaises(AccessError):
            self.articles["foreign"].with_user(self.foreign_agent).read(["name"])

    def test_who_answers_is_for_colleagues(self):
        version = self.articles["public"].live_version_id.with_user(self.portal_user)
        self.assertEqual(version.name, "For public")
        for name in ("author_ids", "reviewer_id", "difference"):
            with self.assertRaises(AccessError):
                version.read([name])
        with self.assertRaises(AccessError):
            version.action_restore()
        for field in ("article_id.body", "live_article_ids.name", "author_ids"):
            with self.assertRaises(AccessError):
                version.search([(field, "ilike", "secret")])

    def test_old_versions_are_for_colleagues(self):
        article = self.articles["public"]
        old = article.live_version_id
        article.action_revise()
        article.audience = "internal"
        self._publish(article)
        for user in (self.portal_user, self.public_user):
            with self.assertRaises(AccessError):
                old.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                article.live_version_id.with_user(user).read(["name"])

    def test_synonyms_are_managers(self):
        synonyms = self.env["service.synonym"]
        with self.assertRaises(AccessError):
            synonyms.with_user(self.agent).create({"name": "refund, money back"})
        with self.assertRaises(UserError):
            synonyms.with_user(self.service_manager).create({"name": "refund"})
