"""Documents in any order: the bridge explains the ledger whatever people did."""

import random

from odoo import Command
from odoo.tests import tagged

from .trader import METHODS, TraderCase

# takes 40 seconds
SEQUENCES, ACTIONS = 8, 16
DAYS = ("2026-02-10", "2026-03-01", "2026-03-12", "2026-03-30", "2026-04-08")


@tagged("post_install", "-at_install", "cap_a02")
class TestSequences(TraderCase):
    """Chance chooses what people do next; nothing is left unexplained."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.places = cls.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", cls.company.id)]
        )
        cls.places.valuation_account_id = cls.accounts["lost"]
        cls.foreign = cls.env["product.pricelist"].create(
            {
                "name": "X",
                "currency_id": cls.env["res.currency"]
                .create(
                    {
                        "name": "XTS",
                        "symbol": "X",
                        "rate_ids": [
                            Command.create({"name": "2026-01-01", "rate": 0.37}),
                            Command.create({"name": "2026-03-11", "rate": 0.41}),
                        ],
                    }
                )
                .id,
            }
        )

    def test_nothing_is_left(self):
        for seed in range(SEQUENCES):
            self.done = []
            with (
                self.subTest(seed=seed, done=self.done),
                self.env.cr.savepoint() as savepoint,
            ):
                self._act(random.Random(seed))
                self._check()
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _check(self):
        """Each amount is in its step, as the kinds of entries say by themselves."""
        run = self._run()
        self.assertEqual(run.state, "done", run.verdict)
        bridge = self._assert_closed(run)
        self.assertFalse(run.quality)
        for step, kinds in (
            ("entries", ["entry"]),
            ("bills", ["in_invoice", "in_refund", "in_receipt"]),
        ):
            lines = self.env["account.move.line"].search(
                [
                    ("company_id", "=", self.company.id),
                    ("parent_state", "=", "posted"),
                    ("date", ">", run.date_from),
                    ("date", "<=", run.date_to),
                    ("account_id.account_type", "=", "expense_direct_cost"),
                    ("move_type", "in", kinds),
                ]
            )
            self.assertAlmostEqual(bridge[step][1], sum(lines.mapped("balance")), 2)
        self.assertAlmostEqual(bridge["rounding"][0], 0, 1)
        self.assertAlmostEqual(bridge["rounding"][1], 0, 1)

    # ------------------------------------------------------------------- what is done

    def _act(self, rng):
        self.goods = [
            self._make_goods(
                method,
                rng.choice(("sold", "bought")),
                rng.choice(("order", "delivery")),
                cost=rng.choice((60, 33.33, 0)),
            )
            for method in METHODS
        ]
        self.orders = self._order(self.goods[0], 1)  # without one there is no ranking
        while len(self.done) < ACTIONS:
            act = rng.choice(
                2 * [self._sell_some, self._send, self._charge, self._credit_some]
                + [self._buy, self._back]
                + [self._reprice, self._lose, self._book, self._bill_alone]
            )
            if act(rng) is not False:  # there was something to do it with
                self.done.append(act.__name__)

    def _buy(self, rng):
        price = rng.choice((41.17, 60, 75.5))
        billed = rng.choice((None, price, price + 3.33))
        self._receive(rng.choice(self.goods), rng.randint(1, 12), price, billed)

    def _sell_some(self, rng):
        values = {"pricelist_id": self.foreign.id} if rng.random() < 0.3 else {}
        order = self._order(
            rng.choice(self.goods),
            rng.randint(1, 7),
            rng.choice((100, 99.99, 12.345)),
            rng.choice((self.customer, self.other_customer)),
            **values,
        )
        order.order_line.discount = rng.choice((0, 0, 33))
        if rng.random() < 0.2:
            order.date_order = "2024-11-11 08:00:00"
        self.orders |= order

    def _send(self, rng):
        waiting = self.orders.picking_ids.filtered(
            lambda one: (
                one.state not in ("done", "cancel")
                and one.picking_type_code == "outgoing"
            )
        )
        if not waiting:
            return False
        picking = rng.choice(waiting)
        most = int(picking.move_ids[:1].product_uom_qty) + 1
        return self._validate(picking, rng.randint(1, most))

    def _charge(self, rng):
        waiting = self.orders.filtered(lambda one: one.invoice_status == "to invoice")
        if not waiting:
            return False
        invoice = rng.choice(waiting)._create_invoices(final=True)
        invoice.invoice_date = rng.choice(DAYS)
        line = invoice.invoice_line_ids[:1]
        if rng.random() < 0.3:
            line.price_unit += 1.11
        if rng.random() < 0.3:
            line.quantity = max(1, line.quantity - 1)
        invoice.action_post()
        return True

    def _back(self, rng):
        sent = self.orders.picking_ids.filtered(
            lambda one: one.state == "done" and one.picking_type_code == "outgoing"
        )
        if not sent:
            return False
        picking = rng.choice(sent)
        return self._return(picking, rng.randint(1, int(picking.move_ids[:1].quantity)))

    def _credit_some(self, rng):
        posted = self.orders.invoice_ids.filtered(
            lambda one: (
                one.move_type == "out_invoice"
                and one.state == "posted"
                and one.payment_state == "not_paid"
            )
        )
        if not posted:
            return False
        method = rng.choice(("refund_moves", "modify_moves"))
        whole = method == "modify_moves" or rng.random() < 0.5
        return self._take_back(
            rng.choice(posted), method, quantity=None if whole else 1
        )

    def _reprice(self, rng):
        rng.choice(self.goods).standard_price = rng.choice((50, 61.07, 88))

    def _lose(self, rng):
        quants = self._mine("stock.quant").search(
            [
                ("product_id", "in", [goods.id for goods in self.goods]),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 1),
            ]
        )
        if not quants:
            return False
        quant = rng.choice(quants).with_context(inventory_mode=True)
        quant.inventory_quantity = quant.quantity - 1
        quant.action_apply_inventory()
        return True

    def _book(self, rng):
        amount = rng.choice((10, 7.77, 250))
        entry = self._mine("account.move").create(
            {
                "move_type": "entry",
                "date": rng.choice(DAYS),
                "line_ids": [
                    Command.create(
                        {"account_id": self.accounts["sold"].id, "debit": amount}
                    ),
                    Command.create(
                        {"account_id": self.accounts["stock"].id, "credit": amount}
                    ),
                ],
            }
        )
        entry.action_post()

    def _bill_alone(self, rng):
        """Invoice goods without an order."""
        invoice = self._mine("account.move").create(
            {
                "move_type": rng.choice(("out_invoice", "out_refund")),
                "partner_id": self.customer.id,
                "invoice_date": rng.choice(DAYS),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": rng.choice(self.goods).id,
                            "quantity": rng.randint(1, 3),
                            "price_unit": 90.09,
                        }
                    )
                ],
            }
        )
        invoice.action_post()
