"""Who gets the next lead: whoever has done least of what they can take.

>>> people = [Person(1, room=2, weight=2.0), Person(2, room=9, weight=1.0)]
>>> share_out([11, 12, 13, 14], people)
[(11, 1, 0, 2), (12, 1, 1, 1), (13, 2, 0, 9), (14, 2, 1, 8)]
"""

import heapq
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody who takes leads.

    :ivar key: identifies the person; the lower one goes first at equal load
    :ivar room: leads that may still be given
    :ivar weight: leads a month that are the person's share; the load is the number of
        leads divided by it
    :ivar load: leads that the person already has
    :ivar rank: people of a higher rank come when nobody of a lower one has room
    """

    key: int
    room: int
    weight: float
    load: int = 0
    rank: int = 0


def share_out(leads, people):
    """Give each lead to the person of the lowest rank with the smallest relative load.

    The same leads and people, in the same order, always give the same result.

    :param leads: keys of leads, the most urgent first
    :param people: list of `Person`, each key once
    :return: list of ``(lead, person key, load before, room before)``; leads that
        nobody has room for are left out
    """
    heap = [
        (one.rank, (one.load + 1) / one.weight, one.key, one.load, one.room, one.weight)
        for one in people
        if one.room > 0 and one.weight > 0
    ]
    heapq.heapify(heap)
    given = []
    for lead in leads:
        if not heap:
            break
        rank, _next_load, key, load, room, weight = heap[0]
        given.append((lead, key, load, room))
        if room > 1:
            entry = (rank, (load + 2) / weight, key, load + 1, room - 1, weight)
            heapq.heapreplace(heap, entry)
        else:
            heapq.heappop(heap)
    return given
