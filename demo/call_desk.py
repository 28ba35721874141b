"""Three weeks of calls: who talked, what came of it, and who has to be called back."""

from datetime import datetime, time, timedelta

from odoo.addons.crm_cti.tools import sim

DAYS = 21
A_DAY = 4
WAITING = 3
OUTCOMES = (
    ("cti_disposition_solved", "已告知发货日期 Told when it ships"),
    ("cti_disposition_interested", "想要新目录 Wants the new catalogue"),
    ("cti_disposition_complaint", "椅子有划痕 A chair is scratched"),
    ("cti_disposition_call_again", "经理不在 The manager is out"),
)


def make(demo):
    """Give the company an exchange, an agent and the calls of three weeks."""
    callers = [one for one in demo.customers if one.phone]
    pbx, queue = make_exchange(demo)
    agent = demo.env["cti.agent"].create(
        {"user_id": demo.users["agent"].id, "pbx_id": pbx.id, "extension": "1001"}
    )
    demo.env["cti.queue.member"].create({"queue_id": queue.id, "agent_id": agent.id})
    facts = []
    for place in range(DAYS * A_DAY if callers else 0):
        facts += make_call(demo, place, demo.rng.choice(callers).phone, queue)
    for place, caller in enumerate(callers[:WAITING]):
        at = demo.this_morning(0, 10 * place)
        facts += sim.incoming(
            f"demo-today-{place}", at, caller.phone, queue=queue.code, wait=45
        )
    demo.env["cti.pbx"]._ingest(pbx, facts)
    wrap_up(demo, pbx)
    give_time(demo, pbx)


def make_exchange(demo):
    """Give a simulated exchange and its queue, unless there is one already."""
    env = demo.env
    pbx = env["cti.pbx"].search([], limit=1) or env["cti.pbx"].create(
        {"name": "总机 Office exchange", "code": "office", "provider": "sim"}
    )
    queue = env["cti.queue"].search([("pbx_id", "=", pbx.id)], limit=1)
    return pbx, queue or queue.create(
        {"name": "Service", "code": "service", "pbx_id": pbx.id, "extension": "4001"}
    )


def make_call(demo, place, number, queue):
    """Tell a call of one of the last days: in, out, or given up."""
    day = demo.today - timedelta(days=1 + place // A_DAY)
    begin = datetime.combine(day, time(1 + 2 * (place % A_DAY)))
    at = begin.timestamp() + demo.rng.randrange(3600)
    linkedid, kind = f"demo-{place}", demo.rng.random()
    talk = demo.rng.randrange(40, 400)
    if kind < 0.2:
        wait = demo.rng.randrange(10, 90)
        return sim.incoming(linkedid, at, number, queue=queue.code, wait=wait)
    if kind < 0.4:
        return sim.outgoing(linkedid, at, number, "1001", talk=talk)
    return sim.incoming(linkedid, at, number, "1001", queue=queue.code, talk=talk)


def wrap_up(demo, pbx):
    """Let the agent say what came of the calls."""
    env = demo.env(user=demo.users["agent"])
    calls = env["cti.call"].search([("pbx_id", "=", pbx.id), ("state", "=", "wrapup")])
    for call in calls:
        name, note = demo.rng.choice(OUTCOMES)
        disposition = env.ref(f"crm_cti.{name}")
        call.save_wrapup({"disposition_id": disposition.id, "note": note})
    calls._wrap()


def give_time(demo, pbx):
    """Leave those who called today to be called back; the others were."""
    tasks = demo.env["cti.task"].search(
        [("pbx_id", "=", pbx.id), ("state", "=", "open")]
    )
    today = tasks.filtered(lambda task: task.date_due.date() >= demo.today)
    (tasks - today).action_done()
    for place, task in enumerate(today):
        task.date_due = datetime.combine(demo.today, time(3 + 6 * place))
