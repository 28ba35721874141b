"""When an action is planned, whether it was on time, and what launches what.

>>> from datetime import date, datetime
>>> planned_start(date(2026, 1, 5), 9.5, "Asia/Shanghai")
datetime.datetime(2026, 1, 5, 1, 30)
>>> local_day(datetime(2026, 1, 5, 23, 0), "Asia/Shanghai")
datetime.date(2026, 1, 6)
>>> find_cycle({"a": ["b"], "b": ["a"]})
['a', 'b', 'a']
>>> find_cycle({"a": ["b"], "b": []})
[]
"""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def planned_start(day: date, hour: float, zone: str) -> datetime:
    """Give the moment of an hour of a day.

    :param hour: hours after midnight on the clock of the zone, 0 <= hour < 24
    :param zone: name of a time zone, such as "Asia/Shanghai"
    :return: naive, UTC, whole minutes
    :raise ValueError: no such hour
    """
    if not 0 <= hour < 24:
        raise ValueError("an hour is between 0 and 24")
    minutes = min(round(hour * 60), 24 * 60 - 1)
    clock = time(minutes // 60, minutes % 60)
    moment = datetime.combine(day, clock, ZoneInfo(zone))
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def local_day(moment: datetime, zone: str) -> date:
    """Give the day on which a naive UTC moment falls in a zone."""
    return local(moment, zone).date()


def local(moment: datetime, zone: str) -> datetime:
    """Give what clocks of a zone show at a naive UTC moment, naive."""
    aware = moment.replace(tzinfo=timezone.utc)
    return aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def moved_start(start: datetime, day: date, zone: str) -> datetime:
    """Move a naive UTC moment to another day, at the same hour of the zone's clock."""
    was = local(start, zone)
    moved = datetime.combine(day, was.time(), ZoneInfo(zone))
    return moved.astimezone(timezone.utc).replace(tzinfo=None)


def on_time(stopped: datetime, due: date, zone: str) -> bool:
    """Say whether an action stopped on its due day, or earlier, in the zone.

    :param stopped: naive, UTC
    """
    return local_day(stopped, zone) <= due


def hours(start: datetime, stop: datetime) -> float:
    """Give the hours between two moments, never negative."""
    return max((stop - start) / timedelta(hours=1), 0.0)


def find_cycle(edges: dict) -> list:
    """Find a way that leads back to where it began.

    :param edges: ``{node: iterable of nodes}``; nodes without edges may be absent
    :return: nodes of one cycle, the first again at the end; empty where there is none
    """
    done = set()
    for root in edges:
        if root in done:
            continue
        path, stack = [root], [iter(edges[root])]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                done.add(path.pop())
                stack.pop()
            elif node in path:
                return [*path[path.index(node) :], node]
            elif node not in done:
                path.append(node)
                stack.append(iter(edges.get(node, ())))
    return []
