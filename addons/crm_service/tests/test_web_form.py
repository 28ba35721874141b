import re
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged

from .mail_common import MailCase

URL = "/service/request"


# takes 30 seconds
@tagged("post_install", "-at_install", "cap_v01")
class TestWebForm(MailCase, HttpCase):
    """Anybody can ask on the web; programs and the impatient cannot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.team"].search([]).web_form = False
        cls.team.with_user(cls.service_manager).web_form = True

    def _read(self):
        page = self.url_open(URL)
        if page.ok:
            # a text area without content must not swallow what follows
            self.assertRegex(page.text, r"<textarea[^>]*[^/]></textarea>")
        fields = re.findall(r'name="(csrf_token|token)"[^>]*value="([^"]+)"', page.text)
        return page, dict(fields)

    def _send(self, again=None, **values):
        data = again or {
            **self._read()[1],
            "name": "Li <b>",
            "email": "li@nowhere.example",
            "phone": "13800138000",
            "subject": "Broken",
            "text": "The <script>desk</script>\ndoes not rise",
            **values,
        }
        self.sent_form = data
        return self.url_open(URL, data=data)

    def _opened(self):
        return self.env["service.ticket"].search([("channel", "=", "web")])

    def test_a_stranger_asks(self):
        page = self._send()
        ticket = self._opened()
        self.assertIn(ticket.number, page.text)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.email_normalized, "li@nowhere.example")
        self.assertNotIn("<script", ticket.description)
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.date_acknowledged)
        # a second click, and a page loaded again
        self._send(again=self.sent_form)
        self.assertEqual(self._opened(), ticket)

    def test_a_customer_asks(self):
        self._send(email="WF@acme.example")
        self.assertEqual(self._opened().partner_id, self.contact)

    def test_a_customer_who_is_logged_in(self):
        self.authenticate("crm_portal_2", "crm_portal_2")
        self.other_portal_user.partner_id.email = "boss@borealis.example"
        page, _fields = self._read()
        self.assertIn("boss@borealis.example", page.text)
        self._send(email="wf@acme.example")
        self.assertEqual(self._opened().partner_id, self.other_customer)

    def test_programs(self):
        page = self._send(link="https://spam.example")
        self.assertIn("Thank you", page.text)
        self.assertFalse(self._opened())
        self.assertEqual(self._send(csrf_token="forged").status_code, 400)
        self.assertFalse(self._opened())

    def test_what_is_missing(self):
        for values in ({"email": "nobody"}, {"subject": " "}, {"text": ""}):
            page = self._send(**values)
            self.assertIn("alert-warning", page.text)
            self.assertIn(
                "does not rise" if values.get("text") is None else "Li", page.text
            )
        self._send(subject="x" * 5000, text="\0")
        self.assertFalse(self._opened())

    def test_files(self):
        sent = ("files", ("<b>.svg", b"<svg onload='x()'/>", "image/svg+xml"))
        self._read()
        form = {"name": "Li", "email": "li@nowhere.example", "link": "", "phone": ""}
        form |= {"subject": "Broken", "text": "See", **self._read()[1]}
        self.url_open(URL, data=form, files=[sent])
        ticket = self._opened()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(files.raw, sent[1][1])
        self.assertEqual(files.mimetype, "text/plain", "nothing that a browser runs")
        self.assertFalse(files.public)
        for many in ([sent] * 4, [("files", ("a.bin", b"x" * (5 * 2**20 + 1)))]):
            form |= self._read()[1]
            page = self.url_open(URL, data=form, files=many)
            self.assertIn("alert-warning", page.text)
        self.assertEqual(self._opened(), ticket)

    def test_too_often(self):
        for _time in range(4):
            page = self._send()
        self.assertIn("alert-warning", page.text)
        self.assertEqual(len(self._opened()), 3)
        for number in range(7):
            page = self._send(email=f"li{number}@nowhere.example")
        self.assertIn("alert-warning", page.text)
        self.assertEqual(len(self._opened()), 3 + 6)
        slots = self.env["service.form.slot"]
        self.assertFalse(slots.search([("key", "ilike", "nowhere")]))
        with freeze_time(Datetime.now() + timedelta(days=2)):
            slots._gc_slots()
        self.assertFalse(slots.search([]))

    def test_no_team_no_form(self):
        self.team.web_form = False
        self.assertEqual(self.url_open(URL).status_code, 404)
        with self.assertRaises(AccessError):
            self.env["service.form.slot"].with_user(self.agent).search([])
