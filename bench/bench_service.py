"""Service levels at size: deadlines, changed calendars, lists, many tickets at once."""

from datetime import UTC, timedelta

from odoo import fields

from odoo.addons.crm_service.models.service_sla_clock import BATCH

from .copies import vacuum
from .fill_service import fill
from .measure import Meter, Report, Sample, describe

DEADLINES = 100_000
#: The platform's way is so slow that a part of the deadlines has to do.
ASKED = 100
TOGETHER = 500
ROUNDS = 5
SCRATCH = True


def main(env, scale):
    meter = Meter(env)
    report = Report("Service levels", scale)
    env = env(context={"lang": "en_US", "tz": "Asia/Shanghai"})
    policy = fill(env, scale)
    vacuum(env)
    with meter.undone():
        _deadlines(meter, report, env, policy)
        _lists(meter, report, env)
        _escalated(meter, report, env, policy)
        _together(meter, report, env, policy)
        _holiday(meter, report, env, policy)
    return report.show()


def _deadlines(meter, report, env, policy):
    """Compute deadlines of moments of a year, against the calendar's own method."""
    calendar = policy.team_id.calendar_id
    hours = env["service.hours"]._get_current(calendar)[calendar]._get_time()
    now = fields.Datetime.now().replace(microsecond=0)
    starts = [now + timedelta(seconds=n * 311) for n in range(DEADLINES)]
    seconds = [int(start.replace(tzinfo=UTC).timestamp()) for start in starts]
    ours, theirs = Sample(), Sample()
    for _round in range(ROUNDS):
        with meter.on(ours):
            mine = [
                hours.deadline(start, 60 * (15 + n % 4000))
                for n, start in enumerate(seconds)
            ]
    asked = range(0, DEADLINES, DEADLINES // ASKED)
    with meter.on(theirs):
        plan = [
            calendar.plan_hours(
                (15 + n % 4000) / 60, starts[n], compute_leaves=True
            ).replace(tzinfo=UTC)
            for n in asked
        ]
    # `plan_hours` counts in floating hours: it may be off by a part of a second.
    wrong = sum(
        abs(mine[n] - planned.timestamp()) > 1
        for n, planned in zip(asked, plan, strict=True)
    )
    report.fact(f"deadlines that differ, of {ASKED}", wrong, bar="0", met=wrong == 0)
    seconds_of_all = theirs.cpu[0] * DEADLINES / ASKED
    report.bar(
        f"{DEADLINES:,} deadlines",
        f"{ours.cpu_ms / 1000:.3f} s CPU",
        f"{seconds_of_all:.0f} s CPU (from {ASKED})",
        f"{1000 * seconds_of_all / ours.cpu_ms:.0f} x",
        "<= 0.5 s CPU",
        ours.cpu_ms <= 500,
    )


def _lists(meter, report, env):
    tickets = env["service.ticket"]
    urgent, due, late = meter.turns(
        ROUNDS,
        lambda: (
            tickets.search(
                [("is_active", "=", True)], order="priority desc, id desc", limit=80
            ).ids
        ),
        lambda: (
            tickets.search(
                [("sla_deadline", "!=", False)], order="sla_deadline, id", limit=80
            ).ids
        ),
        lambda: tickets.search_count([("is_late", "=", True)]),
    )
    for what, sample, bar in (
        ("urgent tickets, first page", urgent, 5),
        ("due next, first page", due, 5),
        ("count of late tickets", late, 50),
    ):
        report.bar(
            what,
            describe(sample),
            bar=f"<= {bar} ms",
            met=sample.cpu_ms <= bar,
        )


def _together(meter, report, env, policy):
    """Create and move many tickets, with and without service levels."""

    def create(team):
        return env["service.ticket"].create(
            [
                {"name": f"Bench {n}", "team_id": team.id, "channel": "mail"}
                for n in range(TOGETHER)
            ]
        )

    def made(team):
        create(team)
        env.flush_all()

    bare = env["service.team"].create({"name": "Bare"})
    with_levels, without = meter.turns(
        3, lambda: made(policy.team_id), lambda: made(bare)
    )
    added = with_levels.query_count - without.query_count
    report.bar(
        f"{TOGETHER} tickets created",
        describe(with_levels),
        f"{describe(without)} (no service level)",
        bar="<= 13 q each, <= 30 q more",
        met=with_levels.query_count <= 13 * TOGETHER and added <= 30,
    )
    moved = Sample()
    for step in ("action_open", "action_wait_customer", "action_resolve"):
        tickets = create(policy.team_id)
        meter.forget()
        with meter.on(moved):
            getattr(tickets, step)()
            env.flush_all()
    report.bar(
        f"{TOGETHER} tickets moved",
        describe(moved),
        bar="<= 60 q",
        met=moved.query_count <= 60,
    )


def _escalated(meter, report, env, policy):
    env["service.sla.escalation"].create({"policy_id": policy.id, "minutes": 0})
    told, count = Sample(), 0
    for _batch in range(4):
        with meter.on(told):
            count += env["service.sla.escalation"]._escalate(TOGETHER)
            env.flush_all()
        env.invalidate_all()
    each = sum(told.cpu) / max(count, 1)
    report.bar(
        f"{count} late tickets escalated, {TOGETHER} at a time",
        f"{1000 * each:.2f} ms CPU each, {describe(told)}",
        bar="10,000 in 30 s",
        met=10_000 * each <= 30,
    )


def _holiday(meter, report, env, policy):
    """Let a holiday move all deadlines that run."""
    clocks = env["service.sla.clock"]
    tomorrow = fields.Datetime.now() + timedelta(days=1)
    env["resource.calendar.leaves"].create(
        {
            "name": "Holiday",
            "calendar_id": policy.team_id.calendar_id.id,
            "date_from": tomorrow,
            "date_to": tomorrow + timedelta(days=3),
        }
    )
    env.flush_all()
    moved, count = Sample(), 0
    outdated = clocks._count_outdated()
    while count < outdated:
        with meter.on(moved):
            count += clocks._follow_calendars(BATCH)
    report.fact(
        "deadlines moved by a holiday", count, bar=outdated, met=count == outdated
    )
    each = sum(moved.cpu) / max(count, 1)
    report.bar(
        f"{count:,} deadlines computed anew and written",
        f"{sum(moved.cpu):.2f} s CPU, {sum(moved.queries)} q",
        bar="100,000 in 10 s CPU",
        met=100_000 * each <= 10,
    )
