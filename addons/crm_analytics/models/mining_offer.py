from odoo import api, fields, models
from odoo.exceptions import UserError

#: Products offered at a time.
OFFERS = 5
OPEN_ORDERS = ("draft", "sent")


class MiningOffer(models.Model):
    """A product that was offered on a quotation, and what became of it."""

    _name = "mining.offer"
    _description = "Cross-Selling Offer"
    _order = "weight desc, id"
    _rec_name = "product_id"

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    user_id = fields.Many2one(related="order_id.user_id", store=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    because_id = fields.Many2one(
        "product.product", "Bought with", readonly=True, ondelete="cascade"
    )
    weight = fields.Float(readonly=True, aggregator=None)
    state = fields.Selection(
        [("offered", "Offered"), ("accepted", "Accepted"), ("refused", "Not Wanted")],
        default="offered",
        required=True,
        readonly=True,
    )
    # to decide by
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary("Sales Price", compute="_compute_margin")
    margin = fields.Monetary(
        compute="_compute_margin", help="List price less cost, of one unit"
    )
    is_costed = fields.Boolean("Cost Known", compute="_compute_margin")
    # Instead of the right to read orders and transfers, which analysts are without:
    # one quantity, of an offer that the reader may see.
    free_qty = fields.Float(
        "In Stock",
        compute="_compute_free_qty",
        compute_sudo=True,
        digits="Product Unit",
    )

    _once = models.UniqueIndex("(order_id, product_id)")

    @api.depends("product_id.lst_price", "product_id.standard_price", "company_id")
    def _compute_margin(self):
        today = fields.Date.context_today(self)
        for offer in self:
            company = offer.company_id
            product = offer.product_id.with_company(company)
            price, cost = (
                currency._convert(amount, company.currency_id, company, today)
                for currency, amount in (
                    (product.currency_id, product.lst_price),
                    (product.cost_currency_id, product.standard_price),
                )
            )
            offer.price = price
            offer.is_costed = bool(cost)
            offer.margin = price - cost if cost else 0

    @api.depends("product_id")
    def _compute_free_qty(self):
        for warehouse, offers in self.grouped(
            lambda o: o.order_id.warehouse_id
        ).items():
            for offer in offers.with_context(warehouse_id=warehouse.id):
                offer.free_qty = offer.product_id.free_qty

    # ----------------------------------------------------------------------- actions

    def action_accept(self):
        """Put the product on the quotation."""
        orders = self._check_open()
        for order in orders:
            offers = self.filtered(lambda offer, order=order: offer.order_id == order)
            order.order_line = [
                fields.Command.create({"product_id": product.id})
                for product in offers.product_id
            ]
        # Whoever may write the quotation may answer its offers; nobody else does.
        self.sudo().state = "accepted"
        return self._reopen()

    def action_refuse(self):
        """Keep that the customer did not want the product."""
        self._check_open()
        # As above.
        self.sudo().state = "refused"
        return self._reopen()

    def _check_open(self):
        """Give the quotations, if the user may write them and all still wait."""
        self.check_access("read")
        orders = self.order_id
        orders.check_access("write")
        for offer in self:
            if offer.state != "offered" or offer.order_id.state not in OPEN_ORDERS:
                raise UserError(
                    self.env._(
                        "%(product)s was answered already, or %(order)s is no "
                        "quotation any more. Open the offers again.",
                        product=offer.product_id.display_name,
                        order=offer.order_id.name,
                    )
                )
        return orders

    def _reopen(self):
        return self.order_id[:1]._mining_offers_action()
