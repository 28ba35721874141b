"""One mail that reaches several processes at once."""

import pytest

# takes 60 seconds
MESSAGES = """
select count(*), count(distinct m.message_id), count(distinct m.res_id),
       (select count(*) from service_ticket)
  from mail_message m
 where m.model = 'service.ticket' and m.message_type = 'email'
"""
WORKERS, MAILS = 3, 30


@pytest.mark.cap_v01
def test_a_mail_delivered_twice_is_one_message(odoo, at_once):
    name = "faults_mails"
    odoo.clone(odoo.suite_template(), name)
    try:
        odoo.inside(name, "tests.faults.mails:prepare")
        paths = at_once(name, "tests.faults.mails:deliver_all", WORKERS, mails=MAILS)
        assert [path.read_text() for path in paths] == ["done"] * WORKERS
        counts = odoo.cluster.sql(MESSAGES, name)
        assert counts == "|".join([str(MAILS)] * 4)
    finally:
        odoo.drop(name)
