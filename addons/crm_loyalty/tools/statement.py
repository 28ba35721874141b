"""What a member asks of a statement, and how its lines go into a file."""

import csv
import io
from datetime import date, datetime, time, timedelta

#: A spreadsheet takes a cell that begins like this for a formula (OWASP, "CSV
#: Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_day(text):
    """Give the day that a form says, or ``None``.

    >>> read_day("2026-02-28"), read_day("28.2."), read_day(None)
    (datetime.date(2026, 2, 28), None, None)
    """
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def read_number(text):
    """Give the whole number that an address says, or ``None``.

    >>> read_number("12"), read_number("-1"), read_number("x")
    (12, None, None)
    """
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def day_start(day, zone):
    """Give the moment at which a day begins somewhere, as naive UTC.

    :param zone: ``tzinfo`` with ``localize``, as pytz gives it

    >>> import pytz
    >>> day_start(date(2026, 7, 1), pytz.timezone("Asia/Shanghai"))
    datetime.datetime(2026, 6, 30, 16, 0)
    """
    try:
        moment = zone.localize(datetime.combine(day, time.min))
        return (moment - moment.utcoffset()).replace(tzinfo=None)
    except OverflowError:  # the first or the last day of the calendar
        return datetime.combine(day, time.min)


def next_day(day):
    """Give the day after; the last day of the calendar stays.

    >>> next_day(date(2026, 12, 31)), next_day(date.max) == date.max
    (datetime.date(2027, 1, 1), True)
    """
    return day if day == date.max else day + timedelta(days=1)


def cell(value):
    """Give what stands in a cell; words of people never become a formula.

    >>> cell("=1+1"), cell("Order S1"), cell(-5.5), cell(None)
    ("'=1+1", 'Order S1', '-5.5', '')
    """
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def to_csv(head, rows):
    """Make a file for spreadsheets: UTF-8 with the mark that they recognise it by.

    >>> to_csv(["Date", "Points"], [["2026-01-01", -2.0]])
    b'\\xef\\xbb\\xbfDate,Points\\r\\n2026-01-01,-2\\r\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
