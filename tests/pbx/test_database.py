"""The database ends at once while calls come in: what it missed, it gets to know."""

import csv
import tempfile
import time

import pytest

from .office import Office

# takes 90 seconds
pytestmark = pytest.mark.cap_c01

PHONES = [str(1001 + number) for number in range(12)]
NAME = "office"


@pytest.fixture
def own(durable):
    """Give Odoo on a server of its own, which a test may kill."""
    durable.clone(durable.suite_template(), NAME)
    durable.inside(NAME, "tests.pbx.office:prepare", phones=PHONES)
    return durable


def read_log(office):
    """Give the calls in the file that the exchange writes besides."""
    path = office.folder / "log/cel-custom/Master.csv"
    with open(path, newline="") as handle:
        return {row[9] for row in csv.reader(handle) if len(row) == 11}


def test_the_database_ends_at_once(own, kill_server):
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    with Office(own, NAME, folder, PHONES) as office:
        callers = office.free().call(count=10, rate=2, seconds=2, wait=False)
        time.sleep(2)
        started = time.monotonic()
        kill_server(own.cluster, away=2)
        assert callers.wait(timeout=60) == 0
        logged = read_log(office)
        assert len(logged) == 10
        office.wait_until(lambda: office.count("ended is not null") == 10, 60)
        assert time.monotonic() - started < 60
        calls = {row[0] for row in office.sql("select linkedid from cti_call")}
        assert calls == logged
