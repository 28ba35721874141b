"""Late tickets under workers at once, some of them killed: everybody is told once."""

import time

import pytest

# takes 45 seconds
TOLD = """
select count(*), count(distinct res_id) from mail_activity
 where res_model = 'service.ticket'
"""
KILLS = 6


@pytest.fixture
def database(odoo):
    name = "faults_escalations"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.faults.escalations:prepare")
    yield name
    odoo.drop(name)


@pytest.mark.cap_v02
def test_each_is_told_once(odoo, database, at_once, tmp_path):
    kills = 0
    for number in range(KILLS):
        path = tmp_path / f"killed{number}"
        worker = odoo.inside_process(
            database,
            "tests.faults.escalations:escalate",
            number=number,
            path=str(path),
        )
        until = time.monotonic() + 60
        while worker.poll() is None and not path.exists():
            assert time.monotonic() < until, "the worker does not begin"
            time.sleep(0.01)
        time.sleep(0.05 * number)
        if worker.poll() is None:
            worker.kill()
            kills += 1
        worker.wait()
    assert kills
    at_once(database, "tests.faults.escalations:escalate", 3)
    assert odoo.cluster.sql(TOLD, database).strip() == "300|300"
    done = odoo.cluster.sql("select count(*) from service_sla_escalated", database)
    assert done.strip() == "300"
