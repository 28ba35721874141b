from datetime import timedelta
from uuid import uuid4

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .wallet_common import WalletCase


class OnlineCase(WalletCase, HttpCase):
    """A member with a wallet and a provider of the platform that pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.env["loyalty.card"].create(
            {"program_id": cls.wallet_program.id, "partner_id": cls.contact.id}
        )
        cls.env["loyalty.deposit.rule"].create(
            {
                "program_id": cls.wallet_program.id,
                "amount_from": 500,
                "bonus_percent": 20,
            }
        )
        cls.liability = cls.company.loyalty_value_account_id
        cls.provider = cls._make_provider()
        cls.method = cls.provider.payment_method_ids
        cls.company.loyalty_alert_user_id = cls.loyalty_manager
        cls.sibling = new_test_user(
            cls.env,
            "online_sibling",
            groups="base.group_portal",
            partner_id=cls.env["res.partner"]
            .create({"name": "Li Na", "parent_id": cls.customer.id})
            .id,
        )
        (cls.portal_user | cls.other_portal_user | cls.sibling).lang = "en_US"

    @classmethod
    def _make_provider(cls):
        """Make a provider that redirects, as the platform's own tests do."""
        form = cls.env["ir.ui.view"].create(
            {
                "name": "Provider Form",
                "type": "qweb",
                "arch": "<form action='elsewhere' method='post'/>",
            }
        )
        method = cls.env.ref("payment.payment_method_unknown")
        provider = cls.env["payment.provider"].create(
            {
                "name": "Provider",
                "code": "none",
                "state": "test",
                "company_id": cls.company.id,
                "is_published": True,
                "payment_method_ids": [Command.set(method.ids)],
                "redirect_form_view_id": form.id,
            }
        )
        method.active = True
        provider.journal_id = cls.bank
        cls.bank.inbound_payment_method_line_ids[:1].write(
            {
                "payment_provider_id": provider.id,
                "payment_account_id": cls.bank._get_money_account().id,
            }
        )
        return provider

    def _as(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _ask(self, amount, token=None, card=None):
        """Send the form of a top-up; give the answer without following it."""
        return self.url_open(
            f"/my/loyalty/{(card or self.mine).id}/topup/send",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "token": token or uuid4().hex,
                "amount": amount,
            },
            allow_redirects=False,
        )

    def _begin(self, deposit, **kwargs):
        """Begin a payment as the payment form does; give its transaction."""
        values = self.make_jsonrpc_request(
            f"/my/loyalty/topup/{deposit.id}/transaction",
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": None,
                "flow": "redirect",
                "tokenization_requested": False,
                "landing_route": "https://elsewhere.example",
                "amount": 1,
                "access_token": "",
                **kwargs,
            },
        )
        return self.env["payment.transaction"].search(
            [("reference", "=", values["reference"])]
        )

    def _deposits(self):
        return self.env["loyalty.deposit"].search([("card_id", "=", self.mine.id)])

    def _balances(self, entry):
        balances = {}
        for line in entry.line_ids:
            balances[line.account_id] = balances.get(line.account_id, 0) + line.balance
        return balances


