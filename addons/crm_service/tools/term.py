"""The term of an agreement that follows another one."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta


def follow(first, last):
    """Give the term that begins when another one ends, as long as that one.

    A term of whole months is followed by as many months, whatever their days.

    :param first: date, the first day
    :param last: date, the last day, on or after the first
    :return: (first, last) of the next term
    """
    begin = last + timedelta(days=1)
    length = relativedelta(begin, first)
    months = relativedelta(months=12 * length.years + length.months)
    # From 29 February a year ends on 28 February.
    is_cut = first + months == last and first.day > last.day
    if first + months == begin or is_cut:
        return begin, begin + months - timedelta(days=1)
    return begin, begin + (last - first)
