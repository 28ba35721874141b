"""What the analyses say of the demo company."""

from datetime import timedelta

#: What a unit of an activity costs.
RATES = {
    "order_line": 6,
    "delivery": 60,
    "return": 80,
    "visit": 400,
    "collection": 120,
    "ticket": 90,
    "complaint": 300,
    "call_minute": 3,
}


def make(demo):
    """Run every analysis once; where the company is too small, the run says so."""
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


def _quote(demo):
    """Answer the offers on an open quotation, so that answers show."""
    order = demo.env["sale.order"].search([("state", "=", "draft")], limit=1)
    if order:
        order.action_mining_offers()
        offers = demo.env["mining.offer"].search([("order_id", "=", order.id)])
        offers[:1].action_refuse()
