from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class AccountMove(models.Model):
    """An invoice knows the territory it was earned in."""

    _inherit = "account.move"

    sfa_territory_id = fields.Many2one(
        "sfa.territory",
        "Territory",
        compute="_compute_sfa_territory_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The order's; without an order, the customer's on the day of the invoice.",
    )

    def _auto_init(self):
        # Invoices from before the addon have none; do not compute millions of nothing.
        if not column_exists(self.env.cr, self._table, "sfa_territory_id"):
            create_column(self.env.cr, self._table, "sfa_territory_id", "int4")
        return super()._auto_init()

    @api.depends("partner_id")
    def _compute_sfa_territory_id(self):
        for move in self:
            if not move.is_sale_document(include_receipts=True):
                move.sfa_territory_id = False
            elif move.state == "draft" and not move.sfa_territory_id:
                # The invoice knows its territory, whoever writes it.
                move.sfa_territory_id = move.partner_id.sudo().sfa_territory_id

    def _reverse_moves(self, default_values_list=None, cancel=False):
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=True):
            values.setdefault("sfa_territory_id", move.sfa_territory_id.id)
        return super()._reverse_moves(default_values_list, cancel=cancel)
