from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.crm_service.tests.complaint_common import ComplaintCase


@tagged("post_install", "-at_install", "cap_v07", "cap_l07")
class TestGift(ComplaintCase):
    """Points and vouchers make complaints good, each booked once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["loyalty.program"]
        programs.search([]).action_archive()
        cls.points, cls.vouchers = programs.create(
            [
                {**programs._get_template_values()["loyalty"], "name": "Points"},
                {**programs._get_template_values()["gift_card"], "name": "Voucher"},
            ]
        )
        cls.card, cls.others_card = cls.env["loyalty.card"].create(
            [
                {"program_id": cls.points.id, "partner_id": partner.id}
                for partner in (cls.contact, cls.other_customer)
            ]
        )

    def setUp(self):
        super().setUp()
        self.complaint = self._bring(self._complaint(), "proposal")

    def _remedy(self, kind, **values):
        defaults = {
            "points": {"loyalty_card_id": self.card.id, "loyalty_points": 50},
            "voucher": {"loyalty_program_id": self.vouchers.id, "loyalty_amount": 30},
        }[kind]
        remedies = self.env["service.remedy"].with_user(self.agent)
        complaint = {"complaint_id": self.complaint.id, "kind": kind}
        return remedies.create({**complaint, **defaults, **values})

    def _execute(self, remedy):
        remedy.action_request()
        remedy.with_user(self.service_manager).action_approve()
        self.complaint.action_submit()
        self.complaint.action_accept()
        remedy.action_execute()

    def test_points(self):
        remedy = self._remedy("points")
        self.assertEqual(remedy.amount, 50)
        self._execute(remedy)
        self.assertEqual(remedy.state, "done")
        self.assertEqual(self.card.points, 50)
        row = remedy.loyalty_ledger_id.sudo()
        self.assertEqual((row.kind, row.note), ("gift", remedy.number))
        with self.assertRaises(UserError):
            remedy.action_execute()
        self.assertEqual(self.card.points, 50)
        self.complaint.action_call_back()

    def test_voucher(self):
        remedy = self._remedy("voucher")
        self.assertEqual(remedy.amount, 30)
        self._execute(remedy)
        card = remedy.loyalty_card_id.sudo()
        self.assertEqual((card.points, card.partner_id), (30, self.contact))
        self.assertEqual(card.program_id, self.vouchers)
        self.assertEqual(remedy.state, "done")

    def test_of_this_customer_only(self):
        with self.assertRaises(ValidationError):
            self._remedy("points", loyalty_card_id=self.others_card.id)
        with self.assertRaises(ValidationError):
            self._remedy("voucher", loyalty_program_id=self.points.id)

    def test_a_voucher_is_in_the_currency_of_the_complaint(self):
        other = self.env["res.currency"].with_context(active_test=False)
        other = other.search([("id", "!=", self.company.currency_id.id)], limit=1)
        other.active = True
        self.vouchers.company_id = False
        self.vouchers.currency_id = other
        with self.assertRaises(ValidationError):
            self._remedy("voucher")

    def test_what_is_missing(self):
        for remedy in (
            self._remedy("points", loyalty_points=0),
            self._remedy("voucher", loyalty_amount=0),
        ):
            with self.assertRaises(UserError):
                remedy.action_request()

    def test_nobody_books_by_hand(self):
        remedy = self._remedy("points")
        remedy.action_request()
        with self.assertRaises(AccessError):
            remedy.write({"loyalty_points": 500})
        with self.assertRaises(AccessError):
            self._remedy("points", loyalty_ledger_id=1)
        with self.assertRaises(AccessError):
            self.card.with_user(self.agent).write({"points": 5})
