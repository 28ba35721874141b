"""A territory for each of a million customers by 500 rules, against one by one."""

from odoo.tools import SQL

from .copies import bare, vacuum
from .measure import Meter, Report, Sample

SCRATCH = True
RULES = 500
ASKED = 400
ROUNDS = 3


def main(env, scale):
    meter = Meter(env)
    report = Report("Territories", scale)
    customers = spread(env)
    territories = draw(env)
    check_postcodes(env, territories)
    vacuum(env)
    _all_customers(meter, report, env, customers, scale)
    _one_by_one(meter, report, env)
    _saved(meter, report, env)
    return report.show()


def spread(env):
    """Make every partner of the generated company a customer with a place of its own.

    :return: number of customers
    """
    with bare(env, ["res_partner"]):
        env.cr.execute(
            """
            WITH state AS (
                SELECT country_id, array_agg(id ORDER BY id) AS ids
                  FROM res_country_state GROUP BY country_id
            ), trade AS (
                SELECT array_agg(id ORDER BY id) AS ids FROM res_partner_industry
            )
            UPDATE res_partner p
               SET parent_id = NULL, commercial_partner_id = p.id, active = TRUE,
                   zip = lpad((p.id::bigint * 7919 % 1000000)::text, 6, '0'),
                   state_id = s.ids[1 + p.id % array_length(s.ids, 1)],
                   industry_id = t.ids[1 + p.id % 7 % array_length(t.ids, 1)]
              FROM res_country c LEFT JOIN state s ON s.country_id = c.id, trade t
             WHERE c.id = p.country_id
            """
        )
    env.cr.commit()
    env.invalidate_all()
    env.cr.execute(
        "SELECT count(*) FROM res_partner WHERE commercial_partner_id = id AND active"
    )
    return env.cr.fetchone()[0]


