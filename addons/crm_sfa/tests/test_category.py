from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SfaCase


@tagged("post_install", "-at_install", "cap_s03")
class TestCategory(SfaCase):
    """Kinds of customers, each with its fields, its rhythm and its limits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealers = cls.env["sfa.customer.category"].create(
            {
                "name": "Cat dealers",
                "visit_rhythm": 30,
                "discount_limit": 10,
                "partner_properties_definition": [
                    {"name": "area", "type": "char", "string": "Area"},
                    {"name": "shops", "type": "integer", "string": "Shops"},
                    {
                        "name": "rank",
                        "type": "selection",
                        "string": "Rank",
                        "selection": [["a", "First"], ["b", "Second"]],
                    },
                ],
            }
        )
        cls.small = cls.env["sfa.customer.category"].create(
            {"name": "Small", "parent_id": cls.dealers.id, "call_rhythm": 14}
        )

    def test_limits_of_the_parent(self):
        self.assertRecordValues(
            self.small,
            [
                {
                    "effective_visit_rhythm": 30,
                    "effective_call_rhythm": 14,
                    "effective_discount_limit": 10,
                }
            ],
        )
        self.dealers.discount_limit = 12
        self.small.visit_rhythm = 7
        self.assertEqual(self.small.effective_discount_limit, 12)
        self.assertEqual(self.small.effective_visit_rhythm, 7)
        self.assertEqual(self.small.display_name, "Cat dealers / Small")

    def test_bad_input(self):
        with self.assertRaises(ValidationError):
            self.dealers.parent_id = self.small
        for name, value, word in (
            ("discount_limit", "120", "discount"),
            ("margin_floor", "100", "margin"),
            ("visit_rhythm", "-1", "visits"),
        ):
            with mute_logger("odoo.sql_db"):
                result = (
                    self.env["sfa.customer.category"]
                    .with_user(self.sfa_manager)
                    .load(["name", name], [["Bad", value]])
                )
            self.assertIn(word, result["messages"][0]["message"])
        self.customer.sfa_category_id = self.dealers
        with self.assertRaises(UserError) as caught:
            self.dealers.with_user(self.sfa_manager).unlink()
        self.assertIn("Cat dealers", str(caught.exception))
        with self.assertRaises(AccessError):
            self.dealers.with_user(self.seller).name = "Mine"

    def test_contacts_have_the_category_of_their_company(self):
        self.customer.sfa_category_id = self.dealers
        self.assertEqual(self.contact.sfa_category_id, self.dealers)
        new = self.env["res.partner"].create(
            {"name": "Zhao", "parent_id": self.customer.id}
        )
        self.assertEqual(new.sfa_category_id, self.dealers)
        with self.assertRaises(ValidationError) as caught:
            new.sfa_category_id = self.small
        self.assertIn("Acme Trading", str(caught.exception))
        self.customer.sfa_category_id = self.small
        self.assertEqual(new.sfa_category_id, self.small)

    def test_extra_fields_on_the_form(self):
        customer = self.customer.with_user(self.seller)
        arch = customer.get_view(self.env.ref("base.view_partner_form").id)["arch"]
        for name in ("sfa_category_id", "sfa_properties", "sfa_account_member_ids"):
            self.assertIn(f'name="{name}"', arch)
        with Form(customer, "base.view_partner_form") as form:
            form.sfa_category_id = self.small
            form.sfa_category_id = self.dealers
        values = customer.read(["sfa_properties"])[0]["sfa_properties"]
        self.assertEqual(
            [entry["string"] for entry in values], ["Area", "Shops", "Rank"]
        )
        customer.sfa_properties = {"area": "East", "rank": "a"}
        found = customer.search([("sfa_properties.area", "=", "East")])
        self.assertEqual(found, customer)
        groups = customer.formatted_read_group(
            [("id", "=", customer.id)], ["sfa_properties.rank"], ["__count"]
        )
        self.assertEqual(groups[0]["sfa_properties.rank"], "a")

    def test_search_and_group(self):
        self.customer.sfa_category_id = self.small
        self.other_customer.sfa_category_id = self.dealers
        partners = self.env["res.partner"].with_user(self.seller)
        below = partners.search([("sfa_category_id", "child_of", self.dealers.id)])
        self.assertLessEqual(self.customer | self.other_customer, below)
        self.assertEqual(self.dealers.customer_count, 1)
        action = self.dealers.with_user(self.seller).action_open_customers()
        self.assertEqual(
            partners.search(action["domain"]), self.customer | self.other_customer
        )

    def test_customer_page(self):
        self.customer.sfa_category_id = self.dealers
        self.customer.sfa_properties = {"area": "East", "shops": 3, "rank": "b"}
        page = self.customer.with_user(self.seller).get_customer_page()
        (part,) = [part for part in page["sections"] if part["key"] == "category"]
        self.assertEqual(part["metrics"][0]["value"], "Cat dealers")
        self.assertEqual(
            [(row["title"], row["value"]) for row in part["rows"]],
            [("Area", "East"), ("Shops", "3"), ("Rank", "Second")],
        )
        page = self.other_customer.with_user(self.seller).get_customer_page()
        self.assertNotIn("category", [part["key"] for part in page["sections"]])

    def test_import_and_export(self):
        self.sfa_manager.group_ids += self.env.ref("base.group_allow_export")
        partners = self.env["res.partner"].with_user(self.sfa_manager)
        result = partners.load(
            ["name", "is_company", "sfa_category_id", "sfa_properties.area"],
            [
                ["Imported 1", "1", "Cat dealers / Small", ""],
                ["Imported 2", "1", "Cat dealers", "West"],
            ],
        )
        self.assertTrue(result["ids"], result["messages"])
        made = partners.browse(result["ids"])
        self.assertEqual(made.sfa_category_id, self.small | self.dealers)
        self.assertEqual(made[1].sfa_properties["area"], "West")
        rows = made.export_data(["name", "sfa_category_id", "sfa_properties.area"])
        self.assertEqual(rows["datas"][1], ["Imported 2", "Cat dealers", "West"])
        result = partners.load(
            ["name", "sfa_category_id"], [["Imported 3", "No such category"]]
        )
        self.assertFalse(result["ids"])
        self.assertIn("No such category", result["messages"][0]["message"])

    def test_duplicate_customers_keep_one_category(self):
        copies = self.env["res.partner"].create(
            [
                {"name": "Twin", "is_company": True, "sfa_category_id": self.small.id},
                {
                    "name": "Twin",
                    "is_company": True,
                    "child_ids": [Command.create({"name": "Li"})],
                },
            ]
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            copies.ids, copies[1], extra_checks=False
        )
        self.assertEqual(copies[1].sfa_category_id, self.small)
