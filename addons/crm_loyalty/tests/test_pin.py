from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.pin import ATTEMPTS, MINUTES, is_good, make_hash, matches
from .wallet_common import WalletCase


@tagged("post_install", "-at_install", "cap_l04", "cap_l05", "cap_l15")
class TestPin(WalletCase):
    def _wizard(self, pin="2580", again=None, user=None, reason=False):
        wizards = self.env["loyalty.pin.set"].with_user(user or self.shop_clerk)
        return wizards.create(
            {
                "card_id": self.wallet.id,
                "pin": pin,
                "again": again or pin,
                "reason": reason,
            }
        )

    def _refuse(self, *args, **kwargs):
        """Type what is wrong: it is said, and what was typed is not kept."""
        wizard = self._wizard(*args, **kwargs)
        self.assertEqual(wizard.action_set()["res_id"], wizard.id)
        self.assertIn(self.wallet.code, wizard.message)
        self.assertFalse(wizard.pin or wizard.again)

    def test_a_hash_of_its_own(self):
        first, second = make_hash("2580"), make_hash("2580")
        self.assertNotEqual(first, second, "each has a salt")
        self.assertNotIn("2580", first)
        self.assertTrue(matches("2580", first) and matches("2580", second))
        self.assertFalse(matches("2581", first))
        self.assertFalse(matches("9" * 100000, first), "refused before it costs time")

    def test_what_a_pin_is(self):
        for pin in ("1111", "4567", "7654", "12", "123456789", "25 80", "٢٥٨٠", 2580):
            self.assertFalse(is_good(pin), pin)
        for pin in ("2580", "0070", "13579"):
            self.assertTrue(is_good(pin), pin)

    def test_set_at_the_desk(self):
        action = self.wallet.with_user(self.shop_clerk).action_set_pin()
        self.assertEqual(action["res_model"], "loyalty.pin.set")
        wizard = self._wizard()
        wizard.action_set()
        self.assertFalse(wizard.exists(), "what was typed is not kept")
        self.assertFalse(self.wallet._verify_pin("2580"))
        service = self.wallet.loyalty_service_ids
        self.assertEqual(
            (service.operation, service.user_id.id), ("pin", wizard.env.uid)
        )
        self._refuse("1357")
        self._wizard("1357", reason="Passport shown").action_set()
        self.assertFalse(self.wallet._verify_pin("1357"))
        for pin, again in (("1111", None), ("2580", "2581")):
            self._refuse(pin, again, reason="x")

    def test_wrong_attempts_lock_for_a_time(self):
        self.wallet._set_pin("2580")
        for _attempt in range(ATTEMPTS - 1):
            self.assertTrue(self.wallet._verify_pin("0000"))
        self.assertFalse(self.wallet._verify_pin("2580"), "a good one in time")
        for _attempt in range(ATTEMPTS):
            message = self.wallet._verify_pin("0000")
        self.assertIn(str(MINUTES), message)
        self.assertTrue(self.wallet._verify_pin("2580"), "locked, even when right")
        known = self.wallet.loyalty_pin_ids
        known.locked_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(self.wallet._verify_pin("2580"))

    def test_the_member_changes_it(self):
        self.assertFalse(self.wallet._change_pin(None, "2580"), "the first one")
        self.assertIn(self.wallet.code, self.wallet._change_pin("0000", "1357"))
        self.assertEqual(self.wallet.loyalty_pin_ids.failures, 1)
        with self.assertRaises(UserError):
            self.wallet._change_pin("2580", "1111")
        self.assertFalse(self.wallet._change_pin("2580", "1357"))
        self.assertFalse(self.wallet._verify_pin("1357"))

    def test_who_may_not(self):
        self.wallet._set_pin("2580")
        for user in (self.salesperson, self.demoted, self.portal_user):
            with self.assertRaises(AccessError):
                self.wallet.with_user(user).action_set_pin()
            with self.assertRaises(AccessError):
                self._wizard(user=user).action_set()
            with self.assertRaises(AccessError):
                self.env["loyalty.pin"].with_user(user).search([])
        known = self.wallet.loyalty_pin_ids.with_user(self.loyalty_manager)
        self.assertEqual(known.failures, 0)
        for name, value in (("digest", "x"), ("failures", 0), ("locked_until", False)):
            with self.assertRaises(AccessError):
                known.write({name: value})
        with self.assertRaises(AccessError):
            known.read(["digest"])
        with self.assertRaises(AccessError):
            self.env["loyalty.pin"].with_user(self.loyalty_manager).create(
                {"card_id": self.wallet.id, "digest": make_hash("2580")}
            )
