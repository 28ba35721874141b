from odoo import models

from ..tools.refusal import at_work, refused


class SaleOrder(models.Model):
    """An order holds a use of each limited program whose reward it carries."""

    _inherit = "sale.order"

    def _get_copiable_order_lines(self):
        """Rewards are not copied, so a copy needs no use of their programs."""
        lines = super()._get_copiable_order_lines()
        if not at_work(self.env):
            return lines
        return lines.filtered(lambda line: not line.reward_id)

    def unlink(self):
        # Slots are nobody's to write; they follow from program and orders.
        slots = self.env["loyalty.usage.slot"].sudo()
        programs = slots.search([("order_id", "in", self.ids)]).program_id
        res = super().unlink()
        for program in programs:
            slots._settle(program)
        return res

    def _apply_program_reward(self, reward, coupon, **kwargs):
        program = reward.program_id
        if not program.limit_usage:
            return super()._apply_program_reward(reward, coupon, **kwargs)
        if not self._claim_usage(program):
            return {"error": self._prepare_used_up_message(program)}
        result = super()._apply_program_reward(reward, coupon, **kwargs)
        if "error" in result:
            self._release_usage()
        return result

    def _claim_usage(self, program):
        """Take one use of a limited program, unless the order has one.

        :return: whether the order has one now
        """
        self.ensure_one()
        # Slots are nobody's to write; they follow from program and orders.
        slots = self.env["loyalty.usage.slot"].sudo()
        known = slots.search_count(
            [("order_id", "=", self.id), ("program_id", "=", program.id)], limit=1
        )
        return bool(known) or slots._take(program.sudo(), self)

    def _release_usage(self):
        """Give back the uses of programs whose rewards have left the orders."""
        self.env["sale.order.line"].flush_model(["reward_id", "order_id"])
        # Slots are nobody's to write; they follow from program and orders.
        slots = self.env["loyalty.usage.slot"].sudo()
        released = slots._release(self.ids)
        for program in self.env["loyalty.program"].sudo().browse(released):
            slots._settle(program)

    def _prepare_used_up_message(self, program):
        return refused(
            self,
            self.env._(
                "Program %(program)s may be used %(count)s times, and all of them are "
                "taken. Choose another reward for order %(order)s.",
                program=program.name,
                count=program.max_usage,
                order=self.name,
            ),
        )
