from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_base.tools.section import link, metric, row, section


class ResPartner(models.Model):
    """A member: found by the card, with balances on the customer's page."""

    _inherit = "res.partner"

    @api.model
    def _lookup_kinds(self):
        return [("card", self._lookup_by_card), *super()._lookup_kinds()]

    @api.model
    def _lookup_by_card(self, term, limit=None):
        """Find the member of a card by the number that a scanner reads."""
        cards = self.env["loyalty.card"]
        if not cards.has_access("read"):
            return self.browse()
        card = cards.search([("code", "=", term)], limit=1)
        if not card:
            tokens = self.env["loyalty.token"]
            card = tokens.search([("code", "=", term)], limit=1).card_id
        members = card.partner_id
        return members._filtered_access("read")

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        cards = self.env["loyalty.card"]
        if not cards.has_access("read"):
            return sections
        found = cards.search_fetch(
            [
                ("partner_id.commercial_partner_id", "in", list(sections)),
                ("program_id.program_type", "in", ("loyalty", "ewallet")),
            ],
            ["code", "partner_id", "points", "loyalty_debt", "program_id"],
            order="program_id, id",
        )
        by_customer = found.grouped(
            lambda card: card.partner_id.commercial_partner_id.id
        )
        for partner_id, parts in sections.items():
            if partner_id in by_customer:
                parts.append(self._prepare_member_section(by_customer[partner_id]))
        return sections

    def _prepare_member_section(self, cards):
        part = section(
            "member", self.env._("Membership"), sequence=55, icon="fa-id-card-o"
        )
        for program, of_program in cards.grouped("program_id").items():
            total = sum(of_program.mapped("points"))
            part["metrics"].append(
                metric(program.name, of_program[:1]._format_points(total), tile=60)
            )
        for card in cards:
            debt = card.loyalty_debt and self.env._(
                "Owes %(points)s", points=card._format_points(card.loyalty_debt)
            )
            part["rows"].append(
                row(
                    card.code,
                    subtitle=debt or card.partner_id.name,
                    value=card._format_points(card.points),
                    tone="warning" if debt else None,
                    action=link(card.display_name, card._name, res_id=card.id),
                )
            )
        return part

    def _customer_timeline_queries(self):
        queries = super()._customer_timeline_queries()
        if self.env["loyalty.ledger"].has_access("read"):
            rows = self._search_member_rows()
            queries["points"] = rows.select(
                SQL("loyalty_ledger.date AS date"),
                SQL(
                    "concat_ws(' ', to_char(loyalty_ledger.amount, 'FMSG999999990.####'"
                    "), loyalty_ledger.card_code, loyalty_ledger.note) AS title"
                ),
                SQL("NULL::numeric AS amount"),
                SQL("NULL::integer AS currency_id"),
                SQL("'loyalty.ledger' AS res_model"),
                SQL("loyalty_ledger.id AS res_id"),
                SQL("NULL::integer AS author_id"),
            )
        return queries

    def _search_member_rows(self):
        """Find the rows of the ledger of these customers' cards."""
        cards = self.env["loyalty.card"].with_context(active_test=False)
        cards.flush_model(["partner_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        query = self.env["loyalty.ledger"]._search(Domain.TRUE)
        query.add_join(
            "JOIN", "card", "loyalty_card", SQL("card.id = loyalty_ledger.card_id")
        )
        query.add_join(
            "JOIN", "customer", "res_partner", SQL("customer.id = card.partner_id")
        )
        query.add_where(
            SQL(
                "customer.commercial_partner_id IN %s",
                tuple(self.commercial_partner_id.ids) or (0,),
            )
        )
        return query

    def _customer_timeline_kinds(self):
        look = {"label": self.env._("Points"), "icon": "fa-star-o", "sequence": 58}
        return {**super()._customer_timeline_kinds(), "points": look}
