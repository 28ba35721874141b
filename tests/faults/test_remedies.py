"""Complaints under many processes: one chain, one document, no cent too much."""

import random
import signal
import time

import pytest

# takes 200 seconds
WORKERS, REMEDIES, EVENTS = 4, 8, 25
CHAIN = """
select count(*), max(sequence), count(distinct hash) from service_event
 where complaint_id = (select id from service_complaint where name = 'Ask')
"""
DOCUMENTS = """
select count(*), count(credit_note_id) + count(return_id),
       count(distinct credit_note_id) + count(distinct return_id)
  from service_remedy where step = 'executing'
"""
LOOSE = """
select (select count(*) from account_move n
         where n.move_type = 'out_refund'
           and not exists (select from service_remedy r where r.credit_note_id = n.id)),
       (select count(*) from stock_picking p
         where p.return_id is not null
           and not exists (select from service_remedy r where r.return_id = p.id))
"""
GIVEN = """
select coalesce(sum(amount), 0) + coalesce((
           select sum(amount_total) from account_move
            where move_type = 'out_refund' and state <> 'cancel'
              and id not in (select credit_note_id from service_remedy
                              where credit_note_id is not null)), 0)
  from service_remedy where step in ('waiting', 'approved', 'executing')
"""


@pytest.fixture
def database(odoo):
    name = "faults_remedies"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.faults.remedies:prepare", remedies=REMEDIES)
    yield name
    odoo.drop(name)


def told(paths):
    return [
        line.split()[-1]
        for path in paths
        for line in path.read_text().split("\n")
        if line
    ]


@pytest.mark.cap_v07
def test_writers_at_once_make_one_chain(odoo, database, at_once):
    paths = at_once(database, "tests.faults.remedies:log", WORKERS, events=EVENTS)
    done = told(paths).count("done")
    assert done == WORKERS * EVENTS
    before = 5  # from the intake to the proposal
    count, last, seals = map(int, odoo.cluster.sql(CHAIN, database).split("|"))
    assert count == last == seals == done + before
    odoo.inside(database, "tests.faults.remedies:check_chains")


@pytest.mark.cap_v07
def test_executed_at_once_makes_one_document(odoo, database, at_once):
    paths = at_once(database, "tests.faults.remedies:execute", WORKERS)
    assert told(paths).count("done") == REMEDIES
    assert odoo.cluster.sql(DOCUMENTS, database) == f"{REMEDIES}|{REMEDIES}|{REMEDIES}"
    assert odoo.cluster.sql(LOOSE, database) == "0|0"


@pytest.mark.cap_v07
def test_killed_in_the_middle(odoo, database, tmp_path):
    rng = random.Random(7)
    kills = 0
    for round_ in range(3):
        path = tmp_path / f"{round_}"
        worker = odoo.inside_process(
            database, "tests.faults.remedies:execute", number=round_, path=str(path)
        )
        until = time.monotonic() + 60
        while not (path.exists() and path.read_text()) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.4))
        if worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
            kills += 1
        worker.wait(timeout=30)
        # Nothing or one, and never a document that no remedy knows.
        count, made, distinct = odoo.cluster.sql(DOCUMENTS, database).split("|")
        assert count == made == distinct
        assert odoo.cluster.sql(LOOSE, database) == "0|0"
    assert kills
    odoo.inside_process(
        database, "tests.faults.remedies:execute", number=9, path=str(tmp_path / "9")
    ).wait(timeout=120)
    assert odoo.cluster.sql(DOCUMENTS, database) == f"{REMEDIES}|{REMEDIES}|{REMEDIES}"
    odoo.inside(database, "tests.faults.remedies:check_chains")


@pytest.mark.cap_v07
def test_no_cent_more_than_was_invoiced(odoo, database, at_once):
    paths = at_once(database, "tests.faults.remedies:ask", WORKERS, times=6, amount=70)
    answers = told(paths)
    given = float(odoo.cluster.sql(GIVEN, database))
    taken_before = REMEDIES // 2 * 10
    assert given == answers.count("done") * 70 + taken_before
    assert 1000 - 70 < given <= 1000


@pytest.mark.cap_v07
def test_the_first_remedy_meets_a_credit_note(odoo, database, at_once):
    paths = at_once(database, "tests.faults.remedies:ask_first", WORKERS)
    lines = [line.split() for path in paths for line in path.read_text().splitlines()]
    done = [line_id for line_id, answer in lines if answer == "done"]
    assert len(done) == len(set(done)) == len({line_id for line_id, _answer in lines})
