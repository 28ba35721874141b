"""A call centre: an exchange, two queues, two agents, and the calls of five days.

The exchange is simulated; `./crm serve --pbx` puts a real one in its place.
"""

from datetime import UTC, datetime, time, timedelta

from odoo.addons.crm_cti.tools import sim

DAYS, CALLS = 5, 12
QUEUES = (("客服 Support", "support", "4001"), ("销售 Sales", "sales", "4002"))
PHONES = (("agent", "1001"), ("supervisor", "1002"))
STRANGER = "+8613512345678"


def make(demo):
    """Set the exchange up, and let customers call."""
    env = demo.env
    exchange = env["cti.pbx"].create(
        {"name": "总机 Office", "code": "office", "provider": "sim"}
    )
    agents = env["cti.agent"].create(
        [
            {
                "user_id": demo.users[key].id,
                "pbx_id": exchange.id,
                "extension": extension,
            }
            for key, extension in PHONES
        ]
    )
    env["cti.queue"].create(
        [
            {
                "name": name,
                "code": code,
                "extension": extension,
                "pbx_id": exchange.id,
                "member_ids": [(0, 0, {"agent_id": agent.id}) for agent in agents],
            }
            for name, code, extension in QUEUES
        ]
    )
    facts = tell_calls(demo)
    for start in range(0, len(facts), 200):
        env["cti.pbx"]._ingest(exchange, facts[start : start + 200])
    answered = env["cti.call"].search([("state", "=", "wrapup")])
    answered._wrap()


def tell_calls(demo):
    """Give the facts of calls on the days before today, mostly of customers."""
    rng, facts = demo.rng, []
    people = [partner for partner in demo.customers if partner.phone]
    for day in range(DAYS, 0, -1):
        morning = datetime.combine(demo.today - timedelta(days=day), time(1), UTC)
        for number in range(CALLS):
            at = morning.timestamp() + rng.randrange(8 * 3600)
            caller = rng.choice(people).phone if people else STRANGER
            extension = rng.choice(PHONES)[1]
            linkedid = f"demo.{day}.{number}"
            if rng.random() < 0.25:
                talk = rng.choice([None, rng.randrange(30, 400)])
                facts += sim.outgoing(linkedid, at, caller, extension, talk=talk)
                continue
            talk = None if rng.random() < 0.15 else rng.randrange(20, 600)
            facts += sim.incoming(
                linkedid,
                at,
                caller if rng.random() < 0.8 else STRANGER,
                extension,
                queue=rng.choice(QUEUES)[1],
                wait=rng.randrange(60),
                ring=rng.randrange(2, 15),
                talk=talk,
            )
    return facts