# takes 40 seconds
@tagged("post_install", "-at_install", "cap_l04", "cap_l12")
class TestTopupOnline(OnlineCase):
    def setUp(self):
        super().setUp()
        self._as(self.portal_user)

    def _pay(self, amount):
        self._ask(amount)
        transaction = self._begin(self._deposits()[:1])
        transaction._set_done()
        transaction._post_process()
        return transaction

    def test_money_comes_in(self):
        page = self.url_open(f"/my/loyalty/{self.mine.id}").text
        self.assertIn(f"/my/loyalty/{self.mine.id}/topup", page)
        page = self.url_open(f"/my/loyalty/{self.mine.id}/topup?amount=500").text
        self.assertIn("+20 %", page)
        self.assertIn('value="500.0"', page)
        answer = self._ask(500)
        deposit = self._deposits()
        self.assertEqual((deposit.state, deposit.user_id), ("draft", self.portal_user))
        self.assertIn(f"/my/loyalty/topup/{deposit.id}", answer.headers["Location"])
        page = self.url_open(f"/my/loyalty/topup/{deposit.id}").text
        self.assertIn("o_payment_form", page)
        transaction = self._begin(deposit)
        self.assertEqual(
            transaction.amount, 500, "what the browser says does not count"
        )
        self.assertEqual(transaction.landing_route, f"/my/loyalty/topup/{deposit.id}")
        self.assertEqual(self.mine.points, 0)
        transaction._set_pending()
        page = self.url_open(f"/my/loyalty/topup/{deposit.id}").text
        self.assertIn("on its way", page)
        self.assertNotIn("o_payment_form", page)
        transaction._set_done()
        for _again in range(2):
            transaction._post_process()
        self.assertEqual((deposit.state, deposit.bonus), ("paid", 100))
        self.assertEqual(self._funds(self.mine), (500, 100))
        page = self.url_open(f"/my/loyalty/topup/{deposit.id}").text
        self.assertIn("on your card", page)
        self._agree(self.mine)

        payment, entry = transaction.payment_id, deposit.move_id
        receivable = payment.destination_account_id
        self.assertEqual(self._balances(entry), {receivable: 500, self.liability: -500})
        lines = (payment.move_id | entry).line_ids
        open_lines = lines.filtered(
            lambda line: line.account_id == receivable and not line.reconciled
        )
        self.assertFalse(open_lines, "the customer owes nothing and has no credit")

    def test_asked_again(self):
        token = uuid4().hex
        first = self._ask(100, token).headers["Location"]
        self.assertEqual(self._ask(100, token).headers["Location"], first)
        self.assertEqual(self._ask(250).headers["Location"], first, "not paid yet")
        self.assertEqual(self._deposits().amount, 250)
        self._begin(self._deposits())._set_pending()
        self.assertNotEqual(self._ask(70).headers["Location"], first)

    def test_bad_amounts(self):
        for amount in ("", "x", "0", "-5", "nan", "inf", "1e400", "0.001"):
            with self.subTest(amount):
                self.assertIn("alert-danger", self._ask(amount).text)
        self.assertFalse(self._deposits())

    def test_once(self):
        self._ask(80)
        deposit = self._deposits()
        self._begin(deposit)._set_pending()
        for _again in range(2):
            with (
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "ValidationError"),
            ):
                self._begin(deposit)
        self.assertEqual(len(deposit.transaction_ids), 1)

    def test_two_payments(self):
        """Two tabs begin a payment, both arrive: the money is there twice."""
        self._ask(80)
        deposit = self._deposits()
        transactions = self._begin(deposit) | self._begin(deposit)
        transactions._set_done()
        for transaction in transactions:
            transaction._post_process()
        self.assertEqual(self.mine.points, 160)
        self.assertEqual(self._deposits().mapped("state"), ["paid", "paid"])

    def test_paid_at_the_desk_meanwhile(self):
        self._ask(80)
        deposit = self._deposits()
        transaction = self._begin(deposit)
        at_the_desk = deposit.with_user(self.shop_clerk)
        at_the_desk.journal_id = self.cash
        at_the_desk.action_pay()
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.mine.points, 160)

    def test_a_rule_is_against_it(self):
        """Money that came is never lost: somebody decides, the books agree."""
        self._ask(80)
        deposit = self._deposits()
        transaction = self._begin(deposit)
        rule = self.env["loyalty.value.rule"].create({"name": "Rule", "named_most": 50})
        self.wallet_program.loyalty_value_rule_id = rule
        transaction._set_done()
        transaction._post_process()
        self.assertEqual((deposit.state, self.mine.points), ("received", 0))
        self.assertEqual(deposit.activity_ids.user_id, self.loyalty_manager)
        self.assertIn("Rule", deposit.activity_ids.note)
        page = self.url_open(f"/my/loyalty/topup/{deposit.id}").text
        self.assertIn("has arrived", page)
        as_clerk = deposit.with_user(self.shop_clerk)
        with self.assertRaisesRegex(UserError, "Rule"):
            as_clerk.action_credit()
        for act in (as_clerk.action_pay, as_clerk.action_cancel, as_clerk.unlink):
            with self.assertRaises(UserError):
                act()
        rule.named_most = 0
        as_clerk.action_credit()
        self.assertEqual((deposit.state, self.mine.points), ("paid", 80))
        self.assertFalse(deposit.activity_ids)
        self.assertTrue(transaction.payment_id.is_reconciled)
        with self.assertRaises(UserError):
            as_clerk.action_credit()

    def test_received_and_taken_back(self):
        self._ask(80)
        deposit = self._deposits()
        transaction = self._begin(deposit)
        rule = self.env["loyalty.value.rule"].create({"name": "Rule", "named_most": 50})
        self.wallet_program.loyalty_value_rule_id = rule
        transaction._set_done()
        transaction._post_process()
        transaction.payment_id.action_draft()
        transaction.payment_id.action_cancel()
        rule.named_most = 0
        as_clerk = deposit.with_user(self.shop_clerk)
        with self.assertRaisesRegex(UserError, "taken back"):
            as_clerk.action_credit()
        as_clerk.action_cancel()
        self.assertEqual((deposit.state, self.mine.points), ("cancelled", 0))
        self.assertFalse(deposit.activity_ids)

    def test_a_lost_card_is_filled(self):
        self._ask(80)
        transaction = self._begin(self._deposits())
        self.mine.with_user(self.shop_clerk).action_report_loss()
        transaction._set_done()
        transaction._post_process()
        self.assertEqual((self.mine.loyalty_state, self.mine.points), ("lost", 80))
        with mute_logger("odoo.http"):
            page = self.url_open(f"/my/loyalty/{self.mine.id}/topup")
        self.assertEqual(page.status_code, 404, "nothing more goes on it")

    def test_the_payment_stays(self):
        transaction = self._pay(80)
        payment = transaction.payment_id
        for act in (payment.action_draft, payment.action_cancel):
            with self.assertRaisesRegex(UserError, "filled a card"):
                act()
        self.assertEqual(payment.amount_available_for_refund, 0)
        with self.assertRaises(UserError):
            self._deposits().move_id.button_draft()
        self.assertEqual(self.mine.points, 80)

    def test_a_payment_that_fails(self):
        self._ask(80)
        deposit = self._deposits()
        transaction = self._begin(deposit)
        transaction._set_error("refused")
        transaction._post_process()
        self.assertEqual((deposit.state, self.mine.points), ("draft", 0))
        self.assertIn(
            "o_payment_form", self.url_open(f"/my/loyalty/topup/{deposit.id}").text
        )

    def test_what_nobody_paid_goes(self):
        self._ask(80)
        deposit = self._deposits()
        self.env.flush_all()
        old = fields.Datetime.now() - timedelta(days=31)
        self.env.cr.execute(
            "UPDATE loyalty_deposit SET write_date = %s WHERE id = %s",
            [old, deposit.id],
        )
        self.env["loyalty.deposit"]._gc_unpaid()
        self.assertEqual(deposit.state, "cancelled")


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_l04", "cap_l12")
class TestTopupOnlineRights(OnlineCase):
    def test_nobody_elses(self):
        self._as(self.portal_user)
        self._ask(80)
        deposit = self._deposits()
        for user in (self.other_portal_user, self.sibling, self.salesperson):
            self._as(user)
            with self.subTest(user.login), mute_logger("odoo.http"):
                for url in (
                    f"/my/loyalty/{self.mine.id}/topup",
                    f"/my/loyalty/topup/{deposit.id}",
                ):
                    self.assertEqual(self.url_open(url).status_code, 404)
                self.assertEqual(self._ask(5).status_code, 404)
                with self.assertRaisesRegex(JsonRpcException, "NotFound"):
                    self._begin(deposit)
        self._as(None)
        page = self.url_open(f"/my/loyalty/topup/{deposit.id}")
        self.assertIn("/web/login", page.url)
        self.assertFalse(deposit.transaction_ids)
        self.assertEqual(deposit.amount, 80)

    def test_no_other_values(self):
        self._as(self.portal_user)
        self._ask(80)
        deposit = self._deposits()
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "BadRequest|400"),
        ):
            self._begin(deposit, custom_create_values={"state": "done"})
        self.assertFalse(deposit.transaction_ids)
        with self.assertRaises(AccessError):
            deposit.with_user(self.portal_user).read(["state"])
        for values in ({"state": "received"}, {"payment_id": False}):
            with self.assertRaises(UserError):
                deposit.with_user(self.shop_clerk).write(values)
        with self.assertRaises(AccessError):
            deposit.with_user(self.salesperson).action_credit()
        with self.assertRaises(UserError):
            deposit.with_user(self.shop_clerk).action_credit()

    def test_points_take_no_money(self):
        self.program.active = True
        points = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": self.contact.id}
        )
        self._as(self.portal_user)
        with mute_logger("odoo.http"):
            self.assertEqual(self._ask(5, card=points).status_code, 404)
