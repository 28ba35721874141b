"""A list of orders with their progress, against the same figures read by loops."""

from odoo.tools import SQL

from .measure import Meter, Report, seller

SHOWN = dict.fromkeys(
    (
        "name",
        "tracking_stage",
        "tracking_late",
        "tracking_turn",
        "tracking_next_date",
        "tracking_paid_share",
        "tracking_steps",
    ),
    {},
)
PLAIN = {"name": {}, "tracking_stage": {}}
PAGE = 80
ROUNDS = 15
#: Reading a table of this many rows from end to end is a fault of the plan.
LARGE = 20_000
COMPARED = ("qty_ordered", "qty_delivered", "amount_invoiced", "amount_paid")


def main(env, scale):
    meter = Meter(env)
    env = seller(env)
    report = Report("Order tracking", scale)
    ids = sample(env, PAGE)
    orders = env["sale.order"].browse(ids)

    def listed(number, names=SHOWN):
        return lambda: orders.browse(ids[:number]).web_read(names)

    one, some, page, plain = meter.turns(
        ROUNDS, listed(1), listed(20), listed(PAGE), listed(PAGE, PLAIN)
    )
    extra = page.query_count - plain.query_count
    report.fact(
        f"queries for {PAGE} orders, beyond those of a plain list",
        f"{extra:g} (1 order: {one.query_count - plain.query_count:g})",
        bar="<= 4, the same for 1, 20 and 80",
        met=extra <= 4 and one.query_count == some.query_count == page.query_count,
    )
    data, loop = meter.turns(
        ROUNDS, orders._tracking_data, lambda: by_loops(orders.sudo())
    )
    report.compare(f"figures of {PAGE} orders", data, loop, 2)
    report.fact(
        "queries for the figures",
        f"{data.query_count:g}",
        f"{loop.query_count:g}",
        bar="<= 2",
        met=data.query_count <= 2,
    )
    report.compare(f"list of {PAGE} orders with and without progress", page, plain, 0)
    wrong = differences(orders)
    report.fact("orders whose figures differ", len(wrong), bar="0", met=not wrong)
    scans = whole_scans(env, orders)
    report.bar(
        "large tables read whole",
        ", ".join(scans) or "none",
        bar="none",
        met=not scans,
    )
    return report.show()


def sample(env, size):
    """Give ids of orders of every state, spread over the whole time."""
    rows = env.execute_query(
        SQL("SELECT id FROM sale_order ORDER BY hashint8extended(id, 7) LIMIT %s", size)
    )
    return sorted(id_ for (id_,) in rows)


def by_loops(orders):
    """Read what tracking tells with the platform's own fields, record by record."""
    result = {}
    for order in orders:
        lines = order.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.product_id.type == "consu"
            )
        )
        invoices = order.invoice_ids.filtered(lambda move: move.state == "posted")
        moves = lines.move_ids
        instalments = invoices.line_ids.filtered(
            lambda item: item.display_type == "payment_term"
        )
        invoiced = sum(invoices.mapped("amount_total_in_currency_signed"))
        result[order.id] = {
            "qty_ordered": sum(lines.mapped("product_uom_qty")),
            "qty_delivered": sum(lines.mapped("qty_delivered")),
            "amount_invoiced": invoiced,
            "amount_paid": invoiced - sum(invoices.mapped("amount_residual")),
            "promised": order.commitment_date or order.expected_date,
            "moves_open": len(
                moves.filtered(lambda m: m.state not in ("draft", "done", "cancel"))
            ),
            "next_due": min(
                instalments.filtered("amount_residual").mapped("date_maturity"),
                default=None,
            ),
        }
    return result


def differences(orders):
    """Compare the statement with the loops, figure by figure."""
    data, loop = orders._tracking_data(), by_loops(orders.sudo())
    return [
        (order_id, name)
        for order_id, wanted in loop.items()
        for name in COMPARED
        if abs(data[order_id][name] - wanted[name]) > 1e-4
    ]


def whole_scans(env, orders):
    """Give the large tables that the statement would read from end to end."""
    statements = []
    execute = type(env).execute_query_dict

    def explained(self, query):
        statements.append(query)
        return execute(self, query)

    type(env).execute_query_dict = explained
    try:
        orders._tracking_data()
    finally:
        type(env).execute_query_dict = execute
    (statement,) = statements
    plan = env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", statement))[0][0]
    large = {
        name
        for (name,) in env.execute_query(
            SQL("SELECT relname FROM pg_class WHERE reltuples >= %s", LARGE)
        )
    }
    return sorted(set(_scanned(plan[0]["Plan"])) & large)


def _scanned(node):
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _scanned(child)
