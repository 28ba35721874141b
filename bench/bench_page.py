"""The customer's page, against the platform's smart buttons read one by one."""

from odoo.tools import SQL

from .measure import Meter, Report, seller

#: What the buttons on the platform's form of a customer show, and the balance.
BUTTONS = (
    "opportunity_count",
    "meeting_count",
    "sale_order_count",
    "total_invoiced",
    "on_time_rate",
    "credit",
    "total_due",
    "activity_ids",
    "child_ids",
)
ROUNDS = 15
MANY = 80
SINGLES = 20


def main(env, scale):
    meter = Meter(env)
    env = seller(env)
    report = Report("Customer page", scale)
    customers = buyers(env, MANY)
    large, usual = customers[0], customers[len(customers) // 2]
    for name, customer in (("largest", large), ("usual", usual)):
        _page(meter, report, name, customer)
    _sections(meter, report, customers)
    _timeline(meter, report, large)
    return report.show()


def buyers(env, size):
    """Give customers with orders, the one with the most orders first."""
    rows = env.execute_query(
        SQL(
            """
            SELECT p.commercial_partner_id
              FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
              JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active
             GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
            """,
            size * 5,
        )
    )
    # the largest, and others further down the list
    ids = [id_ for (id_,) in rows[::5]]
    return env["res.partner"].browse(ids)


def buttons(customer):
    """Read what the buttons show, each for itself as a form of many addons does."""
    for name in BUTTONS:
        if name in customer._fields:
            customer.invalidate_recordset()
            customer.read([name])


def _page(meter, report, name, customer):
    ours, theirs = meter.turns(
        ROUNDS, customer.get_customer_page, lambda: buttons(customer)
    )
    report.compare(f"page of the {name} customer", ours, theirs, 0)
    report.fact(
        f"queries of that page ({name})",
        f"{ours.query_count:g}",
        f"{theirs.query_count:g}",
        bar="<= 12",
        met=ours.query_count <= 12,
    )
    report.bar(
        f"server time of that page ({name})",
        f"{ours.wall_ms:.0f} ms",
        f"{theirs.wall_ms:.0f} ms",
        bar="<= 300 ms",
        met=ours.wall_ms <= 300,
    )


def _sections(meter, report, customers):
    """The dearest of some customers stands for one: others may lack what costs."""
    singles = []
    for customer in customers[:SINGLES]:
        (single,) = meter.turns(1, customer._customer_360_sections)
        singles.append(single.query_count)
    (many,) = meter.turns(1, customers._customer_360_sections)
    report.fact(
        f"queries of the sections, 1 and {len(customers)} customers",
        f"{max(singles):g} and {many.query_count:g}",
        bar="no more for many, <= 12",
        met=many.query_count <= max(singles) <= 12,
    )
    some = customers[:SINGLES]
    together, theirs = meter.turns(
        min(ROUNDS, 5),
        some._customer_360_sections,
        lambda: [buttons(customer) for customer in some],
    )
    report.compare(f"sections of {len(some)} customers", together, theirs, 3)


def _timeline(meter, report, customer):
    statements = []
    read = type(customer)._read_timeline

    def counted(self, *arguments):
        before = self.env.cr.sql_log_count
        rows = read(self, *arguments)
        statements.append(self.env.cr.sql_log_count - before)
        return rows

    type(customer)._read_timeline = counted
    try:
        (page,) = meter.turns(ROUNDS, customer.get_customer_timeline)
    finally:
        type(customer)._read_timeline = read
    report.fact(
        "queries for the events of a page of the timeline",
        f"{max(statements)} ({page.query_count:g} with the right to see it)",
        bar="1",
        met=max(statements) == 1,
    )
    report.bar(
        "server time of a page of the timeline",
        f"{page.wall_ms:.0f} ms",
        bar="<= 300 ms",
        met=page.wall_ms <= 300,
    )
