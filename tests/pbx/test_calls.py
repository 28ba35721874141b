"""Calls of a real exchange are recorded once each, and it does what it is told."""

import pytest

# takes 60 seconds
pytestmark = pytest.mark.cap_c01

ENDED = "ended is not null"


def test_an_answered_call(office):
    before = office.count(ENDED)
    office.free().call()
    office.wait_until(lambda: office.count(ENDED) > before)
    ((*texts, began, rang, answered, ended),) = office.sql(
        "select c.state, direction, called, p.name, extract(epoch from created),"
        " extract(epoch from offered), extract(epoch from answered),"
        " extract(epoch from ended)"
        " from cti_call c join res_partner p on p.id = c.partner_id"
        " order by c.id desc limit 1"
    )
    assert texts == ["wrapup", "in", "4001", "Caller"]
    assert float(began) < float(rang) < float(answered)
    assert 1.9 < float(ended) - float(answered) < 4


def test_the_log_says_the_same(office):
    office.wait_until(lambda: office.count("kind = 'end'", "cti_event"))
    (agree,) = office.sql(
        "select count(*) filter (where a.id is null) from cti_event l"
        " left join cti_event a on a.key = replace(l.key, 'cel:', 'ami:')"
        " where l.key like 'cel:%' and l.kind <> 'end'"
    )
    assert agree == ["0"], "each row of the log came over the fast path too"
    files = office.sql("select file_offset from cti_pbx")
    assert float(files[0][0]) > 0, "the file was read as well"


def test_a_menu(office):
    office.free().call("4000", seconds=9)
    office.wait_until(lambda: office.count("called = '4000' and ended is not null"))
    assert office.count("kind = 'menu'", "cti_event") == 2


def test_a_double_click_dials_once(office):
    office.request("1001", "originate", {"number": "13900139000"}, "once", times=2)
    office.wait_until(
        lambda: office.count("linkedid = 'odoo-once' and state = 'talking'")
    )
    office.request("1001", "originate", {"number": "13900139000"}, "once")
    office.request("1001", "hangup", {"linkedid": "odoo-once"}, "end")
    office.wait_until(lambda: office.count(f"linkedid = 'odoo-once' and {ENDED}"))
    # The phone of the agent, and the line to the outside, once each.
    legs = office.sql(
        "select l.endpoint from cti_leg l join cti_call c on c.id = l.call_id"
        " where c.linkedid = 'odoo-once' order by l.started"
    )
    assert legs == [["1001"], ["trunk"]]
    assert office.sql(
        "select kind, state from cti_command where kind in ('originate', 'hangup')"
        " order by id"
    ) == [["originate", "done"], ["hangup", "done"]]


def test_the_dialplan_refuses_what_the_client_would(office):
    office.request("1002", "originate", {"number": "0019005551234"}, "abroad")
    condition = "linkedid = 'odoo-abroad' and ended is not null"
    office.wait_until(lambda: office.count(condition))
    assert office.count(condition + " and state = 'failed'") == 1
    of_call = "call_id in (select id from cti_call where linkedid = 'odoo-abroad')"
    assert office.count(f"endpoint = 'trunk' and {of_call}", "cti_leg") == 0


def test_a_pause_reaches_the_exchange(office):
    office.free()
    office.sql(
        "update cti_agent set state = 'away' where extension = '1003';"
        "select pg_notify('crm_cti', 'office')"
    )
    office.wait_until(lambda: office.exchange.ask("queue show").count("(paused") == 1)
    office.free()


def test_a_phone_gets_its_password(office):
    office.request("1003", "password", {"change": 1}, "password")
    office.wait_until(lambda: "username" in office.exchange.ask("pjsip show auth 1003"))
    assert office.sql("select state from cti_command where key = 'password'") == [
        ["done"]
    ]
