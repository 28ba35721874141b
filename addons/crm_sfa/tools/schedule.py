"""Put the visits and calls of a week into the free working hours, near ones together.

>>> from datetime import datetime, timedelta
>>> nine = datetime(2026, 1, 5, 9)
>>> day = [(nine, nine + timedelta(hours=3))]
>>> busy = [(nine + timedelta(hours=1), nine + timedelta(hours=2))]
>>> free(day, busy) == [
...     (nine, nine + timedelta(hours=1)),
...     (nine + timedelta(hours=2), nine + timedelta(hours=3)),
... ]
True
>>> plan = plan_week([Task("a", 60, place="200000")], free(day, busy))
>>> [(slot.key, slot.start.hour) for slot in plan]
[('a', 9)]
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Task:
    """A visit or a call to plan.

    :param key: what the caller calls it; unique
    :param minutes: its length, above 0
    :param place: customers with the same place are near each other; empty: anywhere
    :param urgency: days past its due day; the greater, the earlier it is planned
    """

    key: object
    minutes: int
    place: str = ""
    urgency: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """When a task is planned, in the time of the windows."""

    key: object
    start: datetime
    stop: datetime


def free(windows, busy):
    """Take busy times out of windows.

    :param windows: list of ``(start, stop)``, in any order, may overlap
    :param busy: list of ``(start, stop)``
    :return: list of ``(start, stop)``, in order, apart from each other, none empty
    """
    result = []
    for start, stop in merge(windows):
        at = start
        for taken_from, taken_until in merge(busy):
            if taken_until <= at or taken_from >= stop:
                continue
            if taken_from > at:
                result.append((at, taken_from))
            at = max(at, taken_until)
        if at < stop:
            result.append((at, stop))
    return result


def merge(spans):
    """Join spans that touch or overlap; empty ones vanish."""
    result = []
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return result


def plan_week(tasks, windows):
    """Give each task a time, as far as there is room.

    Places take turns by their most urgent task; the tasks of a place follow each other,
    the most urgent first, so that a day is spent in one part of town. Each task takes
    the first room at or after the task before it in its place, else the first room of
    all.

    :param tasks: list of :class:`Task`
    :param windows: list of ``(start, stop)`` that are free, see :func:`free`
    :return: list of :class:`Slot` in order of time; tasks without room are left out
    :raise ValueError: a task without length
    """
    if any(task.minutes <= 0 for task in tasks):
        raise ValueError("a task takes at least a minute")
    room = merge(windows)
    slots = []
    for group in _by_place(tasks):
        last = None
        for task in group:
            span = _take(room, timedelta(minutes=task.minutes), last)
            if span:
                slots.append(Slot(task.key, *span))
                last = span[1]
    return sorted(slots, key=lambda slot: slot.start)


def _by_place(tasks):
    groups = defaultdict(list)
    for task in tasks:
        groups[task.place].append(task)
    for group in groups.values():
        group.sort(key=lambda task: (-task.urgency, str(task.key)))
    # Tasks of no place fill the gaps that the others leave.
    return sorted(
        groups.values(),
        key=lambda group: (not group[0].place, -group[0].urgency, group[0].place),
    )


def _take(room, length, after):
    """Cut the first span of a length out of the room, if possible after a moment."""
    for earliest in (after, None) if after else (None,):
        for place, (start, stop) in enumerate(room):
            begin = max(start, earliest) if earliest else start
            if begin + length <= stop:
                rest = [(start, begin), (begin + length, stop)]
                room[place : place + 1] = [span for span in rest if span[0] < span[1]]
                return begin, begin + length
    return None
