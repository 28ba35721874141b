"""Cards under many processes at once, and under processes that are killed."""

import random
import signal
import subprocess
import time
from collections import Counter
from decimal import Decimal

import pytest

# takes 120 seconds
WORK = "tests.faults.wallets:work"
TAKEN = """
select coalesce(sum(issued - remaining), 0) + (
           select coalesce(sum(amount), 0) from loyalty_allocation)
  from loyalty_lot
"""
ROWS = "select key, card_id, kind, amount, id from loyalty_ledger where key is not null"


@pytest.fixture
def database(odoo, soaked):
    name = "faults_wallets"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.faults.wallets:prepare", cards=soaked(12, 51))
    yield name
    odoo.drop(name)


def answers(paths):
    """Give the outcome of each key; several answers to one key must be equal."""
    found = {}
    for path in paths:
        for line in path.read_text().splitlines() if path.exists() else ():
            parts = line.split()
            if len(parts) != 5:
                continue  # cut off by the kill
            key, card, kind, amount, outcome = parts
            told = (int(card), kind, Decimal(amount), outcome)
            assert found.setdefault(key, told) == told, f"two answers to {key}"
    return found


@pytest.fixture
def check(odoo, count_wrong_cards):
    """Give a function that holds the books against every answer that was given."""

    def agree(database, told, cluster=odoo.cluster):
        assert count_wrong_cards(database, cluster) == 0
        assert float(cluster.sql(TAKEN, database)) == 0
        booked = {}
        for line in cluster.sql(ROWS, database).splitlines():
            key, card, kind, amount, row = line.split("|")
            booked[key] = (int(card), kind, Decimal(amount), row)
        for key, (card, kind, amount, outcome) in told.items():
            if outcome == "refused":
                assert key not in booked
                continue
            known = booked[key]
            assert (known[0], known[3]) == (card, outcome)
            if kind != "claw_back":  # part of it may be debt
                assert abs(known[2]) == amount
        return booked

    return agree


@pytest.mark.cap_l10
def test_eight_processes_at_once(check, database, at_once, soaked):
    operations = soaked(60, 500)
    paths = at_once(database, WORK, 8, operations=operations)
    told = answers(paths)
    assert len(told) == 8 * operations
    outcomes = Counter(outcome == "refused" for *_rest, outcome in told.values())
    assert outcomes[False] > 200 and outcomes[True] > 5
    assert len(check(database, told)) == outcomes[False]


@pytest.mark.cap_l10
def test_killed_workers_lose_and_double_nothing(
    odoo, check, database, tmp_path, soaked
):
    rng = random.Random(5)
    paths = [tmp_path / f"{number}" for number in range(2)]
    kills = 0
    for _round in range(soaked(6, 50)):
        workers = [
            odoo.inside_process(
                database,
                WORK,
                number=number,
                operations=soaked(400, 4000),
                path=str(path),
            )
            for number, path in enumerate(paths)
        ]
        time.sleep(rng.uniform(2.5, 5))
        for worker in workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
                kills += 1
            worker.wait(timeout=30)
        check(database, answers(paths))
    assert kills >= soaked(6, 100)
    # Whoever sends everything again gets the same answers, and the rest is booked.
    for number, path in enumerate(paths):
        odoo.inside_process(
            database, WORK, number=number, operations=120, path=str(path)
        ).wait(timeout=120)
    told = answers(paths)
    check(database, told)
    assert {f"{n}/{p}" for n in range(2) for p in range(120)} <= set(told)
    assert isinstance(workers[0], subprocess.Popen)


@pytest.mark.cap_l10
def test_each_operation_three_times_at_once(odoo, check, at_once, soaked):
    """Whoever sends the same again, even at the same time, gets the same answer."""
    name = "faults_wallets_thrice"
    odoo.clone(odoo.suite_template(), name)
    try:
        prepare = "tests.faults.wallets:prepare"
        odoo.inside(name, prepare, cards=3, points=100_000)
        operations = soaked(40, 500)
        work = "tests.faults.wallets:work_thrice"
        paths = at_once(name, work, 6, operations=operations)
        answered = [len(path.read_text().splitlines()) for path in paths]
        assert answered == [operations] * 6, "everybody was answered"
        assert len(check(name, answers(paths))) == 2 * operations
    finally:
        odoo.drop(name)


@pytest.mark.cap_l10
def test_a_killed_server_keeps_what_it_acknowledged(
    durable, check, kill_server, tmp_path, soaked
):
    """A server that writes to disk is killed under load; no answer was a lie."""
    name = "faults_wallets_durable"
    durable.clone(durable.suite_template(), name)
    durable.inside(name, "tests.faults.wallets:prepare", cards=12)
    rng = random.Random(9)
    paths = [tmp_path / f"{number}" for number in range(2)]
    for _round in range(soaked(2, 10)):
        workers = [
            durable.inside_process(
                name,
                "tests.faults.wallets:work_until_down",
                number=number,
                operations=4000,
                path=str(path),
            )
            for number, path in enumerate(paths)
        ]
        before = len(answers(paths))
        until = time.monotonic() + 60
        while len(answers(paths)) < before + 20:
            assert time.monotonic() < until, "the workers do not work"
            time.sleep(0.1)
        time.sleep(rng.uniform(0, 2))
        kill_server(durable.cluster)
        for worker in workers:
            worker.wait(timeout=60)
        check(name, answers(paths), durable.cluster)
    assert len(answers(paths)) > 40
