"""Whatever ends at once, no call is missing and none lives on for ever."""

import time

import pytest

from .office import kill

# takes 100 seconds
pytestmark = pytest.mark.cap_c01

MISSING = """
select count(distinct l.linkedid) from cti_cel l
 where not exists (select from cti_call c where c.linkedid = l.linkedid)
"""
OPEN = "state in ('new', 'menu', 'queued', 'offered', 'talking', 'held')"


@pytest.fixture
def complete(office):
    """Give a function that waits until nothing is missing and nothing is open."""

    def check(seconds):
        office.wait_until(
            lambda: office.sql(MISSING) == [["0"]] and not office.count(OPEN), seconds
        )

    return check


def test_the_standby_takes_over(office, complete):
    before, answered = office.count(), office.count("answered is not null")
    standby = office.start_bridge()
    office.wait_until(lambda: office.tell().count("standing by") == 2)
    callers = office.free().call(count=6, rate=2, seconds=4, wait=False)
    time.sleep(1.5)
    kill(office.bridge)
    assert callers.wait(timeout=30) == 0
    complete(30)
    assert office.count() == before + 6
    assert office.count("answered is not null") > answered
    office.bridge = standby


def test_calls_while_no_bridge_runs(office, complete):
    before = office.free().count()
    kill(office.bridge)
    office.call(count=4, rate=2, seconds=2)
    assert office.count() == before
    office.bridge = office.start_bridge()
    office.wait_until(lambda: office.count() == before + 4)
    complete(30)


def test_the_exchange_ends_at_once(office, complete):
    callers = office.free().call(count=3, rate=3, seconds=60, wait=False)
    office.wait_until(lambda: office.count(OPEN) == 3)
    office.exchange.kill()
    killed = time.monotonic()
    office.exchange.start()
    complete(60)
    assert time.monotonic() - killed < 60
    assert office.count("state = 'interrupted'") == 3
    callers.kill()
    before = office.count()
    office.free().call()
    office.wait_until(lambda: office.count() == before + 1)
    complete(30)


def test_the_report_says_so(office):
    path = office.folder / "report"
    office.odoo.inside(office.database, "tests.pbx.office:report", path=str(path))
    missing, open_ = path.read_text().split()
    assert (missing, open_) == ("0", "0")
