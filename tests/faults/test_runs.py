"""Runs of analyses that are cancelled at work, and workers and servers that die.

A lock on the table of findings holds a run at its statement for as long as needed.
"""

import signal
import time
from contextlib import contextmanager

import psycopg2
import pytest

# takes 70 seconds
STATE = """
select state, coalesce(is_published, false), digest
  from mining_run order by id desc limit 1
"""
STEP = "select step from mining_progress"
#: Sessions of the database that are in the statement that writes the findings.
WRITING = """
select count(*) from pg_stat_activity
 where query like '%INSERT INTO mining_customer %' and state = 'active'
   and wait_event_type = 'Lock' and datname = current_database()
"""
FINDINGS = "select count(*), count(distinct run_id) from mining_customer"
CUSTOMERS = 300


def until(cluster, query, wanted, database):
    """Wait until a query gives what is wanted."""
    end = time.monotonic() + 300
    while (found := cluster.sql(query, database)) != wanted:
        assert time.monotonic() < end, f"{query} gives {found}, not {wanted}"
        time.sleep(0.1)


@contextmanager
def held(cluster, database):
    """Let nobody write findings inside the block."""
    connection = psycopg2.connect(host=cluster.host, user=cluster.user, dbname=database)
    try:
        connection.cursor().execute("LOCK TABLE mining_customer IN SHARE MODE")
        yield
    finally:
        connection.close()


@contextmanager
def at_work(odoo, database):
    """Give a worker that has come to writing its findings, and is held there."""
    with held(odoo.cluster, database):
        worker = odoo.inside_process(database, "tests.faults.runs:work")
        try:
            until(odoo.cluster, WRITING, "1", database)
            yield worker
        finally:
            worker.kill()
            worker.wait(timeout=300)


@contextmanager
def prepared(odoo, name):
    odoo.clone(odoo.suite_template(), name)
    try:
        odoo.inside(name, "tests.faults.runs:prepare")
        odoo.inside(name, "tests.faults.runs:ask")
        yield name
    finally:
        odoo.drop(name)


def work(odoo, database):
    """Let a worker do what is ready; give how the last run came out."""
    odoo.inside(database, "tests.faults.runs:work")
    return odoo.cluster.sql(STATE, database).split("|")


@pytest.mark.cap_a13
def test_killed_workers_are_followed_by_others(odoo):
    """What two killed workers leave becomes what one would have made."""
    with prepared(odoo, "faults_runs") as database:
        sql = odoo.cluster.sql
        for _kill in range(2):
            with at_work(odoo, database) as worker:
                assert sql(STEP, database) == "score"
                assert sql(STATE, database).startswith("running|")
                worker.send_signal(signal.SIGKILL)
                worker.wait(timeout=300)
        state, published, digest = work(odoo, database)
        assert (state, published) == ("done", "True")
        assert sql(FINDINGS, database) == f"{CUSTOMERS}|1"
        assert sql(STEP, database) == ""
        odoo.inside(database, "tests.faults.runs:ask")
        assert work(odoo, database) == ["done", "True", digest]


@pytest.mark.cap_a13
def test_cancelled_in_the_middle_of_a_statement(odoo):
    """Who cancels need not wait for the statement, which is ended."""
    with prepared(odoo, "faults_runs_cancel") as database:
        with at_work(odoo, database) as worker:
            odoo.inside(database, "tests.faults.runs:cancel")
            assert worker.wait(timeout=300) == 0
            assert odoo.cluster.sql(STATE, database).startswith("cancelled|False")
            assert odoo.cluster.sql(WRITING, database) == "0"
        assert odoo.cluster.sql(FINDINGS, database) == "0|0"
        odoo.inside(database, "tests.faults.runs:ask")
        assert work(odoo, database)[0] == "done"


@pytest.mark.cap_a13
def test_a_killed_database_server(durable, kill_server):
    """The server of the database goes; after it is back the run goes on."""
    with prepared(durable, "faults_runs_durable") as database:
        with at_work(durable, database) as worker:
            kill_server(durable.cluster)
            worker.wait(timeout=300)
        assert durable.cluster.sql(STATE, database).startswith("running|")
        assert work(durable, database)[0] == "done"
        assert durable.cluster.sql(FINDINGS, database) == f"{CUSTOMERS}|1"
