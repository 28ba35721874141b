from odoo.tests import HttpCase, new_test_user, tagged


# takes 15 seconds
@tagged("post_install", "-at_install", "cap_e06")
class TestCustomerPageTour(HttpCase):
    def test_tour(self):
        """A salesperson reads the page of a customer, logs a note and comes back."""
        seller = new_test_user(
            self.env,
            "tour_seller",
            groups="base.group_user,sales_team.group_sale_salesman",
            lang="en_US",
            tz="UTC",
        )
        customer = self.env["res.partner"].create(
            {"name": "Tour Trading", "is_company": True, "user_id": seller.id}
        )
        self.env["crm.lead"].create(
            {
                "name": "Tour deal",
                "type": "opportunity",
                "partner_id": customer.id,
                "user_id": seller.id,
                "expected_revenue": 900,
            }
        )
        self.start_tour(
            "/odoo/customer-pages", "crm_base_customer_page", login="tour_seller"
        )
        note = customer.message_ids.filtered(lambda message: message.author_id)[0]
        self.assertIn("Prefers delivery on Mondays", note.body)
        self.assertEqual(note.author_id, seller.partner_id)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
