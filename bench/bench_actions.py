"""Planned actions against the platform's plan wizard, and the report on a million."""

from itertools import count

from odoo import Command
from odoo.tools import SQL

from .copies import next_id
from .measure import Meter, Report

#: The bar is about this many, whatever the size of the database.
ACTIONS = 10_000
REPORT_ACTIONS = 1_000_000
#: The wizard of the platform is measured on fewer records: its costs are linear.
WIZARD_LEADS = 25
STEPS = 4
ROUNDS = 3
MEASURES = [
    "planned:sum",
    "done:sum",
    "on_time:sum",
    "late:sum",
    "overdue:sum",
    "skipped:sum",
    "hours:sum",
    "compliance:avg",
]
COLUMNS = (
    "res_model, res_id, res_name, activity_type_id, user_id, user_tz, summary, note, "
    "date_deadline, active, automated"
)


def main(env, scale):
    report = Report("Actions", scale)
    env = env(context={"lang": "en_US", "tz": "Asia/Shanghai"})
    meter = Meter(env)
    with meter.undone():
        _launch(meter, report, env, ACTIONS)
    with meter.undone():
        _analyse(meter, report, env, max(int(REPORT_ACTIONS * scale), 2000))
    return report.show()


def _make_plan(env):
    kind = env.ref("mail.mail_activity_data_call")
    return env["mail.activity.plan"].create(
        {
            "name": "Bench",
            "res_model": "crm.lead",
            "template_ids": [
                Command.create(
                    {
                        "activity_type_id": kind.id,
                        "summary": f"Step {step}",
                        "note": "<p>Ask for the budget</p>",
                        "responsible_type": "sfa_salesperson",
                        "sfa_mandatory": step == 1,
                        "delay_count": step,
                        "delay_from": "after_plan_date",
                    }
                )
                for step in range(1, STEPS + 1)
            ],
        }
    )


def _make_leads(env, wanted):
    sellers = env["res.users"].search([("login", "like", "seller")], order="id")
    customers = env["res.partner"].search([("is_company", "=", True)], limit=200)
    return (
        env["crm.lead"]
        .with_context(tracking_disable=True, mail_create_nolog=True)
        .create(
            [
                {
                    "name": f"Bench {number}",
                    "type": "opportunity",
                    "partner_id": customers[number % len(customers)].id,
                    "user_id": sellers[number % len(sellers)].id,
                }
                for number in range(wanted)
            ]
        )
    )


