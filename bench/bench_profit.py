"""Profit of every customer with its bridge, against the platform's margins."""

from odoo import fields

from .measure import Meter, Report, Sample

ROUNDS = 3
#: Days of all orders, and of a few of them.
ALL, FEW = 1095, 60


def main(env, scale):
    meter = Meter(env)
    report = Report("Profit by customer", scale)
    with meter.undone():
        _profit(meter, report, env)
        _receivables(meter, report, env)
        _stock(meter, report, env)
    return report.show()


def _profit(meter, report, env):
    """Run the analysis, against reading margins by customer from the sales report."""
    env["mining.fact"]._refresh()
    rates = env["mining.activity.rate"]
    rates.search([]).unlink()
    rates.create(
        [
            {"activity": name, "date_from": "2000-01-01", "amount": amount}
            for name, amount in (("order_line", 2), ("delivery", 30), ("return", 50))
        ]
    )
    env["mining.model"]._make_defaults(env.company)
    model = env["mining.model"].search(
        [("company_id", "=", env.company.id), ("kind", "=", "profit")]
    )
    _run(meter, env, model, FEW)  # fills caches, and has something to be shown
    few = _run(meter, env, model, FEW)[1]
    theirs = Sample()
    with meter.on(theirs):
        margins = env["sale.report"]._read_group(
            [
                ("state", "=", "sale"),
                ("date", ">=", fields.Date.subtract(fields.Date.today(), days=ALL)),
            ],
            ["commercial_partner_id"],
            ["price_subtotal:sum", "margin:sum"],
        )
    run, ours = _run(meter, env, model, ALL)
    customers = run.pictures["customers"]
    each = 1000 * ours.cpu[0] / customers
    report.bar(
        f"{customers:,} customers with costs, reasons and bridge, CPU",
        f"{ours.cpu[0]:.2f} s, {ours.queries[0]} q",
        f"{theirs.cpu[0]:.2f} s, margins of {len(margins):,} alone",
        f"{each:.2f} ms each",
        "<= 0.5 ms each",
        each <= 0.5,
    )
    report.fact(
        "queries of a run, and of one over fewer customers",
        f"{ours.queries[0]}, {few.queries[0]}",
        bar="no more, <= 80",
        met=ours.queries[0] <= min(few.queries[0], 80),
    )
    report.fact(
        "not explained between customers and ledger",
        f"{run.quality:.2f}",
        bar="0.00",
        met=run.state == "done" and not run.quality,
    )


def _run(meter, env, model, days):
    """Run the analysis over so many days; give the run and what it cost."""
    model.write({"window_days": days, "horizon_days": 30})
    run = model._ask()
    env.flush_all()
    env.invalidate_all()
    sample = Sample()
    with meter.on(sample):
        run._run()
        env.flush_all()
    return run, sample


def _receivables(meter, report, env):
    """Read the page of receivables, and the ledger of the same day by itself."""
    pages = env["mining.receivable"]
    page = pages.get_page()
    (way,) = meter.turns(ROUNDS, pages.get_page)
    ledger = env["account.move.line"]._read_group(
        [
            ("company_id", "=", env.company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("date", "<=", page["day"]),
        ],
        [],
        ["balance:sum"],
    )[0][0]
    report.bar("page of receivables", f"{way.cpu_ms:.0f} ms, {way.query_count:g} q")
    difference = abs(page["total"] - (ledger or 0))
    report.fact(
        "receivables less the ledger",
        f"{difference:.2f}",
        bar="0.00",
        met=difference < 0.005,
    )


def _stock(meter, report, env):
    pages = env["mining.stock"]
    (way,) = meter.turns(ROUNDS, pages.get_page)
    report.bar("page of stock", f"{way.cpu_ms:.0f} ms, {way.query_count:g} q")
