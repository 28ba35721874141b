from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l08")
class TestReturns(LoyaltyCase):
    def _confirm(self, quantity=4, reward=False):
        order = self._sell(quantity, reward=reward)
        order.action_confirm()
        return order

    def _deliver(self, order):
        picking = order.picking_ids.with_user(self.warehouse_user)
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        return picking

    def _send_back(self, picking, quantity):
        """Bring goods back as a warehouse worker."""
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.warehouse_user)
            .with_context(active_id=picking.id, active_model=picking._name)
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = quantity
        returned = picking.browse(wizard.action_create_returns()["res_id"])
        for move in returned.move_ids:
            move.write({"quantity": quantity, "picked": True})
        returned.button_validate()
        return returned

    def test_what_each_line_gave(self):
        """The parts add up to what the order gave, whatever it was."""
        order = self._sell(3)
        order.order_line = [
            Command.create({"product_id": self.product.id, "price_unit": price})
            for price in (0.01, 33.33, 7)
        ]
        order._update_programs_and_rewards()
        order.action_confirm()
        lines = self.env["loyalty.earn.line"].search([("order_id", "=", order.id)])
        self.assertEqual(lines.order_line_id, order.order_line)
        self.assertEqual(round(sum(lines.mapped("points")), 4), 340.34)
        self.assertEqual(self.card.points, 340.34)
        self.assertEqual(lines.rule_id, self.program.rule_ids)

    def test_a_whole_credit_note(self):
        invoice = self._invoice(self._confirm(4))
        self.assertEqual(self.card.points, 400)
        credit = self._credit(invoice, post=False)
        self.assertEqual(self.card.points, 400, "a draft moves nothing")
        credit.action_post()
        self.assertEqual(self._rows()[-1], ("claw_back", -400, 0))
        row = self.card.loyalty_ledger_ids[:1]
        self.assertEqual((row.user_id, row.note), (self.accountant, credit.name))
        self._agree()

    def test_posted_reset_and_posted_again(self):
        self.program.loyalty_validity_days = 30
        invoice = self._invoice(self._confirm(4))
        lot = self.card.loyalty_lot_ids
        credit = self._credit(invoice, 1)
        self.assertEqual(self.card.points, 300)
        for _round in range(2):
            credit.button_draft()
            self.assertEqual((self.card.points, lot.remaining), (400, 400))
            credit.action_post()
            self.assertEqual((self.card.points, lot.remaining), (300, 300))
        credit.button_draft()
        credit.button_cancel()
        self.assertEqual(self.card.points, 400)
        self.assertEqual(self.card.loyalty_lot_ids, lot, "the old lot and expiry")
        keys = self.card.loyalty_ledger_ids.mapped("key")
        self.assertEqual(len(set(keys)), 7)
        self._agree()

    def test_goods_and_money_for_the_same_goods_count_once(self):
        order = self._confirm(4)
        picking = self._deliver(order)
        invoice = self._invoice(order)
        self._send_back(picking, 1)
        self.assertEqual(self.card.points, 300)
        self.assertEqual(self.card.loyalty_ledger_ids[:1].user_id, self.warehouse_user)
        self._credit(invoice, 1)
        self.assertEqual(self.card.points, 300)
        self._credit(invoice, 2)
        self.assertEqual(self.card.points, 100)
        self._send_back(picking, 3)
        self.assertEqual(self.card.points, 0)
        self._agree()

    def test_another_program_after_a_part_came_back(self):
        order = self._confirm(4)
        self._credit(self._invoice(order), 2)
        self.assertEqual(self.card.points, 200)
        rows = self.card.loyalty_ledger_ids
        other = self.program.copy({"name": "By code"})
        card = self.env["loyalty.card"].create(
            {"program_id": other.id, "partner_id": self.customer.id}
        )
        order._add_points_for_coupon({card: 7})
        self.assertEqual(card.points, 7)
        earned = card.loyalty_ledger_ids
        self.assertEqual((earned.kind, earned.source_id), ("earn", order.id))
        order._book_returns()
        self.assertEqual(self.card.loyalty_ledger_ids, rows, "nothing twice")
        self._agree()

    def test_thirds(self):
        self.product.list_price = 33.335
        invoice = self._invoice(self._confirm(3))
        given = self.card.points
        for _third in range(2):
            self._credit(invoice, 1)
        self.assertEqual(self.card.points, round(given - round(given * 2 / 3, 4), 4))
        self._credit(invoice, 1)
        self.assertEqual(self.card.points, 0)
        self._agree()

    def test_what_was_spent_returns_to_its_lots(self):
        self.program.loyalty_validity_days = 30
        self.card.book("earn", 200, "old")
        old = self.card.loyalty_lot_ids
        order = self._confirm(1, reward=True)
        cost = sum(order.order_line.mapped("points_cost"))
        self.assertGreater(cost, 0)
        after = self.card.points
        given = after + cost - 200
        left = old.remaining
        self.assertLess(left, 200)
        credit = self._credit(self._invoice(order))
        self.assertEqual((self.card.points, old.remaining), (200, 200))
        kinds = [row[0] for row in self._rows()]
        self.assertIn("restore", kinds)
        self._agree()
        credit.button_draft()
        self.assertEqual(self.card.points, after)
        credit.action_post()
        self.assertEqual(self.card.points, 200)
        self.assertGreater(given, 0)
        self._agree()

    def test_what_is_missing_becomes_debt(self):
        invoice = self._invoice(self._confirm(4))
        self.card.book("redeem", 350, "spent")
        credit = self._credit(invoice, 2)
        self.assertEqual((self.card.points, self.card.loyalty_debt), (0, 150))
        self._agree()
        credit.button_draft()
        self.assertEqual((self.card.points, self.card.loyalty_debt), (50, 0))
        self._agree()

    def test_an_order_is_cancelled_after_a_return(self):
        order = self._confirm(4)
        picking = self._deliver(order)
        self._send_back(picking, 1)
        order.sudo()._action_cancel()
        self.assertEqual((self.card.points, self.card.loyalty_debt), (0, 0))
        self._agree()

    def test_a_corrected_invoice_is_no_return(self):
        order = self._confirm(4)
        invoice = self._invoice(order)
        self._credit(invoice)
        self.assertEqual(self.card.points, 0)
        self._invoice(order)
        self.assertEqual(self.card.points, 400)
        self._agree()

    def test_a_draft_invoice_is_dropped(self):
        invoice = self._confirm(2).sudo()._create_invoices()
        invoice.with_user(self.accountant).button_cancel()
        self.assertEqual(self.card.points, 200)

    def test_a_lower_price_takes_its_part(self):
        invoice = self._invoice(self._confirm(4))
        credit = self._credit(invoice, post=False)
        credit.invoice_line_ids.price_unit = 25
        credit.action_post()
        self.assertEqual(self.card.points, 300)

    def test_a_confirmed_order_is_lowered(self):
        """Nobody keeps points by taking the goods off afterwards."""
        order = self._confirm(4)
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.card.points, 100)
        order.order_line.price_unit = 50
        self.assertEqual(self.card.points, 50)
        order.sudo()._action_cancel()
        self.assertEqual((self.card.points, self.card.loyalty_debt), (0, 0))
        self._agree()

    def test_without_points_nothing_happens(self):
        self.program.active = False
        invoice = self._invoice(self._confirm(1))
        self._credit(invoice)
        self.assertEqual(self._rows(), [])

    def test_who_may_read_and_nobody_writes(self):
        self._confirm(1)
        lines = self.env["loyalty.earn.line"]
        for user in (self.shop_clerk, self.salesperson):
            line = lines.with_user(user).search([])
            self.assertTrue(line)
            for name, value in (("points", 1), ("taken_back", 1), ("quantity", 9)):
                with self.assertRaises(AccessError):
                    line[:1].write({name: value})
        for user in (self.demoted, self.portal_user, self.warehouse_user):
            with self.assertRaises(AccessError):
                lines.with_user(user).search([])
