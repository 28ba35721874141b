"""Reading what was sold, and asking it by month, against the platform's report."""

from collections import deque

from odoo.models import BaseModel
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
    """Read everything for the first time, against a plain copy of the same columns."""
    facts = env["mining.fact"]
    lines = []
    plain = SQL(
        "CREATE TEMP TABLE plain AS %s",
        SQL(" UNION ALL ").join(facts._sources(None, None)),
    )

    def prepare():
        meter.forget()
        env["mining.stale"]._ask_for_all()
        env.cr.execute(
            "DROP TABLE IF EXISTS pg_temp.plain; TRUNCATE mining_fact, mining_month"
        )

    theirs, ours = meter.turns(
        ROUNDS,
        lambda: env.cr.execute(plain),
        lambda: lines.append(facts._refresh()),
        prepare=prepare,
    )
    env.cr.execute("ANALYZE mining_fact; ANALYZE mining_month")
    ratio = ours.cpu_ms / theirs.cpu_ms
    report.bar(
        f"{lines[0]:,} lines read, with indexes and monthly sums, CPU",
        f"{ours.cpu_ms / 1000:.2f} s",
        f"{theirs.cpu_ms / 1000:.2f} s, one plain statement",
        f"{ratio:.2f}",
        "<= 2",
        ratio <= 2,
    )
    meter.built = ours.cpu_ms / 1000


def _change(meter, report, env):
    """Change one order in a hundred and read again."""
    facts = env["mining.fact"]
    lines = []

    def change():
        meter.forget()
        env.cr.execute(
            "UPDATE sale_order_line l SET price_subtotal = l.price_subtotal + 1,"
            " margin = l.margin + 1 FROM sale_order o"
            " WHERE o.id = l.order_id AND o.state = 'sale' AND o.id % 100 = 0"
        )

    (changed,) = meter.turns(
        ROUNDS, lambda: lines.append(facts._refresh()), prepare=change
    )
    part = changed.cpu_ms / 1000 / meter.built
    report.bar(
        f"{lines[0]:,} lines of changed orders, CPU",
        f"{changed.cpu_ms:.1f} ms, {changed.query_count:g} q",
        ratio=f"{100 * part:.1f} % of the build",
        bar="<= 5 %",
        met=part <= 0.05,
    )


def _months(meter, report, env):
    """Ask for revenue and quantity by month, of the lines and of the monthly sums."""
    by_category = _Question("categ_id")
    reports, lines, months, facts = meter.turns(
        ROUNDS,
        lambda: by_category.ask(env["sale.report"]),
        lambda: by_category.ask(env["mining.fact"], BaseModel._read_group),
        lambda: by_category.ask(env["mining.month"]),
        lambda: by_category.ask(env["mining.fact"]),
    )
    report.compare("lines by month and category", lines, reports, 15)
    report.compare("monthly sums by month and category", months, reports, 50)
    report.compare("what the facts are asked, by the sums", facts, reports, 15)
    by_product = _Question("product_id")
    reports, lines = meter.turns(
        ROUNDS,
        lambda: by_product.ask(env["sale.report"]),
        lambda: by_product.ask(env["mining.fact"]),
    )
    report.compare("lines by month and product", lines, reports, 0)
    for question in (by_category, by_product):
        wrong = question.count_differences()
        report.fact(f"sums by {question.by} that differ", wrong, bar="0", met=not wrong)
    _pivot(meter, report, env)


class _Question:
    """Revenue and quantity by month and something else, and the answers to it."""

    SAID = {
        "sale.report": (
            "price_subtotal",
            "product_uom_qty",
            [("state", "=", "sale"), ("product_id", "!=", False)],
        ),
        "mining.fact": ("revenue", "quantity", [("source", "=", "order")]),
        "mining.month": ("revenue", "quantity", [("source", "=", "order")]),
    }

    def __init__(self, by):
        self.by = by
        self.answers = deque(maxlen=4)

    def ask(self, model, read=None):
        revenue, quantity, domain = self.SAID[model._name]
        rows = (read or type(model)._read_group)(
            model,
            domain,
            [f"{'date' if 'date' in model._fields else 'month'}:month", self.by],
            [f"{revenue}:sum", f"{quantity}:sum"],
        )
        self.answers.append(rows)

    def count_differences(self):
        first, *others = map(self._as_set, self.answers)
        return sum(len(first ^ other) for other in others)

    def _as_set(self, rows):
        return {
            (str(when)[:7], record.id, round(amount, 2), round(count, 2))
            for when, record, amount, count in rows
            if amount or count
        }


def _pivot(meter, report, env):
    """Open the client's pivot, by month and category with all sums of them."""
    sets = [[], ["categ_id"], ["date:month"], ["categ_id", "date:month"]]

    def ask(model, domain, *sums):
        asked = [f"{name}:sum_currency" for name in sums]
        env[model].formatted_read_grouping_sets(
            domain, sets, ["currency_id:array_agg_distinct", *asked, "__count"]
        )

    theirs, ours = meter.turns(
        ROUNDS,
        lambda: ask("sale.report", [("state", "=", "sale")], "price_subtotal"),
        lambda: ask("mining.fact", [], "revenue", "margin"),
    )
    report.compare("the client's pivot with all its sums", ours, theirs, 0)


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
