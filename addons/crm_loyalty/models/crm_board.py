from odoo import api, models

from odoo.addons.crm_base.tools.section import link, metric, row, section

DAYS = 30


class CrmBoard(models.AbstractModel):
    """The page of loyalty."""

    _inherit = "crm.board"

    @api.model
    def _get_boards(self):
        board = {
            "title": self.env._("Loyalty"),
            "group": "crm_loyalty.crm_loyalty_group_user",
        }
        return {**super()._get_boards(), "loyalty": board}

    @api.model
    def _get_sections(self, role):
        sections = super()._get_sections(role)
        if role == "loyalty":
            sections += [self._loyalty_cards(), self._loyalty_programs()]
        return sections

    def _loyalty_cards(self):
        """Give cards and what happened on them lately."""
        part = section(
            "cards", self.env._("Points in %(days)s Days", days=DAYS), icon="fa-gift"
        )
        since = [("date", ">=", self._ago(DAYS))]
        kinds = dict(
            self.env["loyalty.ledger"]._read_group(since, ["kind"], ["amount:sum"])
        )
        shown = [
            (self.env._("Earned"), "earn"),
            (self.env._("Redeemed"), "redeem"),
            (self.env._("Expired"), "expire"),
        ]
        part["metrics"] = [
            self._count_metric(
                self.env._("Cards with points"),
                "loyalty.card",
                [("points", ">", 0)],
                tile=10,
            ),
            *(
                metric(
                    label,
                    f"{abs(kinds.get(kind, 0)):,.0f}",
                    tile=20 + place,
                    action=link(
                        label, "loyalty.ledger", domain=[*since, ("kind", "=", kind)]
                    ),
                )
                for place, (label, kind) in enumerate(shown)
            ),
        ]
        return part

    def _loyalty_programs(self):
        """Give what customers hold of each program."""
        part = section(
            "programs",
            self.env._("Held by Customers"),
            icon="fa-credit-card",
            empty=self.env._("Nobody holds a card with points."),
        )
        domain = [("points", ">", 0)]
        part["rows"] = [
            row(
                program.display_name,
                subtitle=self.env._("%(cards)s cards", cards=cards),
                value=f"{points:,.0f}",
                action=link(
                    program.display_name,
                    "loyalty.card",
                    domain=[*domain, ("program_id", "=", program.id)],
                ),
            )
            for program, cards, points in self.env["loyalty.card"]._read_group(
                domain,
                ["program_id"],
                ["__count", "points:sum"],
                order="__count DESC",
                limit=8,
            )
        ]
        return part
