"""Callers of a real exchange come to whom our own distribution chooses."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from .office import Office, kill

# takes 110 seconds
pytestmark = pytest.mark.cap_c04

WELL, BETTER, DEAF = "1001", "1002", "1003"
LAST = "select o.state, a.extension, o.waited, o.signs->>'last' from cti_offer o"
LAST += " join cti_agent a on a.id = o.agent_id order by o.id desc limit 1"
ENDED = "ended is not null"
MISSING = """
select count(distinct l.linkedid) from cti_cel l
 where not exists (select from cti_call c where c.linkedid = l.linkedid)
"""


@pytest.fixture(scope="module")
def office(odoo):
    """Give a call centre that distributes itself, with a phone that nobody answers."""
    name = f"own_{os.getpid()}"
    odoo.clone(odoo.suite_template(), name)
    phones = [WELL, BETTER, DEAF]
    odoo.inside(name, "tests.pbx.office:prepare", phones=phones, distribution="own")
    odoo.inside(name, "tests.pbx.test_distribution:give_skills")
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    with Office(odoo, name, folder, [WELL, BETTER], deaf=[DEAF]) as office:
        office.wait_until(lambda: is_distributing(office))
        yield office
    odoo.drop(name)


def give_skills(env):
    """Let two agents speak Chinese, not equally well; for a process with Odoo."""
    skill = env["cti.skill"].create({"name": "Chinese"})
    for extension, level in ((WELL, 2), (BETTER, 4)):
        env["cti.agent"].search([("extension", "=", extension)]).skill_ids = [
            (0, 0, {"skill_id": skill.id, "level": level})
        ]
    queue = env["cti.queue"].search([])
    queue.write({"ring_seconds": 5, "sticky_seconds": 0})
    needed = {"skill_id": skill.id, "level": 1, "lowest": 0, "relax_seconds": 0}
    queue.skill_ids = [(0, 0, needed)]
    env.cr.commit()


def race(env, path):
    """Let two processes decide at once about one free agent; for one with Odoo."""
    from odoo import SUPERUSER_ID, api

    from odoo.addons.crm_cti.tools import sim

    pbx = env["cti.pbx"].search([])
    now = time.time()
    for linkedid in ("race.1", "race.2"):
        number = f"1390013900{linkedid[-1]}"
        facts = sim.incoming(linkedid, now, number, queue="support", over=False)
        pbx._ingest(pbx, facts)
    env.cr.commit()
    with env.registry.cursor() as cursor:
        other = api.Environment(cursor, SUPERUSER_ID, {})["cti.pbx"].browse(pbx.id)
        first = pbx._distribute({"race.1": "support"})
        meanwhile = other._distribute({"race.2": "support"})
        env.cr.commit()
        cursor.rollback()
        later = other._distribute({"race.2": "support"})
        cursor.rollback()
    pbx._withdraw(first[0]["id"])
    gone = {"kind": "cut", "time": now + 1}
    calls = ("race.1", "race.2")
    pbx._ingest(pbx, [{**gone, "key": f"cut:{c}", "linkedid": c} for c in calls])
    Path(path).write_text(f"{len(first)} {len(meanwhile)} {len(later)}")


def is_distributing(office):
    told = office.exchange.ask("dialplan show globals")
    return "CRM_RING_support=5" in told


def set_up(office, *ready, needed=1, relax=0):
    """Let only some agents be ready, and the queue ask for a level."""
    office.wait_until(lambda: office.count("ended is null") == 0)
    office.sql(
        "update cti_agent set state = 'away', call_id = null, resume = null,"
        " since = now();"
        f"update cti_queue_skill set level = {needed}, relax_seconds = {relax}"
    )
    free(office, *ready)


def free(office, *extensions):
    """Let agents be ready, and the bridge hear of it."""
    names = ", ".join(f"'{one}'" for one in extensions) or "''"
    office.sql(
        f"update cti_agent set state = 'ready', since = now()"
        f" where extension in ({names}); select pg_notify('crm_cti', 'office')"
    )


def is_free(office, extension):
    """Tell whether the exchange's own queue would ring somebody."""
    lines = office.exchange.ask("queue show support").splitlines()
    (line,) = [line for line in lines if line.strip().startswith(extension)]
    return "paused" not in line


def wait_for_queue(office, count=1):
    """Wait until so many callers wait in our distribution."""
    condition = "state = 'queued' and ended is null"
    office.wait_until(lambda: office.count(condition) == count)
    office.wait_until(
        lambda: (
            office.exchange.ask("core show channels concise").count("!Stasis!") == count
        )
    )


def get_last(office, before):
    """Give the last call, which has ended, and the last offer."""
    office.wait_until(lambda: office.count(ENDED) > before)
    (call,) = office.sql(
        "select c.state, a.extension from cti_call c"
        " join cti_agent a on a.id = c.agent_id order by c.id desc limit 1"
    )
    return call, office.sql(LAST)[0]


