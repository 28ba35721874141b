from odoo import api, fields, models


class MiningPair(models.Model):
    """Two products bought together more often than chance, and in which order."""

    _name = "mining.pair"
    _description = "Bought Together"
    _log_access = False
    _order = "lift_low desc, id"
    _rec_name = "other_id"

    run_id = fields.Many2one(
        "mining.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [("together", "In One Basket"), ("after", "Later")], readonly=True
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, required=True, index=True, ondelete="cascade"
    )
    other_id = fields.Many2one(
        "product.product", "Goes with", readonly=True, required=True, ondelete="cascade"
    )
    baskets = fields.Integer("Baskets with Both", readonly=True)
    support = fields.Float(
        readonly=True,
        digits=(16, 6),
        aggregator=None,
        help="Share of all baskets that hold both",
    )
    confidence = fields.Float(
        readonly=True,
        digits=(16, 6),
        aggregator=None,
        help="Share of the baskets with the first that hold the other, too",
    )
    lift = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="How many times as often as if the two had nothing to do with each other",
    )
    lift_low = fields.Float(
        "Lift at Least",
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="Lower end of the 95 % interval; at 1 it may be chance",
    )

    @api.readonly
    def action_open_baskets(self):
        """List the lines of the baskets with the two products."""
        self.ensure_one()
        self.check_access("read")
        products = [("product_id", "in", (self.product_id | self.other_id).ids)]
        return self.run_id._open_facts(products)
