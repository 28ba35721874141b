"""Lists, kanban and portal pages of tickets at size, as those who open them."""

import time
from contextlib import contextmanager

from lxml import etree
from werkzeug.test import Client

from odoo import http, sql_db
from odoo.fields import Command
from odoo.tools import config

from .copies import vacuum
from .fill_service import fill
from .measure import Meter, Report, Sample

SCRATCH = True
ROUNDS = 40
PAGE = 80
#: Tickets of the customer who looks at the portal.
OWN = 400


def main(env, scale):
    meter = Meter(env)
    report = Report("Pages of tickets", scale)
    env = env(context={"lang": "en_US", "tz": "Asia/Shanghai"})
    policy = fill(env, scale)
    agent = _make_agent(env, policy.team_id)
    customer, ticket = _make_customer(env)
    vacuum(env)
    as_agent = env["service.ticket"].with_user(agent)
    for view in ("list", "kanban"):
        _view(meter, report, as_agent, view)
    _portal(report, env, customer, ticket)
    return report.show()


def _make_agent(env, team):
    agent = env["res.users"].create(
        {
            "name": "Bench Agent",
            "login": "bench_agent",
            "group_ids": [
                Command.set([env.ref("crm_service.crm_service_group_user").id])
            ],
        }
    )
    team.member_ids |= agent
    return agent


def _make_customer(env):
    """Make a customer with many tickets and give the user, and a talked-about one."""
    user = env["res.users"].create(
        {
            "name": "Bench Customer",
            "login": "bench_customer",
            "group_ids": [Command.set([env.ref("base.group_portal").id])],
        }
    )
    tickets = env["service.ticket"].create(
        [
            {
                "name": f"Bench {number}",
                "channel": "mail",
                "partner_id": user.partner_id.id,
            }
            for number in range(OWN)
        ]
    )
    for number in range(30):
        tickets[0].message_post(
            body=f"Word {number}",
            author_id=user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
    return user, tickets[0]


def _view(meter, report, tickets, view):
    """Read one page as the client does, with 1 record and with a page of them."""
    arch = etree.fromstring(tickets.get_view(view_type=view)["arch"])
    wanted = {
        node.get("name"): {"fields": {"display_name": {}}}
        if tickets._fields[node.get("name")].relational
        else {}
        for node in arch.iterfind(".//field")
        if node.get("name") in tickets._fields
    }
    domain = [("is_active", "=", True), ("partner_id", "!=", False)]
    one, page = meter.turns(
        ROUNDS,
        lambda: tickets.web_search_read(domain, wanted, limit=1),
        lambda: tickets.web_search_read(domain, wanted, limit=PAGE),
    )
    report.fact(
        f"{view}: queries for 1 and for {PAGE} tickets",
        f"{one.query_count:g}, {page.query_count:g}",
        bar="the same",
        met=one.query_count == page.query_count,
    )
    _p95(report, f"{view}: {PAGE} tickets", page)


def _portal(report, env, customer, ticket):
    """Open pages over the platform's own web stack, in this process."""
    with _browser(env, customer) as browse:
        for what, url in (
            (f"portal: first page of {OWN} tickets", "/my/service"),
            ("portal: the last page", f"/my/service/page/{OWN // 20}"),
            ("portal: a ticket with 30 messages", f"/my/service/{ticket.id}"),
            ("portal: ask us", "/my/service/new"),
            ("portal: my products", "/my/service/products"),
        ):
            sample = Sample()
            browse(url)
            for _round in range(ROUNDS):
                queries, wall, own = (
                    sql_db.sql_counter,
                    time.perf_counter(),
                    time.process_time(),
                )
                page = browse(url)
                assert page.status_code == 200 and "login" not in page.request.path
                sample.add(
                    time.process_time() - own,
                    time.perf_counter() - wall,
                    sql_db.sql_counter - queries,
                )
            _p95(report, what, sample)


@contextmanager
def _browser(env, user):
    """Give a function that gets a page as a user who is logged in."""
    database = env.cr.dbname
    filtered = config["dbfilter"]
    config["dbfilter"] = f"^{database}$"
    session = http.root.session_store.new()
    session.update(http.get_default_session(), db=database, uid=user.id)
    session.login = user.login
    session.session_token = user._compute_session_token(session.sid)
    http.root.session_store.save(session)
    client = Client(http.root)
    client.set_cookie("session_id", session.sid, domain="localhost")
    try:
        yield lambda url: client.get(
            url, base_url="http://localhost", follow_redirects=True
        )
    finally:
        http.root.session_store.delete(session)
        config["dbfilter"] = filtered


def _p95(report, what, sample):
    most = sample.wall_part(0.95)
    report.bar(
        what,
        f"p95 {most:.0f} ms, {sample.cpu_ms:.0f} ms CPU, {sample.query_count:g} q",
        bar="p95 <= 300 ms",
        met=most <= 300,
    )
