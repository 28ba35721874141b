"""Cards under many processes at once, and under processes that are killed."""

import random
import signal
import subprocess
import time
from collections import Counter
from decimal import Decimal

import pytest

# takes 60 seconds
WORK = "tests.faults.wallets:work"
TAKEN = """
select coalesce(sum(issued - remaining), 0) + (
           select coalesce(sum(amount), 0) from loyalty_allocation)
  from loyalty_lot
"""
ROWS = "select key, card_id, kind, amount, id from loyalty_ledger where key is not null"


@pytest.fixture
def database(odoo):
    name = "faults_wallets"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.faults.wallets:prepare", cards=12)
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

    def agree(database, told):
        assert count_wrong_cards(database) == 0
        assert float(odoo.cluster.sql(TAKEN, database)) == 0
        booked = {}
        for line in odoo.cluster.sql(ROWS, database).splitlines():
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
def test_eight_processes_at_once(check, database, at_once):
    paths = at_once(database, WORK, 8, operations=60)
    told = answers(paths)
    assert len(told) == 8 * 60
    outcomes = Counter(outcome == "refused" for *_rest, outcome in told.values())
    assert outcomes[False] > 200 and outcomes[True] > 5
    assert len(check(database, told)) == outcomes[False]


@pytest.mark.cap_l10
def test_killed_workers_lose_and_double_nothing(odoo, check, database, tmp_path):
    rng = random.Random(5)
    paths = [tmp_path / f"{number}" for number in range(2)]
    kills = 0
    for _round in range(6):
        workers = [
            odoo.inside_process(
                database, WORK, number=number, operations=400, path=str(path)
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
    assert kills >= 6
    # Whoever sends everything again gets the same answers, and the rest is booked.
    for number, path in enumerate(paths):
        odoo.inside_process(
            database, WORK, number=number, operations=120, path=str(path)
        ).wait(timeout=120)
    told = answers(paths)
    check(database, told)
    assert {f"{n}/{p}" for n in range(2) for p in range(120)} <= set(told)
    assert isinstance(workers[0], subprocess.Popen)
