from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l10")
class TestExpiry(LoyaltyCase):
    def setUp(self):
        super().setUp()
        self.program.loyalty_validity_days = 30
        self.today = fields.Date.context_today(self.card)

    def _age(self, card, days):
        """Move the last day of the newest lot so many days from today."""
        lot = card.loyalty_lot_ids.sorted("id")[-1]
        lot.expires = self.today + timedelta(days=days)
        self.env.flush_all()

    def _expire(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_loyalty.loyalty_card_cron_expire").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_last_day_is_good(self):
        self.card.book("earn", 10, "a")
        self._age(self.card, -1)
        self.card.book("earn", 20, "b")
        self._age(self.card, 0)
        self.card.book("earn", 40, "c")
        self._expire()
        self.assertEqual(self._rows()[-1], ("expire", -10, 60))
        self.assertEqual(self.card.points, 60)
        self._agree()
        rows = len(self._rows())
        self._expire()
        self.assertEqual(len(self._rows()), rows, "a second run changes nothing")

    def test_what_was_used_does_not_expire(self):
        self.card.book("earn", 10, "a")
        self._age(self.card, 2)
        self.card.book("earn", 20, "b")
        self.card.book("redeem", 12, "c")
        self._age(self.card.browse(self.card.id), 30)
        first = self.card.loyalty_lot_ids.sorted("id")[0]
        self.assertEqual(first.remaining, 0)
        first.expires = self.today - timedelta(days=1)
        self._expire()
        self.assertEqual(self.card.points, 18)
        self._agree()

    def test_a_day_is_the_company_s(self):
        self.card.company_id = self.company
        home = self.company.partner_id
        home.tz = "Asia/Shanghai"
        evening = datetime(2026, 7, 1, 18)  # it is the second of July there
        with freeze_time(evening):
            self.card.book("earn", 10, "night")
        lot = self.card.loyalty_lot_ids
        self.assertEqual(lot.expires, date(2026, 8, 1))
        home.tz = "America/Los_Angeles"
        self.env.flush_all()
        with freeze_time("2026-08-02 06:30:00"):
            self._expire()
        self.assertEqual(self.card.points, 10, "still the first of August there")
        with freeze_time("2026-08-02 07:30:00"):
            self._expire()
        self.assertEqual(self.card.points, 0)
        self._agree()

    def test_in_batches(self):
        cards = self.env["loyalty.card"].create(
            [{"program_id": self.program.id, "points": 5} for _number in range(7)]
        )
        cards.loyalty_lot_ids.expires = self.today - timedelta(days=3)
        self.env.flush_all()
        done = [
            self.env["loyalty.card"]._expire_batch(self.today, 3) for _n in range(4)
        ]
        self.assertEqual(done, [3, 3, 1, 0])
        self.assertEqual(set(cards.mapped("points")), {0})
        self._agree()

    def test_one_statement_for_many(self):
        cards = self.env["loyalty.card"].create(
            [{"program_id": self.program.id, "points": 5} for _number in range(50)]
        )
        cards.loyalty_lot_ids.expires = self.today - timedelta(days=3)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["loyalty.card"]._expire_batch(self.today, 100)
