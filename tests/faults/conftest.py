"""Many processes on one database, and books that have to agree afterwards."""

import os

import pytest

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
