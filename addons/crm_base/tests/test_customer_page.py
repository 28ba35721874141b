from odoo.exceptions import AccessError
from odoo.tests import tagged

from .page_common import CustomerPageCase


@tagged("post_install", "-at_install", "cap_e06", "cap_e05", "cap_s09")
class TestCustomerPage(CustomerPageCase):
    """One page says who a customer is, what it owes and what comes next."""

    def test_header_says_who_and_whose(self):
        page = self._page(self.salesperson)
        self.assertEqual(page["id"], self.customer.id)
        self.assertFalse(page["contact"])
        header = page["header"]
        self.assertEqual(header["name"], "Acme Trading")
        self.assertEqual(header["salesperson"]["id"], self.salesperson.id)
        self.assertEqual([tag["name"] for tag in header["tags"]], ["Dealer"])
        rows = self._section(page, "who")["rows"]
        urls = [row["action"]["url"] for row in rows if row["action"]]
        self.assertIn("tel:+86 10 5555 0100", urls)
        self.assertIn("mailto:info@acme.example", urls)
        self.assertIn(self.contact.name, [row["title"] for row in rows])

    def test_contact_opens_the_page_of_its_company(self):
        page = self._page(self.salesperson, self.contact)
        self.assertEqual(page["id"], self.customer.id)
        self.assertEqual(
            page["contact"], {"id": self.contact.id, "name": self.contact.name}
        )

    def test_sections_are_sorted_and_tiles_few(self):
        page = self._page(self.manager)
        sequences = [part["sequence"] for part in page["sections"]]
        self.assertEqual(sequences, sorted(sequences))
        self.assertLessEqual(len(page["tiles"]), 6)

    def test_unsafe_website_is_no_link(self):
        self.customer.website = "javascript:alert(1)"
        rows = self._section(self._page(self.salesperson), "who")["rows"]
        row = next(row for row in rows if "alert(1)" in row["title"])
        self.assertFalse(row["action"] and row["action"]["url"].startswith("java"))

    # ---- opportunities

    def test_pipeline_counts_what_the_reader_may_read(self):
        own = self._section(self._page(self.salesperson), "pipeline")
        self.assertEqual([row["title"] for row in own["rows"]], ["Own deal"])
        self.assertIn("500", own["metrics"][2]["value"])
        everything = self._section(self._page(self.manager), "pipeline")
        self.assertEqual(
            [row["title"] for row in everything["rows"]], ["Own deal", "Other deal"]
        )
        self.assertEqual(everything["metrics"][0]["value"], "2")
        self.assertIn("600", everything["metrics"][2]["value"])

    def test_won_and_lost_leave_the_pipeline(self):
        self.own_lead.action_set_won()
        self.other_lead.action_set_lost()
        pipeline = self._section(self._page(self.manager), "pipeline")
        self.assertFalse(pipeline["rows"])
        self.assertTrue(pipeline["empty"])

    # ---- money

    def test_money_of_the_own_customer(self):
        self._invoice(self.customer, 700, due=-10)
        self._invoice(self.contact, 300, due=10)
        money = self._section(self._page(self.salesperson), "money")
        values = [metric["value"] for metric in money["metrics"]]
        self.assertIn("1,000", values[0])
        self.assertIn("700", values[1])
        self.assertIn("1,000", values[2])
        self.assertEqual(money["metrics"][1]["tone"], "danger")
        self.assertEqual([row["tone"] for row in money["rows"]], ["danger", None])

    def test_credit_note_and_old_invoice(self):
        self._invoice(self.customer, 700, days=400, due=-370)
        self._invoice(self.customer, 200, days=20, due=10)
        self._invoice(self.customer, 50, days=10, due=10, move_type="out_refund")
        customer = self.customer.with_user(self.accountant)
        rows = customer._read_page_rows()["money"]
        figures = customer._group_money(rows)[self.customer.id]
        currency = self.env.company.currency_id.id
        # the credit note takes off the oldest debt first
        self.assertEqual(figures["standing"].open, 850)
        self.assertEqual(figures["standing"].overdue, 650)
        self.assertEqual(figures["invoiced"], {currency: 150.0})

    def test_over_the_credit_limit_is_an_alert(self):
        self.env.company.account_use_credit_limit = True
        self.customer.credit_limit = 500
        self._invoice(self.customer, 700)
        page = self._page(self.salesperson)
        self.assertIn("danger", [alert["tone"] for alert in page["alerts"]])
        self.customer.credit_limit = 900
        self.assertFalse(self._page(self.salesperson)["alerts"])

    def test_no_money_of_a_colleagues_customer(self):
        self._invoice(self.customer, 700)
        self.assertIsNone(self._section(self._page(self.other_salesperson), "money"))
        self.assertIsNone(self._section(self._page(self.clerk), "money"))
        self.assertTrue(self._section(self._page(self.manager), "money"))
        sections = self.customer.with_user(self.accountant)._customer_360_sections()
        self.assertIn("money", [part["key"] for part in sections[self.customer.id]])

    def test_money_of_another_company_is_not_shown(self):
        self._invoice(self.customer, 700)
        page = self._page(self.foreign_manager)
        money = self._section(page, "money")
        self.assertNotIn("700", money["metrics"][0]["value"])

    # ---- next steps

    def test_next_steps_with_whose_and_what_is_late(self):
        self._plan(self.customer, "Call back", days=-3)
        self._plan(self.contact, "Send samples", days=2, user=self.manager)
        self._plan(self.other_lead, "Hidden step", days=1)
        self._post(self.customer, "Hello", days=4)
        section = self._section(self._page(self.salesperson), "next")
        self.assertEqual(
            [(row["title"], row["tone"]) for row in section["rows"]],
            [("Call back", "danger"), ("Send samples", None)],
        )
        self.assertEqual(section["rows"][0]["subtitle"], self.salesperson.name)
        self.assertIn("4", section["metrics"][0]["value"])
        manager = self._section(self._page(self.manager), "next")
        self.assertIn("Hidden step", [row["title"] for row in manager["rows"]])

    # ---- facts of the other topics

    def test_stage_and_network_of_the_customer(self):
        page = self._page(self.clerk)
        self.assertEqual(page["header"]["lifecycle"]["key"], "potential")
        self.assertTrue(page["network"])
        relation_type = self.env["crm.relation.type"].search([], limit=1)
        self.env["crm.relation"].create(
            {
                "from_partner_id": self.customer.id,
                "to_partner_id": self.other_customer.id,
                "type_id": relation_type.id,
            }
        )
        network = self.customer.with_user(self.clerk).get_relation_network(depth=1)
        self.assertEqual(
            {node["id"] for node in network["nodes"]},
            {self.customer.id, self.other_customer.id},
        )
        self.assertEqual(
            [(edge["source"], edge["target"]) for edge in network["edges"]],
            [(self.customer.id, self.other_customer.id)],
        )

    def test_orders_of_the_customer_stand_on_its_page(self):
        page = self._page(self.salesperson)
        self.assertTrue(self._section(page, "orders"))
        self.assertIsNone(self._section(self._page(self.clerk), "orders"))

    # ---- who may open it

    def test_demoted_user_is_refused(self):
        with self.assertRaises(AccessError):
            self._page(self.demoted)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.demoted).get_customer_timeline()
        with self.assertRaises(AccessError):
            self.customer.with_user(self.demoted).action_open_customer_page()

    def test_portal_user_is_refused_also_on_own_page(self):
        for user in (self.portal_user, self.other_portal_user):
            with self.assertRaises(AccessError):
                self._page(user)
            with self.assertRaises(AccessError):
                self.customer.with_user(user).get_customer_timeline()
            with self.assertRaises(AccessError):
                self.env["res.partner"].with_user(user).get_customer_timeline_action(
                    "crm.lead", self.own_lead.id
                )

    def test_customer_of_another_company_is_refused(self):
        self.customer.company_id = self.company
        with self.assertRaises(AccessError):
            self._page(self.foreign_manager)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.foreign_manager).get_customer_timeline()

    def test_clerk_reads_the_page_without_what_is_not_for_clerks(self):
        page = self._page(self.clerk)
        keys = {part["key"] for part in page["sections"]}
        self.assertIn("who", keys)
        self.assertFalse(keys & {"money", "pipeline"})
        self.assertFalse(page["can"]["quotation"])
        self.assertFalse(page["can"]["opportunity"])
        self.assertTrue(self._page(self.salesperson)["can"]["quotation"])

    def test_action_leads_to_the_page(self):
        action = self.customer.with_user(self.clerk).action_open_customer_page()
        self.assertEqual(action["tag"], "crm_base.customer_page")
        self.assertEqual(action["context"]["active_id"], self.customer.id)
