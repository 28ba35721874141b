"""Limits of cards under many processes, and alerts that outlive a refusal."""

import pytest

# takes 60 seconds
MOST, WORKERS, TIMES, FORMS = 5, 8, 4, 20
BOOKED = """
select count(*) from loyalty_ledger l join loyalty_program p on p.id = l.program_id
 where l.kind = 'redeem' and p.name->>'en_US' = '{}'
"""
ALERTS = """
select a.times, a.severity, c.loyalty_state
  from loyalty_alert a join loyalty_card c on c.id = a.card_id
  join loyalty_program p on p.id = a.program_id where p.name->>'en_US' = '{}'
"""


@pytest.fixture
def database(odoo):
    name = "faults_limits"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.faults.limits:prepare", most=MOST)
    yield name
    odoo.drop(name)


@pytest.mark.cap_l15
def test_a_limit_is_exact_and_each_refusal_is_known(odoo, database, at_once):
    paths = at_once(database, "tests.faults.limits:redeem", WORKERS, times=TIMES)
    told = [line for path in paths for line in path.read_text().split()]
    assert told.count("done") == MOST
    assert told.count("refused") == WORKERS * TIMES - MOST
    assert odoo.cluster.sql(BOOKED.format("refuse"), database) == str(MOST)
    times, severity, state = odoo.cluster.sql(ALERTS.format("refuse"), database).split(
        "|"
    )
    # The transactions were undone; the alert counted every one of them.
    assert (int(times), severity, state) == (
        WORKERS * TIMES - MOST,
        "medium",
        "active",
    )


@pytest.mark.cap_l15
def test_a_refusal_that_is_undone_leaves_a_frozen_card(odoo, database, tmp_path):
    path = tmp_path / "answers"
    odoo.inside(
        database,
        "tests.faults.limits:redeem",
        number=0,
        times=MOST + 2,
        path=str(path),
        place=1,
    )
    assert path.read_text().split() == ["done"] * MOST + ["refused"] * 2
    assert odoo.cluster.sql(BOOKED.format("freeze"), database) == str(MOST)
    # The second refusal is that of the frozen card, which no limit has to refuse.
    assert odoo.cluster.sql(ALERTS.format("freeze"), database) == "1|high|frozen"


@pytest.mark.cap_l12
def test_a_form_sent_by_all_at_once_counts_once(odoo, database, at_once):
    paths = at_once(database, "tests.faults.limits:send_forms", 4, forms=FORMS)
    told = [path.read_text().split() for path in paths]
    assert len(set(told[0])) == FORMS
    assert told.count(told[0]) == 4, "everybody reads the same answers"
    earned = BOOKED.replace("redeem", "earn").format("refuse")
    assert odoo.cluster.sql(earned, database) == str(FORMS)
