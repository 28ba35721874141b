"""What the analyses say of the demo company."""


def make(demo):
    """Run every analysis once; where the company is too small, the run says so."""
    models = demo.env["mining.model"].search([("company_id", "=", demo.env.company.id)])
    models._ask()
    demo.env["mining.run"]._cron_run()
    _quote(demo)


def _quote(demo):
    """Answer the offers on an open quotation, so that answers show."""
    order = demo.env["sale.order"].search([("state", "=", "draft")], limit=1)
    if order:
        order.action_mining_offers()
        offers = demo.env["mining.offer"].search([("order_id", "=", order.id)])
        offers[:1].action_refuse()
