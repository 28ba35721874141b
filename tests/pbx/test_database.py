"""The database ends at once while calls come in: what it missed, it gets to know."""

import csv
import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from runner import programs
from runner.odoo import Odoo
from runner.postgres import Cluster

from .office import Office

# takes 90 seconds
pytestmark = pytest.mark.cap_c01

PHONES = [str(1001 + number) for number in range(12)]
NAME = "office"


@pytest.fixture
def own(odoo, monkeypatch, tmp_path):
    """Give Odoo on a server of its own, which a test may kill."""
    programs_of, variables = programs.postgres_bin()
    dump = tmp_path / "dump"
    environment = {**os.environ, **variables, **odoo.cluster.environment()}
    subprocess.run(
        [
            programs_of / "pg_dump",
            "-Fc",
            "-Z1",
            "-x",
            "-f",
            dump,
            odoo.suite_template(),
        ],
        env=environment,
        check=True,
    )
    monkeypatch.delenv("PGHOST", raising=False)
    with Cluster("pg-pbx", fast=True) as cluster:
        cluster.sql(f"drop database if exists {NAME} with (force)")
        cluster.sql(f"create database {NAME}")
        environment = {**os.environ, **variables, **cluster.environment()}
        subprocess.run(
            [programs_of / "pg_restore", "-O", "-x", "-d", NAME, dump],
            env=environment,
            check=True,
        )
        own = Odoo(cluster, odoo.tree, odoo.data.name)
        own.inside(NAME, "tests.pbx.office:prepare", phones=PHONES)
        yield own


def kill(cluster):
    """End a server with all its processes, as a loss of power would."""
    parent = int((cluster.data / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for pid in [parent, *map(int, children)]:
        os.kill(pid, 9)


def read_log(office):
    """Give the calls in the file that the exchange writes besides."""
    path = office.folder / "log/cel-custom/Master.csv"
    with open(path, newline="") as handle:
        return {row[9] for row in csv.reader(handle) if len(row) == 11}


def test_the_database_ends_at_once(own):
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    with Office(own, NAME, folder, PHONES) as office:
        callers = office.free().call(count=10, rate=2, seconds=2, wait=False)
        time.sleep(2)
        kill(own.cluster)
        time.sleep(2)
        started = time.monotonic()
        own.cluster.start()
        assert callers.wait(timeout=60) == 0
        logged = read_log(office)
        assert len(logged) == 10
        office.wait_until(lambda: office.count("ended is not null") == 10, 60)
        assert time.monotonic() - started < 60
        calls = {row[0] for row in office.sql("select linkedid from cti_call")}
        assert calls == logged
