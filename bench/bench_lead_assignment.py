"""Waiting leads to people: by territory, load and capacity, against the platform's."""

import time

from odoo.modules import module

from .copies import insert_like
from .measure import Meter, Report, Sample

LEADS = 20_000
PEERS = 400
PEOPLE = 20
ROUNDS = 2


def main(env, scale):
    meter = Meter(env)
    report = Report("Lead assignment", scale)
    env = env(context={"lang": "en_US", "mail_auto_subscribe_no_notify": True})
    with meter.undone():
        people = env["res.users"].search([("login", "like", "seller")], limit=PEOPLE)
        territory = env["sfa.territory"].create({"name": "Bench"})
        env["sfa.territory.member"].create(
            [
                {
                    "territory_id": territory.id,
                    "user_id": user.id,
                    "role": "overlay",
                    "capacity": LEADS,
                }
                for user in people
            ]
        )
        team = env["crm.team"].create(
            {"name": "Bench peer", "use_leads": True, "use_opportunities": True}
        )
        env["crm.team.member"].create(
            [
                {
                    "crm_team_id": team.id,
                    "user_id": user.id,
                    "assignment_max": 30 * LEADS,
                }
                for user in people
            ]
        )
        count = max(int(LEADS * scale), 2 * PEERS)
        _compare(meter, report, env, territory, team)
        _many(meter, report, env, territory, count)
    env.registry.clear_cache()
    return report.show()


def waiting(env, count, territory=None, team=None):
    """Make waiting leads, copies of one that the platform made.

    :return: `crm.lead`
    """
    sample = env["crm.lead"].create(
        {
            "name": "Waiting",
            "type": "lead",
            "user_id": False,
            "team_id": team.id if team else False,
        }
    )
    env.flush_all()
    territory_id = territory.id if territory else None
    env.cr.execute("SELECT max(id) FROM crm_lead")
    (last,) = env.cr.fetchone()
    insert_like(
        env,
        "crm_lead",
        sample.id,
        f"(SELECT generate_series(1, {count}) AS i)",
        {
            "id": f"{last} + r.i",
            "sfa_territory_id": str(territory_id or "NULL::integer"),
            "probability": "r.i % 90",
        },
    )
    env.cr.execute("SELECT setval('crm_lead_id_seq', (SELECT max(id) FROM crm_lead))")
    sample.unlink()
    env.invalidate_all()
    return env["crm.lead"].search([("id", ">", last)], order="id")


def _compare(meter, report, env, territory, team):
    """Both ways on samples of the same size in turns; both leave the same marks."""
    ours, theirs = Sample(), Sample()
    notes = {}
    for _round in range(ROUNDS):
        mine = waiting(env, PEERS, territory=territory)
        others = waiting(env, PEERS, team=team)
        for name, leads, sample, assign in (
            ("ours", mine, ours, territory._assign_leads),
            (
                "theirs",
                others,
                theirs,
                lambda: without_commits(
                    lambda: team._assign_and_convert_leads(force_quota=True)
                ),
            ),
        ):
            meter.forget()
            with meter.on(sample):
                assign()
                env.flush_all()
                env.cr.precommit.run()
                env.flush_all()
            notes[name] = marks(env, leads)
    report.compare(f"{PEERS} leads to {PEOPLE} people", ours, theirs, 4)
    report.fact(
        "assigned, opportunities, followers, notes a lead",
        notes["ours"],
        notes["theirs"],
        bar="the same",
        met=notes["ours"] == notes["theirs"],
    )


def without_commits(assign):
    """Keep the platform's assignment from committing, as its own tests do."""
    before = module.current_test
    module.current_test = True
    try:
        return assign()
    finally:
        module.current_test = before


def marks(env, leads):
    """Count what an assignment left on leads."""
    env.invalidate_all()
    assigned = leads.filtered("user_id")
    own = leads.filtered(
        lambda lead: lead.message_follower_ids.partner_id == lead.user_id.partner_id
    )
    notes = env["mail.message"].search_count(
        [("model", "=", "crm.lead"), ("res_id", "in", leads.ids)]
    )
    return (
        len(assigned),
        len(leads.filtered(lambda lead: lead.type == "opportunity")),
        len(own),
        round(notes / len(leads), 2),
    )


def _many(meter, report, env, territory, count):
    leads = waiting(env, count, territory=territory)
    sample = Sample()
    meter.forget()
    python = sample_python()
    with meter.on(sample):
        given = territory._assign_leads()
        env.flush_all()
        env.cr.precommit.run()
        env.flush_all()
    milliseconds = 1000 * python() / count
    queries = sample.queries[0] / count
    report.bar(
        f"{count:,} leads, Python CPU a lead",
        f"{milliseconds:.2f} ms",
        bar="<= 2 ms",
        met=milliseconds <= 2,
    )
    report.fact(
        f"{count:,} leads, queries a lead",
        f"{queries:.3f}",
        bar="<= 0.5",
        met=queries <= 0.5,
    )
    report.bar(f"{count:,} leads", f"{sample.wall[0]:.1f} s, {sample.cpu[0]:.1f} s CPU")
    report.fact("leads with a person", given, bar=count, met=given == count)
    spread = {
        user.id: number
        for user, number in env["crm.lead"]._read_group(
            [("id", "in", leads.ids)], ["user_id"], ["__count"]
        )
    }
    difference = max(spread.values()) - min(spread.values())
    report.fact(
        "difference between people", difference, bar="<= 1", met=difference <= 1
    )


def sample_python():
    """Start a clock of this process alone, without its database."""
    start = time.process_time()
    return lambda: time.process_time() - start
