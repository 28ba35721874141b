"""Who works on a customer, and for which part of the credit."""


def largest_total(periods):
    """Give the largest sum of shares on any day, and the first day it is reached.

    Periods are closed: both days belong to them; an open end is None.

    :param periods: ``[(first day, last day or None, share)]``
    :return: ``(total, day)``; ``(0.0, None)`` without periods

    >>> from datetime import date as d
    >>> largest_total([(d(2026, 1, 1), None, 60), (d(2026, 2, 1), None, 50)])
    (110.0, datetime.date(2026, 2, 1))
    >>> largest_total([(d(2026, 1, 1), d(2026, 1, 31), 60), (d(2026, 2, 1), None, 50)])
    (60.0, datetime.date(2026, 1, 1))
    """
    most, when = 0.0, None
    # A sum can only grow on a day on which a period begins.
    for day in sorted({first for first, _last, _share in periods}):
        total = float(
            sum(
                share
                for first, last, share in periods
                if first <= day and (last is None or last >= day)
            )
        )
        if total > most:
            most, when = total, day
    return most, when
