from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_e03")
class TestDemand(CrmBaseCase):
    """Open quotations reach purchasing and production as weighted demand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.product = cls.env["product.product"].create(
            {"name": "Chair", "type": "consu", "is_storable": True, "list_price": 50}
        )
        cls.service = cls.env["product.product"].create(
            {"name": "Assembly", "type": "service"}
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.company.crm_probability_draft = 10
        cls.company.crm_probability_sent = 40

    def _new_quotation(self, quantity=10, user=None, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": (user or self.salesperson).id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "discount": 0,
                            "tax_ids": False,
                        },
                    ),
                    (0, 0, {"product_id": self.service.id, "product_uom_qty": 1}),
                    (0, 0, {"display_type": "line_note", "name": "Blue, please"}),
                ],
                **values,
            }
        )

    def _demand(self, orders, user=None):
        self.env.flush_all()
        return (
            self.env["crm.demand.report"]
            .with_user(user or self.warehouse_user)
            .search([("order_id", "in", orders.ids)])
        )

    def test_weight_is_the_probability(self):
        draft = self._new_quotation()
        sent = self._new_quotation(state="sent")
        lead = self.env["crm.lead"].create(
            {"name": "Big one", "type": "opportunity", "probability": 75}
        )
        led = self._new_quotation(opportunity_id=lead.id)
        found = {row.order_id: row for row in self._demand(draft | sent | led)}
        self.assertEqual(found[draft].weighted_quantity, 1)
        self.assertEqual(found[sent].weighted_quantity, 4)
        self.assertEqual(found[led].weighted_quantity, 7.5)
        self.assertEqual(found[led].weighted_revenue, 375)
        self.assertEqual(found[led].quoted_quantity, 10)
        self.assertEqual(found[draft].warehouse_id, self.warehouse)

    def test_units_are_the_product_s(self):
        order = self._new_quotation(quantity=2)
        dozen = self.env.ref("uom.product_uom_dozen")
        order.order_line[0].product_uom_id = dozen
        self.assertEqual(self._demand(order).quoted_quantity, 24)

    def test_what_is_no_longer_open_does_not_count(self):
        confirmed = self._new_quotation()
        confirmed.action_confirm()
        expired = self._new_quotation(validity_date=self.today - timedelta(days=1))
        lead = self.env["crm.lead"].create({"name": "Lost", "type": "opportunity"})
        lost = self._new_quotation(opportunity_id=lead.id)
        lead.action_set_lost()
        self.assertFalse(self._demand(confirmed | expired | lost))

    def test_the_promised_day_decides_the_week(self):
        promised = fields.Datetime.now() + timedelta(days=20)
        order = self._new_quotation(commitment_date=promised)
        self.assertEqual(self._demand(order).expected_date, promised.date())

    def test_reordering_rule_shows_the_demand(self):
        rule = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.product.id, "warehouse_id": self.warehouse.id}
        )
        self._new_quotation()
        self._new_quotation(state="sent")
        self.env.flush_all()
        as_planner = rule.with_user(self.warehouse_user)
        self.assertEqual(as_planner.crm_expected_demand, 5)

    def test_rights(self):
        mine = self._new_quotation()
        other = self._new_quotation(user=self.other_salesperson)
        both = mine | other
        self.assertEqual(self._demand(both, self.salesperson).order_id, mine)
        self.assertEqual(self._demand(both, self.manager).order_id, both)
        self.assertFalse(self._demand(both, self.foreign_manager))
        self.assertFalse(
            self.env["crm.demand.report"].with_user(self.demoted).has_access("read")
        )