def draw(env):
    """Make territories with rules of eight shapes: country, state, postcode, trade."""
    countries = env["res.country"].search([("code", "in", ("CN", "DE", "US", "GB"))])
    states = env["res.country.state"].search(
        [("country_id", "in", countries.ids)], order="id"
    )
    trades = env["res.partner.industry"].search([], order="id", limit=7)
    tags = env["res.partner.category"].search([], order="id", limit=2)
    root = env["sfa.territory"].create({"name": "Bench"})
    territories = env["sfa.territory"].create(
        [{"name": f"Bench {n}", "parent_id": root.id} for n in range(RULES // 5)]
    )
    values = []
    for number in range(RULES):
        country = countries[number % len(countries)]
        criteria = [
            {"country_id": country.id, "zip": 3},
            {"country_id": country.id, "zip": 4},
            {"state_id": states[number % len(states)].id},
            {"country_id": country.id, "industry_id": trades[number % len(trades)].id},
            {"zip": 3, "industry_id": trades[number % len(trades)].id},
        ][number % 5]
        digits = criteria.pop("zip", 0)
        if digits:
            start = number * 7919 % (10**digits - 5)
            criteria["zip_from"] = str(start).zfill(digits)
            criteria["zip_to"] = str(start + number % 5).zfill(digits)
        if number % 50 == 49 and tags:
            criteria["tag_id"] = tags[0].id
        values.append(
            {
                "territory_id": territories[number % len(territories)].id,
                "sequence": 10 + number * 31 % 100,
                **criteria,
            }
        )
    values.append(
        {
            "territory_id": root.id,
            "sequence": 900,
            "country_id": countries[0].id,
            "revenue_from": 100,
        }
    )
    env["sfa.territory.rule"].create(values)
    env.flush_all()
    return territories


def check_postcodes(env, territories):
    shapes = {shape for shape, _rule in env["sfa.territory.rule"]._get_shapes()}
    assert len(shapes) >= 8, shapes
    assert territories


def _all_customers(meter, report, env, customers, scale):
    match = env["sfa.territory.match"]
    found, preview, moved, again = Sample(), Sample(), Sample(), Sample()
    with meter.on(found):
        (count,) = env.execute_query(
            SQL("SELECT count(*) FROM (%s) m", match._match_customers())
        )[0]
    run = env["sfa.territory.run"].create({"name": "Bench"})
    with meter.on(preview):
        run._preview()
    with meter.on(moved):
        # With a commit between chunks, as the scheduled action does.
        written = run._apply_moves(commit=True)
    vacuum(env)
    second = env["sfa.territory.run"].create({"name": "Bench again"})
    with meter.on(again):
        rewritten = second._preview()
    part = max(scale, 0.05)  # planning takes its time whatever the size
    report.bar(
        f"{customers:,} customers x {RULES} rules matched, {count:,} would move",
        _said(found),
        bar=f"<= {10 * part:.2f} s CPU, 15 q",
        met=found.cpu[0] <= 10 * part and found.queries[0] <= 15,
    )
    report.bar("the same kept as a preview, with revenue and pipeline", _said(preview))
    report.bar(
        f"moved with history, contacts and leads, {written:,} customers",
        f"{_said(moved)}, {1e6 * moved.cpu[0] / max(written, 1):.0f} us CPU each",
    )
    _written_alone(meter, report, env, moved.cpu[0] / max(written, 1))
    report.bar(
        "all customers again, nothing new",
        f"{_said(again)}, {rewritten} rows",
        bar=f"<= {5 * part:.2f} s CPU, 0 rows",
        met=again.cpu[0] <= 5 * part,
    )
    report.fact("moved of those found", written, bar=count, met=written == count)
    report.fact("found again", rewritten, bar="0", met=rewritten == 0)
    chunks = -(-max(written, 1) // 20_000)
    report.fact(
        "queries of matching, and of moving a chunk of 20,000",
        f"{found.queries[0]}, {moved.queries[0] / chunks:.1f}",
        bar="<= 15 each",
        met=found.queries[0] <= 15 and moved.queries[0] <= 15 * (chunks + 1),
    )


def _written_alone(meter, report, env, ours):
    """Compare with writing the salesperson of customers, without any history."""
    partners = env["res.partner"].search(
        [("sfa_territory_id", "!=", False)], order="id", limit=200
    )
    users = env["res.users"].search([("login", "like", "seller")], limit=2)
    theirs = Sample()
    for partner in partners:
        new = users[0] if partner.user_id != users[0] else users[1]
        with meter.on(theirs):
            partner.write({"user_id": new.id})
            env.flush_all()
    report.bar(
        "one customer moved, and one written by the platform",
        f"{1e6 * ours:.0f} us CPU",
        f"{1e6 * theirs.cpu_ms / 1000:.0f} us CPU, {theirs.query_count:g} q",
        f"{theirs.cpu_ms / 1000 / ours:.1f} x",
    )


def _said(sample):
    return f"{sample.wall[0]:.2f} s, {sample.cpu[0]:.2f} s CPU, {sample.queries[0]} q"


def _one_by_one(meter, report, env):
    """Compare with asking rule by rule with searches, on a sample."""
    rows = env.execute_query(
        SQL(
            "SELECT id FROM res_partner WHERE commercial_partner_id = id AND active"
            " AND partner_share AND NOT (supplier_rank > 0 AND customer_rank = 0)"
            " AND id NOT IN (SELECT partner_id FROM res_company)"
            " ORDER BY hashint8extended(id, 4) LIMIT %s",
            ASKED,
        )
    )
    ids = [id_ for (id_,) in rows]
    answers = {}
    ours, theirs = meter.turns(
        ROUNDS,
        lambda: env.execute_query(
            SQL(
                "SELECT count(*) FROM (%s) m",
                env["sfa.territory.match"]._match_customers(ids),
            )
        ),
        lambda: answers.update(asked_alone(env, ids)),
    )
    report.compare(f"{ASKED} customers x {RULES} rules", ours, theirs, 15)
    found = {
        partner.id: partner.sfa_territory_id.id
        for partner in env["res.partner"].browse(ids)
    }
    wrong = [id_ for id_ in ids if found[id_] != answers[id_]]
    report.fact("customers whose territory differs", len(wrong), bar="0", met=not wrong)


def asked_alone(env, partner_ids):
    """Find the territory of customers with one search a rule, in their order."""
    left = set(partner_ids)
    result = dict.fromkeys(partner_ids, False)
    for rule in env["sfa.territory.rule"].search([], order="sequence, id"):
        domain = [("id", "in", list(left))]
        for name in ("country_id", "state_id", "industry_id"):
            if rule[name]:
                domain.append((name, "=", rule[name].id))
        if rule.tag_id:
            domain.append(("category_id", "in", rule.tag_id.ids))
        customers = env["res.partner"].search(domain)
        if rule.zip_first:
            customers = customers.filtered(lambda one, r=rule: _in_range(r, one.zip))
        if rule.revenue_from:
            customers = customers.filtered(
                lambda one, r=rule: _spent(env, one) >= r.revenue_from
            )
        for customer in customers:
            result[customer.id] = rule.territory_id.id
        left -= set(customers.ids)
    return result


def _in_range(rule, code):
    return (
        bool(code)
        and code >= rule.zip_first
        and code[: len(rule.zip_last)] <= rule.zip_last
    )


def _spent(env, customer):
    metrics = env.execute_query(
        SQL(
            "SELECT sum(s.amount) FROM (%s) AS s (partner_id, date, amount)"
            " WHERE s.partner_id = %s AND s.date >= CURRENT_DATE - 365",
            env["res.partner"]._customer_purchases_sql(),
            customer.id,
        )
    )
    return metrics[0][0] or 0


def _saved(meter, report, env):
    """What saving the address of a customer costs with rules, and without."""
    partner = env["res.partner"].search(
        [("sfa_territory_id", "!=", False)], order="id", limit=1
    )
    codes = iter(f"{number:06}" for number in range(100_000, 999_999, 7))

    def save():
        partner.with_context(tracking_disable=True).write({"zip": next(codes)})
        env.flush_all()

    def save_name():
        partner.with_context(tracking_disable=True).write({"city": next(codes)})
        env.flush_all()

    with_rules, without = meter.turns(ROUNDS * 3, save, save_name)
    more = with_rules.query_count - without.query_count
    report.fact(
        "queries more to save a postcode than a city",
        f"{more:g}",
        bar="<= 4",
        met=more <= 4,
    )
    report.bar(
        "saving a postcode, and a city",
        f"{with_rules.cpu_ms:.1f} ms CPU",
        f"{without.cpu_ms:.1f} ms CPU",
    )
