"""The lifecycle of a customer: a stage from what the customer did, and why.

>>> from datetime import date
>>> rules, today = Rules(), date(2026, 1, 1)
>>> stage(Facts(), rules, today)
('potential', 'no_order')
>>> stage(Facts(1, date(2025, 12, 1), date(2025, 12, 1), 1), rules, today)
('new', 'first_order')
>>> stage(Facts(4, date(2025, 1, 1), date(2025, 12, 1), 3), rules, today)
('retained', 'orders')
>>> stage(Facts(4, date(2020, 1, 1), date(2024, 12, 1), 0), rules, today)
('lost', 'silence')
"""

from dataclasses import dataclass
from datetime import date

STAGES = (
    "potential",
    "new",
    "satisfied",
    "retained",
    "long_standing",
    "dormant",
    "lost",
)
REASONS = ("no_order", "first_order", "rating", "repeat", "orders", "years", "silence")


@dataclass(frozen=True, slots=True)
class Rules:
    """When a customer moves on; all lengths in days.

    :param new_days: how long a customer is called new, whatever is ordered
    :param satisfied_rating: average rating, 1 to 5, from which a customer is satisfied
    :param satisfied_orders: orders that stand for satisfaction where nobody rated
    :param retained_orders: orders within `retained_days` of a retained customer
    :param retained_days: window of these orders and of the ratings
    :param long_days: age of the first order of a long-standing customer
    :param dormant_days: silence after which a customer is dormant
    :param lost_days: silence after which a customer is lost
    """

    new_days: int = 30
    satisfied_rating: float = 4.0
    satisfied_orders: int = 2
    retained_orders: int = 3
    retained_days: int = 365
    long_days: int = 1095
    dormant_days: int = 180
    lost_days: int = 365


@dataclass(frozen=True, slots=True)
class Facts:
    """What a customer did; days are UTC.

    :param recent_orders: orders within the last `Rules.retained_days`, today included
    :param rating: average rating of the same window, 1 to 5, None where nobody rated
    """

    orders: int = 0
    first_order: date | None = None
    last_order: date | None = None
    recent_orders: int = 0
    rating: float | None = None


def stage(facts: Facts, rules: Rules, today: date) -> tuple[str, str]:
    """Give stage and reason. A limit of n days is passed on day n + 1."""
    if not facts.orders or not facts.first_order or not facts.last_order:
        return "potential", "no_order"
    silent = (today - facts.last_order).days
    if silent > rules.lost_days:
        return "lost", "silence"
    if silent > rules.dormant_days:
        return "dormant", "silence"
    return _active_stage(facts, rules, (today - facts.first_order).days)


def _active_stage(facts: Facts, rules: Rules, age: int) -> tuple[str, str]:
    if age > rules.new_days and facts.recent_orders >= rules.retained_orders:
        return (
            ("long_standing", "years")
            if age > rules.long_days
            else ("retained", "orders")
        )
    if facts.rating is not None:
        satisfied = facts.rating >= rules.satisfied_rating
        return ("satisfied", "rating") if satisfied else ("new", "first_order")
    if age > rules.new_days and facts.orders >= rules.satisfied_orders:
        return "satisfied", "repeat"
    return "new", "first_order"
