"""Shared by the tests that stand above the addons."""

import os
import shutil
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "config"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def pytest_configure(config):
    for area, last in {
        "s": 20,
        "m": 6,
        "l": 16,
        "v": 13,
        "c": 13,
        "a": 14,
        "e": 6,
    }.items():
        for number in range(1, last + 1):
            name = f"cap_{area}{number:02d}"
            config.addinivalue_line("markers", f"{name}: proves capability {name}")


@pytest.fixture(scope="session")
def odoo():
    """Odoo's command line on the running test cluster."""
    from runner.odoo import Odoo, prepare
    from runner.postgres import Cluster

    tree, _missing = prepare()
    with Cluster("pg-test", fast=True) as cluster:
        yield Odoo(cluster, tree, "data-test")


@contextmanager
def make_durable(odoo):
    """Give Odoo on a server of its own that writes to disk before it answers.

    It starts with a copy of all databases of the tests' server.
    """
    from runner.postgres import Cluster

    odoo.suite_template()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PGHOST", raising=False)
        tested = Cluster("pg-test")
        assert tested.running(), (
            "a server that is not ours can be neither copied nor killed"
        )
        cluster = Cluster(f"pg-durable-{os.getpid()}")
        cluster.copy_from(tested)
        cluster.start()
        try:
            yield type(odoo)(cluster, odoo.tree, odoo.data.name)
        finally:
            cluster.stop()
            shutil.rmtree(cluster.data, ignore_errors=True)


@pytest.fixture
def durable(odoo):
    """Give Odoo on a durable server for one test."""
    with make_durable(odoo) as made:
        yield made


@pytest.fixture(scope="module")
def durable_module(odoo):
    """Give Odoo on a durable server for the tests of a module."""
    with make_durable(odoo) as made:
        yield made


@pytest.fixture
def kill_server():
    """Give a function that kills all processes of a server and starts it again.

    It takes the seconds of absence, and what is to be done meanwhile.
    """

    def kill(cluster, away=0, meanwhile=lambda: None):
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
        time.sleep(away)
        meanwhile()
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
