import json
from datetime import timedelta
from uuid import uuid4

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers.portal_pin import LoyaltyPinPortal
from .common import LoyaltyCase

READ = (
    "/my/loyalty/{card}",
    "/my/loyalty/{card}/statement",
    "/my/loyalty/{card}/statement.csv",
    "/my/loyalty/{card}/receipt/1",
    "/my/loyalty/{card}/loss",
    "/my/loyalty/{card}/transfer",
)
SEND = ("/my/loyalty/{card}/loss/report", "/my/loyalty/{card}/transfer/send")


class PortalCase(LoyaltyCase, HttpCase):
    """A member with a card in the portal, and people who look for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.card"].create(
            {"program_id": cls.program.id, "partner_id": cls.other_customer.id}
        )
        cls.other_card = cls.env["loyalty.card"].search(
            [("partner_id", "=", cls.other_customer.id)]
        )
        cls.mine = cls.env["loyalty.card"].create(
            {"program_id": cls.program.id, "partner_id": cls.contact.id}
        )
        cls.mine.book("earn", 500, "portal", note="=First purchase")
        cls.sibling = new_test_user(
            cls.env,
            "portal_sibling",
            groups="base.group_portal",
            partner_id=cls.env["res.partner"]
            .create({"name": "Li Na", "parent_id": cls.customer.id})
            .id,
        )
        cls.owner = new_test_user(
            cls.env,
            "portal_owner",
            groups="base.group_portal",
            partner_id=cls.customer.id,
        )
        everybody = cls.portal_user | cls.other_portal_user | cls.sibling | cls.owner
        everybody.lang = "en_US"
        cls.company.loyalty_transfer_limit = 0

    def _as(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _send(self, url, token=None, **values):
        """Send a form; give the answer without following it."""
        form = {
            "csrf_token": http.Request.csrf_token(self),
            "token": token or uuid4().hex,
            **values,
        }
        return self.url_open(
            url.format(card=self.mine.id), data=form, allow_redirects=False
        )


# takes 40 seconds
@tagged("post_install", "-at_install", "cap_l12")
class TestPortalRights(PortalCase):
    def test_own_card(self):
        self._as(self.portal_user)
        for url in ("/my/loyalty", *READ):
            page = self.url_open(url.format(card=self.mine.id))
            self.assertEqual(page.status_code, 200, url)
            self.assertIn(self.mine.code, page.text + str(page.headers), url)
            self.assertNotIn(self.card.code, page.text, "not the company's card")
            self.assertNotIn(self.other_card.code, page.text)

    def test_nobody_elses_card(self):
        """The platform gives a card to its very contact; so do we."""
        people = (
            self.other_portal_user,
            self.sibling,
            self.owner,
            self.foreign_manager,
            self.demoted,
            self.manager,
        )
        for user in people:
            self._as(user)
            self.assertNotIn(self.mine.code, self.url_open("/my/loyalty").text)
            for url in READ:
                with self.subTest(f"{user.login} {url}"), mute_logger("odoo.http"):
                    page = self.url_open(url.format(card=self.mine.id))
                    self.assertEqual(page.status_code, 404)
                    self.assertNotIn(self.mine.code, page.text)
            for url in SEND:
                with self.subTest(f"{user.login} {url}"), mute_logger("odoo.http"):
                    answer = self._send(url, number=self.other_card.code, amount="5")
                    self.assertEqual(answer.status_code, 404)
            answer = self.url_open(
                f"/my/loyalty_card/{self.mine.id}/history", allow_redirects=False
            )
            self.assertEqual(answer.status_code, 303)
        self.assertEqual((self.mine.points, self.mine.loyalty_state), (500, "active"))
        # somebody else's card looks the same as none at all
        self._as(self.other_portal_user)
        with mute_logger("odoo.http"):
            nothing = self.url_open("/my/loyalty/999999999")
        self.assertEqual(nothing.status_code, 404)

    def test_strangers_log_in(self):
        self._as(None)
        for url in ("/my/loyalty", "/my/loyalty/consent", *READ):
            page = self.url_open(url.format(card=self.mine.id))
            self.assertIn("/web/login", page.url)
            self.assertNotIn(self.mine.code, page.text)

    def test_the_models_stay_closed(self):
        for model in (
            "loyalty.card",
            "loyalty.ledger",
            "loyalty.adjustment",
            "loyalty.portal.request",
            "crm.consent",
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_user).search([])
        requests = self.env["loyalty.portal.request"].with_user(self.loyalty_manager)
        with self.assertRaises(AccessError):
            requests.create({"token": "x", "action": "x", "asked": "x"})

    def test_pages_only_read(self):
        """A page that is asked for writes nothing; a form needs its two tokens."""
        for name in dir(LoyaltyPinPortal):
            routing = getattr(getattr(LoyaltyPinPortal, name), "original_routing", {})
            if routing.get("routes", [""])[0].startswith("/my/loyalty/"):
                sends = routing.get("methods") == ["POST"]
                self.assertNotEqual(sends, bool(routing.get("readonly")), name)
                self.assertTrue(routing.get("csrf", True), name)
        self._as(self.portal_user)
        with mute_logger("odoo.http"):
            for url in SEND:
                url = url.format(card=self.mine.id)
                got = self.url_open(url)
                self.assertEqual(got.status_code, 405)
                unsigned = self.url_open(url, data={"token": uuid4().hex})
                self.assertEqual(unsigned.status_code, 400)
        self.assertEqual(self.mine.loyalty_state, "active")
        for token in ("x", "", "0" * 31, "0" * 33, "Z" * 32):
            answer = self._send(SEND[0], token=token or " ")
            self.assertEqual(answer.status_code, 200, "the form again")
        self.assertEqual(self.mine.loyalty_state, "active")

    def test_the_home_page(self):
        self._as(self.portal_user)
        count = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["loyalty_card_count"]}
        )
        self.assertEqual(count["loyalty_card_count"], 1)
        self.assertIn("/my/loyalty", self.url_open("/my").text)


# takes 40 seconds
@tagged("post_install", "-at_install", "cap_l12")
class TestPortalPages(PortalCase):
    def setUp(self):
        super().setUp()
        self._as(self.portal_user)

    def test_what_a_card_shows(self):
        self.program.loyalty_validity_days = 30
        self.mine.book("earn", 20, "soon")
        self.mine.book("claw_back", 600, "return")
        page = self.url_open(f"/my/loyalty/{self.mine.id}").text
        self.assertIn("Owed", page)
        self.mine.book("earn", 200, "paid")
        page = self.url_open(f"/my/loyalty/{self.mine.id}").text
        self.assertNotIn("Owed", page)
        self.assertIn("What expires when", page)
        self.assertEqual(page.count("data:image/svg+xml"), 2)
        for state, operation in (("frozen", "freeze"), ("lost", "report_loss")):
            getattr(self.mine.with_user(self.shop_clerk), f"action_{operation}")()
            self.assertEqual(self.mine.loyalty_state, state)
            page = self.url_open(f"/my/loyalty/{self.mine.id}").text
            self.assertNotIn("data:image/svg+xml", page, "no code of a blocked card")
            self.assertNotIn("/transfer", page)

    def test_statement(self):
        base = f"/my/loyalty/{self.mine.id}/statement"
        for number in range(45):
            self.mine.book("earn", number + 1, f"row {number}")
        self.mine.book("redeem", 7, "reward")
        first = self.url_open(base).text
        self.assertEqual(first.count("data-kind="), 20)
        self.assertIn("before=28", first)
        self.assertEqual(self.url_open(f"{base}?before=7").text.count("data-kind="), 6)
        used = self.url_open(f"{base}?kind=redeem").text
        self.assertEqual(used.count("data-kind="), 1)
        today = fields.Date.context_today(self.mine)
        for query, most in (
            (f"since={today}&until={today}", 20),
            (f"since={today + timedelta(days=2)}", 0),
            (f"until={today - timedelta(days=2)}", 0),
            ("since=nonsense&kind=nonsense&before=-1", 20),
            ("until=9999-12-31&before=99999999999999999999", 20),
        ):
            page = self.url_open(f"{base}?{query}")
            self.assertEqual(page.status_code, 200, query)
            self.assertEqual(page.text.count("data-kind="), most, query)
        self.portal_user.tz = "Asia/Shanghai"
        for query in ("until=9999-12-31", "since=0001-01-01"):
            self.assertEqual(self.url_open(f"{base}?{query}").status_code, 200, query)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/my/loyalty/0").status_code, 404)

    def test_file(self):
        answer = self.url_open(f"/my/loyalty/{self.mine.id}/statement.csv")
        self.assertIn("text/csv", answer.headers["Content-Type"])
        lines = answer.content.decode("utf-8-sig").splitlines()
        self.assertEqual(lines[0], "Date,Kind,Points,Balance,Note")
        self.assertIn("Earned,500,500,'=First purchase", lines[1])

    def test_receipt(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertEqual(self.mine.points, 600)
        page = self.url_open(f"/my/loyalty/{self.mine.id}/receipt/2").text
        self.assertIn(order.name, page)
        for number in (0, 3):
            with mute_logger("odoo.http"):
                page = self.url_open(f"/my/loyalty/{self.mine.id}/receipt/{number}")
            self.assertEqual(page.status_code, 404)

    def test_no_queries_for_each_row_or_card(self):
        counts = []
        for rows in (1, 2, 40):
            for number in range(rows):
                self.mine.book("earn", 1, f"{rows}/{number}")
            self.env.flush_all()
            card = self.env["loyalty.card"].with_user(self.portal_user)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            card = card._get_portal_cards(self.mine.id)
            found, _following = card._get_statement()
            found.mapped("note")
            card._get_expiring()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


# takes 30 seconds
@tagged("post_install", "-at_install", "cap_l12")
class TestPortalForms(PortalCase):
    def setUp(self):
        super().setUp()
        self._as(self.portal_user)

    def test_loss(self):
        token = uuid4().hex
        answers = [self._send(SEND[0], token, reason="Bus") for _again in range(3)]
        self.assertEqual([answer.status_code for answer in answers], [303] * 3)
        self.assertEqual(len({a.headers["Location"] for a in answers}), 1)
        self.assertEqual(self.mine.loyalty_state, "lost")
        operation = self.mine.loyalty_service_ids
        self.assertEqual(operation.mapped("operation"), ["loss"], "once")
        self.assertEqual(
            (operation.user_id, operation.reason), (self.portal_user, "Bus")
        )
        with self.assertRaisesRegex(UserError, self.mine.code):
            self.mine.book("redeem", 1, "next request")
        again = self._send(SEND[0])
        self.assertEqual(again.status_code, 200)
        self.assertIn("alert-danger", again.text)
        self.mine.with_user(self.shop_clerk).action_report_found()
        self.assertEqual(self.mine.loyalty_state, "active")

    def test_a_token_is_of_one_form(self):
        token = uuid4().hex
        self.assertEqual(self._send(SEND[0], token).status_code, 303)
        other = self._send(SEND[0], token, reason="Something else")
        self.assertIn("alert-danger", other.text)
        requests = self.env["loyalty.portal.request"]
        self.assertEqual(requests.search([("token", "=", token)]).action, "loss")
        self._as(self.other_portal_user)
        with self.assertRaises(UserError):
            requests.with_user(self.other_portal_user)._once(
                token, "loss", {"card": self.mine.id, "reason": ""}, str
            )

    def _transfer(self, amount, number=None, token=None, **values):
        return self._send(
            SEND[1],
            token,
            number=self.other_card.code if number is None else number,
            amount=str(amount),
            **values,
        )

    def test_transfer_within_the_limit(self):
        self.company.loyalty_transfer_limit = 100
        token = uuid4().hex
        for _again in range(3):
            answer = self._transfer(60, token=token, reason="Happy birthday")
            self.assertIn("done=done", answer.headers["Location"])
        self.assertEqual((self.mine.points, self.other_card.points), (440, 60))
        answer = self._transfer(41)
        self.assertIn("done=waiting", answer.headers["Location"])
        self.assertEqual(self.mine.points, 440)
        waiting = self.env["loyalty.adjustment"].search([("state", "=", "waiting")])
        self.assertEqual(waiting.user_id, self.portal_user)
        self.assertIn("alert-danger", self._transfer(1).text, "one at a time")
        waiting.with_user(self.loyalty_manager).action_approve()
        self.assertEqual((self.mine.points, self.other_card.points), (399, 101))
        self._agree()

    def test_without_a_limit_somebody_approves(self):
        self.assertIn("done=waiting", self._transfer(1).headers["Location"])
        self.assertEqual(self.other_card.points, 0)

    def test_transfers_that_cannot_be(self):
        self.company.loyalty_transfer_limit = 1000
        anonymous = self.env["loyalty.card"].create({"program_id": self.program.id})
        other_program = self.env["loyalty.card"].create(
            {
                "program_id": self.program.copy({"name": "Other"}).id,
                "partner_id": self.other_customer.id,
            }
        )
        for amount, number in (
            (0, None),
            (-5, None),
            ("nan", None),
            ("inf", None),
            ("1e999", None),
            ("many", None),
            (0.00001, None),
            (501, None),
            (5, "nothing"),
            (5, ""),
            (5, self.mine.code),
            (5, anonymous.code),
            (5, other_program.code),
        ):
            with self.subTest(f"{amount} {number}"):
                answer = self._transfer(amount, number)
                self.assertEqual(answer.status_code, 200)
                self.assertIn("alert-danger", answer.text)
                self.assertNotIn(self.other_customer.name, answer.text)
        self.assertEqual(self.mine.points, 500)
        self.assertFalse(self.env["loyalty.adjustment"].search([]))
        purse = self._purse(self.contact)
        with mute_logger("odoo.http"):
            page = self.url_open(f"/my/loyalty/{purse.id}/transfer")
        self.assertEqual(page.status_code, 404, "money is not given away here")

    def test_numbers_as_people_type_them(self):
        self.company.loyalty_transfer_limit = 1000
        self.other_card.with_user(self.shop_clerk).action_replace()
        old = self.other_card.loyalty_token_ids.filtered(
            lambda token: token.state == "blocked"
        )
        typed = f" {self.other_card.code.lower()} "
        self.assertEqual(self._transfer(5, typed).status_code, 303)
        self.assertEqual(self.other_card.points, 5)
        self.assertIn("alert-danger", self._transfer(5, old.code).text)

    def test_consent(self):
        page = self.url_open("/my/loyalty/consent").text
        self.assertEqual(page.count("checked="), 0)
        for _again in range(2):
            self._send("/my/loyalty/consent/send", sms="on", phone="on")
        facts = self.env["crm.consent"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(set(facts.mapped("channel")), {"sms", "phone"})
        self.assertEqual(set(facts.mapped("source")), {"web"})
        self.assertEqual(len(facts), 2)
        self.assertEqual(self.url_open("/my/loyalty/consent").text.count("checked="), 2)
        self._send("/my/loyalty/consent/send", phone="on")
        self.assertFalse(self.contact._may_contact("sms", "marketing")[self.contact.id])
        self.assertTrue(
            self.contact._may_contact("phone", "marketing")[self.contact.id]
        )

    def _purse(self, partner):
        wallet = self.env["loyalty.program"].create(
            {"name": "Wallet", "program_type": "ewallet"}
        )
        return self.env["loyalty.card"].create(
            {"program_id": wallet.id, "partner_id": partner.id}
        )

    def _send_pin(self, purse, old, new, again=None, token=None):
        return self._send(
            f"/my/loyalty/{purse.id}/pin/send",
            token,
            old=old,
            new=new,
            again=new if again is None else again,
        )

    def test_pin(self):
        purse = self._purse(self.contact)
        self.assertNotIn(
            'name="old"', self.url_open(f"/my/loyalty/{purse.id}/pin").text
        )
        for new, again in (
            ("1111", None),
            ("12ab", None),
            ("2580", "2581"),
            ("", None),
        ):
            self.assertIn("alert-danger", self._send_pin(purse, "", new, again).text)
        answer = self._send_pin(purse, "", "2580")
        self.assertIn("done=changed", answer.headers["Location"])
        self.assertFalse(purse._verify_pin("2580"))
        token = uuid4().hex
        for _again in range(4):
            answer = self._send_pin(purse, "9999", "7391", token=token)
            self.assertIn("done=wrong", answer.headers["Location"])
        self.assertEqual(purse.loyalty_pin_ids.failures, 1, "sent again, counted once")
        answer = self._send_pin(purse, "2580", "7391")
        self.assertIn("done=changed", answer.headers["Location"])
        self.assertFalse(purse._verify_pin("7391"))
        asked = self.env["loyalty.portal.request"].search([("action", "=", "pin")])
        for one in asked:
            said = json.loads(one.asked)
            # As digits of a fingerprint any number can stand somewhere.
            self.assertEqual(len(said.pop("typed")), 128)
            self.assertEqual(said, {"card": purse.id})

    def test_a_pin_sent_again_with_another_one_is_said_so(self):
        purse = self._purse(self.contact)
        token = uuid4().hex
        answer = self._send_pin(purse, "", "2580", token=token)
        self.assertIn("done=changed", answer.headers["Location"])
        answer = self._send_pin(purse, "", "2580", token=token)
        self.assertIn("done=changed", answer.headers["Location"])
        answer = self._send_pin(purse, "", "7391", token=token)
        self.assertNotIn("Location", answer.headers)
        self.assertIn("sent before with other values", answer.text)
        self.assertFalse(purse._verify_pin("2580"))

    def test_pin_of_others(self):
        purse = self._purse(self.other_customer)
        for card in (purse, self.mine):
            with mute_logger("odoo.http"):
                page = self.url_open(f"/my/loyalty/{card.id}/pin")
                self.assertEqual(page.status_code, 404)
                self.assertEqual(self._send_pin(card, "", "2580").status_code, 404)
        self.assertFalse(purse.loyalty_pin_ids)

    def test_old_requests_go(self):
        self._send(SEND[0])
        requests = self.env["loyalty.portal.request"]
        requests._gc_requests()
        self.assertTrue(requests.search([]))
        requests.search([]).date = fields.Datetime.now() - timedelta(days=90)
        requests._gc_requests()
        self.assertFalse(requests.search([]))
