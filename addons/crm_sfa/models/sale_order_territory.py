from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class SaleOrder(models.Model):
    """An order keeps the territory that its customer had when it was made."""

    _inherit = "sale.order"

    sfa_territory_id = fields.Many2one(
        "sfa.territory",
        "Territory",
        compute="_compute_sfa_territory_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The customer's on the day of the quotation.",
    )

    def _auto_init(self):
        # Orders from before the addon have none; do not compute millions of nothing.
        if not column_exists(self.env.cr, self._table, "sfa_territory_id"):
            create_column(self.env.cr, self._table, "sfa_territory_id", "int4")
        return super()._auto_init()

    @api.depends("partner_id")
    def _compute_sfa_territory_id(self):
        for order in self:
            # The order knows its territory also when its seller may not read it.
            order.sfa_territory_id = order.partner_id.sudo().sfa_territory_id

    def _prepare_invoice(self):
        return {
            **super()._prepare_invoice(),
            "sfa_territory_id": self.sfa_territory_id.id,
        }
