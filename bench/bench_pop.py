"""What an agent's screen costs when the telephone rings, against the platform's search.

The pop names the customer, or everybody whom the number could mean, with leads; the
platform's own way finds partners by equality on the number that it stores.
"""

from odoo.tools import SQL

from .bench_phone import by_equality, spellings
from .measure import Meter, Report, Sample, describe

WARM = 3


def main(env, scale):
    report = Report("Screen pop", scale)
    calls, numbers = prepare(env)
    meter = Meter(env)
    known, unknown, screen, stock = (Sample() for _ in range(4))
    partners = calls.env["res.partner"]
    for place, (call, (number, _owner_id, _sanitized)) in enumerate(
        zip(calls, numbers, strict=True)
    ):
        ways = (
            (known, call._prepare_pop),
            (unknown, call._prepare_matches),
            (screen, call.env["cti.agent"].get_desk),
            (stock, lambda number=number: by_equality(partners, number)),
        )
        for sample, way in ways:
            calls.env.invalidate_all()
            with meter.on(sample if place >= WARM else Sample()):
                way()
    report.bar("the pop of a call whose customer is known", describe(known))
    report.bar(
        "everybody behind a number, with leads, against equality on the stored number",
        describe(unknown),
        describe(stock),
        f"{stock.cpu_ms / unknown.cpu_ms:.1f} x",
    )
    report.bar("all that the screen of an agent shows", describe(screen))
    for what, sample, most in (("pop", known, 8), ("candidates", unknown, 8)):
        queries = max(sample.queries)
        report.fact(
            f"queries of a {what}",
            f"{queries:g}",
            bar=f"<= {most}",
            met=queries <= most,
        )
    found = recall(calls, numbers)
    report.fact("callers known", f"{found:.2f}", bar="1.00", met=found == 1)
    env.cr.rollback()
    return report.show()


def prepare(env):
    """Give calls of customers, written in six ways, as the agent who has them."""
    numbers = spellings(env)
    group = env.ref("crm_cti.crm_cti_group_user")
    user = env["res.users"].create(
        {"name": "Agent", "login": "pop", "group_ids": [(6, 0, group.ids)]}
    )
    pbx = env["cti.pbx"].create({"name": "P", "code": "pop", "provider": "sim"})
    agent = env["cti.agent"].create(
        {"user_id": user.id, "pbx_id": pbx.id, "extension": "7001"}
    )
    calls = env["cti.call"].create(
        [
            {
                "pbx_id": pbx.id,
                "linkedid": f"pop-{place}",
                "company_id": pbx.company_id.id,
                "direction": "in",
                "state": "talking",
                "number": number,
                "agent_id": agent.id,
                "partner_id": owner_id,
                "created": env.cr.now(),
            }
            for place, (number, owner_id, _sanitized) in enumerate(numbers)
        ]
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE cti_agent SET state = 'talking', call_id = %s WHERE id = %s",
            calls[0].id,
            agent.id,
        )
    )
    env.invalidate_all()
    return calls.with_user(user), numbers


def recall(calls, numbers):
    """Give the part of the callers whom the lookup finds."""
    found = [
        owner_id in call._find_partners().ids
        for call, (_number, owner_id, _sanitized) in zip(calls, numbers, strict=True)
    ]
    return sum(found) / len(found)
