"""Customers who cost more than they bring."""

from datetime import datetime, timedelta

from odoo import Command

from . import catalogue


def make(demo):
    """Sell below cost to one shop, and single pens to another."""
    shops = [one for one in demo.customers if demo.kinds[one] == "shop"]
    shops.sort(key=lambda shop: len(shop.sale_order_ids))  # who buys little else
    code, *_rest = min(catalogue.PRODUCTS, key=lambda row: row[4])
    cheap = demo.products[code]
    for shop, product, quantity, discount, times in zip(
        shops,
        (demo.products[catalogue.PRODUCTS[0][0]], cheap),
        (25, 1),
        (70, 0),
        (6, 9),
        strict=False,
    ):
        for number in range(times):
            line = {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "discount": discount,
            }
            order = demo.env["sale.order"].create(
                {
                    "partner_id": shop.id,
                    "user_id": shop.user_id.id,
                    "order_line": [Command.create(line)],
                }
            )
            order.action_confirm()
            _deliver(order.picking_ids)
            order.date_order = datetime.now() - timedelta(days=9 + 20 * number)


def _deliver(pickings):
    pickings.action_assign()
    for move in pickings.move_ids:
        move.quantity = move.product_uom_qty
    pickings.move_ids.picked = True
    pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
