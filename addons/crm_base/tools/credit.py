"""Credit standing of a customer: what is open, what is late, and what follows."""

from dataclasses import dataclass
from datetime import date

# Sums are made of whole millionths, so that what cancels out is nothing: the smallest
# coin of any currency (ISO 4217) has 4 decimals.
UNIT = 10**6
# Upper ends of the ageing buckets, in days after the due date; the last is open.
BUCKETS = (30, 60, 90)


@dataclass(frozen=True)
class Standing:
    """What one customer owes, in the company's currency."""

    open: float = 0.0
    overdue: float = 0.0
    oldest_due: date | None = None
    buckets: tuple[float, ...] = (0.0,) * (len(BUCKETS) + 1)

    def days_overdue(self, today):
        """Give the days since the oldest open due date, 0 when nothing is overdue.

        >>> Standing(10, 10, date(2026, 1, 1)).days_overdue(date(2026, 1, 31))
        30
        >>> Standing(10).days_overdue(date(2026, 1, 31))
        0
        """
        return (today - self.oldest_due).days if self.oldest_due else 0


def standing(items, today):
    """Sum open items of one customer.

    Credits (unallocated payments, credit notes) lower what is overdue, oldest bucket
    first, so that a customer who has paid ahead is not chased.

    :param items: ``[(due date, residual)]``, residual > 0 is owed, < 0 a credit
    :param today: the day on which to look
    :return: :class:`Standing`, the same for any order of the items

    >>> rows = [(date(2026, 1, 1), 100.0), (date(2026, 3, 1), 50.0)]
    >>> s = standing(rows, date(2026, 2, 15))
    >>> s.open, s.overdue, s.oldest_due, s.buckets
    (150.0, 100.0, datetime.date(2026, 1, 1), (0.0, 100.0, 0.0, 0.0))
    >>> standing(rows + [(date(2026, 2, 1), -100.0)], date(2026, 2, 15)).overdue
    0.0
    """
    items = [(due, round(residual * UNIT)) for due, residual in items]
    credit = -sum(residual for _due, residual in items if residual < 0)
    late = sorted(
        (due, residual) for due, residual in items if residual > 0 and due < today
    )
    buckets = [0] * (len(BUCKETS) + 1)
    oldest = None
    for due, residual in late:
        used = min(credit, residual)
        credit -= used
        left = residual - used
        if left > 0:
            oldest = oldest or due
            buckets[bucket((today - due).days)] += left
    return Standing(
        open=sum(residual for _due, residual in items) / UNIT,
        overdue=sum(buckets) / UNIT,
        oldest_due=oldest,
        buckets=tuple(part / UNIT for part in buckets),
    )


def bucket(days):
    """Give the place of an age in :data:`BUCKETS`.

    >>> [bucket(days) for days in (1, 30, 31, 90, 91)]
    [0, 0, 1, 2, 3]
    """
    return sum(days > end for end in BUCKETS)


def reached_step(days, steps):
    """Give the index of the last collection step that *days* overdue has reached.

    :param steps: days of each step, ascending
    :return: index, or ``None`` before the first

    >>> reached_step(10, [3, 10, 30]), reached_step(2, [3, 10, 30])
    (1, None)
    """
    reached = [index for index, start in enumerate(steps) if days >= start]
    return reached[-1] if reached else None
