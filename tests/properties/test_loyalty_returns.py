"""What returns take back: never more than was given, the same in any steps."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_l08

points = st.decimals(0, 10**9, places=4)
weights = st.lists(st.floats(0, 10**7), min_size=1, max_size=40)
quantities = st.integers(1, 60)


@pytest.fixture(scope="module")
def tool(load):
    return load("returns", "crm_loyalty")


@given(total=points, parts=weights)
def test_the_parts_are_the_whole(tool, total, parts):
    out = tool.allocate(total, parts)
    assert sum(out) == total
    assert len(out) == len(parts)
    assert all(part >= 0 and part == part.quantize(tool.PLACES) for part in out)


@given(total=points, parts=weights)
def test_each_part_is_its_share_to_the_last_place(tool, total, parts):
    whole = sum(map(Fraction, map(str, parts)))
    for part, weight in zip(tool.allocate(total, parts), parts, strict=True):
        share = Fraction(str(weight)) / whole if whole else Fraction(1, len(parts))
        assert abs(Fraction(part) - Fraction(total) * share) < Fraction(tool.PLACES)
        if whole and not weight:
            assert part == 0


@given(
    given_points=st.decimals(-(10**6), 10**6, places=4),
    steps=st.lists(st.integers(0, 9), min_size=1, max_size=30),
    more=st.integers(0, 9),
)
def test_many_small_returns_are_one_whole(tool, given_points, steps, more):
    ordered, gone, taken = sum(steps) + more, 0, Decimal(0)
    for step in steps:
        gone += step
        due = tool.due(given_points, tool.gone_share(ordered, gone))
        # Each step goes the same way, and none beyond what was given.
        assert (due - taken) * given_points >= 0
        taken = due
        assert abs(taken) <= abs(given_points)
    if not more:
        assert taken == given_points


@given(
    ordered=quantities,
    facts=st.lists(st.sampled_from(["invoice", "refund"]), max_size=8),
)
def test_whole_credit_notes_and_new_invoices(tool, ordered, facts):
    """A line that is invoiced, refunded and invoiced again was sold once."""
    invoiced = refunded = 0
    for fact in facts:
        net = invoiced - refunded
        if fact == "invoice" and not net:
            invoiced += ordered
        elif fact == "refund" and net:
            refunded += ordered
        gone = tool.net_refunded(ordered, invoiced, refunded)
        assert gone == (ordered if invoiced and invoiced == refunded else 0)


@given(ordered=quantities, one=quantities, other=quantities, third=quantities)
def test_the_larger_report_counts(tool, ordered, one, other, third):
    share = tool.gone_share(ordered, one, other, third)
    assert share == min(Fraction(1), Fraction(max(one, other, third), ordered))
    assert tool.gone_share(ordered) == 0
