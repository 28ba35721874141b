from odoo import fields, models


class AccountMove(models.Model):
    """An invoice that knows the opportunity it came from."""

    _inherit = "account.move"

    opportunity_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The opportunity whose order is invoiced here; empty when the invoice "
        "covers orders of several opportunities.",
    )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=True):
            values.setdefault("opportunity_id", move.opportunity_id.id)
        return super()._reverse_moves(default_values_list, cancel=cancel)
