"""What conditions of stages and control of quotations cost, beside doing without."""

from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from odoo import Command

from .measure import Meter, Report, describe, seller

ROUNDS = 15
BATCH = 50
LINES = 5
BAR = 1.10


def main(env, scale):
    meter = Meter(env)
    report = Report("Conditions of stages, control of quotations", scale)
    with meter.undone():
        _move_leads(meter, report, env)
    with meter.undone():
        _confirm_orders(meter, report, env)
    return report.show()


@contextmanager
def without_ours(env):
    """Let stages be written as the platform does alone: no check and no history."""
    leads, logs = type(env["crm.lead"]), type(env["sfa.stage.log"])
    with ExitStack() as stack:
        enter = stack.enter_context
        enter(patch.object(leads, "_sfa_check_stage", lambda *args: None))
        enter(patch.object(logs, "_enter", lambda *args: None))
        yield


# ------------------------------------------------------------------ stages


def _make_leads(env):
    env["sfa.stage.gate"].search([]).unlink()
    stages = env["crm.stage"].search([("is_won", "=", False)], limit=2)
    customers = env["res.partner"].search([("ref", "like", "C0")], limit=BATCH)
    people = seller(env)
    leads = (
        env["crm.lead"]
        .create(
            [
                {
                    "name": f"Deal {customer.id}",
                    "type": "opportunity",
                    "partner_id": customer.id,
                    "user_id": people.uid,
                    "stage_id": stages[0].id,
                }
                for customer in customers
            ]
        )
        .with_env(people)
    )
    return stages, leads


def _make_conditions(env, stages, leads):
    fields = env["ir.model.fields"]
    env["sfa.stage.gate"].create(
        [
            {
                "stage_id": stage.id,
                "field_ids": [Command.set(fields._get("crm.lead", "partner_id").ids)],
                "quotation_state": "exists",
            }
            for stage in stages
        ]
    )
    env["sale.order"].create(
        [
            {"partner_id": lead.partner_id.id, "opportunity_id": lead.id}
            for lead in leads.with_env(env)
        ]
    )


def _move_leads(meter, report, env):
    stages, leads = _make_leads(env)

    def move(moved):
        moved.write({"stage_id": (stages - moved[:1].stage_id)[:1].id})
        env.cr.flush()  # what a commit does: tracking writes its notes

    def plainly(moved):
        with without_ours(env):
            move(moved)

    def turns(number):
        some = leads[:number]
        return meter.turns(ROUNDS, lambda: move(some), lambda: plainly(some))

    for number in (1, BATCH):
        ours, theirs = turns(number)
        _compare(report, f"move {number} opportunities, no condition", ours, theirs)
    _make_conditions(env, stages, leads)
    extra = []
    for number in (1, BATCH):
        ours, theirs = turns(number)
        extra.append(ours.query_count - theirs.query_count)
        report.bar(
            f"move {number} opportunities, fields and quotation asked for",
            describe(ours),
            describe(theirs),
            f"{ours.cpu_ms / theirs.cpu_ms:.3f}",
        )
    report.fact(
        f"queries more for 1 and for {BATCH} opportunities with conditions",
        f"{extra[0]:g}, {extra[1]:g}",
        bar="the same",
        met=extra[1] <= extra[0] + 1,
    )


# ------------------------------------------------------------------ quotations


def _confirm_orders(meter, report, env):
    customers = env["res.partner"].search(
        [("is_company", "=", True), ("ref", "like", "C0")], limit=BATCH
    )
    articles = env["product.product"].search(
        [("default_code", "like", "A")], limit=LINES
    )
    articles.write({"standard_price": 0.01})
    articles.categ_id.write({"sfa_margin_floor": 0.5, "sfa_cost_days": 900})
    numbers = iter(range(10**6))

    def confirm(controlled):
        env.company.sfa_quote_gate = controlled
        customer = customers[next(numbers) // 2 % len(customers)]
        order = env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [
                    Command.create({"product_id": article.id, "product_uom_qty": 2})
                    for article in articles
                ],
            }
        )
        order.action_confirm()
        env.cr.flush()

    ours, theirs = meter.turns(
        ROUNDS, lambda: confirm(True), lambda: confirm(False), warm=2
    )
    _compare(report, f"create and confirm an order of {LINES} lines", ours, theirs)


def _compare(report, what, ours, theirs):
    ratio = ours.cpu_ms / theirs.cpu_ms
    report.bar(
        f"{what}, CPU",
        describe(ours),
        describe(theirs),
        f"{ratio:.3f}",
        f"<= {BAR:.2f}",
        ratio <= BAR,
    )
    more = ours.query_count - theirs.query_count
    report.fact(
        f"{what}, queries",
        f"{ours.query_count:g}",
        f"{theirs.query_count:g}",
        f"{more:+g}",
        "at most 10 % or 3 more",
        ours.query_count <= max(BAR * theirs.query_count, theirs.query_count + 3),
    )
