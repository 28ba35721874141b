"""Cards under many processes at once, and under processes that are killed."""

import random
import signal
import subprocess
import time
from collections import Counter
from decimal import Decimal

import pytest

# takes 60 seconds
CHECK = """
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


def start(odoo, database, **arguments):
    return odoo.inside_process(database, "tests.faults.wallets:work", **arguments)


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


def check(odoo, database, told):
    """The books agree with themselves and with every answer that was given."""
    assert odoo.cluster.sql(CHECK, database) == "0"
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


@pytest.mark.cap_l10
def test_eight_processes_at_once(odoo, database, tmp_path):
    paths = [tmp_path / f"{number}" for number in range(8)]
    workers = [
        start(odoo, database, number=number, operations=60, path=str(path))
        for number, path in enumerate(paths)
    ]
    assert [worker.wait(timeout=240) for worker in workers] == [0] * 8
    told = answers(paths)
    assert len(told) == 8 * 60
    outcomes = Counter(outcome == "refused" for *_rest, outcome in told.values())
    assert outcomes[False] > 200 and outcomes[True] > 5
    assert len(check(odoo, database, told)) == outcomes[False]


@pytest.mark.cap_l10
def test_killed_workers_lose_and_double_nothing(odoo, database, tmp_path):
    rng = random.Random(5)
    paths = [tmp_path / f"{number}" for number in range(2)]
    kills = 0
    for _round in range(6):
        workers = [
            start(odoo, database, number=number, operations=400, path=str(path))
            for number, path in enumerate(paths)
        ]
        time.sleep(rng.uniform(2.5, 5))
        for worker in workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
                kills += 1
            worker.wait(timeout=30)
        check(odoo, database, answers(paths))
    assert kills >= 6
    # Whoever sends everything again gets the same answers, and the rest is booked.
    for number, path in enumerate(paths):
        start(odoo, database, number=number, operations=120, path=str(path)).wait(
            timeout=120
        )
    told = answers(paths)
    check(odoo, database, told)
    assert {f"{n}/{p}" for n in range(2) for p in range(120)} <= set(told)
    assert isinstance(workers[0], subprocess.Popen)
