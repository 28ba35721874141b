"""Deadlines in working time: a calendar compiled to sorted arrays, and bisected.

Moments are whole seconds since 1970 in UTC, lengths are whole seconds.

>>> nine, five, day = 9 * 3600, 17 * 3600, 86_400
>>> hours = WorkingTime.compile([(nine, five), (day + nine, day + five)])
>>> hours.elapsed(8 * 3600, 10 * 3600) // 60
60
>>> hours.deadline(16 * 3600, 2 * 3600) == day + 10 * 3600
True
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass


class Beyond(LookupError):
    """The answer lies after the last moment that was compiled."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Open hours of a stretch of time.

    :param starts: when work begins, in order
    :param stops: when it ends, each after its start and not after the next start
    :param before: working seconds before each start
    """

    starts: tuple
    stops: tuple
    before: tuple

    @classmethod
    def compile(cls, windows):
        """Compile windows of work.

        :param windows: pairs of start and stop, in any order; they may overlap
        """
        starts, stops, before, total = [], [], [], 0
        for start, stop in _apart(windows):
            starts.append(start)
            stops.append(stop)
            before.append(total)
            total += stop - start
        return cls(tuple(starts), tuple(stops), tuple(before))

    def worked(self, moment):
        """Give the working seconds up to a moment, from the first start on."""
        place = bisect_right(self.starts, moment) - 1
        if place < 0:
            return 0
        return self.before[place] + min(moment, self.stops[place]) - self.starts[place]

    def is_open(self, moment):
        """Tell whether a moment is in a window; its stop no longer is."""
        place = bisect_right(self.starts, moment) - 1
        return place >= 0 and moment < self.stops[place]

    def elapsed(self, start, stop):
        """Give the working seconds between two moments; 0 when stop is not later."""
        return max(self.worked(stop) - self.worked(start), 0)

    def deadline(self, start, seconds):
        """Give the moment at which so many working seconds have passed.

        The earliest such moment: the end of a window rather than the start of the next.
        Without any seconds it is the first working moment.

        :param seconds: 0 or more
        :raise ValueError: a negative length
        :raise Beyond: the calendar was not compiled that far
        """
        if seconds < 0:
            raise ValueError(f"{seconds} seconds is no length")
        wanted = self.worked(start) + seconds
        if not seconds:
            return self._next_open(start)
        place = bisect_left(self.before, wanted) - 1
        if place < 0:
            raise Beyond
        moment = self.starts[place] + wanted - self.before[place]
        if moment > self.stops[place]:
            raise Beyond
        return moment

    def _next_open(self, moment):
        place = bisect_right(self.stops, moment)
        if place == len(self.starts):
            raise Beyond
        return max(moment, self.starts[place])


def _apart(windows):
    """Give windows in order, joined where they touch, without empty ones.

    >>> list(_apart([(5, 9), (1, 3), (2, 4), (9, 10), (7, 7)]))
    [(1, 4), (5, 10)]
    """
    last = None
    for start, stop in sorted(windows):
        if stop <= start:
            continue
        if last and start <= last[1]:
            last = (last[0], max(last[1], stop))
            continue
        if last:
            yield last
        last = (start, stop)
    if last:
        yield last
