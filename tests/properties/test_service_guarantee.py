"""The guarantee by law against an oracle that lives through every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_v07

ONE = timedelta(days=1)
DAYS = st.integers(0, 40)
#: Days of refund and exchange, months of warranty, failed repairs.
RULES = st.tuples(DAYS, DAYS, st.integers(0, 36), st.integers(0, 4))


@pytest.fixture(scope="module")
def guarantee(load):
    return load("guarantee", "crm_service")


def months_later(day, months):
    """Turn the pages of the calendar one by one."""
    year, month = day.year, day.month
    for _page in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    last = day.day
    while True:
        try:
            return date(year, month, last)
        except ValueError:
            last -= 1


def lived(rules, delivered, today, failed, repair_days):
    """Say what is open, by walking from the delivery to today."""
    day, passed = delivered, 0
    while day < today:
        day, passed = day + ONE, passed + 1
    open_ = set()
    if rules.refund_days and passed <= rules.refund_days:
        open_ |= {"refund", "replacement", "repair"}
    if rules.exchange_days and passed <= rules.exchange_days:
        open_ |= {"replacement", "repair"}
    end = months_later(delivered, rules.warranty_months)
    for _day in range(repair_days):
        end += ONE
    if rules.warranty_months and not today > end:
        open_.add("repair")
        if rules.failed_repairs and not failed < rules.failed_repairs:
            open_ |= {"refund", "replacement"}
    return open_


@given(
    RULES,
    st.dates(date(2019, 1, 1), date(2027, 12, 31)),
    st.integers(0, 1300),
    st.integers(0, 5),
    st.integers(0, 120),
)
def test_as_lived(guarantee, rules, delivered, passed, failed, repair_days):
    rules = guarantee.Rules(*rules)
    today = delivered + timedelta(days=passed)
    found = guarantee.options(rules, delivered, today, failed, repair_days)
    assert {option.kind for option in found} == lived(
        rules, delivered, today, failed, repair_days
    )
    for option in found:
        assert today <= option.until
        # It is open on its last day, and gone on the next one.
        last = guarantee.options(rules, delivered, option.until, failed, repair_days)
        assert option.kind in {other.kind for other in last}
        after = guarantee.options(
            rules, delivered, option.until + ONE, failed, repair_days
        )
        assert (option.kind, option.why) not in {(one.kind, one.why) for one in after}


@pytest.mark.parametrize(
    ("passed", "kinds"),
    [
        (0, ["refund", "replacement", "repair"]),
        (7, ["refund", "replacement", "repair"]),
        (8, ["replacement", "repair"]),
        (15, ["replacement", "repair"]),
        (16, ["repair"]),
        (365, ["repair"]),
        (366, []),
    ],
)
def test_the_days_of_the_law(guarantee, passed, kinds):
    delivered = date(2026, 5, 20)
    today = delivered + timedelta(days=passed)
    found = guarantee.options(guarantee.Rules(), delivered, today)
    assert [option.kind for option in found] == kinds


def test_not_before_the_delivery(guarantee):
    with pytest.raises(ValueError):
        guarantee.options(guarantee.Rules(), date(2026, 5, 20), date(2026, 5, 19))
