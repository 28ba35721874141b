"""From an agent who is free to the next ring: our own way and the exchange's.

The same agent serves two queues of one exchange in turns: one distributed here, the
other by the exchange's `Queue()`. A caller waits for some drawn time; then the agent
becomes ready. What is measured lies between the commit that says so and the begin of
the agent's leg, by the exchange's own clock.
"""

import random
import tempfile
import time
from statistics import median

from runner.odoo import Odoo
from runner.postgres import Cluster
from runner.sources import odoo_tree

from tests.pbx.office import Office, prepare

from .measure import Report

SCRATCH = True
PHONE = "1001"
#: Name of a queue, what is dialled, and how it is distributed.
QUEUES = (("support", "4001", "own"), ("sales", "4002", "exchange"))
BAR = 100


def main(env, scale):
    report = Report("Distribution", scale)
    prepare(env, [PHONE], "own")
    agent = env["cti.agent"].search([("extension", "=", PHONE)])
    add_queue(env, agent)
    env.cr.commit()
    odoo = Odoo(Cluster(), odoo_tree(), "data-bench")
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    rounds = 40 if scale >= 0.1 else 15 if scale >= 0.01 else 3
    with Office(odoo, env.cr.dbname, folder, [PHONE]) as office:
        wait_for_bridge(office)
        waits = measure(env, office, agent, rounds)
    show(report, waits)
    return report.show()


def add_queue(env, agent):
    """Let the agent serve the exchange's own queue as well."""
    env["cti.queue"].create(
        {
            "name": "Sales",
            "code": "sales",
            "extension": "4002",
            "pbx_id": agent.pbx_id.id,
            "distribution": "exchange",
            "member_ids": [(0, 0, {"agent_id": agent.id})],
        }
    )


def wait_for_bridge(office):
    """Wait until the exchange knows both queues and whose one is."""
    office.wait_until(
        lambda: (
            "CRM_RING_support=" in office.exchange.ask("dialplan show globals")
            and "dynamic" in office.exchange.ask("queue show sales")
        )
    )


def measure(env, office, agent, rounds):
    """Give ``{distribution: [milliseconds]}``, both in turns."""
    rng = random.Random(4)
    waits = {way: [] for _code, _called, way in QUEUES}
    for _round in range(rounds):
        for code, called, way in QUEUES:
            waits[way].append(1000 * take_one(env, office, agent, code, called, rng))
    return waits


def take_one(env, office, agent, code, called, rng):
    """Let a caller wait and the agent become free; give the seconds to the ring."""
    mine = agent.with_user(agent.user_id)
    act(env, lambda: mine.set_state("away"))
    before = office.count("ended is not null")
    caller = office.call(called, seconds=0.5, wait=False)
    office.wait_until(lambda: office.count("state = 'queued' and ended is null"))
    # The exchange looks once a second; nobody becomes free in step with it.
    time.sleep(rng.uniform(1, 2))
    free = time.time()
    act(env, lambda: mine.set_state("ready"))
    caller.wait(timeout=60)
    office.wait_until(lambda: office.count("ended is not null") > before)
    office.wait_until(lambda: office.count("state = 'wrapup'", "cti_agent"))
    (row,) = office.sql(
        "select extract(epoch from l.started) from cti_leg l join cti_call c"
        " on c.id = l.call_id join cti_queue q on q.id = c.queue_id"
        f" where l.endpoint = '{PHONE}' and q.code = '{code}'"
        " order by l.id desc limit 1"
    )
    return float(row[0]) - free


def act(env, step):
    """Do something as a request does: in a transaction of its own."""
    env.cr.rollback()
    env.invalidate_all()
    step()
    env.cr.commit()


def show(report, waits):
    """Add the lines of both ways."""
    told = {}
    for way, found in waits.items():
        ordered = sorted(found)
        p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
        told[way] = median(found), p95
    (own, own_95), (theirs, theirs_95) = told["own"], told["exchange"]
    report.bar(
        f"agent free to next offer, {len(waits['own'])} callers each",
        f"p50 {own:.0f} ms, p95 {own_95:.0f} ms",
        f"p50 {theirs:.0f} ms, p95 {theirs_95:.0f} ms",
        f"{theirs / own:.1f} x",
        bar=f"p95 <= {BAR} ms",
        met=own_95 <= BAR,
    )
