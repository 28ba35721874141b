"""The reasons of a profit against fractions, which round nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_a02

NAMES = ("discount", "returns", "goods", "ticket", "visit", "delivery")
cents = st.integers(-(10**9), 10**6)
components = st.dictionaries(st.sampled_from(NAMES), cents)
sales = st.integers(1, 10**10)


@given(own=components, peers=components, mine=sales, theirs=sales)
def test_parts_sum_to_the_gap(load, own, peers, mine, theirs):
    gaps = load("profit", "crm_analytics").decompose(own, peers, mine, theirs)
    exact = sum(own.values()) - Fraction(sum(peers.values()) * mine, theirs)
    assert abs(sum(gaps.values()) - exact) <= Fraction(1, 2)


@given(own=components, peers=components, mine=sales, theirs=sales)
def test_each_part_is_right_to_the_cents_that_rounding_leaves(
    load, own, peers, mine, theirs
):
    gaps = load("profit", "crm_analytics").decompose(own, peers, mine, theirs)
    for name in NAMES:
        exact = own.get(name, 0) - Fraction(peers.get(name, 0) * mine, theirs)
        assert abs(gaps.get(name, 0) - exact) <= Fraction(3, 2)


@given(own=components, peers=components)
def test_without_sales_there_is_nothing_to_compare(load, own, peers):
    gaps = load("profit", "crm_analytics").decompose(own, peers, 0, 100)
    assert sum(gaps.values()) == sum(own.values())


@given(group=st.lists(st.tuples(sales, components), min_size=1, max_size=6))
def test_gaps_of_a_whole_group_cancel_out(load, group):
    whole = {name: sum(one.get(name, 0) for _s, one in group) for name in NAMES}
    total = sum(amount for amount, _one in group)
    decompose = load("profit", "crm_analytics").decompose
    gaps = [sum(decompose(one, whole, own, total).values()) for own, one in group]
    assert abs(sum(gaps)) <= Fraction(len(group), 2)


@given(own=components, peers=components, mine=sales, theirs=sales)
def test_reasons_are_in_order_of_size(load, own, peers, mine, theirs):
    tool = load("profit", "crm_analytics")
    found = tool.reasons(tool.decompose(own, peers, mine, theirs), own)
    sizes = [amount for _name, amount in found]
    assert sizes == sorted(sizes) and all(amount < 0 for amount in sizes)
