from odoo.tests import HttpCase, tagged

from .test_gate_stage import StageCase


# takes 40 seconds
@tagged("post_install", "-at_install", "cap_s02", "cap_s13", "cap_s18")
class TestSalesProcessTour(StageCase, HttpCase):
    """What a salesperson meets in the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.lang = "en_US"

    def test_announcement(self):
        news = self.env["sfa.announcement"].create(
            {
                "name": "Tour news",
                "body": "<p>Meet at nine</p>",
                "must_confirm": True,
                "audience": "groups",
                "group_ids": self.env.ref("crm_sfa.crm_sfa_group_user").ids,
            }
        )
        news.action_publish()
        self.start_tour(
            "/odoo/quotation-approvals", "crm_sfa_announcement", login="sfa_seller"
        )
        receipt = news.receipt_ids.filtered(lambda r: r.user_id == self.seller)
        self.assertTrue(receipt.read_on)

    def test_approval(self):
        order = self.make_quotation(self.costless)
        self.start_tour(
            f"/odoo/action-sale.action_quotations_with_onboarding/{order.id}",
            "crm_sfa_approval",
            login="sfa_seller",
        )
        request = self.env["sfa.approval"].search([("order_id", "=", order.id)])
        self.assertEqual(request.request_note, "First order of a big account")
        self.assertEqual(request.requested_by_id, self.seller)

    def test_stage_gate(self):
        self.gate(self.known, field_ids=self.lead_field("date_deadline"))
        lead = self.make_lead()
        self.start_tour(
            f"/odoo/action-crm.crm_lead_action_pipeline/{lead.id}",
            "crm_sfa_stage_gate",
            login="sfa_seller",
        )
