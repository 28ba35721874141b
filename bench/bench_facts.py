"""Reading what was sold, and asking it by month, against the platform's report."""

from odoo.tools import SQL

from .measure import Meter, Report, Sample

ROUNDS = 3


def main(env, scale):
    meter = Meter(env)
    report = Report("Sales facts", scale)
    with meter.undone():
        _build(meter, report, env)
        _change(meter, report, env)
        _months(meter, report, env)
        _value(meter, report, env)
    return report.show()


def _build(meter, report, env):
    """Read everything, against one statement that only copies the same columns."""
    facts = env["mining.fact"]
    env["mining.stale"]._ask_for_all()
    plain = SQL(
        "CREATE TEMP TABLE plain AS %s",
        SQL(" UNION ALL ").join(facts._sources(None, None)),
    )
    ours, theirs = Sample(), Sample()
    with meter.on(theirs):
        env.cr.execute(plain)
    with meter.on(ours):
        lines = facts._refresh()
    env.cr.execute("DROP TABLE plain; ANALYZE mining_fact; ANALYZE mining_month")
    ratio = ours.cpu[0] / theirs.cpu[0]
    report.bar(
        f"{lines:,} lines read, with indexes and monthly sums, CPU",
        f"{ours.cpu[0]:.2f} s",
        f"{theirs.cpu[0]:.2f} s, one plain statement",
        f"{ratio:.2f}",
        "<= 2",
        ratio <= 2,
    )
    meter.built = ours.cpu[0]


def _change(meter, report, env):
    """Change one order in a hundred and read again."""
    env.cr.execute(
        "UPDATE sale_order_line l SET price_subtotal = l.price_subtotal + 1,"
        " margin = l.margin + 1 FROM sale_order o"
        " WHERE o.id = l.order_id AND o.state = 'sale' AND o.id % 100 = 0"
    )
    changed = Sample()
    with meter.on(changed):
        lines = env["mining.fact"]._refresh()
    part = changed.cpu[0] / meter.built
    report.bar(
        f"{lines:,} lines of changed orders, CPU",
        f"{changed.cpu[0]:.2f} s, {changed.queries[0]} q",
        ratio=f"{100 * part:.1f} % of the build",
        bar="<= 5 %",
        met=part <= 0.05,
    )


def _months(meter, report, env):
    """Ask for revenue and quantity by month and category, three ways."""
    answers = {}

    def ask(model, month, revenue, quantity, domain):
        rows = env[model]._read_group(
            domain, [month, "categ_id"], [f"{revenue}:sum", f"{quantity}:sum"]
        )
        answers[model] = {
            (str(when)[:7], category.id): (round(amount, 2), round(count, 2))
            for when, category, amount, count in rows
            if amount or count
        }

    orders = [("source", "=", "order")]
    report_way, fact_way, month_way = meter.turns(
        ROUNDS,
        lambda: ask(
            "sale.report",
            "date:month",
            "price_subtotal",
            "product_uom_qty",
            [("state", "=", "sale"), ("product_id", "!=", False)],
        ),
        lambda: ask("mining.fact", "date:month", "revenue", "quantity", orders),
        lambda: ask("mining.month", "month:month", "revenue", "quantity", orders),
    )
    report.compare("facts by month and category", fact_way, report_way, 15)
    report.compare("monthly sums by month and category", month_way, report_way, 50)
    for model in ("mining.fact", "mining.month"):
        wrong = set(answers["sale.report"].items()) ^ set(answers[model].items())
        report.fact(f"sums of {model} that differ", len(wrong), bar="0", met=not wrong)


def _value(meter, report, env):
    """Class every customer, against the bare statement that does it."""
    model = env["mining.model"].search([("kind", "=", "rfm")], limit=1)
    run = model._ask()
    run._set_window()
    days = run._days()
    window = {"from_day": days["from_day"], "to_day": days["to_day"]}
    job = env["mining.engine"]._job("rfm", run.company_id, **window)
    ours, bare, whole = Sample(), Sample(), Sample()
    with meter.on(bare):
        env.cr.execute(SQL("CREATE TEMP TABLE bare AS %s", job))
    with meter.on(ours):
        run._store_rfm(days)
    ratio = ours.cpu[0] / bare.cpu[0]
    count = env["mining.customer"].search_count([("run_id", "=", run.id)])
    report.bar(
        f"RFM, margin and tiers of {count:,} customers, kept, CPU",
        f"{ours.cpu[0]:.2f} s, {ours.queries[0]} q",
        f"{bare.cpu[0]:.2f} s, the bare statement",
        f"{ratio:.2f}",
        "<= 2, <= 20 q",
        ratio <= 2 and ours.queries[0] <= 20,
    )
    run.state = "cancelled"
    again = model._ask()
    with meter.on(whole):
        again._run()
    report.fact(
        "the whole run, with later sales, pictures and fingerprint",
        f"{whole.cpu[0]:.2f} s, {whole.queries[0]} q",
        f"{bare.cpu[0]:.2f} s, the bare statement",
        f"{whole.cpu[0] / bare.cpu[0]:.1f}",
    )
