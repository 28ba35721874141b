from odoo import api, fields, models

from odoo.addons.crm_base.tools.section import link, metric, row, section

SHOWN = 6


class CrmBoard(models.AbstractModel):
    """The page of a salesperson, about the own customers."""

    _inherit = "crm.board"

    @api.model
    def _get_boards(self):
        board = {
            "title": self.env._("My Sales"),
            "group": "sales_team.group_sale_salesman",
        }
        return {**super()._get_boards(), "sales": board}

    @api.model
    def _get_sections(self, role):
        sections = super()._get_sections(role)
        if role == "sales":
            sections += [self._sfa_orders(), self._sfa_opportunities()]
        return sections

    def _sfa_orders(self):
        """Give the own orders and quotations, and what is late."""
        part = section("orders", self.env._("Orders"), icon="fa-shopping-cart")
        mine = [("user_id", "=", self.env.uid)]
        month = fields.Date.start_of(fields.Date.context_today(self), "month")
        parts = (
            (
                self.env._("Ordered this month"),
                [("state", "=", "sale"), ("date_order", ">=", month)],
            ),
            (self.env._("Quotations"), [("state", "in", ("draft", "sent"))]),
        )
        for place, (label, domain) in enumerate(parts):
            count, amount = self._sum_money(
                "sale.order", [*mine, *domain], "amount_untaxed"
            )
            part["metrics"].append(
                metric(
                    label,
                    self._write_money(amount),
                    tile=10 + place,
                    hint=self.env._("%(count)s documents", count=count),
                    action=link(label, "sale.order", domain=[*mine, *domain]),
                )
            )
        part["metrics"].append(
            self._count_metric(
                self.env._("Late orders"),
                "sale.order",
                [*mine, ("tracking_late", "=", True)],
                tile=20,
                tone="danger",
            )
        )
        return part

    def _sfa_opportunities(self):
        """Give the own opportunities that promise most."""
        part = section(
            "opportunities",
            self.env._("Opportunities"),
            icon="fa-star",
            empty=self.env._("You have no open opportunity."),
        )
        leads = self.env["crm.lead"].search(
            [
                ("user_id", "=", self.env.uid),
                ("type", "=", "opportunity"),
                ("stage_id.is_won", "=", False),
            ],
            order="expected_revenue DESC, id",
            limit=SHOWN,
        )
        part["rows"] = [
            row(
                lead.name,
                subtitle=lead.partner_id.display_name or None,
                value=self._write_money(lead.expected_revenue),
                action=link(lead.name, "crm.lead", res_id=lead.id),
            )
            for lead in leads
        ]
        return part
