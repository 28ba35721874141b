"""How long a plan holds, and whether something is covered on a day.

>>> from datetime import date
>>> last_day(date(2026, 1, 31), 1, "month"), last_day(date(2024, 2, 29), 1, "year")
(datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
>>> why(date(2026, 3, 1), date(2026, 1, 1), date(2026, 12, 31), 0, 0)
'covered'
>>> why(date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 31), 0, 0)
'over'
"""

from calendar import monthrange
from datetime import timedelta

DAY, MONTH, YEAR = "day", "month", "year"
COVERED, WAITING, EARLY, OVER, USED_UP = (
    "covered",
    "waiting",
    "early",
    "over",
    "used_up",
)


def last_day(first, length, unit):
    """Give the last day on which a plan holds that began on a day.

    The day on which it began is not counted; months and years end with the day of the
    same number, or the last day of the month (Civil Code of China, articles 201, 202).

    :param length: 1 or more; 0 for a plan without an end
    :return: a date, ``None`` without an end
    """
    if not length:
        return None
    if unit == DAY:
        return first + timedelta(days=length)
    months = first.year * 12 + first.month - 1
    months += length * (12 if unit == YEAR else 1)
    year, month = divmod(months, 12)
    day = min(first.day, monthrange(year, month + 1)[1])
    return first.replace(year=year, month=month + 1, day=day)


def why(day, first, last, quota, used):
    """Tell whether an entitlement covers a day, or why not.

    :param first: ``None`` when it has not begun yet
    :param last: ``None`` without an end
    :param quota: 0 without a limit
    """
    if first is None:
        return WAITING
    if day < first:
        return EARLY
    if last is not None and day > last:
        return OVER
    return USED_UP if quota and used >= quota else COVERED