def test_who_masters_the_skill(office):
    before = office.count(ENDED)
    set_up(office, WELL, BETTER, needed=3)
    office.call()
    call, offer = get_last(office, before)
    assert call == ["wrapup", BETTER]
    assert offer[:2] == ["answered", BETTER]
    # The fast path and the exchange's own log both say that the caller waited.
    office.wait_until(lambda: office.count("kind = 'queue'", "cti_event") == 2)


def test_less_will_do_after_a_while(office):
    """The caller waits longer than without a sign of life of the bridge."""
    before = office.count(ENDED)
    set_up(office, WELL, needed=3, relax=12)
    office.call()
    call, offer = get_last(office, before)
    assert call == ["wrapup", WELL]
    assert int(offer[2]) >= 12, "seconds waited"


def test_who_had_the_caller_last(office):
    before = office.count(ENDED)
    set_up(office, WELL, BETTER)
    office.call()
    call, offer = get_last(office, before)
    assert call == ["wrapup", WELL]
    assert offer[3] == "true"


def test_who_does_not_answer(office):
    before = office.count(ENDED)
    set_up(office, DEAF, needed=1)
    office.sql("update cti_queue_skill set level = 1, lowest = 0, relax_seconds = 1")
    caller = office.call(wait=False)
    office.wait_until(lambda: office.sql(LAST)[0][:2] == ["ringing", DEAF])
    free(office, BETTER)
    assert caller.wait(timeout=60) == 0
    call, offer = get_last(office, before)
    assert call == ["wrapup", BETTER] and offer[:2] == ["answered", BETTER]
    missed = office.sql("select agent_id from cti_offer where state = 'missed'")
    assert len(missed) == 1
    away = office.sql(f"select state from cti_agent where extension = '{DEAF}'")
    assert away == [["away"]]


def test_two_callers_and_two_agents(office):
    before = office.count(ENDED)
    set_up(office)
    callers = office.call(count=2, rate=10, seconds=3, wait=False)
    wait_for_queue(office, 2)
    free(office, WELL, BETTER)
    assert callers.wait(timeout=60) == 0
    office.wait_until(lambda: office.count(ENDED) == before + 2)
    rows = office.sql(
        "select o.state, a.extension from cti_offer o join cti_agent a"
        " on a.id = o.agent_id order by o.id desc limit 2"
    )
    assert sorted(rows) == [["answered", WELL], ["answered", BETTER]]


def test_the_caller_hangs_up_while_it_rings(office):
    before = office.count(ENDED)
    set_up(office, DEAF)
    office.sql("update cti_queue_skill set level = 1, relax_seconds = 1")
    callers = office.call(wait=False)
    office.wait_until(
        lambda: office.exchange.ask("core show channels").count("Ring") > 1
    )
    shown = office.exchange.ask("core show channels concise").splitlines()
    (line,) = [one.split("!")[0] for one in shown if "trunk" in one]
    office.exchange.ask(f"channel request hangup {line}")
    office.wait_until(lambda: office.count(ENDED) > before)
    callers.wait(timeout=60)
    office.wait_until(lambda: office.sql(LAST)[0][:2] == ["withdrawn", DEAF])
    states = office.sql(f"select state from cti_agent where extension = '{DEAF}'")
    assert states == [["ready"]]


def test_without_a_bridge_the_exchange_goes_on(office):
    before = office.count(ENDED)
    set_up(office, WELL, needed=5)
    office.wait_until(lambda: is_free(office, WELL))
    caller = office.call(wait=False)
    wait_for_queue(office)
    kill(office.bridge)
    assert caller.wait(timeout=60) == 0, "served by the exchange's own queue"
    office.call()
    office.bridge = office.start_bridge()
    office.wait_until(lambda: office.count(ENDED) == before + 2)
    rows = office.sql(
        "select c.state, a.extension from cti_call c"
        " join cti_agent a on a.id = c.agent_id order by c.id desc limit 2"
    )
    assert rows == [["wrapup", WELL]] * 2


def test_another_bridge_takes_over_who_waits(office):
    before = office.count(ENDED)
    set_up(office)
    standby = office.start_bridge()
    office.wait_until(lambda: office.tell().count("standing by") >= 2)
    caller = office.call(wait=False)
    wait_for_queue(office)
    kill(office.bridge)
    office.bridge = standby
    office.wait_until(lambda: "distribution: 1 waiting" in office.tell())
    free(office, BETTER)
    assert caller.wait(timeout=60) == 0
    call, offer = get_last(office, before)
    assert call == ["wrapup", BETTER] and offer[:2] == ["answered", BETTER]


def test_a_queue_that_is_archived(office):
    """The exchange serves its callers itself."""
    office.sql("update cti_queue set active = false")
    office.wait_until(lambda: not is_distributing(office))
    office.sql("update cti_queue set active = true")
    office.wait_until(lambda: is_distributing(office))


def test_two_processes_offer_one_agent_one_call(office):
    set_up(office, BETTER)
    path = office.folder / "race"
    name = "tests.pbx.test_distribution:race"
    office.odoo.inside(office.database, name, path=str(path))
    assert path.read_text() == "1 0 0"


def test_nothing_is_missing(office):
    office.wait_until(lambda: office.sql(MISSING) == [["0"]])
    assert office.count("state = 'ringing'", "cti_offer") == 0
