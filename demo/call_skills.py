"""Skills of the agents, queues that are distributed by them, and two calls of today."""

from datetime import datetime, timedelta

from odoo.addons.crm_cti.tools import sim

#: Name, language, and the levels of agent and supervisor.
SKILLS = (
    ("中文 Chinese", "zh_CN", 5, 4),
    ("英语 English", "en_US", 2, 5),
    ("家具保养 Furniture care", False, 4, 3),
)
#: What callers of a queue need: skill, level, seconds until a level less will do.
NEEDS = {
    "support": ("家具保养 Furniture care", 4, 30),
    "sales": ("中文 Chinese", 3, 20),
}
CALLS = 2


def make(demo):
    """Let queues be distributed by skill, and show why two calls came to whom."""
    env = demo.env
    languages = dict(env["res.lang"].get_installed())
    skills = {
        name: env["cti.skill"].create(
            {"name": name, "lang": lang if lang in languages else False}
        )
        for name, lang, *_levels in SKILLS
    }
    for place, user in enumerate(("agent", "supervisor")):
        agent = env["cti.agent"].search([("user_id", "=", demo.users[user].id)])
        agent.skill_ids = [
            (0, 0, {"skill_id": skills[name].id, "level": levels[place]})
            for name, _lang, *levels in SKILLS
        ]
    for queue in env["cti.queue"].search([("code", "in", list(NEEDS))]):
        name, level, relax = NEEDS[queue.code]
        needed = {"skill_id": skills[name].id, "level": level, "relax_seconds": relax}
        queue.write({"distribution": "own", "skill_ids": [(0, 0, needed)]})
    call_today(demo)


def call_today(demo):
    """Let customers call whom the distribution sends to the agent."""
    callers = [one for one in demo.customers if one.phone]
    agent = demo.env["cti.agent"].search([("user_id", "=", demo.users["agent"].id)])
    mine = agent.with_user(agent.user_id)
    mine.set_state("ready")
    for place, caller in enumerate(callers[:CALLS]):
        talk(agent, f"demo-own-{place}", caller.phone, demo.rng.randrange(5, 60))
    mine.set_state("offline")


def talk(agent, linkedid, number, waited):
    """Let a caller wait, be offered to the agent, talk and be written about."""
    pbx = agent.pbx_id
    begin = (datetime.now() - timedelta(seconds=waited)).timestamp()
    facts = sim.incoming(
        linkedid, begin, number, agent.extension, queue="support", wait=waited, talk=90
    )
    pbx._ingest(pbx, facts[:3])
    pbx._distribute({linkedid: "support"})
    for fact in facts[3:]:
        pbx._ingest(pbx, [fact])
    agent._resume()
