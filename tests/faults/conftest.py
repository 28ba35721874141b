"""Many processes on one database, and books that have to agree afterwards."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from runner.postgres import Cluster

#: Asks for the sizes of the bars instead of those that a run of all tests can afford.
SOAK = bool(os.environ.get("CRM_SOAK"))
#: Cards whose balance or debt is not what ledger and lots say, or below nothing.
WRONG_CARDS = """
select count(*) from loyalty_card c
 where c.points <> (select coalesce(sum(amount), 0) from loyalty_ledger l
                     where l.card_id = c.id)
    or c.points <> (select coalesce(sum(remaining), 0) from loyalty_lot t
                     where t.card_id = c.id)
    or coalesce(c.loyalty_debt, 0) <> (
           select coalesce(sum(debt_change), 0) from loyalty_ledger l
            where l.card_id = c.id)
    or c.points < 0
"""


@pytest.fixture
def count_wrong_cards(odoo):
    """Give a function of a database that counts cards whose books differ."""

    def count(database, cluster=odoo.cluster):
        return int(cluster.sql(WRONG_CARDS, database))

    return count


@pytest.fixture
def soaked():
    """Give a function that chooses between a usual number and that of the bar."""
    return lambda usual, bar: bar if SOAK else usual


@pytest.fixture
def durable(odoo, monkeypatch):
    """Give Odoo on a server of its own that writes to disk before it answers.

    It starts with a copy of all databases of the tests' server.
    """
    odoo.suite_template()
    monkeypatch.delenv("PGHOST", raising=False)
    tested = Cluster("pg-test")
    assert tested.running(), (
        "a server that is not ours can be neither copied nor killed"
    )
    cluster = Cluster("pg-durable")
    cluster.copy_from(tested)
    cluster.start()
    try:
        yield type(odoo)(cluster, odoo.tree, odoo.data.name)
    finally:
        cluster.stop()
        shutil.rmtree(cluster.data, ignore_errors=True)


@pytest.fixture
def kill_server():
    """Give a function that kills all processes of a server and starts it again."""

    def kill(cluster):
        first = int((cluster.data / "postmaster.pid").read_text().split()[0])
        family = [first, *children(first)]
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 30
        while any(alive(pid) for pid in family):
            assert time.monotonic() < until, "the server does not die"
            time.sleep(0.05)
        # Nobody may have buried the dead yet: their numbers would look alive.
        for lock in [
            cluster.data / "postmaster.pid",
            *Path(cluster.host).glob(".s.PGSQL.*.lock"),
        ]:
            lock.unlink(missing_ok=True)
        cluster.start()

    return kill


def children(pid):
    """Give the processes that a process has started and that run."""
    return [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/stat")
        if fields(path)[1:2] == [str(pid)]
    ]


def alive(pid):
    """Tell whether a process runs; one that only waits to be buried does not."""
    return fields(Path(f"/proc/{pid}/stat"))[:1] not in ([], ["Z"])


def fields(path):
    """Give state, parent and so on of a process, nothing of one that has ended."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


@pytest.fixture
def at_once(odoo, tmp_path):
    """Give a function that runs processes side by side and waits for all of them.

    Each gets its ``number`` and the ``path`` of a file for its answers; the function
    gives the paths.
    """

    def run(database, function, count, **arguments):
        paths = [tmp_path / f"{number}" for number in range(count)]
        workers = [
            odoo.inside_process(
                database, function, number=number, path=str(path), **arguments
            )
            for number, path in enumerate(paths)
        ]
        limit = 3000 if SOAK else 240
        assert [worker.wait(timeout=limit) for worker in workers] == [0] * count
        return paths

    return run
