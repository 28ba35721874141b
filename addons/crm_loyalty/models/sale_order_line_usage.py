from odoo import api, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """No reward of a limited program without a use of it, whoever puts it there."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._claim_usage()
        return lines

    def write(self, vals):
        if "reward_id" not in vals:
            return super().write(vals)
        before = self.filtered("reward_id.program_id.limit_usage").order_id
        res = super().write(vals)
        self._claim_usage()
        if before:
            before._release_usage()
        return res

    def unlink(self):
        orders = self.filtered("reward_id.program_id.limit_usage").order_id
        res = super().unlink()
        if orders:
            orders._release_usage()
        return res

    def _claim_usage(self):
        """Take the uses that the rewards of the lines need.

        :raise UserError: a program is used up
        """
        for line in self.filtered("reward_id.program_id.limit_usage"):
            program = line.reward_id.program_id
            if not line.order_id._claim_usage(program):
                raise UserError(line.order_id._prepare_used_up_message(program))
