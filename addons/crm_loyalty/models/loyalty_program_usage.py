from odoo import api, models


class LoyaltyProgram(models.Model):
    """A program that may be used so many times is used exactly as often."""

    _inherit = "loyalty.program"

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs.filtered("limit_usage")._sync_usage()
        return programs

    def write(self, vals):
        res = super().write(vals)
        if {"limit_usage", "max_usage"} & set(vals):
            self._sync_usage()
        return res

    def _sync_usage(self):
        """Bring the slots in line with the number of uses that is allowed."""
        self.env.flush_all()
        # Slots are nobody's to write; they follow from program and orders.
        slots = self.env["loyalty.usage.slot"].sudo()
        slots.search(
            [("program_id", "in", self.filtered(lambda p: not p.limit_usage).ids)]
        ).unlink()
        for program in self.filtered("limit_usage"):
            slots._record_uses(program)
            slots._settle(program)
            slots._make(program)
