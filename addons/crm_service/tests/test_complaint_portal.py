import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .test_remedy import RemedyCase

README = Path(__file__).parents[1] / "readme" / "CASE_FILE.md"


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v07", "cap_v10")
class TestComplaintPortal(RemedyCase, HttpCase):
    """Customers see how far their own complaints are, and answer proposals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sibling = cls.env["res.partner"].create(
            {"name": "Li Lei", "parent_id": cls.customer.id}
        )
        cls.sibling_user = new_test_user(
            cls.env,
            "crm_portal_sibling",
            groups="base.group_portal",
            partner_id=cls.sibling.id,
        )

        (cls.portal_user | cls.other_portal_user | cls.sibling_user).lang = "en_US"

    def setUp(self):
        super().setUp()
        self.remedy = self._approved("refund", quantity=1, note="For the broken one")
        self.complaint.write({"description": "It broke", "finding": "Secret finding"})

    def _as(self, user):
        self.authenticate(user.login, user.login)

    def _post(self, path, **data):
        data["csrf_token"] = Request.csrf_token(self)
        return self.url_open(
            f"/my/complaints/{self.complaint.id}/{path}", data, allow_redirects=False
        )

    def test_phases_and_promises(self):
        self._as(self.portal_user)
        self.assertIn(self.complaint.number, self.url_open("/my/complaints").text)
        page = self.url_open(f"/my/complaints/{self.complaint.id}").text
        self.assertIn("promised until", page)
        self.assertIn("It broke", page)
        self.assertNotIn("We make it good", page)
        self.assertNotIn("o_complaint_accept", page)
        self.complaint.action_submit()
        page = self.url_open(f"/my/complaints/{self.complaint.id}").text
        for words in ("We make it good", "113.00", "For the broken one", "<textarea"):
            self.assertIn(words, page)
        self.assertNotIn("Secret finding", page)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["complaint_count"]}
        )
        self.assertEqual(counters["complaint_count"], 1)

    def test_what_nobody_approved_is_no_proposal(self):
        self.complaint.action_submit()
        draft = self._remedy("apology", note="Perhaps a voucher")
        waiting = self._remedy("refund", quantity=1, note="Perhaps another lamp")
        waiting.with_user(self.agent).action_request()
        self.assertEqual((draft.state, waiting.state), ("draft", "waiting"))
        self._as(self.portal_user)
        page = self.url_open(f"/my/complaints/{self.complaint.id}").text
        self.assertIn("For the broken one", page)
        self.assertNotIn("Perhaps", page)

    def test_accept(self):
        self.complaint.action_submit()
        self._as(self.portal_user)
        self.assertEqual(self._post("accept").status_code, 303)
        self.complaint.invalidate_recordset()
        self.assertEqual(self.complaint.state, "executing")
        event = self.complaint.event_ids.sorted("sequence")[-1]
        self.assertEqual(
            (event.kind, event.author_id), ("executing", self.portal_user.id)
        )
        self.assertEqual(self.complaint.activity_ids.user_id, self.agent)
        again = self._post("accept")
        self.assertIn("alert-danger", again.text)
        self.assertFalse(self.env["service.event"]._find_broken(self.complaint))

    def test_counter(self):
        self.complaint.action_submit()
        self._as(self.portal_user)
        self.assertIn("alert-danger", self._post("counter", words=" ").text)
        self.assertEqual(self._post("counter", words="Two, please").status_code, 303)
        self.complaint.invalidate_recordset()
        self.assertEqual(self.complaint.state, "proposal")
        self.assertEqual(self.complaint.counter, "Two, please")

    def test_a_link_changes_nothing(self):
        self.complaint.action_submit()
        self._as(self.portal_user)
        for path in ("accept", "counter"):
            answer = self.url_open(f"/my/complaints/{self.complaint.id}/{path}")
            self.assertEqual(answer.status_code, 405)
        # A form without the token of the page is refused.
        answer = self.url_open(f"/my/complaints/{self.complaint.id}/accept", {"x": "1"})
        self.assertEqual(answer.status_code, 400)
        self.complaint.invalidate_recordset()
        self.assertEqual(self.complaint.state, "awaiting")

    def test_nobody_elses(self):
        self.complaint.action_submit()
        for user in (self.other_portal_user, self.sibling_user, self.demoted):
            self._as(user)
            self.assertNotIn(
                self.complaint.number, self.url_open("/my/complaints").text
            )
            page = self.url_open(f"/my/complaints/{self.complaint.id}")
            self.assertEqual(page.status_code, 404)
            for path in ("accept", "counter"):
                self.assertEqual(self._post(path, words="x").status_code, 404)
        self.authenticate(None, None)
        page = self.url_open(f"/my/complaints/{self.complaint.id}")
        self.assertIn("/web/login", page.url)
        self.complaint.invalidate_recordset()
        self.assertEqual(self.complaint.state, "awaiting")

    # ------------------------------------------------------------- case file

    def _case(self, user):
        self._as(user)
        return self.url_open(f"/crm_service/complaint/{self.complaint.id}/case.json")

    def test_an_outsider_proves_the_case_file(self):
        answer = self._case(self.agent)
        self.assertEqual(answer.status_code, 200)
        case = answer.json()
        self.assertEqual(len(case["events"]), len(self.complaint.event_ids))
        self.assertTrue(self._prove(case))
        self.complaint.event_ids[-1].with_user(self.service_manager).action_erase(
            "gone"
        )
        case = self._case(self.agent).json()
        self.assertIsNone(case["events"][0]["payload"])
        self.assertTrue(self._prove(case))
        for number, (name, value) in enumerate(
            {"kind": "closed", "author": 1, "payload": "{}", "moment": "now"}.items(), 1
        ):
            changed = json.loads(json.dumps(case))
            changed["events"][number][name] = value
            self.assertFalse(self._prove(changed), name)
        del case["events"][2]
        self.assertFalse(self._prove(case))

    def _prove(self, case):
        """Run the script of the documentation over a file."""
        script = re.search("```python\n(.*?)```", README.read_text(), re.S)[1]
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(case, file, ensure_ascii=False)
            file.flush()
            done = subprocess.run(
                [sys.executable, "-c", script, file.name],
                capture_output=True,
                check=False,
            )
        return done.returncode == 0

    def test_who_gets_the_case_file(self):
        self.complaint.accused_user_id = self.accused
        for user in (
            self.accused,
            self.demoted,
            self.portal_user,
            self.foreign_agent,
        ):
            self.assertIn(self._case(user).status_code, (403, 404))
        self.assertEqual(self._case(self.service_manager).status_code, 200)

    def test_printed(self):
        reports = self.env["ir.actions.report"].with_user(self.agent)
        html, _kind = reports._render_qweb_html(
            "crm_service.report_case", self.complaint.ids
        )
        for words in (self.complaint.number, "The chain holds", "Secret finding"):
            self.assertIn(words, html.decode())
