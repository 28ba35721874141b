from odoo import models

from ..tools.posting import exact, posting
from ..tools.returns import allocate


class SaleOrder(models.Model):
    """Which line of a confirmed order gave how many points."""

    _inherit = "sale.order"

    def _record_earned(self, first=False):
        """Write down what each line gave to each card, exactly in sum.

        :param first: the orders were quotations until now, which gave nothing
        """
        # Nobody may write these lines; they follow from the order.
        lines = self.env["loyalty.earn.line"].sudo()
        known = lines
        if not first:
            known = lines.search([("order_id", "in", self.ids)])
        # Of what was taken back in part, the lines say how much is left to take.
        pairs = {(line.order_id, line.card_id) for line in known.filtered("taken_back")}
        known.filtered(lambda line: (line.order_id, line.card_id) not in pairs).unlink()
        values = []
        for order in self.sudo():
            for entry in order._get_earning_entries():
                if (order, entry.coupon_id) not in pairs:
                    points = exact(entry.points)
                    values += order._prepare_earned(entry.coupon_id, points)
        return lines.create(values)

    def _get_earning_entries(self):
        """Give the points that the order gives to cards, of programs for points."""
        return self.coupon_point_ids.filtered("points")

    def _prepare_earned(self, card, points):
        weights = self._get_rule_weights(card.program_id)
        parts = allocate(points, list(weights.values()))
        return [
            {
                "order_id": self.id,
                "order_line_id": line.id,
                "card_id": card.id,
                "rule_id": rule.id,
                "points": float(part),
                "taken_back": 0,
                "quantity": line.product_uom_qty,
                "amount": line.price_total,
            }
            for (line, rule), part in zip(weights, parts, strict=True)
            if part
        ]

    def _get_rule_weights(self, program):
        """Weigh the lines by what each rule of the program gives for them.

        :return: ``{(line, rule): weight}``; an empty rule when no rule fits a line
        """
        lines = self._get_not_rewarded_order_lines().filtered(
            lambda line: line.product_uom_qty > 0 and not line.combo_item_id
        )
        valid = program._get_valid_products(lines.product_id)
        weights = {}
        for rule in program.rule_ids:
            fitting = lines.filtered(
                lambda line, rule=rule: line.product_id in valid.get(rule, [])
            )
            weights |= self._get_weights_of_rule(rule, fitting)
        if not any(weights.values()):
            none = self.env["loyalty.rule"]
            weights = {(line, none): max(line.price_total, 0) for line in lines}
        return weights

    def _get_weights_of_rule(self, rule, lines):
        """Give ``{(line, rule): points}``, before discounts and rounding."""
        rate, mode = rule.reward_point_amount, rule.reward_point_mode
        if mode == "unit":
            return {(line, rule): rate * line.product_uom_qty for line in lines}
        amounts = {line: max(line.price_total, 0) for line in lines}
        total = sum(amounts.values())
        if mode == "order":
            rate = rate / total if total else 0
        return {(line, rule): rate * amount for line, amount in amounts.items()}

    def _add_points_for_coupon(self, coupon_points):
        if self.state != "sale":
            return super()._add_points_for_coupon(coupon_points)
        with posting("earn", "claw_back", source=self._get_posting_source()):
            res = super()._add_points_for_coupon(coupon_points)
        self._record_earned()
        return res
