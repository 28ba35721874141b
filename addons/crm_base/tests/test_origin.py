from odoo.tests import tagged, users

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_e04")
class TestOrigin(CrmBaseCase):
    """An accountant sees on invoices and in analysis where the business came from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"title": "Autumn fair"})
        cls.source = cls.env["utm.source"].create({"name": "Fair stand"})
        cls.product = cls.env["product.product"].create(
            {"name": "Desk", "type": "consu", "list_price": 100, "taxes_id": False}
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": cls.customer.id,
                    "user_id": cls.salesperson.id,
                    "campaign_id": cls.campaign.id,
                    "source_id": cls.source.id,
                }
                for name in ("Office move", "Canteen")
            ]
        )

    def _new_order(self, lead):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": lead.id,
                "campaign_id": lead.campaign_id.id,
                "source_id": lead.source_id.id,
                "user_id": self.salesperson.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
        )
        order.action_confirm()
        order.order_line.qty_delivered = 1
        return order

    def _report(self, moves, groupby):
        self.env.flush_all()
        rows = (
            self.env["account.invoice.report"]
            .with_user(self.accountant)
            ._read_group(
                [("move_id", "in", moves.ids)], [groupby], ["price_subtotal:sum"]
            )
        )
        return {record.id: amount for record, amount in rows}

    def test_invoice_and_refund_carry_the_opportunity(self):
        invoice = self._new_order(self.leads[0])._create_invoices()
        invoice.action_post()
        as_accountant = invoice.with_user(self.accountant)
        self.assertEqual(as_accountant.opportunity_id.id, self.leads[0].id)
        self.assertEqual(as_accountant.campaign_id, self.campaign)
        shown = as_accountant.web_read(
            {"opportunity_id": {"fields": {"display_name": {}}}}
        )
        self.assertEqual(shown[0]["opportunity_id"]["display_name"], "Office move")
        refund = as_accountant._reverse_moves([{}])
        self.assertEqual(refund.opportunity_id.id, self.leads[0].id)
        self.assertEqual(refund.campaign_id, self.campaign)

    def test_merged_invoice_is_analysed_by_line(self):
        orders = self._new_order(self.leads[0]) | self._new_order(self.leads[1])
        invoice = orders._create_invoices(grouped=False)
        self.assertEqual(len(invoice), 1)
        self.assertFalse(invoice.opportunity_id, "two opportunities: neither is named")
        self.assertEqual(
            self._report(invoice, "opportunity_id"),
            {self.leads[0].id: 100.0, self.leads[1].id: 100.0},
        )
        self.assertEqual(
            self._report(invoice, "campaign_id"), {self.campaign.id: 200.0}
        )
        self.assertEqual(self._report(invoice, "source_id"), {self.source.id: 200.0})

    def test_direct_invoice_uses_its_own_origin(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "campaign_id": self.campaign.id,
                "invoice_line_ids": [
                    (0, 0, {"product_id": self.product.id, "price_unit": 40})
                ],
            }
        )
        self.assertEqual(self._report(invoice, "campaign_id"), {self.campaign.id: 40.0})

    @users("crm_clerk")
    def test_clerk_sees_no_invoice_analysis(self):
        self.assertFalse(self.env["account.invoice.report"].has_access("read"))
        self.assertFalse(self.env["account.move"].has_access("read"))
