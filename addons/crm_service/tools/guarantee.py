"""What the law gives a customer for faulty goods: repair, exchange or refund (三包).

Source: Provisions on the Responsibility for the Repair, Exchange and Refund of Some
Goods (国经贸〔1995〕458号), art. 9 (7 days), 10 (15 days), 11 (two failed repairs), 16
(the time of a repair is not counted). Days are counted as in art. 201 of the Civil
Code: the day of the delivery is not counted, the last day is included.

>>> from datetime import date
>>> [option.kind for option in options(Rules(), date(2026, 3, 1), date(2026, 3, 8))]
['refund', 'replacement', 'repair']
>>> [option.kind for option in options(Rules(), date(2026, 3, 1), date(2026, 3, 9))]
['replacement', 'repair']
>>> [(o.kind, o.why) for o in options(Rules(), date(2026, 3, 1), date(2026, 9, 1), 2)]
[('refund', 'failed'), ('replacement', 'failed'), ('repair', 'warranty')]
>>> options(Rules(), date(2026, 3, 1), date(2027, 3, 2))
()
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = ("refund", "replacement", "repair")
#: Why an option is open: in the first days, in the warranty, after failed repairs.
EARLY, FAILED, WARRANTY = "early", "failed", "warranty"


@dataclass(frozen=True, slots=True)
class Rules:
    """Parameters of a category of goods.

    :param refund_days: days in which the customer may choose a refund; 0: none
    :param exchange_days: days in which the customer may choose an exchange; 0: none
    :param warranty_months: months in which faults are repaired for nothing; 0: none
    :param failed_repairs: so many failed repairs in the warranty give an exchange or
        a refund; 0: never
    """

    refund_days: int = 7
    exchange_days: int = 15
    warranty_months: int = 12
    failed_repairs: int = 2


@dataclass(frozen=True, slots=True)
class Option:
    """Something the customer may choose.

    :param kind: ``refund``, ``replacement`` or ``repair``
    :param why: ``early``, ``failed`` or ``warranty``
    :param until: the last day
    """

    kind: str
    why: str
    until: date


def add_months(day, months):
    """Give the same day of a later month, or the last one of a shorter month.

    >>> add_months(date(2024, 2, 29), 12), add_months(date(2026, 1, 31), 1)
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 28))
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def warranty_end(rules, delivered, repair_days=0):
    """Give the last day of the warranty; days in repair are added.

    :return: ``None`` without a warranty
    """
    if not rules.warranty_months:
        return None
    return add_months(delivered, rules.warranty_months) + timedelta(days=repair_days)


def options(rules, delivered, today, failed=0, repair_days=0):
    """Give what the customer may choose for a fault, in the sequence of `KINDS`.

    :param delivered: day of the delivery, or of the invoice where that comes later
    :param failed: number of repairs in the warranty that did not help
    :param repair_days: days that the goods were in repair
    :raise ValueError: today is before the delivery
    """
    if today < delivered:
        raise ValueError(f"{today} is before the delivery on {delivered}")
    early = {
        "refund": rules.refund_days,
        "replacement": max(rules.refund_days, rules.exchange_days),
    }
    found = {}
    for kind, days in early.items():
        until = delivered + timedelta(days=days)
        if days and today <= until:
            found[kind] = Option(kind, EARLY, until)
    last = warranty_end(rules, delivered, repair_days)
    if last and today <= last:
        enough = rules.failed_repairs and failed >= rules.failed_repairs
        for kind in early:
            if enough and kind not in found:
                found[kind] = Option(kind, FAILED, last)
        found["repair"] = Option("repair", WARRANTY, last)
    elif found:
        found["repair"] = Option(
            "repair", EARLY, max(option.until for option in found.values())
        )
    return tuple(found[kind] for kind in KINDS if kind in found)
