from odoo import Command
from odoo.tests import new_test_user

from .common import SfaCase


class GateCase(SfaCase):
    """A company with quotation control, products with costs, floors and approvers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sfa_quote_gate = True
        cls.approver = cls._new_user(
            "sfa_approver",
            "sales_team.group_sale_salesman,crm_sfa.crm_sfa_group_approver",
        )
        cls.director = cls._new_user(
            "sfa_director",
            "sales_team.group_sale_salesman,crm_sfa.crm_sfa_group_director",
        )
        cls.categ = cls.env["product.category"].create(
            {"name": "Gate goods", "sfa_margin_floor": 20}
        )
        cls.good = cls.make_product("Gate good", 60)
        cls.thin = cls.make_product("Gate thin", 85)
        cls.costless = cls.make_product("Gate costless", 0)
        cls.service = cls.make_product("Gate service", 0, type="service")

    @classmethod
    def make_product(cls, name, cost, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": 100,
                "standard_price": cost,
                "categ_id": cls.categ.id,
                "taxes_id": False,
                **vals,
            }
        )

    @classmethod
    def make_quotation(cls, *products, user=None, **vals):
        """Make a quotation of a seller, with 2 of each product at its list price."""
        user = user or cls.seller
        return (
            cls.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "user_id": user.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": 2})
                        for product in products
                    ],
                    **vals,
                }
            )
        )

    def ask(self, order, note="The customer is worth it"):
        wizard = (
            self.env["sfa.approval.ask"]
            .with_user(order.env.user)
            .create({"order_id": order.id, "note": note})
        )
        wizard.action_ask()
        return (
            self.env["sfa.approval"]
            .with_user(order.env.user)
            .search([("order_id", "=", order.id)], limit=1)
        )

    def approve(self, order, user=None):
        request = self.ask(order)
        request.with_user(user or self.director).decide("approved", "Fine")
        return request

    @classmethod
    def new_portal_user(cls, login, partner):
        return new_test_user(
            cls.env, login, groups="base.group_portal", partner_id=partner.id
        )
