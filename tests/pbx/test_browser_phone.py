"""A real call with real sound in a real browser: ring, pop, talk, note, call back."""

import os
import tempfile

import pytest

from . import desk
from .office import Office

# takes 110 seconds


@pytest.fixture(scope="module")
def office(odoo):
    """Give a call centre with one phone, in a browser."""
    name = f"phone_{os.getpid()}"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.pbx.office:prepare", phones=["1001"])
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    with Office(odoo, name, folder, ["1001"], browser=True) as office:
        address = f"ws://127.0.0.1:{office.exchange.ports['HTTP']}/ws"
        odoo.inside(name, "tests.pbx.desk:prepare", address=address)
        yield office
    odoo.drop(name)


@pytest.fixture(scope="module")
def page(office):
    """Give the client of an agent whose phone is known to the exchange."""
    with desk.client(office, "agent1001") as page:
        page.click(".o_cti_bar_button")
        page.click(".o_cti_phone_toggle")
        page.wait_for_selector(".o_cti_phone[data-registered]")
        page.click(".o_cti_bar_button")
        page.click(".o_cti_ready")
        office.wait_until(office.has_free_agent)
        yield page


@pytest.mark.cap_c02
@pytest.mark.cap_c12
def test_a_call_comes_in(office, page):
    caller = office.call(seconds=12, wait=False)
    page.wait_for_selector(".o_cti_panel[data-state=offered]")
    page.wait_for_selector(".o_crm_who h1:has-text('Caller')")
    page.click(".o_cti_answer")
    page.wait_for_selector(".o_cti_panel[data-state=talking]")
    heard = desk.listen(page)
    assert heard["heard"] > 100 and heard["said"] > 100, heard
    assert heard["lost"] <= heard["heard"] // 100, heard
    assert heard["energy"] > 0, "what the microphone said comes back"
    assert heard["secret"].startswith("connected"), heard
    page.click(".o_cti_hang_up")
    page.wait_for_selector(".o_cti_panel[data-state=wrapup]")
    caller.wait(timeout=30)
    page.select_option(".o_cti_disposition", label="Solved")
    page.click(".o_cti_finish")
    page.wait_for_selector(".o_cti_bar_button[data-state=ready]")
    rows = office.sql(
        "select c.state, c.answered is not null, p.name, d.name->>'en_US'"
        " from cti_call c join res_partner p on p.id = c.partner_id"
        " join cti_disposition d on d.id = c.disposition_id"
    )
    assert rows == [["done", "True", "Caller", "Solved"]]


@pytest.mark.cap_c03
@pytest.mark.cap_c12
def test_a_click_calls_back(office, page):
    page.click(".o_crm_who :text('138 0013 8000'), .o_crm_who :text('13800138000')")
    page.wait_for_selector(".o_cti_panel[data-state=talking]")
    assert desk.listen(page, 2)["said"] > 50
    page.click(".o_cti_hang_up")
    page.wait_for_selector(".o_cti_panel[data-state=wrapup]")
    (row,) = office.sql(
        "select state, answered is not null from cti_call where direction = 'out'"
    )
    assert row == ["wrapup", "True"]
    dialled = office.sql("select number, refusal is null from cti_dial_log")
    assert dialled == [["+8613800138000", "True"]]


@pytest.mark.cap_c12
def test_a_password_is_the_last_one_only(office, page):
    changes = "select values->>'change' from cti_command where kind = 'password'"
    assert office.sql(f"{changes} and state = 'done'") == [["1"]]
    page.reload()
    page.wait_for_selector(".o_cti_phone[data-registered]")
    assert office.sql(f"{changes} and state = 'done' order by id") == [["1"], ["2"]]
