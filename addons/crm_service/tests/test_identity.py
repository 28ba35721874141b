from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ServiceCase


@tagged("post_install", "-at_install", "cap_v01")
class TestIdentity(ServiceCase):
    """A customer is known by mail, phone, code or member number, never by a guess."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.contact.write(
            {"phone": "138 0013 8000", "ref": "C-77", "email": "wf@acme.example"}
        )
        cls.other_customer.write({"phone": "+86 10 1234 5678"})

    def _form(self, **values):
        form = Form(self.env["service.ticket"].with_user(self.agent))
        form.name = "Late"
        for name, value in values.items():
            form[name] = value
        return form

    def test_known_at_once(self):
        for term in ("0086 13800138000", "+8613800138000", "WF@acme.example", "C-77"):
            with self.subTest(term):
                ticket = self._form(identity=term).save()
                self.assertEqual(ticket.partner_id, self.contact)

    def test_several_have_the_phone(self):
        self.other_customer.phone = "+8613800138000"
        ticket = self._form(identity="13800138000").save()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.phone, "13800138000")
        self.assertEqual(ticket.candidate_ids, self.contact | self.other_customer)
        ticket.action_pick_customer(self.other_customer.id)
        self.assertEqual(ticket.partner_id, self.other_customer)

    def test_a_name_is_no_identity(self):
        ticket = self._form(identity="Acme").save()
        self.assertFalse(ticket.partner_id or ticket.candidate_ids)
        warning = self.env["service.ticket"].new({"identity": "Acme"})
        self.assertIn("Acme", warning._onchange_identity()["warning"]["title"])

    def test_who_may_pick(self):
        ticket = self._ticket(partner_id=False, email="wf@acme.example")
        for user in (self.demoted, self.salesperson, self.portal_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_pick_customer(self.contact.id)
        for wrong in (0, -1, 2**40, "1", True, None, [self.contact.id]):
            with self.assertRaises(UserError):
                ticket.action_pick_customer(wrong)
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        with self.assertRaises(UserError):
            ticket.action_pick_customer(foreign.id)
        customer = self.contact.with_user(self.agent)
        for wrong in (None, "1", [ticket.id]):
            with self.assertRaises(UserError):
                customer.with_context(service_ticket_id=wrong).action_service_pick()
        self.assertFalse(ticket.partner_id)

    def test_the_address_that_asked_stays(self):
        ticket = self._ticket(partner_id=False, email="new@acme.example")
        ticket.action_pick_customer(self.contact.id)
        self.assertEqual(ticket.email, "new@acme.example")
        self.assertEqual(ticket.phone, self.contact.phone)
