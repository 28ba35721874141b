"""Limited programs and first cards under many processes at once."""

import pytest

# takes 240 seconds
USED = """
select count(distinct l.order_id) from sale_order_line l
  join loyalty_reward r on r.id = l.reward_id
  join loyalty_program p on p.id = r.program_id
 where p.name->>'en_US' = 'First come'
"""
CARDS = """
select count(*), count(distinct partner_id), min(seen), max(seen)
  from (select c.id, c.partner_id,
               (select count(*) from loyalty_ledger l
                 where l.card_id = c.id and l.kind = 'earn') as seen
          from loyalty_card c join loyalty_program p on p.id = c.program_id
         where p.name->>'en_US' = 'Points') cards
"""
USES, WORKERS, MEMBERS = 6, 8, 200


@pytest.fixture
def database(odoo):
    name = "faults_usage"
    odoo.clone(odoo.suite_template(), name)
    yield name
    odoo.drop(name)


@pytest.mark.cap_l15
def test_the_platform_gives_two_uses_of_one(odoo):
    name = "faults_usage_platform"
    odoo.clone(odoo.host_template(), name)
    try:
        odoo.inside(name, "tests.faults.usage:prepare", uses=1, carts=2)
        odoo.inside(name, "tests.faults.usage:claim_at_once")
        assert odoo.cluster.sql(USED, name) == "2"
    finally:
        odoo.drop(name)


@pytest.mark.cap_l15
def test_exactly_as_many_uses_as_allowed(odoo, database, at_once):
    carts = 10 * USES
    odoo.inside(database, "tests.faults.usage:prepare", uses=USES, carts=carts)
    paths = at_once(database, "tests.faults.usage:claim_all", WORKERS, workers=WORKERS)
    answers = [line.split() for path in paths for line in path.read_text().splitlines()]
    assert len(answers) == carts
    assert sum(answer == "True" for _order, answer in answers) == USES
    assert odoo.cluster.sql(USED, database) == str(USES)


@pytest.mark.cap_l01
def test_two_first_orders_of_a_member_give_one_card(odoo, database):
    odoo.inside(database, "tests.faults.usage:prepare_members", members=MEMBERS)
    workers = [
        odoo.inside_process(database, "tests.faults.usage:confirm_all", place=place)
        for place in range(2)
    ]
    assert [worker.wait(timeout=400) for worker in workers] == [0, 0]
    # one card of each member, and both orders on it
    assert odoo.cluster.sql(CARDS, database) == f"{MEMBERS}|{MEMBERS}|2|2"
