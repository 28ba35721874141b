import random
from decimal import ROUND_HALF_UP, Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .wallet_common import WalletCase

CENT = Decimal("0.01")


class Oracle:
    """A wallet in plain Python: lots of two funds, spending by a policy."""

    def __init__(self, policy):
        self.policy = policy
        self.lots = {"principal": [], "bonus": []}
        self.spent = {}

    def total(self, fund):
        return sum((lot[0] for lot in self.lots[fund]), Decimal(0))

    def fill(self, fund, amount):
        self.lots[fund].append([amount])

    def _take(self, fund, amount):
        taken = []
        for lot in self.lots[fund]:
            part = min(lot[0], amount)
            if part:
                lot[0] -= part
                amount -= part
                taken.append((lot, part))
        return taken

    def spend(self, document, amount):
        principal, bonus = self.total("principal"), self.total("bonus")
        if self.policy == "principal_first":
            of_bonus = max(amount - principal, Decimal(0))
        elif self.policy == "bonus_first":
            of_bonus = min(amount, bonus)
        else:
            whole = principal + bonus
            of_principal = (amount * principal / whole).quantize(CENT, ROUND_HALF_UP)
            of_bonus = amount - of_principal
        self.spent[document] = [
            *self._take("principal", amount - of_bonus),
            *self._take("bonus", of_bonus),
        ]

    def give_back(self, document):
        for lot, part in self.spent.pop(document):
            lot[0] += part


