"""Somebody has an agent's telephone password, and dials past us."""

import os
import tempfile
from datetime import UTC, datetime, timedelta

import pytest
from runner import pbx

from .office import Office, kill

# takes 50 seconds
pytestmark = pytest.mark.cap_c03

LOG = """
select number, coalesce(refusal, ''), a.extension
  from cti_dial_log l join cti_agent a on a.id = l.agent_id order by l.id
"""


def prepare(env, **values):
    """Change the rule of the exchange."""
    env["cti.dial.rule"].search([]).write(values)
    env.cr.commit()


@pytest.fixture(scope="module")
def office(odoo):
    name = f"dial_{os.getpid()}"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.pbx.office:prepare", phones=["1001"])
    odoo.inside(
        name, "tests.pbx.test_dial_rules:prepare", denied_prefixes="+861390, +4487"
    )
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    with Office(odoo, name, folder, ["1001"]) as office:
        office.wait_until(lambda: is_told(office, "CRM_DIAL_DENIED=861390|4487"))
        yield office
    odoo.drop(name)


def is_told(office, text):
    return text in office.exchange.ask("dialplan show globals")


def dial(office, number):
    """Dial as the agent's telephone does; tell whether somebody answered."""
    place = office.folder, office.exchange.ports["SIP"]
    command = pbx.call_command(place, ["1001"], number, 1, "-m", 1)
    return office._start("thief", command).wait(timeout=60) == 0


def count_outside(office):
    return office.count("endpoint = 'trunk'", "cti_leg")


def test_what_the_rule_forbids(office):
    for number, why in (
        ("+19005551234", "country"),
        ("0019005551234", "country"),
        ("13900139000", "premium"),
        ("+8613900139000", "premium"),
        ("01681234", "premium"),
        ("016812345", "premium"),
        ("4008001234", "premium"),
        ("12345", "bad"),
    ):
        before = office.count("true", "cti_dial_log")
        assert not dial(office, number), number
        office.wait_until(
            lambda seen=before: office.count("true", "cti_dial_log") > seen
        )
        assert office.sql(LOG)[-1] == [number, why, "1001"]
    assert not count_outside(office)
    assert office.count("direction = 'out' and state = 'failed'") == 8


def test_what_it_allows(office):
    for number in ("13800138000", "+8616612345678", "01012345678"):
        before = count_outside(office)
        assert dial(office, number), number
        office.wait_until(lambda seen=before: count_outside(office) > seen)


def test_at_night_without_a_bridge_after_a_new_start(office):
    """The exchange keeps the rule; who needs help reaches it."""
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    begin += timedelta(hours=2)
    open_ = int(begin.timestamp())
    office.odoo.inside(
        office.database,
        "tests.pbx.test_dial_rules:prepare",
        hour_from=begin.hour,
        hour_to=begin.hour + 1,
    )
    office.wait_until(lambda: is_told(office, f"{open_}-{open_ + 3600}"))
    # The exchange keeps for later what it is told when somebody dials.
    assert not dial(office, "13800138000")
    kill(office.bridge)
    office.exchange.kill()
    office.exchange.start()
    assert not dial(office, "13800138000")
    assert dial(office, "110")
    office.bridge = office.start_bridge()
    night = "refusal = 'night'"
    office.wait_until(lambda: office.count(night, "cti_dial_log") == 2)
    office.wait_until(
        lambda: office.count("called = '110' and state in ('done', 'wrapup')") == 1
    )
