from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SfaCase


@tagged("post_install", "-at_install", "cap_s18")
class TestAccountTeam(SfaCase):
    """Who works on a customer, as what, when and for which share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.seller
        cls.lead_role, cls.help_role = cls.env["sfa.account.role"].create(
            [{"name": "Leads"}, {"name": "Helps"}]
        )

    def member(self, user, role=None, maker=None, **vals):
        return (
            self.env["sfa.account.member"]
            .with_user(maker or self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "user_id": user.id,
                    "role_id": (role or self.lead_role).id,
                    "date_from": "2026-01-01",
                    **vals,
                }
            )
        )

    def test_team_on_the_form(self):
        with Form(
            self.customer.with_user(self.seller), "base.view_partner_form"
        ) as form:
            with form.sfa_account_member_ids.new() as line:
                line.role_id = self.help_role
                line.user_id = self.other_seller
                line.share = 30
        member = self.customer.sfa_account_member_ids
        self.assertEqual(member.user_id, self.other_seller)
        self.assertTrue(member.is_current)
        # notes on the customer reach the team
        self.assertIn(self.other_seller.partner_id, self.customer.message_partner_ids)
        page = self.customer.with_user(self.other_seller).get_customer_page()
        (part,) = [p for p in page["sections"] if p["key"] == "account_team"]
        self.assertEqual(part["rows"][0]["title"], self.other_seller.name)
        self.assertEqual(part["rows"][0]["value"], "30 %")

    def test_shares(self):
        self.member(self.seller, share=60)
        self.member(self.other_seller, share=40, date_to="2026-06-30")
        with self.assertRaises(ValidationError) as caught:
            self.member(
                self.other_seller, self.help_role, share=10, date_from="2026-06-30"
            )
        self.assertIn("Acme Trading", str(caught.exception))
        self.member(self.other_seller, self.help_role, share=40, date_from="2026-07-01")
        # of another customer
        self.member(
            self.seller,
            share=100,
            partner_id=self.other_customer.id,
            maker=self.sfa_manager,
        )

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        self.member(self.seller, date_to="2026-03-31")
        members = self.env["sfa.account.member"].with_user(self.sfa_manager)
        columns = [
            "partner_id/.id",
            "role_id/.id",
            "user_id/.id",
            "date_from",
            "date_to",
            "share",
        ]
        row = [str(self.customer.id), str(self.lead_role.id), str(self.seller.id)]
        for rest, word in (
            (["2026-03-31", "", "0"], "already"),
            (["2026-05-01", "2026-04-01", "0"], "before coming"),
            (["2026-05-01", "", "120"], "percentage"),
        ):
            result = members.load(columns, [row + rest])
            self.assertFalse(result["ids"])
            self.assertIn(word, result["messages"][0]["message"])
        self.assertTrue(members.load(columns, [[*row, "2026-04-01", "", "0"]])["ids"])

    def test_contact_stands_for_its_company(self):
        member = self.member(self.seller, partner_id=self.contact.id)
        self.assertEqual(member.partner_id, self.customer)
        day = fields.Date.from_string("2026-02-01")
        self.assertEqual(
            self.contact._sfa_role_users(self.lead_role, day),
            {self.contact.id: self.seller},
        )

    def test_rights(self):
        member = self.member(self.seller)
        with self.assertRaises(AccessError):
            self.member(self.other_seller, maker=self.other_seller)
        with self.assertRaises(AccessError):
            member.with_user(self.other_seller).share = 5
        self.assertEqual(member.with_user(self.other_seller).role_id, self.lead_role)
        with self.assertRaises(AccessError):
            member.with_user(self.demoted).read(["share"])
        member.with_user(self.sfa_manager).share = 50
        member.unlink()

    def test_current(self):
        past = self.member(self.seller, date_to="2026-01-31")
        now = self.member(self.seller, self.help_role)
        members = self.env["sfa.account.member"]
        of_customer = ("partner_id", "=", self.customer.id)
        self.assertEqual(members.search([of_customer, ("is_current", "=", True)]), now)
        self.assertEqual(
            members.search([of_customer, ("is_current", "=", False)]), past
        )
