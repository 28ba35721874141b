from odoo import Command, fields

from .common import SfaCase


class TerritoryCase(SfaCase):
    """A country of two territories, with people of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.china = cls.env.ref("base.cn")
        cls.germany = cls.env.ref("base.de")
        cls.whole = cls._territory("China")
        cls.east = cls._territory("East", parent_id=cls.whole.id)
        cls.west = cls._territory("West", parent_id=cls.whole.id)

    @classmethod
    def _make_users(cls):
        super()._make_users()
        cls.territory_seller = cls._new_user(
            "sfa_territory_seller", "crm_sfa.crm_sfa_group_territory"
        )
        cls.team_leader = cls._new_user("sfa_team_leader", "crm_sfa.crm_sfa_group_team")

    @classmethod
    def _territory(cls, name, **values):
        return cls.env["sfa.territory"].create({"name": name, **values})

    @classmethod
    def _member(cls, territory, user, role="owner", **values):
        return cls.env["sfa.territory.member"].create(
            {
                "territory_id": territory.id,
                "user_id": user.id,
                "role": role,
                "date_from": "2020-01-01",
                **values,
            }
        )

    @classmethod
    def _rule(cls, territory, **values):
        return cls.env["sfa.territory.rule"].create(
            {"territory_id": territory.id, **values}
        )

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    @classmethod
    def _order(cls, customer, product, quantity=1, price=100.0, **values):
        order = cls.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "tax_ids": False,
                        }
                    )
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _run(self, user=None, **values):
        """Preview a realignment as a manager."""
        run = (
            self.env["sfa.territory.run"]
            .with_user(user or self.sfa_manager)
            .create({"name": "Test", **values})
        )
        run.action_preview()
        return run
