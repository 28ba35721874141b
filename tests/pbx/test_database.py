"""The database is away while calls come in: what it missed, it gets to know."""

import csv
import tempfile
import time

import pytest

from . import test_voicemail
from .office import Office, prepare

# takes 125 seconds
pytestmark = pytest.mark.cap_c01

PHONES = [str(1001 + number) for number in range(12)]


#: What became of the calls.
CALLS = """
select c.called, c.state, q.code, a.extension from cti_call c
  left join cti_queue q on q.id = c.queue_id left join cti_agent a on a.id = c.agent_id
 order by c.id
"""
OFFERS = "select o.state, a.extension from cti_offer o"
OFFERS += " join cti_agent a on a.id = o.agent_id order by o.id"
SKILL = "update cti_queue_skill set level = {}, relax_seconds = {}"


@pytest.fixture
def make_office(durable_module):
    """Give a function that makes an office on a server which a test may kill."""

    def make(name, how="tests.pbx.office:prepare"):
        durable_module.clone(durable_module.suite_template(), name)
        # A copied sequence forgets what it gave if the server dies before this.
        durable_module.cluster.sql("checkpoint")
        durable_module.inside(name, how, phones=PHONES)
        folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
        return Office(durable_module, name, folder, PHONES)

    return make


def distribute(env, phones):
    """Make two queues of our distribution, in which nobody suits."""
    prepare(env, phones, distribution="own")
    support = env["cti.queue"].search([])
    support.ring_seconds = 5
    support.copy({"name": "Sales", "code": "sales", "longest_seconds": 5})
    skill = env["cti.skill"].create({"name": "Chinese"})
    needed = {"skill_id": skill.id, "level": 5, "lowest": 0, "relax_seconds": 0}
    support.skill_ids = [(0, 0, needed)]
    env.cr.commit()


def read_log(office):
    """Give the calls in the file that the exchange writes besides."""
    path = office.folder / "log/cel-custom/Master.csv"
    with open(path, newline="") as handle:
        return {row[9] for row in csv.reader(handle) if len(row) == 11}


def count_leads(office):
    """Give how often a bridge has begun to distribute."""
    logs = office.folder.glob("bridge-*.log")
    return sum(log.read_text().count("distribution: ") for log in logs)


def is_held(office):
    """Tell whether one caller waits in our distribution."""
    return show(office).count("!Stasis!") == 1


def has_orders(office):
    """Tell whether the exchange knows what we distribute, and whom it may ring."""
    told = office.exchange.ask("dialplan show globals")
    return (
        all(f"CRM_RING_{queue}=5" in told for queue in ("support", "sales"))
        and "CRM_ORDER_sales=5/" in told
        and office.has_free_agent()
    )


def lose(office, kill_server, **options):
    """Let the database be away for a while, and wait until the bridge goes on."""
    leads = count_leads(office)
    kill_server(office.odoo.cluster, **options)
    office.wait_until(lambda: count_leads(office) > leads, 60)


def serve_without(office, waiting):
    """Let one caller be served, another one speak, and who waited be served too."""
    speaker = test_voicemail.speak(office, "4002", 8)
    office.wait_until(lambda: "!Queue!sales" in show(office))
    office.call()
    assert waiting.wait(timeout=60) == 0, "who waited before is served"
    assert speaker.wait(timeout=60) == 0
    messages = office.folder / "spool/voicemail"
    office.wait_until(lambda: not show(office))
    assert len(list(messages.iterdir())) == 1


def show(office):
    """Give the channels that there are."""
    return office.exchange.ask("core show channels concise")


@pytest.mark.cap_c04
def test_the_database_is_away_from_our_distribution(make_office, kill_server):
    with make_office("away", "tests.pbx.test_database:distribute") as office:
        office.free().wait_until(lambda: has_orders(office))
        waiting = office.call(wait=False)
        office.wait_until(lambda: is_held(office))
        lose(office, kill_server, meanwhile=lambda: serve_without(office, waiting))
        check_books(office, 3)
        office.wait_until(lambda: office.count("true", "cti_sound") == 1)
        assert sorted(row[:3] for row in office.sql(CALLS)) == [
            ["4001", "wrapup", "support"],
            ["4001", "wrapup", "support"],
            ["4002", "voicemail", "sales"],
        ]
        messages = office.folder / "spool/voicemail"
        office.wait_until(lambda: not list(messages.iterdir()))
        # Somebody suits from the second second on, when the database is away.
        office.free().sql(SKILL.format(2, 1))
        waiting = office.call(wait=False)
        office.wait_until(lambda: is_held(office))
        lose(office, kill_server, away=2)
        assert waiting.wait(timeout=60) == 0
        # The next one comes by our distribution again.
        office.free().sql(SKILL.format(1, 1))
        office.call()
        check_books(office, 5)
        check_report(office)
        offers = [state for state, _extension in office.sql(OFFERS)]
        assert offers and set(offers) == {"answered"}, "none that nobody carried out"


def check_books(office, count):
    """Wait until so many calls have ended, and none that was is missing."""
    office.wait_until(lambda: office.count("ended is not null") == count, 60)
    logged = read_log(office)
    assert len(logged) == count
    assert {row[0] for row in office.sql("select linkedid from cti_call")} == logged


def check_report(office):
    """Let the report of completeness say that nothing is missing or open."""
    path = office.folder / "report"
    office.odoo.inside(office.database, "tests.pbx.office:report", path=str(path))
    assert path.read_text() == "0 0", "missing, open"


def test_the_database_ends_at_once(make_office, kill_server):
    with make_office("office") as office:
        callers = office.free().call(count=10, rate=2, seconds=2, wait=False)
        time.sleep(2)
        started = time.monotonic()
        kill_server(office.odoo.cluster, away=2)
        assert callers.wait(timeout=60) == 0
        logged = read_log(office)
        assert len(logged) == 10
        office.wait_until(lambda: office.count("ended is not null") == 10, 60)
        assert time.monotonic() - started < 60
        calls = {row[0] for row in office.sql("select linkedid from cti_call")}
        assert calls == logged
