"""Tickets by mail and their assignment at size, against leads by mail."""

from email.message import EmailMessage
from itertools import count

from odoo.tools import mute_logger

from .fill_service import fill
from .measure import Meter, Report, Sample, describe

MAILS = 20
AUTOMATIC = 200
TOGETHER = 500
AGENTS = 10
ROUNDS = 3
DOMAIN = "bench.example"
NUMBERS = count(1)


def main(env, scale):
    meter = Meter(env)
    report = Report("Tickets by mail", scale)
    env = env(context={"lang": "en_US", "tz": "Asia/Shanghai"})
    with meter.undone(), mute_logger("odoo.addons.mail.models.mail_thread"):
        team = fill(env, scale).team_id
        _prepare(env, team)
        _new(meter, report, env)
        _answers(meter, report, env, team)
        _automatic(meter, report, env)
        _assigned(meter, report, env, team)
    return report.show()


def _prepare(env, team):
    """Give the team an address and agents who are always at work, and sales another."""
    env.company.alias_domain_id = env["mail.alias.domain"].create({"name": DOMAIN})
    env["crm.team"].create({"name": "Bench", "alias_name": "bench-sales"})
    users = env["res.users"].create(
        [{"name": f"Bench {n}", "login": f"bench{n}"} for n in range(AGENTS)]
    )
    days = [
        (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
        for day in range(7)
    ]
    team.calendar_id = env["resource.calendar"].create(
        {"name": "Always", "tz": "UTC", "attendance_ids": [(5, 0, 0), *days]}
    )
    team.write(
        {
            "alias_name": "bench-care",
            "assignment": "balanced",
            "member_ids": [(6, 0, users.ids)],
        }
    )
    env["service.agent"].search([]).capacity = ROUNDS * TOGETHER


def _deliver(env, to="bench-care", **headers):
    mail = EmailMessage()
    number = next(NUMBERS)
    mail["From"] = f"li{number}@nowhere.example"
    mail["To"] = f"{to}@{DOMAIN}"
    mail["Subject"] = headers.pop("Subject", f"Where is parcel {number}?")
    mail["Message-ID"] = f"<bench-{number}@nowhere.example>"
    for name, value in headers.items():
        del mail[name]
        mail[name.replace("_", "-")] = value
    mail.set_content("It was due on Monday.")
    env["mail.thread"].message_process(None, mail.as_bytes())
    env.flush_all()


def _new(meter, report, env):
    """Open tickets by mail, and leads."""
    _deliver(env)
    _deliver(env, "bench-sales")
    ours, theirs = meter.turns(
        MAILS, lambda: _deliver(env), lambda: _deliver(env, "bench-sales")
    )
    report.bar(
        "a mail opens a ticket",
        describe(ours),
        f"{describe(theirs)} (a lead)",
        f"{ours.query_count / theirs.query_count:.2f} x queries",
        "<= 1.5 x",
        ours.query_count <= 1.5 * theirs.query_count,
    )


def _answers(meter, report, env, team):
    """Answer by the number in the subject, among all tickets."""
    ticket = env["service.ticket"].create(
        {"name": "Bench", "team_id": team.id, "email": "wang@nowhere.example"}
    )
    found = Sample()
    for _mail in range(MAILS // 2):
        with meter.on(found):
            _deliver(env, From="wang@nowhere.example", Subject=f"Re: [{ticket.number}]")
    messages = ticket.message_ids.filtered(lambda one: one.message_type == "email")
    report.fact(
        "an answer comes home by its subject",
        describe(found),
        bar=f"{MAILS // 2} of {MAILS // 2}",
        met=len(messages) == MAILS // 2,
    )


def _automatic(meter, report, env):
    tickets = env["service.ticket"]
    before = tickets.search_count([])
    dropped = Sample()
    for _mail in range(AUTOMATIC):
        with meter.on(dropped):
            _deliver(env, Auto_Submitted="auto-replied")
    opened = tickets.search_count([]) - before
    report.fact(
        f"tickets of {AUTOMATIC} automatic answers",
        f"{opened}, {describe(dropped)} each",
        bar="0",
        met=opened == 0,
    )


def _assigned(meter, report, env, team):
    """Assign many tickets at once."""
    given = Sample()
    for _round in range(ROUNDS):
        tickets = env["service.ticket"].create(
            [{"name": f"Bench {n}", "team_id": team.id} for n in range(TOGETHER)]
        )
        meter.forget()
        with meter.on(given):
            tickets.action_assign()
            env.flush_all()
    left = len(tickets.filtered(lambda ticket: not ticket.user_id))
    report.bar(
        f"{TOGETHER} tickets assigned to {AGENTS} agents, {left} left",
        describe(given),
        bar=f"<= {TOGETHER // 2} q",
        met=given.query_count <= TOGETHER // 2 and not left,
    )
