from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.service_remedy_state import GUARDED
from .complaint_common import ComplaintCase


class RemedyCase(ComplaintCase):
    """A customer who got three lamps and an invoice, and is not content."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {"name": "13 %", "amount": 13, "type_tax_use": "sale"}
        )
        cls.lamp = cls.env["product.product"].create(
            {
                "name": "Lamp",
                "is_storable": True,
                "list_price": 100,
                "standard_price": 40,
                "invoice_policy": "order",
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.lamp, cls.warehouse.lot_stock_id, 20
        )
        cls.order = cls._sell(3)
        cls.delivery = cls.order.picking_ids
        cls.invoice = cls.order._create_invoices()
        cls.invoice.action_post()
        cls.line = cls.invoice.invoice_line_ids

    @classmethod
    def _sell(cls, quantity):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.lamp.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        return order

    def setUp(self):
        super().setUp()
        self.complaint = self._complaint(sale_line_id=self.order.order_line.id)
        self._found(self.complaint, outcome="upheld", proposal="We make it good")
        for step in ("acknowledge", "investigate", "propose"):
            getattr(self.complaint, f"action_{step}")()

    def _remedy(self, kind, user=None, **values):
        defaults = {
            "refund": {"invoice_line_id": self.line.id},
            "price_reduction": {"invoice_line_id": self.line.id, "reduction": 50},
            "return": {"delivery_id": self.delivery.id},
            "replacement": {"delivery_id": self.delivery.id},
            "apology": {"note": "We are sorry"},
        }.get(kind, {})
        return (
            self.env["service.remedy"]
            .with_user(user or self.agent)
            .create(
                {
                    "complaint_id": self.complaint.id,
                    "kind": kind,
                    **defaults,
                    **values,
                }
            )
        )

    def _approved(self, kind, **values):
        remedy = self._remedy(kind, **values)
        remedy.action_request()
        if remedy.step == "waiting":
            remedy.with_user(self.service_manager).action_approve()
        return remedy

    def _executed(self, kind, **values):
        remedy = self._approved(kind, **values)
        if self.complaint.state == "proposal":
            self.complaint.action_submit()
            self.complaint.action_accept()
        remedy.action_execute()
        return remedy

    def _note(self, remedy):
        """Give the credit note as accounting has it."""
        return remedy.credit_note_id.with_user(self.accountant)

    def _finish(self, picking):
        picking = picking.with_user(self.warehouse_user)
        picking.move_ids.picked = True
        picking.button_validate()

    def _credit_by_hand(self, price, **values):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"journal_id": self.invoice.journal_id.id})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.invoice_line_ids.write({"quantity": 1, "price_unit": price, **values})
        return note


@tagged("post_install", "-at_install", "cap_v07", "cap_v13")
class TestRemedy(RemedyCase):
    """Remedies are documents of the ERP, and done when these say so."""

    def test_refund(self):
        remedy = self._executed("refund", quantity=2)
        note = self._note(remedy)
        self.assertEqual((note.move_type, note.state), ("out_refund", "draft"))
        self.assertEqual(note.reversed_entry_id, self.invoice)
        self.assertAlmostEqual(note.amount_total, 226)
        self.assertAlmostEqual(remedy.amount, 226)
        self.assertEqual(note.invoice_line_ids.sale_line_ids, self.order.order_line)
        self.assertEqual(remedy.state, "executing")
        note.action_post()
        # Posted against an open invoice, it is settled at once.
        self.assertEqual(remedy.state, "done")
        self.assertEqual(self.order.order_line.qty_invoiced, 1)

    def test_a_refund_of_what_was_paid_waits_for_the_money(self):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        ).create({})._create_payments()
        remedy = self._executed("refund", quantity=1)
        self._note(remedy).action_post()
        self.assertEqual(remedy.state, "executing")
        with self.assertRaisesRegex(UserError, "remedies that are carried out"):
            self.complaint.action_call_back()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=remedy.credit_note_id.ids
        ).create({})._create_payments()
        self.assertEqual(remedy.state, "done")
        self.complaint.action_call_back()

    def test_price_reduction(self):
        remedy = self._executed("price_reduction", reduction=50)
        note = self._note(remedy)
        self.assertAlmostEqual(note.amount_total, 50)
        note.action_post()
        self.assertEqual(remedy.state, "done")
        self.assertEqual(self.order.order_line.qty_invoiced, 3)

    def test_amounts_are_of_the_company(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "name": "2020-01-01"}
        )
        invoice = self.invoice.copy({"currency_id": euro.id})
        invoice.action_post()
        remedy = self._executed(
            "price_reduction",
            invoice_line_id=invoice.invoice_line_ids.id,
            reduction=50,
        )
        self.assertEqual(remedy.credit_note_id.currency_id, euro)
        self.assertAlmostEqual(remedy.credit_note_id.amount_total, 25)

    def test_return(self):
        remedy = self._executed("return", quantity=2)
        picking = remedy.return_id
        self.assertEqual(picking.return_id, self.delivery)
        self.assertEqual(picking.move_ids.product_uom_qty, 2)
        self.assertEqual(
            picking.move_ids.origin_returned_move_id, self.delivery.move_ids
        )
        self.assertIn(remedy.number, picking.origin)
        self.assertNotIn(self.complaint.number, picking.origin)
        self._finish(picking)
        self.assertEqual(remedy.state, "done")
        self.assertEqual(self.order.order_line.qty_delivered, 1)
        with self.assertRaisesRegex(UserError, "fewer than"):
            self._executed("return", quantity=2)

    def test_replacement(self):
        remedy = self._executed("replacement", quantity=1)
        self.assertEqual(remedy.amount, 40)
        self.assertTrue(remedy.return_id)
        picking = remedy.replacement_id
        self.assertEqual(picking.location_dest_id, self.delivery.location_dest_id)
        self.assertEqual(picking.state, "assigned")
        self._finish(picking)
        self.assertEqual(remedy.state, "executing")
        self._finish(remedy.return_id)
        self.assertEqual(remedy.state, "done")
        # Nothing is to be invoiced for it, nor missing from the order.
        self.assertEqual(self.order.order_line.qty_delivered, 3)
        self.assertEqual(self.order.order_line.qty_to_invoice, 0)
        with self.assertRaisesRegex(UserError, "fewer than"):
            self._executed("replacement", quantity=4)

    def test_repair(self):
        remedy = self._executed("repair", note="The hinge")
        repair = remedy.repair_id.with_user(self.warehouse_user)
        self.assertEqual(
            (repair.product_id, repair.partner_id), (self.lamp, self.contact)
        )
        self.assertTrue(repair.under_warranty)
        repair._action_repair_confirm()
        repair.action_repair_start()
        self.assertEqual(remedy.state, "executing")
        repair.action_repair_end()
        self.assertEqual(remedy.state, "done")

    def test_apology(self):
        remedy = self._executed("apology")
        self.assertEqual(remedy.state, "done")
        self.assertIn(self.contact, remedy.message_id.partner_ids)
        self.assertEqual(remedy.message_id.author_id, self.agent.partner_id)

    def test_a_cancelled_document_frees_the_money(self):
        remedy = self._executed("refund", quantity=3)
        self._note(remedy).button_cancel()
        self.assertEqual(remedy.state, "cancelled")
        again = self._executed("refund", quantity=3)
        self.assertEqual(again.credit_note_id.state, "draft")

    def test_a_cancelled_document_carries_nothing_out(self):
        remedy = self._executed("refund", quantity=3)
        self._executed("apology")
        self._note(remedy).button_cancel()
        with self.assertRaisesRegex(UserError, "remedies that are carried out"):
            self.complaint.action_call_back()
        remedy.action_cancel()
        self.assertEqual(remedy.step, "cancelled")
        self.complaint.action_call_back()
        self.assertEqual(self.complaint.state, "call_back")

    def test_what_is_carried_out_is_not_cancelled(self):
        remedy = self._executed("refund", quantity=3)
        with self.assertRaises(UserError):
            remedy.action_cancel()

    def test_what_is_missing(self):
        for kind, words in (
            ("refund", "Invoice Line"),
            ("price_reduction", "Invoice Line, Price Reduction By"),
            ("return", "Delivery"),
            ("apology", "In Words"),
        ):
            remedy = self._remedy(
                kind, invoice_line_id=False, reduction=0, delivery_id=False, note=False
            )
            with self.subTest(kind), self.assertRaisesRegex(UserError, words):
                remedy.action_request()

    def test_of_this_customer_only(self):
        other = self.invoice.copy({"partner_id": self.other_customer.id})
        other.action_post()
        with self.assertRaises(ValidationError):
            self._remedy("refund", invoice_line_id=other.invoice_line_ids.id)
        draft = self.invoice.copy()
        with self.assertRaises(ValidationError):
            self._remedy("refund", invoice_line_id=draft.invoice_line_ids.id)
        with self.assertRaises(ValidationError):
            self._remedy("refund", quantity=4)
        self.delivery.partner_id = self.other_customer
        with self.assertRaises(ValidationError):
            self._remedy("return")

    def test_every_step_is_an_event(self):
        remedy = self._executed("refund", quantity=1)
        texts = [
            event.text for event in self.complaint.event_ids if event.kind == "remedy"
        ]
        self.assertEqual(len(texts), 3)
        self.assertTrue(all(remedy.number in text for text in texts))
        self.assertFalse(self.env["service.event"]._find_broken(self.complaint))


@tagged("post_install", "-at_install", "cap_v07")
class TestRemedyApproval(RemedyCase):
    """Who asks for a remedy does not approve it, and nobody goes around that."""

    def test_requester_and_approver_differ(self):
        remedy = self._remedy("refund", user=self.service_manager)
        remedy.action_request()
        self.assertEqual(remedy.state, "waiting")
        with self.assertRaises(AccessError):
            remedy.action_approve()
        with self.assertRaises(AccessError):
            remedy.with_user(self.agent).action_approve()
        remedy.with_user(self.other_manager).action_approve()
        self.assertEqual(remedy.approver_id, self.other_manager)

    def test_levels_by_amount(self):
        self.env["service.remedy.level"].create(
            [
                {
                    "name": "Team",
                    "amount": 100,
                    "approver_ids": [Command.set(self.other_agent.ids)],
                },
                {
                    "name": "Head",
                    "amount": 200,
                    "approver_ids": [Command.set(self.other_manager.ids)],
                },
            ]
        )
        small = self._remedy("price_reduction", reduction=60)
        small.action_request()
        self.assertEqual(small.state, "approved")
        # Cut into two, the amount is the same.
        middle = self._remedy("price_reduction", reduction=60)
        middle.action_request()
        self.assertEqual(middle.state, "waiting")
        with self.assertRaises(AccessError):
            middle.with_user(self.service_manager).action_approve()
        middle.with_user(self.other_agent).action_approve()
        large = self._remedy("price_reduction", reduction=90)
        large.action_request()
        with self.assertRaises(AccessError):
            large.with_user(self.other_agent).action_approve()
        large.with_user(self.other_manager).action_refuse()
        self.assertEqual(large.state, "refused")

    def test_nobody_writes_what_steps_write(self):
        remedy = self._remedy("refund")
        managed = remedy.with_user(self.service_manager)
        for name in GUARDED | {"complaint_id"}:
            with self.subTest(name), self.assertRaises(AccessError):
                managed.write({name: managed[name]})
        for attempt in (
            lambda: self._remedy("refund", step="approved"),
            lambda: self._remedy("refund", amount=1),
            lambda: managed.with_context(default_step="approved").copy(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        remedy.action_request()
        with self.assertRaises(AccessError):
            managed.write({"quantity": 3})
        with self.assertRaises(AccessError):
            remedy.unlink()
        remedy.action_cancel()
        with self.assertRaises(UserError):
            managed.action_approve()

    def test_each_step_in_its_turn(self):
        remedy = self._remedy("refund")
        for step in ("action_approve", "action_refuse", "action_execute"):
            with self.assertRaises(UserError):
                getattr(remedy.with_user(self.service_manager), step)()
        remedy.action_request()
        with self.assertRaisesRegex(UserError, "approval of all remedies"):
            self.complaint.action_submit()
        remedy.with_user(self.service_manager).action_approve()
        with self.assertRaisesRegex(UserError, "has its turn in"):
            remedy.action_execute()
        self.complaint.action_submit()
        self.complaint.action_accept()
        remedy.action_execute()
        with self.assertRaises(UserError):
            remedy.action_execute()
        self.assertEqual(len(self.invoice.reversal_move_ids), 1)

    def test_who_may(self):
        remedy = self._remedy("refund")
        self.complaint.accused_user_id = self.accused
        for user in (
            self.demoted,
            self.portal_user,
            self.foreign_agent,
            self.accused,
        ):
            theirs = remedy.with_user(user)
            for attempt in (
                lambda theirs=theirs: theirs.read(["kind"]),
                lambda theirs=theirs: theirs.action_request(),
                lambda theirs=theirs: theirs.action_approve(),
                lambda user=user: self._remedy("refund", user=user),
            ):
                with self.assertRaises(AccessError):
                    attempt()

    def test_agents_read_invoices_of_customers_only(self):
        moves = self.env["account.move"].with_user(self.agent)
        self.assertTrue(moves.search([("id", "=", self.invoice.id)]))
        bill = self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.customer.id}
        )
        self.assertFalse(moves.search([("id", "=", bill.id)]))
        with self.assertRaises(AccessError):
            moves.browse(self.invoice.id).write({"ref": "x"})


@tagged("post_install", "-at_install", "cap_v07")
class TestCompensation(RemedyCase):
    """Nobody gets back more than was invoiced, whoever writes the credit note."""

    def test_remedies_together(self):
        self._approved("refund", quantity=2)
        self._remedy("price_reduction", reduction=113).action_request()
        with self.assertRaisesRegex(UserError, "Ask for less"):
            self._remedy("price_reduction", reduction=0.01).action_request()

    def test_a_refused_remedy_takes_nothing(self):
        for _time in range(2):
            remedy = self._remedy("refund", quantity=3)
            remedy.action_request()
            remedy.with_user(self.service_manager).action_refuse()

    def test_credit_notes_by_hand_before(self):
        self._credit_by_hand(200)
        with self.assertRaises(UserError):
            self._remedy("refund", quantity=2).action_request()
        self._remedy("refund", quantity=1).action_request()

    def test_credit_notes_by_hand_after(self):
        self._executed("refund", quantity=2)
        note = self._credit_by_hand(101)
        with self.assertRaises(UserError):
            note.action_post()
        note.invoice_line_ids.price_unit = 100
        note.action_post()

    def test_credit_notes_of_the_order_by_hand(self):
        note = self._credit_by_hand(300)
        note.reversed_entry_id = False
        with self.assertRaises(UserError):
            self._remedy("refund", quantity=1).action_request()

    def test_words_instead_of_the_product(self):
        note = self._credit_by_hand(
            300, product_id=False, sale_line_ids=[Command.clear()], name="Goodwill"
        )
        with self.assertRaises(UserError):
            self._remedy("refund", quantity=1).action_request()
        note.button_cancel()
        self._remedy("refund", quantity=1).action_request()

    def test_the_credit_note_stays_as_approved(self):
        remedy = self._executed("refund", quantity=1)
        self._note(remedy).invoice_line_ids.price_unit = 110
        with self.assertRaisesRegex(UserError, "was approved"):
            self._note(remedy).action_post()

    def test_the_invoice_stays_as_approved(self):
        remedy = self._approved("refund", quantity=1)
        self.complaint.action_submit()
        self.complaint.action_accept()
        self.invoice.button_draft()
        with self.assertRaises(ValidationError):
            remedy.action_execute()
        self.invoice.invoice_line_ids.price_unit = 200
        self.invoice.action_post()
        with self.assertRaises(UserError):
            remedy.action_execute()
        self.assertFalse(self.invoice.reversal_move_ids)
        remedy.action_cancel()

    def test_invoices_without_remedies_are_left_alone(self):
        note = self._credit_by_hand(900)
        note.action_post()
        self.assertEqual(note.state, "posted")
