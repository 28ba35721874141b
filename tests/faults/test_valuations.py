"""Points valued by several accountants at once: one entry a day, and no cent twice."""

import pytest

# takes 30 seconds
POSTED = """
select count(*), count(distinct date), count(distinct number), sum(defer_now)
  from loyalty_valuation where state = 'posted'
"""
BOOKED = """
select -sum(l.balance) from account_move_line l
  join account_account a on a.id = l.account_id
 where a.name->>'en_US' = 'Points 229901' and l.parent_state = 'posted'
"""


@pytest.fixture
def database(odoo):
    name = "faults_valuations"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.faults.valuations:prepare")
    yield name
    odoo.drop(name)


@pytest.mark.cap_l14
def test_four_accountants_at_once(odoo, database, at_once):
    paths = at_once(database, "tests.faults.valuations:post", 4)
    told = [line.split() for path in paths for line in path.read_text().splitlines()]
    assert len(told) == 4 * 12
    done = [line for line in told if line[2] != "refused"]
    count, days, numbers, deferred = odoo.cluster.sql(POSTED, database).split("|")
    assert int(count) == int(days) == int(numbers) == len(done) >= 2
    assert float(deferred) == float(odoo.cluster.sql(BOOKED, database)) == 1200