@tagged("post_install", "-at_install", "cap_l04")
class TestFunds(WalletCase):
    def _spend(self, amount, key="spend"):
        return self.wallet.book("redeem", amount, key)

    def test_bonus_is_spent_last(self):
        self._fill(100, 20)
        self.assertEqual(self._funds(), (100, 20))
        self._spend(90, "a")
        self.assertEqual(self._funds(), (10, 20))
        self._spend(15, "b")
        self.assertEqual(self._funds(), (0, 15))
        self._agree()

    def test_bonus_is_spent_first(self):
        self.wallet_program.loyalty_fund_order = "bonus_first"
        self._fill(100, 20)
        self._spend(30)
        self.assertEqual(self._funds(), (90, 0))
        self._agree()

    def test_both_in_proportion(self):
        self.wallet_program.loyalty_fund_order = "proportional"
        self._fill(100, 20)
        self._spend(10)
        self.assertEqual(self._funds(), (91.67, 18.33))
        self._spend(110, "rest")
        self.assertEqual(self._funds(), (0, 0))
        self._agree()

    def test_within_a_fund_what_expires_first(self):
        self._fill(50, key="never")
        self.wallet.book("deposit", 50, "soon", fund="principal", expires="2099-01-31")
        self._spend(60)
        lots = self.wallet.loyalty_lot_ids.filtered("expires")
        self.assertEqual((lots.remaining, self._funds()), (0, (40, 0)))

    def test_what_was_not_paid_is_no_principal(self):
        """Nobody turns a gift or a correction into money that is paid out."""
        self.wallet.book("gift", 5, "gift")
        self.assertEqual(self._funds(), (0, 5))
        asked = self.env["loyalty.adjustment"].with_user(self.loyalty_manager)
        asked.create(
            {"card_id": self.wallet.id, "amount": 7, "reason": "Complaint"}
        ).action_request()
        self.assertEqual(self._funds(), (0, 12))
        brought = self.env["loyalty.card"].create(
            {"program_id": self.wallet_program.id, "points": 30}
        )
        self.assertEqual(brought.loyalty_lot_ids.fund, "points")
        self.assertEqual(self._funds(brought), (0, 0))
        brought.points -= 30
        self._agree()

    def test_a_transfer_keeps_the_funds(self):
        other = self.env["loyalty.card"].create(
            {"program_id": self.wallet_program.id, "partner_id": self.other_customer.id}
        )
        self._fill(100, 20)
        asked = self.env["loyalty.adjustment"].with_user(self.loyalty_manager)
        asked.create(
            {
                "card_id": self.wallet.id,
                "to_card_id": other.id,
                "operation": "transfer",
                "amount": 110,
                "reason": "Family",
            }
        ).action_request()
        self.assertEqual(self._funds(), (0, 10))
        self.assertEqual(self._funds(other), (100, 10))
        self._agree()

    def test_a_merge_keeps_the_funds(self):
        other = self.env["loyalty.card"].create(
            {"program_id": self.wallet_program.id, "partner_id": self.other_customer.id}
        )
        self._fill(100, 20)
        other.book("deposit", 5, "other", fund="principal")
        self._merge_members()
        self.assertEqual((self.wallet.points, self._funds()), (125, (105, 20)))
        self._agree()

    def test_a_debt_is_paid_from_the_money_that_is_merged(self):
        other = self.env["loyalty.card"].create(
            {"program_id": self.wallet_program.id, "partner_id": self.other_customer.id}
        )
        self.wallet.book("claw_back", 30, "back")
        other.book("deposit", 100, "other", fund="principal", expires="2030-01-01")
        self._merge_members()
        self.assertEqual((self.wallet.points, self.wallet.loyalty_debt), (70, 0))
        self.assertEqual(self._funds(), (70, 0))
        lot = self.wallet.loyalty_lot_ids.filtered("remaining")
        self.assertEqual(str(lot.expires), "2030-01-01")
        self._agree()

    def test_what_comes_to_a_merged_card_goes_on(self):
        other = self.env["loyalty.card"].create(
            {"program_id": self.wallet_program.id, "partner_id": self.other_customer.id}
        )
        self._fill(100)
        other.book("deposit", 50, "other", fund="principal")
        self._merge_members()
        self.assertEqual(other.loyalty_merged_into_id, self.wallet)
        found = self.env["loyalty.card"]._find_by_number(other.code)
        self.assertEqual(found, self.wallet, "the plastic card still opens it")
        other.book("deposit", 20, "late", fund="principal")
        self.assertEqual((other.points, self._funds()), (0, (170, 0)))
        other.book("claw_back", 60, "returned")
        self.assertEqual((other.points, other.loyalty_debt), (0, 0))
        self.assertEqual((self._funds(), self.wallet.loyalty_debt), ((110, 0), 0))
        self._agree()
        self._agree(other)

    def test_only_principal_is_meant(self):
        self._fill(100, 20)
        self.wallet.book("withdraw", 100, "out", fund="principal")
        self.assertEqual(self._funds(), (0, 20))
        self._agree()

    def test_like_the_oracle(self):
        """Random deposits, purchases and cancellations, under each policy."""
        for policy in ("principal_first", "bonus_first", "proportional"):
            self.wallet_program.loyalty_fund_order = policy
            card = self.env["loyalty.card"].create(
                {"program_id": self.wallet_program.id}
            )
            self._compare(card, Oracle(policy), random.Random(policy))

    def _compare(self, card, oracle, rng):
        for step in range(120):
            key = f"{oracle.policy}/{step}"
            action = rng.choice(("fill", "fill", "spend", "spend", "back"))
            if action == "fill":
                fund = rng.choice(("principal", "bonus"))
                amount = Decimal(rng.randint(1, 50000)) / 100
                kind = "deposit" if fund == "principal" else "bonus"
                card.book(kind, float(amount), key, fund=fund)
                oracle.fill(fund, amount)
            elif action == "spend" and card.points:
                amount = Decimal(rng.randint(1, round(card.points * 100))) / 100
                document = self.env["res.partner"].browse(10**6 + step)
                card.book("redeem", float(amount), key, document)
                oracle.spend((document.id, amount), amount)
            elif action == "back" and oracle.spent:
                document, amount = rng.choice(sorted(oracle.spent))
                source = self.env["res.partner"].browse(document)
                card.book("restore", float(amount), key, source)
                oracle.give_back((document, amount))
            funds = [float(oracle.total(fund)) for fund in ("principal", "bonus")]
            self.assertEqual(list(self._funds(card)), funds, key)
        self._agree()

    def test_on_the_customers_page(self):
        self._fill(100, 20)
        order = self._sell(1)
        self.wallet._hold(order, 30)
        customer = self.customer.with_user(self.shop_clerk)
        parts = customer._customer_360_sections()[self.customer.id]
        part = next(part for part in parts if part["key"] == "member")
        words = {line["title"]: line["subtitle"] for line in part["rows"]}
        self.assertIn("20", words[self.wallet.code])
        self.assertIn("30", words[self.wallet.code])

    def test_as_many_queries_for_many_cards(self):
        cards = self.env["loyalty.card"].create(
            [{"program_id": self.wallet_program.id} for _number in range(50)]
        )
        for card in cards:
            card.book("bonus", 1, f"many {card.id}", fund="bonus")
        self.env.flush_all()
        for some in (cards[:1], cards):
            self.env.invalidate_all()
            some.program_id.currency_id.mapped("name")
            with self.assertQueryCount(1):
                some._get_funds()

    def test_found_by_the_member(self):
        found = self.env["loyalty.card"].with_user(self.shop_clerk)
        names = found.name_search("acme trad", [("id", "=", self.wallet.id)])
        self.assertEqual([one[0] for one in names], self.wallet.ids)

    def test_who_sees_the_funds(self):
        self._fill(100, 20)
        for user in (self.shop_clerk, self.loyalty_manager, self.salesperson):
            card = self.wallet.with_user(user)
            self.assertEqual((card.loyalty_principal, card.loyalty_bonus), (100, 20))
        for user in (self.demoted, self.portal_user, self.foreign_manager):
            with self.assertRaises(AccessError):
                self.wallet.with_user(user).read(["loyalty_principal"])
