from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LoyaltyCase

SELLERS = ("salesperson", "manager", "shop_clerk", "loyalty_manager")
OUTSIDE = ("portal_user", "public_user", "demoted", "warehouse_user", "foreign_manager")
EVERYBODY = SELLERS + OUTSIDE


@tagged("post_install", "-at_install", "cap_l10", "cap_l13")
class TestAbuse(LoyaltyCase):
    """Calls as they come over the wire, from people who know the field names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.public_user = cls.env.ref("base.public_user")
        cls.program.company_id = cls.company
        cls.card.book("earn", 500, "before")
        cls.other_card = cls.env["loyalty.card"].create(
            {"program_id": cls.program.id, "partner_id": cls.other_customer.id}
        )
        cls.other_card.book("earn", 300, "before other")
        cls.wallet_program = cls.env["loyalty.program"].create(
            {"name": "Wallet", "program_type": "ewallet", "company_id": cls.company.id}
        )
        cls.draft = cls._order(cls)
        cls.sold = cls._order(cls)
        cls.sold.action_confirm()
        cls.lot = cls.card.loyalty_lot_ids.sorted("id")[0]
        cls.row = cls.card.loyalty_ledger_ids.sorted("id")[0]
        cls.earned = cls.env["loyalty.earn.line"].search(
            [("order_id", "=", cls.sold.id)], limit=1
        )
        cls.operation = cls.env["loyalty.service"].create(
            {"card_id": cls.card.id, "card_code": "x", "operation": "freeze"}
        )
        cls.token = cls.env["loyalty.token"].create(
            {"card_id": cls.card.id, "code": "old number"}
        )
        cls.env.flush_all()

    def _order(self):
        """Make a quotation with a reward, as the salesperson."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.salesperson.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
        )
        order._update_programs_and_rewards()
        for card, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards[:1], card)
        return order

    def _balances(self):
        self.env.invalidate_all()
        cards = self.card | self.other_card
        return [(card.points, card.loyalty_debt, card.code) for card in cards]

    def _try(self, names, model, method, *args, context=None, says=None, **kwargs):
        """Have each user call it: refused, and no balance moves.

        :param says: words of the message; then a line stands in the log as well
        """
        model = self.env[model]
        before = self._balances()
        args = [list(args[0].ids), *args[1:]] if args and args[0] is not None else []
        kwargs["context"] = context or {}
        for name in names:
            call = (f"{name}: {model._name}.{method}{args}",)
            user = getattr(self, name)
            with (
                self.subTest(call),
                mute_logger("odoo.addons.base.models.ir_model", "odoo.orm.models"),
            ):
                # Whoever asks finds nothing in memory that another one may read.
                self.env.invalidate_all()
                with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                    call_kw(model.with_user(user), method, list(args), dict(kwargs))
                    self.env.flush_all()
                self.assertIsInstance(caught.exception, AccessError | UserError)
                if says:
                    self.assertIn(says, str(caught.exception))
            self.assertEqual(self._balances(), before, call)

    def _create(self, names, model, values, context=None, says=None):
        before = self._balances()
        for name in names:
            records = self.env[model].with_user(getattr(self, name))
            with self.subTest(f"{name}: {model} {values}"):
                with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
                    call_kw(records, "create", [[values]], {"context": context or {}})
                    self.env.flush_all()
                if says:
                    self.assertIn(says, str(caught.exception))
            self.assertEqual(self._balances(), before)

    def test_balances(self):
        for values in (
            {"points": 9999},
            {"points": 0},
            {"points": -1},
            {"loyalty_debt": 0},
            {"loyalty_state": "closed"},
        ):
            self._try(EVERYBODY, "loyalty.card", "write", self.card, values)
        commands = (
            {"loyalty_lot_ids": [(1, self.lot.id, {"remaining": 9})]},
            {"loyalty_lot_ids": [(2, self.lot.id)]},
            {"loyalty_ledger_ids": [(1, self.row.id, {"amount": 9})]},
            {"loyalty_earn_line_ids": [(1, self.earned.id, {"taken_back": 9})]},
            {"loyalty_token_ids": [(1, self.token.id, {"state": "blocked"})]},
            {"loyalty_service_ids": [(2, self.operation.id)]},
            {"history_ids": [(0, 0, {"description": "x", "issued": 9})]},
        )
        for values in commands:
            self._try(EVERYBODY, "loyalty.card", "write", self.card, values)

    def test_context_tricks(self):
        for context in (
            {"loyalty_posting": {"gain": "earn"}},
            {"su": True, "uid": 1, "install_mode": True},
            {"tracking_disable": True, "loyalty_no_mail": True},
        ):
            self._try(
                SELLERS,
                "loyalty.card",
                "write",
                self.card,
                {"points": 1},
                context=context,
                says=None,
            )
        values = {"program_id": self.program.id}
        for name, value in (
            ("points", 5000),
            ("loyalty_state", "closed"),
            ("order_id", self.sold.id),
        ):
            self._create(EVERYBODY, "loyalty.card", values, {f"default_{name}": value})
        self._create(
            EVERYBODY,
            "sale.order.line",
            {"order_id": self.draft.id, "product_id": self.product.id},
            {"default_points_cost": -50, "default_coupon_id": self.card.id},
        )

    def test_defaults_that_a_user_keeps(self):
        """A user may keep defaults of his own, not such ones."""
        self.env["ir.default"].set(
            "loyalty.card", "points", 5000, user_id=self.manager.id
        )
        self._create(("manager",), "loyalty.card", {"program_id": self.program.id})
        self.env["ir.default"].set(
            "loyalty.earn.line", "taken_back", 90, user_id=self.salesperson.id
        )
        order = self._sell(1)
        order.action_confirm()
        lines = self.env["loyalty.earn.line"].search([("order_id", "=", order.id)])
        self.assertEqual(set(lines.mapped("taken_back")), {0})

    def test_new_and_deleted_cards(self):
        self._create(
            EVERYBODY, "loyalty.card", {"program_id": self.program.id, "points": 9}
        )
        self._try(EVERYBODY, "loyalty.card", "unlink", self.card)
        self._try(EVERYBODY, "loyalty.card", "copy", self.card)
        self._try(
            ("salesperson", "manager", "shop_clerk", *OUTSIDE),
            "loyalty.card",
            "action_archive",
            self.card,
        )
        self._try(
            EVERYBODY,
            "loyalty.program",
            "write",
            self.program,
            {"coupon_ids": [(0, 0, {"points": 9})]},
        )

    def test_owner_program_and_number(self):
        for values in (
            {"partner_id": self.other_customer.id},
            {"program_id": self.wallet_program.id},
            {"code": "stolen"},
            {"order_id": self.draft.id},
            {"company_id": self.other_company.id},
        ):
            self._try(EVERYBODY, "loyalty.card", "write", self.card, values)
        for values in ({"active": False}, {"expiration_date": "2099-01-01"}):
            self._try(
                ("salesperson", "manager", "shop_clerk", *OUTSIDE),
                "loyalty.card",
                "write",
                self.card,
                values,
            )

    def test_the_books(self):
        for record, values in (
            (self.row, {"amount": 9}),
            (self.row, {"card_id": self.other_card.id}),
            (self.lot, {"remaining": 9}),
            (self.lot, {"expires": "2099-01-01"}),
            (self.lot, {"card_id": self.other_card.id}),
            (self.earned, {"points": 9}),
            (self.earned, {"taken_back": -9}),
            (self.token, {"state": "valid"}),
            (self.token, {"card_id": self.other_card.id}),
            (self.operation, {"reason": "x"}),
        ):
            self._try(EVERYBODY, record._name, "write", record, values)
        for record in (self.row, self.lot, self.earned, self.token, self.operation):
            self._try(EVERYBODY, record._name, "unlink", record)
        for model, values in (
            ("loyalty.ledger", {"card_id": self.card.id, "kind": "earn", "amount": 9}),
            ("loyalty.lot", {"card_id": self.card.id, "issued": 9, "remaining": 9}),
            ("loyalty.allocation", {"ledger_id": self.row.id, "lot_id": self.lot.id}),
            ("loyalty.token", {"card_id": self.card.id, "code": "mine"}),
            ("loyalty.service", {"card_id": self.card.id, "operation": "found"}),
            ("loyalty.history", {"card_id": self.card.id, "description": "x"}),
        ):
            self._create(EVERYBODY, model, values)

    def test_private_methods(self):
        for method, args in (
            ("_post", []),
            ("_lock_balances", []),
            ("_open_ledgers", []),
            ("_cron_expire", []),
            ("_replace_number", []),
            ("_extend_lots", [99]),
            ("book", ["earn", 9, "rpc"]),
        ):
            self._try(EVERYBODY, "loyalty.card", method, self.card, *args)
        for method in ("_book_returns", "_undo_returns", "_record_earned"):
            self._try(EVERYBODY, "sale.order", method, self.sold)

    def test_what_a_reward_costs(self):
        """Neither the price of a reward nor its card can be typed."""
        for order in (self.draft, self.sold):
            reward = order.order_line.filtered("coupon_id")
            self.assertTrue(reward)
            for values in (
                {"points_cost": 0},
                {"points_cost": -5000},
                {"coupon_id": self.other_card.id},
                {"coupon_id": False},
                {"reward_id": False},
                {"state": "sale" if order == self.draft else "draft"},
                {"order_id": (self.draft + self.sold - order).id},
            ):
                self._try(EVERYBODY, "sale.order.line", "write", reward, values)
                self._try(
                    ("salesperson", "manager"),
                    "sale.order.line",
                    "write",
                    reward,
                    values,
                    says=order.name,
                )
                self._try(
                    EVERYBODY,
                    "sale.order",
                    "write",
                    order,
                    {"order_line": [(1, reward.id, values)]},
                )
            values = {
                "order_id": order.id,
                "product_id": self.product.id,
                "coupon_id": self.card.id,
                "reward_id": self.program.reward_ids.id,
                "points_cost": -5000,
            }
            self._create(EVERYBODY, "sale.order.line", values)

    def test_what_an_order_gives(self):
        entry = self.sold.coupon_point_ids
        self._try(EVERYBODY, entry._name, "write", entry, {"points": 9000})
        self._try(EVERYBODY, entry._name, "unlink", entry)
        values = {"coupon_id": self.other_card.id, "points": 9000}
        for order in (self.draft, self.sold):
            self._create(EVERYBODY, entry._name, {**values, "order_id": order.id})
            for change in (
                {"coupon_point_ids": [(0, 0, values)]},
                {"coupon_point_ids": [(5,)]},
                {"applied_coupon_ids": [(4, self.other_card.id)]},
                {"code_enabled_rule_ids": [(4, self.program.rule_ids.id)]},
            ):
                self._try(EVERYBODY, "sale.order", "write", order, change)

    def test_a_state_by_hand(self):
        """Confirmed beside Confirm, an order would give back what it never took."""
        for state in ("sale", "cancel"):
            order = self.draft if state == "sale" else self.sold
            self._try(EVERYBODY, "sale.order", "write", order, {"state": state})
        self._try(EVERYBODY, "sale.order", "write", self.sold, {"state": "draft"})
        line = {
            "product_id": self.product.id,
            "coupon_id": self.card.id,
            "reward_id": self.program.reward_ids.id,
            "points_cost": -5000,
        }
        for default in ({"state": "sale"}, {"order_line": [(0, 0, line)]}):
            self._try(EVERYBODY, "sale.order", "copy", self.draft, default)

    def test_points_of_somebody_else(self):
        self.draft.order_line.filtered("coupon_id").sudo().coupon_id = self.other_card
        self._try(
            ("salesperson", "manager"),
            "sale.order",
            "action_confirm",
            self.draft,
            says=self.other_card.code,
        )

    def test_cards_with_value(self):
        for program in (self.program, self.wallet_program):
            values = {"program_id": program.id, "coupon_qty": 1, "points_granted": 999}
            for user in (self.salesperson, self.manager):
                wizards = self.env["loyalty.generate.wizard"].with_user(user)
                wizard = wizards.create(values)
                with self.assertRaises(AccessError):
                    wizard.generate_coupons()

    def test_every_refusal_leaves_a_line(self):
        card = self.card.with_user(self.salesperson)
        name = "odoo.addons.crm_loyalty.tools.refusal"
        for values in ({"points": 1}, {"code": "x"}, {"loyalty_state": "lost"}):
            with (
                self.assertLogs(name, "WARNING") as log,
                self.assertRaisesRegex(AccessError, self.card.code),
            ):
                card.write(values)
            self.assertIn(f"user {self.salesperson.id}", log.output[0])

    def test_honest_work_goes_on(self):
        """What sellers did before they still do."""
        seller = self.draft.with_user(self.salesperson)
        copied = seller.copy()
        self.assertFalse(copied.order_line.filtered("coupon_id"))
        seller.order_line.filtered("coupon_id").unlink()
        seller.order_line.product_uom_qty = 2
        seller.action_quotation_sent()
        seller.action_confirm()
        seller.copy({"client_order_ref": "Again"})
        anonymous = self.env["loyalty.card"].create({"program_id": self.program.id})
        anonymous.with_user(self.salesperson).partner_id = self.contact
        self.assertEqual(anonymous.partner_id, self.contact)
        self._agree()
