"""Workers that escalate late tickets, in processes of their own."""

from odoo import Command, api
from odoo.service.model import retrying

TICKETS = 300
BATCH = 20


def prepare(env):
    """Make tickets whose answers are late."""
    leader = env["res.users"].create({"name": "Leader", "login": "leader"})
    team = env["service.team"].create({"name": "Care", "user_id": leader.id})
    policy = env["service.sla.policy"].create(
        {
            "name": "Quick",
            "team_id": team.id,
            "around_clock": True,
            "target_ids": [Command.create({"metric": "resolution", "hours": 1})],
            "escalation_ids": [Command.create({"minutes": 10})],
        }
    )
    tickets = env["service.ticket"].create(
        [
            {"name": f"Late {n}", "team_id": policy.team_id.id, "channel": "mail"}
            for n in range(TICKETS)
        ]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE service_sla_clock SET date_deadline = date_deadline - interval '1 day'"
        " WHERE ticket_id = ANY(%s)",
        [tickets.ids],
    )


def escalate(env, number, path):
    """Escalate batch by batch until nothing is left, and write down each batch."""
    registry = env.registry
    env.cr.commit()
    done = BATCH
    with open(path, "a") as answers:
        while done:
            with registry.cursor() as cursor:
                own = api.Environment(cursor, api.SUPERUSER_ID, {})
                escalations = own["service.sla.escalation"]
                done = retrying(lambda: escalations._escalate(BATCH), own)  # noqa: B023
            answers.write(f"{number} {done}\n")
            answers.flush()
