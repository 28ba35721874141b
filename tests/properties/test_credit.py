"""The standing of a customer against a till that pays debts coin by coin."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_e05

TODAY = date(2026, 3, 31)
days = st.integers(-60, 150)
cents = st.integers(-100, 100).filter(bool)
ledgers = st.lists(st.tuples(days, cents), max_size=8)


def items_of(ledger):
    return [(TODAY - timedelta(days=age), amount / 100) for age, amount in ledger]


def coin_by_coin(ledger):
    """Pay every cent of credit to the oldest late cent: what is left, by its age."""
    credit = -sum(amount for _age, amount in ledger if amount < 0)
    coins = [
        age
        for age, amount in ledger
        if amount > 0 and age > 0
        for _coin in range(amount)
    ]
    return sorted(coins, reverse=True)[credit:]


@given(ledger=ledgers)
@example(ledger=[(10, 10), (5, 20), (1, -30)])
def test_agrees_with_paying_coin_by_coin(load, ledger):
    left = coin_by_coin(ledger)
    result = load("credit").standing(items_of(ledger), TODAY)
    ages = (
        lambda age: age <= 30,
        lambda age: 30 < age <= 60,
        lambda age: 60 < age <= 90,
        lambda age: age > 90,
    )
    assert [Fraction(part).limit_denominator(100) for part in result.buckets] == [
        Fraction(sum(map(inside, left)), 100) for inside in ages
    ]
    assert round(result.overdue * 100) == len(left)
    assert result.days_overdue(TODAY) == (max(left) if left else 0), (
        "who owes nothing late is not a day late"
    )


@given(ledger=ledgers)
def test_nothing_is_made_or_lost(load, ledger):
    result = load("credit").standing(items_of(ledger), TODAY)
    assert round(result.open * 100) == sum(amount for _age, amount in ledger)
    assert round(sum(result.buckets) * 100) == round(result.overdue * 100)
    assert all(part >= 0 for part in result.buckets)
    late = sum(amount for age, amount in ledger if amount > 0 and age > 0)
    assert 0 <= round(result.overdue * 100) <= late


@given(ledger=ledgers, data=st.data())
def test_order_does_not_matter(load, ledger, data):
    mixed = data.draw(st.permutations(ledger))
    standing = load("credit").standing
    assert standing(items_of(mixed), TODAY) == standing(items_of(ledger), TODAY)


@given(ledger=ledgers, age=days, amount=st.integers(1, 400))
def test_a_payment_never_worsens(load, ledger, age, amount):
    standing = load("credit").standing
    before = standing(items_of(ledger), TODAY)
    after = standing(items_of([*ledger, (age, -amount)]), TODAY)
    assert after.overdue <= before.overdue
    assert after.days_overdue(TODAY) <= before.days_overdue(TODAY)


@given(
    late=st.integers(-10, 200),
    steps=st.lists(st.integers(0, 120), unique=True).map(sorted),
)
def test_the_step_reached_is_the_last_one_passed(load, late, steps):
    index = load("credit").reached_step(late, steps)
    passed = [step for step in steps if step <= late]
    assert index == (steps.index(max(passed)) if passed else None)
