from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..models import service_ticket_portal
from .portal_common import PortalCase

PAGES = ("/my/service", "/my/service?show=open", "/my/service/{id}", "/my/service/new")
FORMS = ("reply", "solved", "reopen")


# takes 30 seconds
@tagged("post_install", "-at_install", "cap_v10")
class TestServicePortal(PortalCase):
    """Customers ask, follow, answer, confirm and reopen; their own tickets only."""

    def test_own_tickets(self):
        self._as(self.portal_user)
        page = self._get("/my/service")
        self.assertIn(self.mine.name, page.text)
        self.assertNotIn(self.theirs.name, page.text)
        self.assertIn(self.mine.name, self._get(f"/my/service/{self.mine.id}").text)
        counted = self._call("/my/counters", counters=["service_ticket_count"])
        self.assertEqual(counted["service_ticket_count"], 1)

    def test_nobody_elses_ticket(self):
        people = (
            self.other_portal_user,
            self.sibling,
            self.agent,
            self.demoted,
            self.foreign_agent,
        )
        for user in people:
            self._as(user)
            self.assertNotIn(self.mine.name, self._get("/my/service").text)
            page = self._get(f"/my/service/{self.mine.id}")
            self.assertEqual(page.status_code, 404, user.login)
            for form in FORMS:
                with self.subTest(f"{user.login} {form}"):
                    url = f"/my/service/{self.mine.id}/{form}"
                    self.assertEqual(self._send(url, text="x").status_code, 404)
        self.assertEqual(self.mine.state, "new")

    def test_strangers_log_in(self):
        self._as(None)
        for url in PAGES:
            page = self._get(url.format(id=self.mine.id))
            self.assertIn("/web/login", page.url, url)
        for url in ("/my/service/create", f"/my/service/{self.mine.id}/reply"):
            self.assertEqual(self._send(url, text="x").status_code, 303)

    def test_a_company_may_share(self):
        self.company.service_portal_shared = True
        self._as(self.sibling)
        self.assertIn(self.mine.name, self._get("/my/service").text)
        self.assertIn(self.mine.name, self._get(f"/my/service/{self.mine.id}").text)
        self._as(self.other_portal_user)
        self.assertNotIn(self.mine.name, self._get("/my/service").text)
        self.mine.sudo().write({"company_id": self.other_company.id, "team_id": False})
        self._as(self.portal_user)
        page = self._get(f"/my/service/{self.mine.id}")
        self.assertEqual(page.status_code, 404, "of a company that is not theirs")

    def test_no_rights_without_the_pages(self):
        for user in (self.portal_user, self.public_user):
            ticket = self.mine.with_user(user)
            with self.assertRaises(AccessError):
                ticket.read(["name"])
            with self.assertRaises(AccessError):
                ticket.get_suggestions()
            with self.assertRaises(AccessError):
                ticket.action_resolve()
            with self.assertRaises(AccessError):
                self.env["service.search.log"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["service.help.session"].with_user(user).search([])

    def test_reading_never_writes(self):
        self._as(self.portal_user)
        states = self.mine.state, self.mine.message_ids
        for url in PAGES:
            self.assertEqual(self._get(url.format(id=self.mine.id)).status_code, 200)
        for form in (*FORMS, "create"):
            url = f"/my/service/{self.mine.id}/{form}".replace(
                f"{self.mine.id}/create", "create"
            )
            self.assertIn(self._get(url).status_code, (404, 405), url)
        self.assertEqual((self.mine.state, self.mine.message_ids), states)
        self.assertFalse(self.env["service.help.session"].search([]))

    def test_forms_need_their_token(self):
        self._as(self.portal_user)
        url = f"/my/service/{self.mine.id}/solved"
        answer = self._send(url, csrf_token="wrong")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.mine.state, "new")

    def test_asking_about_an_order(self):
        product = self.env["product.product"].create({"name": "Desk"})
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
                for partner in (self.contact, self.other_customer)
            ]
        )
        orders.action_confirm()
        own, foreign = orders.order_line
        self._as(self.portal_user)
        form = {"subject": "Broken <b>desk</b>", "text": "It <i>fell</i>"}
        page = self._send("/my/service/create", line=foreign.id, **form)
        self.assertIn("Choose one of your orders", page.text)
        answer = self._send(
            "/my/service/create",
            line=own.id,
            files=[("files", ("a.txt", b"picture", "text/plain"))],
            **form,
        )
        self.assertEqual(answer.status_code, 303)
        ticket = self.env["service.ticket"].search([("order_id", "=", own.order_id.id)])
        self.assertEqual(ticket.partner_id, self.contact)
        self.assertEqual(ticket.product_id, product)
        self.assertEqual((ticket.channel, ticket.state), ("portal", "new"))
        self.assertIn("&lt;i&gt;fell", ticket.description)
        self.assertEqual(self._said(ticket).attachment_ids.raw, b"picture")
        page = self._get(answer.headers["Location"])
        self.assertIn("Broken &lt;b&gt;desk", page.text)
        link = page.text.split('href="/web/content/')[1].split('"')[0]
        link = "/web/content/" + link.replace("&amp;", "&")
        self.assertEqual(self._get(link).content, b"picture")
        session = self.env["service.help.session"].search([])
        self.assertEqual((session.tickets, session.partner_id), (1, self.contact))

    def test_too_often(self):
        self._as(self.portal_user)
        form = {"subject": "Again", "text": "and again"}
        with patch.object(service_ticket_portal, "PER_HOUR", 1):
            self.assertEqual(self._send("/my/service/create", **form).status_code, 303)
            page = self._send("/my/service/create", **form)
        self.assertIn("alert-danger", page.text)
        self.assertIn("and again", page.text, "what was written is kept")
        count = self.env["service.ticket"].search_count([("name", "=", "Again")])
        self.assertEqual(count, 1)

    def test_asking_nothing(self):
        self._as(self.portal_user)
        before = self.env["service.ticket"].search_count([])
        page = self._send("/my/service/create", subject="  ", text="kept text")
        self.assertIn("alert-danger", page.text)
        self.assertIn("kept text", page.text)
        for line in ("x", "999999999", "1 OR 1"):
            page = self._send("/my/service/create", subject="a", text="b", line=line)
            self.assertIn("alert-danger", page.text)
        self.assertEqual(self.env["service.ticket"].search_count([]), before)

    def test_answering(self):
        self.mine.action_wait_customer()
        note = self.mine.message_post(body="Internal note", message_type="comment")
        said = self.mine.message_post(
            body="Which model?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._as(self.portal_user)
        page = self._get(f"/my/service/{self.mine.id}")
        self.assertIn("Which model?", page.text)
        self.assertNotIn("Internal note", page.text)
        self.assertIn(note, self.mine.message_ids - said)
        url = f"/my/service/{self.mine.id}/reply"
        self.assertEqual(self._send(url, text="The <b>A-200X</b>").status_code, 303)
        self.assertEqual(self.mine.state, "open")
        message = self._said(self.mine)
        self.assertEqual(message.author_id, self.contact)
        self.assertIn("&lt;b&gt;A-200X", message.body)
        self.assertIn("alert-danger", self._send(url, text=" ").text)

    def test_confirming_and_reopening(self):
        self._as(self.portal_user)
        url = f"/my/service/{self.mine.id}"
        self.assertIn("alert-danger", self._send(f"{url}/reopen", text="x").text)
        self.assertEqual(self._send(f"{url}/solved").status_code, 303)
        self.assertEqual(self.mine.state, "closed")
        self.assertIn("alert-danger", self._send(f"{url}/reply", text="x").text)
        self.assertIn("alert-danger", self._send(f"{url}/reopen", text="").text)
        self.assertEqual(self.mine.state, "closed")
        self.assertEqual(
            self._send(f"{url}/reopen", text="It jams again").status_code, 303
        )
        self.assertEqual(self.mine.state, "open")
        self.assertIn("It jams again", self._said(self.mine).body)
        self.mine.action_cancel()
        for form in FORMS:
            page = self._send(f"{url}/{form}", text="x")
            self.assertIn("alert-danger", page.text)
        self.assertEqual(self.mine.state, "cancelled")

    def test_queries_do_not_grow(self):
        self._as(self.portal_user)

        def asks():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._get("/my/service").status_code, 200)
            return self.env.cr.sql_log_count - before

        asks()
        one = asks()
        for _number in range(15):
            self._ticket()
        self.assertLessEqual(asks(), one + 1)