def _launch(meter, report, env, actions):
    plan = _make_plan(env)
    leads = _make_leads(env, actions // STEPS)
    people = len(leads.user_id - env.user)
    some = leads[:WIZARD_LEADS]
    rounds = count()
    seen = {}

    def theirs():
        with env.cr.savepoint(flush=False) as savepoint:
            _schedule_one_by_one(plan, some)
            env.cr.flush()
            seen["theirs"] = _rows(env, some)
            savepoint.rollback()
        env.invalidate_all(flush=False)

    def events():
        return dict.fromkeys(leads.ids, f"bench:{next(rounds)}")

    def launch():
        with env.cr.savepoint(flush=False) as savepoint:
            before = next_id(env, "mail_message")
            made = plan._sfa_launch(leads, events())
            plan._sfa_notify(made)
            env.cr.flush()
            seen["ours"] = _rows(env, some)
            seen["told"] = _count_told(env, before)
            savepoint.rollback()
        env.invalidate_all(flush=False)

    samples = meter.turns(ROUNDS, launch, theirs)
    _tell_costs(report, *samples, len(leads) * STEPS, len(some) * STEPS)
    different = len(set(seen["ours"]) ^ set(seen["theirs"]))
    report.fact(
        f"different rows of {len(seen['theirs'])}",
        different,
        bar="0",
        met=not different,
    )
    report.fact(
        f"messages to {people} people",
        seen["told"],
        bar=str(people),
        met=seen["told"] == people,
    )


def _schedule_one_by_one(plan, leads):
    """Do what the platform's wizard does, without its note on each document."""
    for template in plan.template_ids:
        for lead in leads:
            lead.activity_schedule(
                activity_type_id=template.activity_type_id.id,
                summary=template.summary,
                note=template.note,
                user_id=lead.user_id.id,
                date_deadline=template._get_date_deadline(),
            )


def _tell_costs(report, ours, theirs, made, measured):
    """Report what an action costs, of as many as each way made."""
    ours_ms, theirs_ms = ours.cpu_ms / made, theirs.cpu_ms / measured
    ours_q, theirs_q = ours.query_count / made, theirs.query_count / measured
    report.bar(
        f"an action of {made:,} planned at once, CPU",
        f"{ours_ms:.3f} ms",
        f"{theirs_ms:.3f} ms",
        f"{theirs_ms / ours_ms:.0f} x",
        "<= 1 ms",
        ours_ms <= 1,
    )
    report.fact(
        "an action, queries",
        f"{ours_q:.3f}",
        f"{theirs_q:.1f}",
        f"{theirs_q / ours_q:.0f} x",
        "<= 0.3",
        ours_q <= 0.3,
    )


def _rows(env, leads):
    """Give the activities of leads as the platform's columns have them."""
    return env.execute_query(
        SQL(
            "SELECT %s FROM mail_activity WHERE res_model = 'crm.lead' "
            "AND res_id = ANY(%s)",
            SQL(COLUMNS),
            leads.ids,
        )
    )


def _count_told(env, before):
    return env["mail.message"].search_count(
        [("id", ">", before), ("message_type", "=", "user_notification")]
    )


def _analyse(meter, report, env, wanted):
    _fill_actions(env, wanted)
    env.cr.execute("ANALYZE mail_activity")
    manager = env(user=env.ref("base.user_admin").id)
    reports = manager["sfa.action.report"]
    ways = {
        "by person": ["user_id"],
        "by customer category": ["category_id"],
        "by person and territory": ["user_id", "territory_id"],
        "by person and week": ["user_id", "date:week"],
        "by norm and status": ["norm_id", "status"],
    }
    samples = meter.turns(
        ROUNDS,
        *(
            lambda groups=groups: reports._read_group([], groups, MEASURES)
            for groups in ways.values()
        ),
    )
    for name, sample in zip(ways, samples, strict=True):
        report.bar(
            f"report on {wanted:,} actions, {name}",
            f"{sample.wall_ms / 1000:.2f} s",
            bar="<= 2 s",
            met=sample.wall_ms <= 2000,
        )
    total = reports._read_group([], aggregates=MEASURES[:2])[0]
    env.cr.execute(
        "SELECT count(*), count(*) FILTER (WHERE NOT active AND "
        "coalesce(sfa_outcome, '') <> 'skipped') FROM mail_activity WHERE "
        "res_model IN ('crm.lead', 'res.partner', 'sale.order')"
    )
    counted = env.cr.fetchone()
    report.fact("planned and done", total, counted, bar="equal", met=total == counted)
    (effort,) = meter.turns(
        ROUNDS, lambda: manager["sfa.effort.share"].search([]).mapped("share")
    )
    report.bar(
        "effort against value, the picture",
        f"{effort.wall_ms / 1000:.2f} s",
        bar="information",
    )
    _read_schedule(meter, report, env)


def _fill_actions(env, wanted):
    """Write activities of a year on customers, as the platform would leave them."""
    sample = env["res.partner"].search([("is_company", "=", True)], limit=1)
    plan = _make_plan(env)
    activity = sample.activity_schedule(
        activity_type_id=env.ref("mail.mail_activity_data_call").id, user_id=env.uid
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            WITH person AS (
                SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
                  FROM res_users WHERE login LIKE 'seller%%'
            ), customer AS (
                SELECT id, name, row_number() OVER (ORDER BY id) - 1 AS place
                  FROM res_partner WHERE is_company
            )
            INSERT INTO mail_activity (
                res_model_id, res_model, res_id, res_name, activity_type_id, summary,
                user_id, date_deadline, date_done, active, automated, create_uid,
                create_date, sfa_partner_id, sfa_company_id, sfa_norm_id,
                sfa_asked_date, sfa_stopped, sfa_on_time, sfa_outcome, sfa_duration
            )
            SELECT a.res_model_id, a.res_model, c.id, c.name, a.activity_type_id,
                   'Call', p.id, day.due, day.done, n %% 10 = 0, TRUE, 1, now(), c.id,
                   a.sfa_company_id, CASE WHEN n %% 2 = 0 THEN %(plan)s END, day.due,
                   day.done + time '08:00', n %% 10 <> 0 AND n %% 3 > 0,
                   CASE WHEN n %% 17 = 0 AND n %% 10 <> 0 THEN 'skipped' END, 0.25
              FROM generate_series(1, %(wanted)s) n
              -- Numbers on one side alone, so that the join is by hashing.
              JOIN person p ON p.place = n %% (SELECT count(*) FROM person)
              JOIN customer c
                ON c.place = n * 7919::bigint %% (SELECT count(*) FROM customer)
              JOIN mail_activity a ON a.id = %(sample)s
              CROSS JOIN LATERAL (
                  SELECT current_date - n %% 365 AS due,
                         CASE WHEN n %% 10 <> 0
                              THEN current_date - n %% 365 + n %% 3 END AS done
              ) day
            """,
            plan=plan.id,
            wanted=wanted,
            sample=activity.id,
        )
    )


def _read_schedule(meter, report, env):
    user = env["res.users"].search([("login", "=", "seller01")])
    group = env.ref("crm_sfa.crm_sfa_group_user")
    user.group_ids = [Command.link(group.id)]
    entries = env(user=user.id)["sfa.schedule.entry"]
    env.cr.execute("SELECT current_date - 7, current_date")
    first, last = env.cr.fetchone()
    names = ["name", "kind", "start", "stop", "allday", "user_id", "partner_id"]
    (week,) = meter.turns(
        ROUNDS,
        lambda: entries.search_read(
            [("start", "<=", last), ("stop", ">=", first)], names
        ),
    )
    report.bar(
        "my schedule, a week among these",
        f"{week.wall_ms:.0f} ms, {week.query_count:g} q",
        bar="<= 200 ms",
        met=week.wall_ms <= 200,
    )
