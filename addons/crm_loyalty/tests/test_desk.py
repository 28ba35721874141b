from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l01")
class TestDesk(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.phone = "+86 138 0013 8000"

    def _desk(self, user=None):
        return Form(self.env["loyalty.card.open"].with_user(user or self.shop_clerk))

    def _open(self, desk):
        desk = desk.save()
        desk.action_open()
        return desk

    def test_a_new_member(self):
        desk = self._desk()
        self.assertEqual(desk.program_id, self.program)
        desk.term = "+86 139 1111 2222"
        self.assertEqual(desk.phone, "+86 139 1111 2222")
        desk.name = "Zhao Lei"
        desk.birthday = "1990-05-04"
        desk.wish_sms = True
        desk.household_id = self.contact
        desk = self._open(desk)
        member, card = desk.partner_id, desk.card_id
        self.assertEqual((member.name, member.phone), ("Zhao Lei", "+86 139 1111 2222"))
        self.assertEqual(str(member.sudo().loyalty_birthday), "1990-05-04")
        self.assertFalse(member.is_company)
        self.assertEqual(card.partner_id, member)
        self.assertEqual(len(card.code), 19)
        operation = card.loyalty_service_ids
        self.assertEqual(operation.mapped("operation"), ["open"])
        self.assertEqual(operation.user_id, self.shop_clerk)
        facts = self.env["crm.consent"].search([("partner_id", "=", member.id)])
        self.assertEqual((facts.channel, facts.source), ("sms", "person"))
        relation = self.env["crm.relation"].search(
            [("from_partner_id", "=", member.id)]
        )
        self.assertEqual(relation.to_partner_id, self.contact)
        desk.action_open()
        self.assertEqual(member.with_user(self.shop_clerk).name, "Zhao Lei")
        cards = self.env["loyalty.card"].search([("partner_id", "=", member.id)])
        self.assertEqual(cards, card, "pressed twice, opened once")

    def test_a_member_who_is_known(self):
        other = self.env["res.partner"].create(
            {"name": "Known One", "email": "known@one.example"}
        )
        for term in ("known@one.example", "Known One"):
            desk = self._desk()
            desk.term = term
            self.assertEqual(desk.partner_id, other)
        desk = self._open(desk)
        self.assertEqual(desk.partner_id, other)
        self.assertEqual(desk.card_id.partner_id, other)

    def test_what_is_typed_lands_where_it_belongs(self):
        for term, field in (
            ("new@mail.example", "email"),
            ("13811112222", "phone"),
            ("Somebody New", "name"),
            ("VIP-000123", "number"),
            ("ABCD-EFGH-JKMN-PQR5", "number"),
        ):
            desk = self._desk()
            desk.term = term
            self.assertEqual(desk[field], term)
            self.assertFalse(desk.partner_id)

    def test_a_scanner(self):
        desk = self._desk()
        desk._barcode_scanned = self.card.code
        self.assertEqual(desk.partner_id, self.customer)
        self.assertEqual(desk.card_id, self.card)
        desk = self._desk()
        desk.name = "Scan Li"
        desk._barcode_scanned = "6901234567892"
        self.assertEqual(desk.number, "6901234567892")
        self.assertEqual(self._open(desk).card_id.code, "6901234567892")

    def test_duplicates_are_warned_of(self):
        desk = self._desk()
        desk.name = "New Name"
        self.assertFalse(desk.warning)
        desk.phone = "13800138000"
        self.assertIn("Acme Trading", desk.warning)
        desk.partner_id = self.customer
        self.assertFalse(desk.warning)

    def test_the_card_that_is_there(self):
        desk = self._desk()
        desk.partner_id = self.customer
        self.assertEqual(desk.card_id, self.card)
        desk = desk.save()
        self.assertTrue(desk.action_open())
        self.assertIn(self.card.code, desk.picture)
        old = self.card.code
        desk.reason = "Stolen"
        desk.action_loss()
        self.assertEqual(desk.card_state, "lost")
        self.assertEqual(self.card.loyalty_service_ids[0].reason, "Stolen")
        desk.action_found()
        desk.action_replace()
        desk.invalidate_recordset()
        self.assertNotEqual(desk.card_code, old)
        with self.assertRaises(AccessError):
            desk.action_extend()
        action = desk.action_print()
        self.assertEqual(action["report_name"], "crm_loyalty.report_member_card")
        self.assertEqual(desk.action_card()["res_id"], self.card.id)
        self.assertEqual(desk.action_next()["res_model"], desk._name)

    def test_print(self):
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_loyalty.report_member_card", self.card.ids
        )
        self.assertEqual(kind, "html")
        self.assertIn(self.card.code, html.decode())
        self.assertEqual(html.decode().count("data:image/svg+xml"), 2)

    def test_numbers_that_cannot_be(self):
        for number in ("abc", "with space", "x" * 41, "卡号1234", self.card.code):
            desk = self._desk()
            desk.name = "Nobody"
            desk.number = number
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._open(desk)
        closed = self.card.code
        self.card.action_close()
        desk = self._desk()
        desk.name = "Nobody"
        desk.number = closed
        with self.assertRaises(UserError):
            self._open(desk)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Nobody")]))

    def test_nameless(self):
        with self.assertRaises(UserError):
            self._open(self._desk())

    def test_who_may(self):
        desk = self._desk().save()
        for user in (
            self.salesperson,
            self.manager,
            self.demoted,
            self.portal_user,
            self.warehouse_user,
        ):
            with self.assertRaises(AccessError):
                self.env["loyalty.card.open"].with_user(user).create({"name": "x"})
            with self.assertRaises(AccessError):
                desk.with_user(user).action_open()
        foreign = self.program.copy({"company_id": self.other_company.id})
        desk = self.env["loyalty.card.open"].with_user(self.shop_clerk)
        desk = desk.create({"name": "x", "program_id": foreign.id})
        with self.assertRaises(AccessError):
            desk.action_open()
        coupons = self.env["loyalty.program"].create(
            {"name": "Coupons", "program_type": "coupons"}
        )
        desk.sudo().program_id = coupons
        with self.assertRaisesRegex(UserError, "Coupons"):
            desk.action_open()
        with self.assertRaises(AccessError):
            self.customer.with_user(self.salesperson).read(["loyalty_birthday"])
