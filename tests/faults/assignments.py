"""Workers that assign the same tickets at the same time.

Run by the tests through `runner.inside`.
"""

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError
from odoo.service.model import retrying

BATCH = 5


def prepare(env, agents, capacity, tickets):
    """Make two teams of the same agents, always at work, and tickets of both."""
    days = [
        (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
        for day in range(7)
    ]
    calendar = env["resource.calendar"].create(
        {"name": "Always", "tz": "UTC", "attendance_ids": [(5, 0, 0), *days]}
    )
    users = env["res.users"].create(
        [
            {"name": f"Agent {number}", "login": f"agent{number}"}
            for number in range(agents)
        ]
    )
    teams = env["service.team"].create(
        [
            {
                "name": rule,
                "assignment": rule,
                "calendar_id": calendar.id,
                "member_ids": [(6, 0, users.ids)],
            }
            for rule in ("round_robin", "balanced")
        ]
    )
    env["service.agent"].search([]).capacity = capacity
    env["service.ticket"].create(
        [
            {"name": f"Ticket {number}", "team_id": teams[number % 2].id}
            for number in range(tickets)
        ]
    )


def assign_all(env, number, path):
    """Assign a few tickets at a time, the same as the other workers."""
    ids = env["service.ticket"].search([], order="id").ids
    env.cr.commit()
    given = 0
    for start in range(0, len(ids), BATCH):
        given += assign(env.registry, ids[start : start + BATCH])
    with open(path, "w") as answers:
        answers.write(str(given))


def assign(registry, ids):
    """Assign tickets in a transaction of its own, until it gets through."""
    while True:
        try:
            return once(registry, ids)
        except (OperationalError, ConcurrencyError):
            continue


def once(registry, ids):
    """Assign tickets, tried again as the platform does.

    :return: how many this worker gave to somebody
    """
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})

        def act():
            tickets = env["service.ticket"].browse(ids)
            waiting = tickets.filtered(lambda ticket: not ticket.user_id)
            return len(waiting.team_id._assign(waiting))

        return retrying(act, env)
