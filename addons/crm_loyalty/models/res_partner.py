from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from odoo.addons.crm_base.tools.section import link, metric, row, section

#: Programs whose cards belong to a person, unlike coupons.
MEMBER_PROGRAMS = ("loyalty", "ewallet")


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
        tokens = self.env["loyalty.token"]
        if not card and tokens.has_access("read"):
            card = tokens.search([("code", "=", term)], limit=1).card_id
        members = card.partner_id
        return members._filtered_access("read")

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        cards = self.env["loyalty.card"]
        if cards.has_access("read"):
            cards.flush_model()
            member_cards = self._search_customer_records(
                cards._name,
                domain=Domain("program_id.program_type", "in", MEMBER_PROGRAMS)
                & Domain("active", "=", True),
            )
            queries["member"] = self._get_member_query(member_cards)
        return queries

    def _get_member_query(self, cards):
        """Select the cards of the customers with the words that their balance has."""
        for model in ("loyalty.program", "res.partner"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT card.*, holder.name AS holder, COALESCE(lot.bonus, 0) AS bonus,
                   COALESCE(program.name->>%(lang)s, program.name->>'en_US') AS program,
                   COALESCE(program.portal_point_name->>%(lang)s,
                            program.portal_point_name->>'en_US') AS unit
              FROM (%(cards)s) AS card
              JOIN loyalty_program AS program ON program.id = card.program_id
              JOIN res_partner AS holder ON holder.id = card.holder_id
              LEFT JOIN LATERAL (
                  SELECT sum(remaining) FILTER (WHERE fund = 'bonus') AS bonus
                    FROM loyalty_lot
                   WHERE card_id = card.id AND remaining > 0
              ) AS lot ON TRUE
            """,
            lang=self.env.lang or "en_US",
            cards=cards.select(
                SQL("loyalty_card.id"),
                SQL("loyalty_card.id AS place"),
                SQL("loyalty_card.code"),
                SQL("COALESCE(loyalty_card.points, 0) AS points"),
                SQL("COALESCE(loyalty_card.loyalty_debt, 0) AS debt"),
                SQL("COALESCE(loyalty_card.loyalty_held, 0) AS held"),
                SQL("loyalty_card.program_id"),
                SQL("loyalty_card.partner_id AS holder_id"),
                SQL("customer.commercial_partner_id AS customer_id"),
            ),
        )

    def _prepare_page_sections(self, rows):
        cards = {}
        for card in rows.get("member", ()):
            cards.setdefault(card["customer_id"], []).append(card)
        return super()._prepare_page_sections(rows) + [
            (customer_id, self._prepare_member_section(of_customer))
            for customer_id, of_customer in cards.items()
        ]

    def _prepare_member_section(self, cards):
        part = section(
            "member", self.env._("Membership"), sequence=55, icon="fa-id-card-o"
        )
        programs = {}
        for card in cards:
            programs.setdefault(card["program"], []).append(card)
            points = self._format_member_points(card["points"], card)
            debt = card["debt"] and self.env._(
                "Owes %(points)s", points=self._format_member_points(card["debt"], card)
            )
            part["rows"].append(
                row(
                    card["code"],
                    subtitle=debt or self._prepare_value_words(card),
                    value=points,
                    tone="warning" if debt else None,
                    action=link(card["code"], "loyalty.card", res_id=card["id"]),
                )
            )
        for program, of_program in programs.items():
            total = sum(card["points"] for card in of_program)
            text = self._format_member_points(total, of_program[0])
            part["metrics"].append(metric(program, text, tile=60))
        return part

    def _prepare_value_words(self, card):
        """Say whose card it is, and of money what is bonus and what is held."""
        words = [card["holder"]]
        if card["bonus"]:
            bonus = self._format_member_points(card["bonus"], card)
            words.append(self.env._("%(bonus)s of it bonus", bonus=bonus))
        if card["held"]:
            held = self._format_member_points(card["held"], card)
            words.append(self.env._("%(held)s held", held=held))
        return " · ".join(words)

    def _format_member_points(self, points, card):
        digits = 0 if points == int(points) else 2
        return f"{formatLang(self.env, points, digits=digits)} {card['unit'] or ''}"

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
