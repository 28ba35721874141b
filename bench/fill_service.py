"""Tickets with clocks, on top of the generated company.

Scale 1 is 1,000,000 tickets, a tenth of them open, each open one with a first response
that was given and a resolution that runs.
"""

from odoo import Command
from odoo.tools import SQL

from .copies import insert_like, next_id

TICKETS = 1_000_000
#: One of so many tickets is open.
OPEN = 10


def fill(env, scale):
    """Make a team with a policy, and tickets.

    :param scale: 1 for 1,000,000 tickets
    :return: the policy
    """
    policy = make_policy(env)
    sample = env["service.ticket"].create(
        {"name": "Bench", "team_id": policy.team_id.id, "channel": "mail"}
    )
    sample.action_open()
    env.flush_all()
    _fill_tickets(env, sample, max(int(TICKETS * scale), 2000))
    _fill_clocks(env, sample)
    for table in ("service_ticket", "service_sla_clock"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()
    return policy


def make_policy(env):
    team = env["service.team"].create(
        {
            "name": "Bench",
            "user_id": env.uid,
            "calendar_id": env["resource.calendar"].create({"name": "Bench"}).id,
        }
    )
    return env["service.sla.policy"].create(
        {
            "name": "Bench",
            "team_id": team.id,
            "target_ids": [
                Command.create({"metric": metric, "hours": hours})
                for metric, hours in (("first_response", 8), ("resolution", 80))
            ],
        }
    )


def _fill_tickets(env, sample, count):
    base = next_id(env, "service_ticket")
    env.cr.execute(
        """
        CREATE TEMP TABLE asked ON COMMIT DROP AS
        SELECT n, %(base)s + n AS id, p.id AS partner_id,
               now()::timestamp(0) - CASE WHEN n %% %(open)s = 0 THEN n %% 20
                                          ELSE 20 + n %% 700 END * interval '1 day'
                   - n %% 86400 * interval '1 second' AS date,
               CASE WHEN n %% %(open)s = 0 THEN 'open' ELSE 'closed' END AS state
          FROM generate_series(1, %(count)s) n
          LEFT JOIN (
              SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner
               WHERE ref LIKE 'C0%%'
          ) p USING (n);
        ANALYZE asked
        """,
        {"base": base, "count": count, "open": OPEN},
    )
    insert_like(
        env,
        "service_ticket",
        sample.id,
        "asked",
        {
            "id": "r.id",
            "number": "'B' || r.id",
            "partner_id": "r.partner_id",
            "commercial_partner_id": "r.partner_id",
            "priority": "(r.n % 40 / 10)::text",
            "state": "r.state",
            "create_date": "r.date",
            "sla_deadline": "CASE WHEN r.state = 'open' "
            "THEN r.date + interval '10 days' END",
        },
    )
    env.cr.execute("SELECT setval('service_ticket_id_seq', %s)", [base + count])


def _fill_clocks(env, sample):
    clocks = sample.sla_clock_ids.grouped("metric")
    for metric, values in (
        (
            "first_response",
            {
                "state": "CASE WHEN r.n % 17 = 0 THEN 'breached' ELSE 'met' END",
                "consumed": "3600 + r.n % 3600",
                "date_since": "NULL",
                "date_deadline": "NULL",
                "date_ended": "r.date + interval '1 hour'",
            },
        ),
        (
            "resolution",
            {
                "state": "CASE WHEN r.state = 'open' THEN 'running' ELSE 'met' END",
                "consumed": "r.n % 3600",
                "date_since": "CASE WHEN r.state = 'open' THEN r.date END",
                "date_deadline": "CASE WHEN r.state = 'open' "
                "THEN r.date + interval '10 days' END",
                "date_ended": "CASE WHEN r.state <> 'open' "
                "THEN r.date + interval '2 days' END",
            },
        ),
    ):
        base = next_id(env, "service_sla_clock")
        insert_like(
            env,
            "service_sla_clock",
            clocks[metric].id,
            "asked",
            {
                "id": f"{base} + r.n",
                "ticket_id": "r.id",
                "date_created": "r.date",
                **values,
            },
        )
        env.cr.execute(
            "SELECT setval('service_sla_clock_id_seq', (SELECT max(id) "
            "FROM service_sla_clock))"
        )
