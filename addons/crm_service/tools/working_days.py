"""Deadlines in days, counted as the law does: the day of the event does not count.

Moments are whole seconds since 1970 on the clock on the wall. Source: Civil Code of
the People's Republic of China, art. 201 (the first day is not counted) and 203 (a last
day that is a holiday moves to the next working day).
"""

from bisect import bisect_left

from .working_time import Beyond

DAY = 86_400


def working_days(hours, start, days):
    """Give the end of work of the so-manieth working day after the day of a moment.

    >>> from .working_time import WorkingTime
    >>> nine, noon, five = 9 * 3600, 12 * 3600, 17 * 3600
    >>> hours = WorkingTime.compile(
    ...     [(d * DAY + a, d * DAY + b) for d in (0, 1, 4, 5) for a, b in
    ...      ((nine, noon), (noon + 3600, five))])
    >>> working_days(hours, nine, 2) == 4 * DAY + five
    True

    :param hours: a `WorkingTime`
    :param days: 1 or more
    :raise Beyond: the calendar was not compiled that far
    """
    place = bisect_left(hours.starts, (start // DAY + 1) * DAY)
    seen, last, stop = 0, None, start
    for begin, end in zip(hours.starts[place:], hours.stops[place:], strict=True):
        if begin // DAY != last:
            if seen == days:
                return stop
            seen, last = seen + 1, begin // DAY
        stop = end
    raise Beyond


def calendar_days(hours, start, days):
    """Give the end of the so-manieth day after the day of a moment.

    A last day without work moves to the end of work of the next working day.

    >>> from .working_time import WorkingTime
    >>> hours = WorkingTime.compile([(9 * DAY + 10, 9 * DAY + 20), (99 * DAY, 10**7)])
    >>> calendar_days(hours, 0, 7) == 9 * DAY + 20
    True
    """
    return working_days(hours, (start // DAY + days - 1) * DAY, 1)
