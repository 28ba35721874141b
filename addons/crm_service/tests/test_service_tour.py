from odoo.tests import tagged

from .portal_common import PortalCase


# takes 40 seconds
@tagged("post_install", "-at_install", "cap_v08", "cap_v10")
class TestServicePhone(PortalCase):
    """What a customer does on the phone."""

    browser_size = "360x740"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._published(
            "Paper jams", "<p>Open the rear door.</p>", audience="public"
        )

    def test_portal(self):
        self.start_tour("/my/service", "crm_service_portal", login="crm_portal")
        ticket = self.env["service.ticket"].search([("channel", "=", "portal")])
        self.assertEqual((ticket.partner_id, ticket.state), (self.contact, "open"))

    def test_help(self):
        self.start_tour("/help", "crm_service_help", login=None)
        session = self.env["service.help.session"].search([])
        self.assertEqual(
            (session.searches, session.articles, session.helped), (1, 2, 1)
        )


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v08")
class TestSuggestionTour(PortalCase):
    """What an agent does with an article that is suggested."""

    def test_answer_with_an_article(self):
        article = self._published(
            "Paper jams of printers", "<p>Open the rear door.</p>", audience="public"
        )
        self._published("Jams of paper", "<p>For colleagues.</p>")
        self.start_tour(
            f"/odoo/tickets/{self.mine.id}",
            "crm_service_suggestions",
            login="service_agent",
        )
        self.assertEqual(self.mine.article_ids, article)
        self.assertIn("rear door", self._said(self.mine).body)
