"""The nightly decision about every customer, against asking customer by customer."""

from odoo import fields
from odoo.tools import SQL

from .measure import Meter, Report, Sample, seller

ASKED = 300
ROUNDS = 3


def main(env, scale):
    meter = Meter(env)
    report = Report("Lifecycle", scale)
    first, second, changed = Sample(), Sample(), Sample()
    with meter.undone():
        env.cr.execute("DELETE FROM crm_lifecycle_log; DELETE FROM crm_lifecycle")
        with meter.on(first):
            written = env["crm.lifecycle"]._refresh()
        with meter.on(second):
            again = env["crm.lifecycle"]._refresh()
        stirred = stir(env)
        with meter.on(changed):
            moved = env["crm.lifecycle"]._refresh()
    customers = env["res.partner"].search_count([("parent_id", "=", False)], limit=None)
    bar = 60 * max(scale, 0.02)
    report.bar(
        f"all {customers:,} customers, first time, {written:,} rows",
        f"{first.wall[0]:.1f} s, {first.cpu[0]:.1f} s CPU",
        bar=f"<= {bar:.1f} s",
        met=first.wall[0] <= bar,
    )
    report.bar(
        "all customers, nothing new",
        f"{second.wall[0]:.1f} s, {again} rows written",
        bar=f"<= {bar:.1f} s, 0 rows",
        met=again == 0 and second.wall[0] <= bar,
    )
    report.fact(
        f"all customers, {stirred} with a new order",
        f"{changed.wall[0]:.1f} s, {moved} rows written",
        bar=f"{stirred} rows",
        met=moved == stirred,
    )
    _one_by_one(meter, report, env, first.cpu[0] / customers)
    return report.show()


def stir(env):
    """Let one customer in a hundred order today.

    :return: number of customers
    """
    rows = env.execute_query(
        SQL(
            """
            WITH chosen AS (
                SELECT DISTINCT ON (p.commercial_partner_id) o.id
                  FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                 WHERE o.state = 'sale' AND p.commercial_partner_id %% 100 = 0
                   AND o.date_order < %s
                 ORDER BY p.commercial_partner_id, o.date_order DESC
            )
            UPDATE sale_order o SET date_order = %s FROM chosen
             WHERE o.id = chosen.id RETURNING o.partner_id
            """,
            fields.Date.subtract(fields.Date.today(), days=1),
            fields.Datetime.subtract(fields.Datetime.now(), minutes=1),
        )
    )
    return len(rows)


def _one_by_one(meter, report, env, ours):
    reader = seller(env)
    rows = env.execute_query(
        SQL(
            """
            SELECT partner_id FROM crm_lifecycle WHERE orders > 0
             ORDER BY hashint8extended(partner_id, 9) LIMIT %s
            """,
            ASKED,
        )
    )
    ids = [id_ for (id_,) in rows]
    answers = {}
    (alone,) = meter.turns(ROUNDS, lambda: answers.update(asked_alone(reader, ids)))
    theirs = alone.cpu_ms / 1000 / len(ids)
    report.bar(
        "one customer of the whole, CPU",
        f"{1e6 * ours:.1f} us",
        f"{1e6 * theirs:.1f} us, {alone.query_count / len(ids):.1f} q",
        f"{theirs / ours:.0f} x",
        ">= 20 x",
        theirs >= 20 * ours,
    )
    found = {
        row.partner_id.id: (row.orders, row.first_order, row.last_order)
        for row in env["crm.lifecycle"].search([("partner_id", "in", ids)])
    }
    wrong = [id_ for id_ in ids if found[id_] != answers[id_]]
    report.fact("customers whose facts differ", len(wrong), bar="0", met=not wrong)


def asked_alone(env, partner_ids):
    """Ask the platform what each customer bought, and when somebody was in touch."""
    result = {}
    for partner in env["res.partner"].browse(partner_ids):
        members = [("partner_id.commercial_partner_id", "=", partner.id)]
        orders, first, last = env["sale.order"]._read_group(
            [*members, ("state", "=", "sale")],
            aggregates=["__count", "date_order:min", "date_order:max"],
        )[0]
        env["crm.lead"].search_count(members)
        env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", partner.id)],
            order="date desc",
            limit=1,
        )
        env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)],
            order="date_deadline",
            limit=1,
        )
        result[partner.id] = (orders, first and first.date(), last and last.date())
    return result
