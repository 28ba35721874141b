"""What members' points cost when an order is confirmed, against the platform alone."""

from contextlib import nullcontext

from odoo import Command

from .fill_loyalty import make_program
from .measure import Meter, Report, Sample, describe
from .without import without

ROUNDS = 25
LINES = 3
CPU_BAR = 1.15
#: More queries than the platform's own, at most.
CASES = {"earn": 6, "earn and redeem": 6, "no program": 1}


def main(env, scale):
    meter = Meter(env)
    report = Report("Orders of members", scale)
    env = env(context={"lang": "en_US", "tz": "Asia/Shanghai"})
    with meter.undone():
        env["loyalty.program"].search([]).action_archive()
        for case, queries in CASES.items():
            _measure(meter, report, env, case, queries)
    return report.show()


def _measure(meter, report, env, case, queries):
    if case == "earn":
        make_program(env, "Bench Orders", discount=1)
    if case == "no program":
        env["loyalty.program"].search([]).action_archive()
    ours, theirs = Sample(), Sample()
    warm = Sample()
    for number in range(ROUNDS + 3):
        places = (True, False) if number % 2 else (False, True)
        for with_us in places:
            sample = (ours if with_us else theirs) if number >= 3 else warm
            with meter.undone():
                _confirm(meter, env, case, number, with_us, sample)
    more = ours.query_count - theirs.query_count
    report.fact(
        f"confirm, {case}: queries",
        f"{ours.query_count:g}",
        f"{theirs.query_count:g}",
        f"{more:+g}",
        f"<= +{queries}",
        more <= queries,
    )
    ratio = ours.cpu_ms / theirs.cpu_ms
    report.bar(
        f"confirm, {case}: CPU",
        describe(ours),
        describe(theirs),
        f"{ratio:.3f}",
        f"<= {CPU_BAR:.2f}",
        ratio <= CPU_BAR,
    )


def _confirm(meter, env, case, number, with_us, sample):
    order = _make_order(env, number)
    if case == "earn and redeem":
        card = env["loyalty.card"].search(
            [("partner_id", "=", order.partner_id.id)], limit=1
        ) or env["loyalty.card"].create(
            {
                "partner_id": order.partner_id.id,
                "program_id": env["loyalty.program"].search([], limit=1).id,
            }
        )
        card.book("earn", 500, f"bench {number} {with_us}")
        order._update_programs_and_rewards()
        for owner, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards[:1], owner)
    elif case == "earn":
        order._update_programs_and_rewards()
    meter.forget()
    with (
        nullcontext() if with_us else without(env, "crm_loyalty"),
        meter.on(sample),
    ):
        order.action_confirm()
        env.cr.flush()


def _make_order(env, number):
    customer = env["res.partner"].search(
        [("is_company", "=", True), ("ref", "like", "C0")], limit=1, offset=number
    )
    articles = env["product.product"].search(
        [("default_code", "like", "A")], limit=LINES, offset=number
    )
    return env["sale.order"].create(
        {
            "partner_id": customer.id,
            "order_line": [
                Command.create({"product_id": article.id, "product_uom_qty": 2})
                for article in articles
            ],
        }
    )
