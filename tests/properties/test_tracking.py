"""The stage of an order against its own story, told event by event."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_e02

TODAY = date(2026, 3, 31)
near = st.none() | st.integers(-20, 20).map(lambda days: TODAY + timedelta(days))


@st.composite
def stories(draw):
    """Ship an order piece by piece, then bill it, then get paid, without a way back."""
    ordered = draw(st.integers(1, 6))
    made = draw(st.booleans())
    total = draw(st.integers(1, 50_000))
    states = [{"state": "draft"}, {"state": "sent"}]
    sold = {
        "state": "sale",
        "qty_ordered": float(ordered),
        "qty_open": float(ordered),
        "moves_open": 1,
        "amount_total": total / 100,
        "invoice_status": "no",
    }
    states.append(sold)
    if made:
        making = {**sold, "qty_to_produce": float(ordered), "productions_open": 1}
        states.append(making)
        sold = {**making, "qty_produced": float(ordered), "productions_open": 0}
        states.append(sold)
    for delivered in range(1, ordered + 1):
        left = ordered - delivered
        sold = {
            **sold,
            "qty_delivered": float(delivered),
            "qty_open": float(left),
            "moves_open": int(left > 0),
            "invoice_status": "to invoice",
        }
        states.append(sold)
    sold = {
        **sold,
        "amount_invoiced": total / 100,
        "invoices_posted": 1,
        "invoice_status": "invoiced",
    }
    states.append(sold)
    for paid in sorted(draw(st.sets(st.integers(1, total), max_size=3)) | {total}):
        sold = {**sold, "amount_paid": paid / 100}
        states.append(sold)
    return states


@given(story=stories())
def test_a_story_without_a_way_back_only_goes_on(load, story):
    tool = load("tracking")
    told = [tool.stage(tool.Figures(**one)) for one in story]
    places = [tool.STAGES.index(stage) for stage in told]
    assert places == sorted(places)
    assert told[0] == "quoted" and told[-1] == "paid"
    shares = [tool.paid_share(tool.Figures(**one)) for one in story]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    done = [
        sum(s == "done" for s in tool.step_states(tool.Figures(**one), TODAY).values())
        for one in story
        if one.get("qty_to_produce") or not story[-1].get("qty_to_produce")
    ]
    assert done == sorted(done)


figures = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["draft", "sent", "sale", "cancel"]),
        "picking_policy": st.sampled_from(["direct", "one"]),
        "qty_ordered": st.integers(0, 5).map(float),
        "qty_delivered": st.integers(0, 5).map(float),
        "qty_reserved": st.integers(0, 5).map(float),
        "qty_open": st.integers(0, 5).map(float),
        "moves_open": st.integers(0, 2),
        "qty_to_produce": st.integers(0, 5).map(float),
        "qty_produced": st.integers(0, 5).map(float),
        "productions_open": st.integers(0, 2),
        "service_ordered": st.integers(0, 2).map(float),
        "service_delivered": st.integers(0, 2).map(float),
        "amount_total": st.integers(-3, 9).map(float),
        "amount_invoiced": st.integers(-3, 9).map(float),
        "amount_paid": st.integers(-3, 9).map(float),
        "amount_overdue": st.integers(0, 3).map(float),
        "invoice_status": st.sampled_from(
            ["no", "to invoice", "invoiced", "upselling"]
        ),
        "invoices_posted": st.integers(0, 2),
        "invoices_draft": st.integers(0, 2),
        "open_promise": near,
        "next_due": near,
        "next_delivery": near,
        "next_production": near,
        "validity": near,
    }
)


@given(values=figures)
def test_every_order_has_a_stage_a_turn_and_steps(load, values):
    tool = load("tracking")
    order = tool.Figures(**values)
    assert tool.stage(order) in tool.STAGES
    assert tool.turn(order) in tool.TURNS
    assert 0 <= tool.paid_share(order) <= 1
    states = tool.step_states(order, TODAY)
    assert list(states) == [key for key in tool.STEPS if key in states]
    assert list(states.values()).count("now") <= 1
    late = tool.late_reasons(order, TODAY)
    assert ("late" in states.values()) <= bool(late)
    if order.state in ("draft", "sent"):
        assert tool.stage(order) == "quoted" and not late
    if order.state == "cancel":
        assert (tool.stage(order), tool.turn(order)) == ("cancelled", "nobody")


@given(values=figures)
def test_late_means_promised_before_today_and_still_missing(load, values):
    """The oracle: something lacks, and a transfer waits or nothing ever left."""
    tool = load("tracking")
    order = tool.Figures(**values)
    lacks = values["qty_open"] > 0
    waits = values["moves_open"] > 0 or values["qty_delivered"] == 0
    promised = values["open_promise"] is not None and values["open_promise"] < TODAY
    sold = values["state"] == "sale"
    expected = ("delivery",) * (sold and lacks and waits and promised)
    expected += ("payment",) * (sold and values["amount_overdue"] > 0)
    assert tool.late_reasons(order, TODAY) == expected


@given(values=figures, days=st.integers(0, 40))
def test_time_alone_never_makes_a_delivery_punctual(load, values, days):
    tool = load("tracking")
    order = replace(
        tool.Figures(**values),
        state="sale",
        qty_open=1.0,
        moves_open=1,
        open_promise=TODAY - timedelta(1),
    )
    assert "delivery" in tool.late_reasons(order, TODAY)
    later = TODAY + timedelta(days)
    assert "delivery" in tool.late_reasons(order, later)
    shipped = replace(order, qty_open=0.0)
    assert "delivery" not in tool.late_reasons(shipped, later)
