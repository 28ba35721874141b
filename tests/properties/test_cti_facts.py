"""A call is a function of the set of its facts: order, copies, pieces do not matter."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_c01

BEGAN = 1_772_438_400.0
ENDPOINTS = ("trunk", "1001", "1002", "")
OVER = {"wrapup", "done", "abandoned", "missed", "voicemail", "failed", "interrupted"}


@pytest.fixture(scope="module")
def rules(load):
    return load("facts", "crm_cti")


@st.composite
def draw_facts(draw):
    """Draw facts of one call, sensible or not."""
    kinds = st.sampled_from(
        "start menu queue answer hold unhold hangup end dial failed cut wrapped left"
        " voicemail barred".split()
    )
    facts = []
    for number in range(draw(st.integers(1, 14))):
        facts.append(
            {
                "kind": draw(kinds),
                "key": str(number),
                "linkedid": "1.1",
                "time": BEGAN + draw(st.integers(0, 40)) / 4,
                "leg": draw(st.sampled_from(("1.1", "1.2", "1.3"))),
                "endpoint": draw(st.sampled_from(ENDPOINTS)),
                "number": draw(st.sampled_from(("", "13800138000", "1001"))),
                "called": draw(st.sampled_from(("", "4001", "4002"))),
                "queue": draw(st.sampled_from(("support", "sales"))),
                "menu": "main",
                "cause": draw(st.sampled_from(("", "16", "17"))),
                "then": draw(st.sampled_from(("voicemail", "callback", "goodbye"))),
                "sound": str(number),
                "seconds": "5",
                "why": draw(st.sampled_from(("country", "bad"))),
            }
        )
    return facts


@given(facts=draw_facts(), seed=st.integers())
def test_order_does_not_matter(rules, facts, seed):
    facts = [rules.clean(fact) for fact in facts]
    expected = rules.summarise(facts)
    random.Random(seed).shuffle(facts)
    assert rules.summarise(facts) == expected


@given(facts=draw_facts())
def test_what_is_over_has_ended(rules, facts):
    call = rules.summarise([rules.clean(fact) for fact in facts])
    assert (call.state in OVER) == (call.ended is not None)
    assert all(leg.started is not None for leg in call.legs)
    assert call.created <= min(
        [moment for moment in (call.queued, call.offered, call.answered) if moment],
        default=call.created,
    )


@given(facts=draw_facts(), more=draw_facts())
def test_moments_only_grow_earlier(rules, facts, more):
    facts = [rules.clean(fact) for fact in facts]
    more = [rules.clean(fact) for fact in more]
    before, after = rules.summarise(facts), rules.summarise(facts + more)
    assert after.created <= before.created
    for leg in before.legs:
        now = next(other for other in after.legs if other.uid == leg.uid)
        assert now.started <= leg.started
        if leg.answered:
            assert now.answered <= leg.answered
        if leg.ended:
            assert now.ended >= leg.ended


@given(
    raw=st.dictionaries(
        st.sampled_from(("kind", "key", "linkedid", "time", "leg", "number", "queue")),
        st.one_of(
            st.text(),
            st.floats(),
            st.integers(),
            st.none(),
            st.sampled_from(("start", "queue", "end")),
            st.lists(st.text(), max_size=1),
        ),
    )
)
def test_anything_is_a_fact_or_refused(rules, raw):
    try:
        fact = rules.clean(raw)
    except rules.Refused:
        return
    assert rules.clean(fact) == fact
    texts = [value for name, value in fact.items() if name != "time"]
    assert all(text.isprintable() and len(text) <= rules.LONGEST for text in texts)
    assert rules.summarise([fact]).created == fact["time"]
