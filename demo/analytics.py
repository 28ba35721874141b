"""What the analyses say of the demo company."""

from datetime import datetime, timedelta

#: What a unit of an activity costs.
RATES = {
    "order_line": 6,
    "delivery": 60,
    "return": 80,
    "visit": 150,
    "collection": 120,
    "ticket": 90,
    "complaint": 300,
    "call_minute": 3,
}
#: Days that the stock of one article after the other lasts.
DAYS = (40, 75, 9, 120, 60)
#: Articles that went out of use: name, cost, pieces, days since they came.
LEFT_OVER = (
    ("传真机 Fax Machine", 620, 24, 320),
    ("软盘 Floppy Disks", 18, 400, 240),
    ("投影胶片 Overhead Film", 35, 150, 130),
)


def make(demo):
    """Run every analysis once; where the company is too small, the run says so."""
    _age_stock(demo)
    _rate(demo)
    models = demo.env["mining.model"].search([("company_id", "=", demo.env.company.id)])
    models._ask()
    demo.env["mining.run"]._cron_run()
    _quote(demo)


def _rate(demo):
    """Say what activities cost; that of a visit has become dearer."""
    rates = demo.env["mining.activity.rate"]
    known = dict(rates._selection_activity())
    year = demo.today.replace(month=1, day=1)
    periods = [
        (name, "2020-01-01", False, RATES[name])
        for name in known
        if name in RATES and name != "visit"
    ]
    periods += [
        ("visit", "2020-01-01", year - timedelta(days=1), RATES["visit"] - 50),
        ("visit", year, False, RATES["visit"]),
    ]
    rates.create(
        [
            {"activity": name, "date_from": start, "date_to": end, "amount": amount}
            for name, start, end, amount in periods
        ]
    )


def _age_stock(demo):
    """Count what lies there: little of some articles, two that nobody wants."""
    env = demo.env
    paces = {
        row.product_id: row.used / 90
        for row in env["mining.stock"].search([("company_id", "=", env.company.id)])
    }
    quants = env["stock.quant"].search(
        [
            ("location_id.usage", "=", "internal"),
            ("product_id", "in", [product.id for product in paces]),
        ],
        order="id",
    )
    for place, (product, same) in enumerate(quants.grouped("product_id").items()):
        wanted = paces[product] * DAYS[place % len(DAYS)]
        held = sum(same.mapped("quantity"))
        for quant in same if held > wanted else ():
            counted = round(quant.quantity * wanted / held)
            quant.inventory_quantity = max(counted, quant.reserved_quantity)
            quant.action_apply_inventory()
    for name, cost, quantity, days in LEFT_OVER:
        product = env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": cost * 1.6,
                "standard_price": cost,
            }
        )
        env["stock.quant"]._update_available_quantity(
            product,
            demo.warehouses[0].lot_stock_id,
            quantity,
            in_date=datetime.now() - timedelta(days=days),
        )


def _quote(demo):
    """Answer the offers on an open quotation, so that answers show."""
    order = demo.env["sale.order"].search([("state", "=", "draft")], limit=1)
    if order:
        order.action_mining_offers()
        offers = demo.env["mining.offer"].search([("order_id", "=", order.id)])
        offers[:1].action_refuse()
