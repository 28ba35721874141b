"""Tickets that several processes assign at once."""

import pytest

# takes 60 seconds
LOADS = """
select count(*), count(distinct user_id), max(tickets)
  from (select user_id, count(*) over (partition by user_id) as tickets
          from service_ticket where user_id is not null) given
"""
NOTES = """
select count(*) from mail_message
 where model = 'service.ticket' and body like '%Assigned to%'
"""
WORKERS, AGENTS, CAPACITY, TICKETS = 3, 4, 10, 60


@pytest.mark.cap_v03
def test_nobody_gets_too_many_and_no_ticket_goes_twice(odoo, at_once):
    name = "faults_assignments"
    odoo.clone(odoo.suite_template(), name)
    try:
        odoo.inside(
            name,
            "tests.faults.assignments:prepare",
            agents=AGENTS,
            capacity=CAPACITY,
            tickets=TICKETS,
        )
        paths = at_once(name, "tests.faults.assignments:assign_all", WORKERS)
        room = AGENTS * CAPACITY
        assert sum(int(path.read_text()) for path in paths) == room
        assert odoo.cluster.sql(LOADS, name) == f"{room}|{AGENTS}|{CAPACITY}"
        assert odoo.cluster.sql(NOTES, name) == str(room)
    finally:
        odoo.drop(name)
