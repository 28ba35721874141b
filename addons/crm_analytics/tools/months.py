"""Questions about lines that were sold, put to sums by month.

>>> ask([("date", ">=", "2026-04-01")], [["date:quarter"]], ["__count"], None).domain
[('month', '>=', datetime.date(2026, 4, 1))]
>>> ask([("date", "<=", "2026-04-15")], [["date:quarter"]], ["__count"], None) is None
True
>>> ask([("date", "<=", "9999-12-31")], [["date:quarter"]], ["__count"], None) is None
True
"""

from datetime import date, timedelta
from typing import NamedTuple

#: By what the monthly sums can be told apart.
KEYS = (
    "company_id currency_id month source country_id categ_id user_id team_id "
    "campaign_id source_id medium_id"
).split()
SUMS = "quantity revenue cost margin revenue_costed discount".split()
#: The number of lines; in a group without any, what was booked was taken off again.
LINES = "line_count:sum"

#: What a line and a sum both know of each line.
_SHARED = {*KEYS} - {"month"}
#: Days by which a bound is moved before it must be the first of a month.
_BOUNDS = {">=": 0, "<": 0, "<=": 1, ">": 1}
_SUMMED = {f"{name}:{how}" for name in SUMS for how in ("sum", "sum_currency")}
#: As many of them as companies, so that none stays behind alone.
_SUMMED.add("currency_id:array_agg_distinct")
_PERIODS = {
    f"date:{part}{kind}": f"month:{part}{kind}"
    for part in ("month", "quarter", "year")
    for kind in ("", "_number")
}


class Question(NamedTuple):
    """A question about sums by month, as the platform takes it."""

    domain: list
    grouping: list
    aggregates: list
    order: str | None


def ask(domain, grouping, aggregates, order):
    """Turn a question about lines into one about sums by month.

    :param domain: terms in Polish notation
    :param grouping: lists of what to group by
    :return: `Question`, None where sums by month cannot answer
    """
    try:
        return Question(
            [_condition(term) for term in domain],
            [[_group(spec) for spec in groupby] for groupby in grouping],
            [_sum(spec) for spec in aggregates],
            order and ", ".join(map(_place, order.split(","))),
        )
    except LookupError:
        return None


def _condition(term):
    if isinstance(term, str) or term in ((1, "=", 1), (0, "=", 1)):
        return term
    if not isinstance(term, tuple):  # SQL of its own
        raise LookupError(term)
    name, operator, value = term
    if name == "date":
        return ("month", operator, _bound(operator, value))
    if name.split(".")[0] not in _SHARED:
        raise LookupError(name)
    return term


def _bound(operator, value):
    """Give a bound of days as the same bound of months."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
        first = day + timedelta(days=_BOUNDS[operator])
    except (TypeError, ValueError, OverflowError) as error:
        raise LookupError(value) from error
    if first.day != 1:
        raise LookupError(value)
    return day


def _group(spec):
    if spec in _PERIODS:
        return _PERIODS[spec]
    if spec.split(".")[0] not in _SHARED:
        raise LookupError(spec)
    return spec


def _sum(spec):
    if spec != "__count" and spec not in _SUMMED:
        raise LookupError(spec)
    return LINES if spec == "__count" else spec


def _place(part):
    term, *direction = part.split()
    is_sum = term == "__count" or term in _SUMMED
    return " ".join([_sum(term) if is_sum else _group(term), *direction])
