"""Which clocks of a ticket start, stop and wait when something happens to it.

A ticket has at most one clock of each metric that has not ended; every further one is
the next cycle of its metric. A rule takes the latest promises and what holds now, and
gives the promises afterwards.

>>> now = Now(0, {"first_response": 3600, "resolution": 7200})
>>> promises = change({}, now)
>>> sorted(promises)
['first_response', 'resolution']
>>> promises = answered(promises, replace(now, moment=600))
>>> promises["first_response"].state, promises["resolution"].state
('met', 'running')
"""

from dataclasses import dataclass, replace

from .clock import BREACHED, Clock
from .working_time import WorkingTime

FIRST, NEXT, UPDATE, RESOLUTION = (
    "first_response",
    "next_response",
    "update",
    "resolution",
)
METRICS = (FIRST, NEXT, UPDATE, RESOLUTION)
#: What a ticket starts with.
FROM_START = (FIRST, UPDATE, RESOLUTION)
#: The ticket ended before what was promised was due.
DROPPED = "dropped"
#: Every second until the year 3000.
ALWAYS = WorkingTime.compile([(0, 32_503_680_000)])


@dataclass(frozen=True, slots=True)
class Promise:
    """The latest clock of a metric on a ticket.

    :param cycle: 1 for the first clock of this metric
    """

    clock: Clock
    cycle: int = 1
    dropped: bool = False

    @property
    def state(self):
        """Give ``running``, ``paused``, ``met``, ``breached`` or ``dropped``."""
        outcome = self.clock.outcome
        return DROPPED if self.dropped and outcome != BREACHED else outcome

    @property
    def is_over(self):
        return self.clock.ended is not None


@dataclass(frozen=True, slots=True)
class Now:
    """What holds when something happens.

    :param moment: seconds since 1970
    :param targets: working seconds of each metric that is promised
    :param hours: the working time that held until this moment
    :param waits: somebody else is awaited, so that what starts is paused
    """

    moment: int
    targets: dict
    hours: WorkingTime = ALWAYS
    waits: bool = False


def change(promises, now):
    """Other promises hold from now on; what was consumed stays consumed.

    Also how a ticket starts: what it promises from the start and does not know yet
    starts now. What is not promised any more is dropped.
    """
    changed = {}
    for metric, promise in promises.items():
        if promise.is_over:
            changed[metric] = promise
        elif metric in now.targets:
            clock = promise.clock.change(now.moment, now.hours, now.targets[metric])
            changed[metric] = replace(promise, clock=clock)
        else:
            changed[metric] = _drop(promise, now)
    missing = [metric for metric in FROM_START if metric not in promises]
    changed = _begin(changed, now, missing)
    return pause(changed, now) if now.waits else changed


def answered(promises, now):
    """An agent spoke to the customer: that was a response, and news.

    The next news are promised by `renew`, once this end is kept.
    """
    return _finish(promises, now, (FIRST, NEXT, UPDATE))


def renew(promises, now):
    """News have been given: the next are due after as long again."""
    begun = _begin(promises, now, (UPDATE,))
    return pause(begun, now) if now.waits else begun


def asked(promises, now):
    """The customer spoke: after the first response he waits for the next one."""
    first = promises.get(FIRST)
    if first and not first.is_over:
        return promises
    return _begin(promises, now, (NEXT,))


def pause(promises, now):
    """Nothing counts while somebody else is awaited."""
    return {
        metric: replace(promise, clock=promise.clock.pause(now.moment, now.hours))
        for metric, promise in promises.items()
    }


def resume(promises, now):
    """What waited counts again."""
    return {
        metric: replace(promise, clock=promise.clock.resume(now.moment))
        for metric, promise in promises.items()
    }


def finish(promises, now):
    """The ticket is resolved: whatever was promised has been done now."""
    return _finish(promises, now, METRICS)


def drop(promises, now):
    """The ticket ended without an answer: only what is late already was broken."""
    return {
        metric: promise if promise.is_over else _drop(promise, now)
        for metric, promise in promises.items()
    }


def reopen(promises, now):
    """The customer is not content: it has to be resolved again, with news again."""
    return _begin(promises, now, (UPDATE, RESOLUTION))


def revive(promises, now):
    """The ticket goes on after all: what was dropped runs again, time used is kept.

    >>> now = Now(0, {"first_response": 3600})
    >>> dropped = drop(change({}, now), replace(now, moment=600))
    >>> again = revive(dropped, replace(now, moment=9000))["first_response"]
    >>> again.state, again.clock.consumed, again.cycle
    ('running', 600, 1)
    """
    revived = dict(promises)
    for metric, promise in promises.items():
        if promise.state == DROPPED and metric in now.targets:
            clock = replace(promise.clock, ended=None).resume(now.moment)
            revived[metric] = replace(promise, clock=clock, dropped=False)
    return pause(revived, now) if now.waits else revived


def _begin(promises, now, metrics):
    """Start what is promised and does not go on already."""
    started = dict(promises)
    for metric in metrics:
        last = promises.get(metric)
        if metric in now.targets and (not last or last.is_over):
            clock = Clock(now.targets[metric]).resume(now.moment)
            started[metric] = Promise(clock, last.cycle + 1 if last else 1)
    return started


def _finish(promises, now, metrics):
    return {
        metric: replace(promise, clock=promise.clock.finish(now.moment, now.hours))
        if metric in metrics
        else promise
        for metric, promise in promises.items()
    }


def _drop(promise, now):
    clock = promise.clock.finish(now.moment, now.hours)
    return replace(promise, clock=clock, dropped=True)
