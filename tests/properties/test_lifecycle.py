"""The stage of a customer, asked day by day: nobody comes back without buying."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_s08

START = date(2020, 1, 1)
orders = st.sets(st.integers(0, 1500), max_size=8).map(sorted)
ratings = st.none() | st.floats(1, 5)


@st.composite
def rule_values(draw):
    dormant = draw(st.integers(1, 300))
    new = draw(st.integers(0, 100))
    return {
        "new_days": new,
        "satisfied_rating": draw(st.floats(1, 5)),
        "satisfied_orders": draw(st.integers(1, 5)),
        "retained_orders": draw(st.integers(1, 5)),
        "retained_days": draw(st.integers(1, 500)),
        "long_days": new + draw(st.integers(0, 900)),
        "dormant_days": dormant,
        "lost_days": dormant + draw(st.integers(0, 400)),
    }


def facts_of(tool, bought, day, rules, rating=None):
    """Count what had happened by a day."""
    past = [one for one in bought if one <= day]
    return tool.Facts(
        orders=len(past),
        first_order=START + timedelta(past[0]) if past else None,
        last_order=START + timedelta(past[-1]) if past else None,
        recent_orders=sum(day - one <= rules.retained_days for one in past),
        rating=rating,
    )


def ask(tool, bought, day, rules, rating=None):
    facts = facts_of(tool, bought, day, rules, rating)
    return tool.stage(facts, rules, START + timedelta(day))


@given(bought=orders, day=st.integers(0, 2500), values=rule_values(), rating=ratings)
def test_everybody_stands_somewhere_for_a_fitting_reason(
    load, bought, day, values, rating
):
    tool = load("lifecycle")
    stage, reason = ask(tool, bought, day, tool.Rules(**values), rating)
    reasons = {
        "potential": {"no_order"},
        "new": {"first_order"},
        "satisfied": {"rating", "repeat"},
        "retained": {"orders"},
        "long_standing": {"years"},
        "dormant": {"silence"},
        "lost": {"silence"},
    }
    assert set(reasons) == set(tool.STAGES)
    assert reason in reasons[stage]
    assert (stage == "potential") == (not [one for one in bought if one <= day])


@given(bought=orders.filter(bool), values=rule_values(), rating=ratings)
def test_silence_only_leads_down(load, bought, values, rating):
    """After the last order each day is as active as the day before, or less so."""
    tool = load("lifecycle")
    rules = tool.Rules(**values)
    quiet = {"dormant": 1, "lost": 2}
    last = bought[-1]
    levels = [
        quiet.get(ask(tool, bought, last + gone, rules, rating)[0], 0)
        for gone in range(0, rules.lost_days + 3)
    ]
    assert levels == sorted(levels)
    assert levels.index(2) == rules.lost_days + 1
    dormant = rules.lost_days - rules.dormant_days
    assert levels.count(1) == dormant
    assert levels.count(0) == rules.dormant_days + 1


@given(bought=orders, day=st.integers(0, 2500), values=rule_values())
def test_an_order_today_wakes_everybody_up(load, bought, day, values):
    tool = load("lifecycle")
    rules = tool.Rules(**values)
    stage, _reason = ask(tool, sorted({*bought, day}), day, rules)
    assert stage not in ("potential", "dormant", "lost")


@given(bought=orders.filter(bool), values=rule_values(), more=st.integers(1, 6))
def test_more_orders_never_count_for_less(load, bought, values, more):
    tool = load("lifecycle")
    rules = tool.Rules(**values)
    rank = {name: place for place, name in enumerate(tool.STAGES[:5])}
    day = bought[-1]
    facts = facts_of(tool, bought, day, rules)
    richer = tool.Facts(
        facts.orders + more,
        facts.first_order,
        facts.last_order,
        facts.recent_orders + more,
    )
    today = START + timedelta(day)
    before, after = (tool.stage(one, rules, today)[0] for one in (facts, richer))
    assert rank[after] >= rank[before]


@given(
    bought=orders.filter(bool),
    values=rule_values(),
    low=st.floats(1, 5),
    high=st.floats(1, 5),
)
def test_a_better_rating_never_hurts(load, bought, values, low, high):
    tool = load("lifecycle")
    rules = tool.Rules(**values)
    rank = {name: place for place, name in enumerate(tool.STAGES)}
    worse, better = (
        rank[ask(tool, bought, bought[-1], rules, rating)[0]]
        for rating in sorted((low, high))
    )
    assert worse <= better
