from markupsafe import Markup

from odoo import models

from ..tools import basket
from .mining_offer import OFFERS, OPEN_ORDERS


class SaleOrder(models.Model):
    """What goes with the products of a quotation."""

    _inherit = "sale.order"

    def action_mining_offers(self):
        """Offer what others bought with the products of this quotation."""
        self.ensure_one()
        self.check_access("write")
        if self.state in OPEN_ORDERS:
            self._mining_offer()
        return self._mining_offers_action()

    def _mining_offers_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Goes with This Quotation"),
            "res_model": "mining.offer",
            "views": [(False, "list"), (False, "kanban")],
            "mobile_view_mode": "kanban",
            "domain": [("order_id", "=", self.id), ("state", "=", "offered")],
            "target": "new",
            "help": Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>')
            % (
                self.env._("Nothing to offer"),
                self.env._(
                    "Nothing else is bought with these products often enough, or all "
                    "of it was answered."
                ),
            ),
        }

    def _mining_offer(self):
        """Make the offers that fit the quotation now; what waits and does not goes."""
        # Which products go together is known to analysts; the quotation's writer
        # gets what fits this quotation and no more. Offers are written here alone.
        offers = self.env["mining.offer"].sudo()
        before = offers.search([("order_id", "=", self.id)])
        before.filtered(lambda offer: offer.state == "offered").unlink()
        answered = before.exists().product_id
        products = self.order_line.product_id
        found = basket.suggest(
            self._mining_rules(products), products.ids, 4 * OFFERS, answered.ids
        )
        sold = self.env["product.product"].search(
            [
                ("id", "in", [product for product, *_why in found]),
                ("sale_ok", "=", True),
            ]
        )
        return offers.create(
            [
                {
                    "order_id": self.id,
                    "product_id": product,
                    "because_id": because,
                    "weight": weight,
                }
                for product, weight, because in found
                if product in sold.ids
            ][:OFFERS]
        )

    def _mining_rules(self, products):
        """Give ``{product: [(other, weight)]}``: what a pair tells × what was accepted.

        Of n answers to an offer a accepted: the share counts (a + 1) / (n + 2) twice,
        so that an offer without answers weighs as it was found (Laplace 1814).
        """
        # As in _mining_offer.
        pairs = (
            self.env["mining.pair"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", self.company_id.id),
                    ("run_id.is_published", "=", True),
                    ("kind", "=", "together"),
                    ("product_id", "in", products.ids),
                ],
                ["product_id", "other_id", "confidence", "lift"],
            )
        )
        answers = self._mining_answers(pairs.other_id)
        rules = {}
        for pair in pairs:
            accepted, all_ = answers.get(pair.other_id.id, (0, 0))
            told = float(basket.weigh(pair.confidence, pair.lift))
            weight = told * 2 * (accepted + 1) / (all_ + 2)
            rules.setdefault(pair.product_id.id, []).append((pair.other_id.id, weight))
        return rules

    def _mining_answers(self, products):
        """Give ``{product_id: (accepted, answered)}`` of all offers of the company."""
        # As in _mining_offer.
        rows = (
            self.env["mining.offer"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("product_id", "in", products.ids),
                    ("state", "!=", "offered"),
                ],
                ["product_id", "state"],
                ["__count"],
            )
        )
        answers = {}
        for product, state, count in rows:
            accepted, answered = answers.get(product.id, (0, 0))
            more = count if state == "accepted" else 0
            answers[product.id] = (accepted + more, answered + count)
        return answers
