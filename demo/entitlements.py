"""What comes with products, what customers have of them, and what was agreed on."""

from datetime import timedelta

from odoo import Command

PLANS = (
    ("保修两年 Warranty of two years", "warranty", 2, "year", 0),
    ("年度上门保养 Yearly maintenance", "visits", 12, "month", 2),
    ("使用培训 Training", "training", 6, "month", 1),
)


def make(demo):
    """Give machines a warranty, also those sold before, and agree on maintenance."""
    env = demo.env
    warranty, visits, training = env["service.plan"].create(
        [
            {
                "name": name,
                "kind": kind,
                "duration": length,
                "unit": unit,
                "quota": quota,
            }
            for name, kind, length, unit, quota in PLANS
        ]
    )
    products = env["product.template"].search(
        [("is_storable", "=", True), ("list_price", ">", 300)], order="id", limit=8
    )
    products.service_plan_ids = [Command.link(warranty.id)]
    env["service.asset"].action_backfill()
    contracts = env["service.contract"].create(
        [
            {
                "name": "设备保养 Care of machines",
                "partner_id": customer.id,
                "date_first": demo.today - timedelta(days=30 * number),
                "date_last": demo.today + timedelta(days=365 - 30 * number),
                "line_ids": [
                    Command.create({"plan_id": plan.id}) for plan in (visits, training)
                ],
            }
            for number, customer in enumerate(demo.customers[:6])
        ]
    )
    contracts[:-1].action_agree()
    asset = env["service.asset"].search([("state", "=", "active")], limit=1)
    ticket = env["service.ticket"].search(
        [("partner_id", "=", contracts[0].partner_id.id)], limit=1
    )
    if asset and ticket:
        contracts[0].entitlement_ids[0]._use(1, ticket, "第一次上门 First visit")
        ticket.write({"asset_id": asset.id})
