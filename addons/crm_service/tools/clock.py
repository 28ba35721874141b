"""A promise of service that runs in working time, pauses, and is kept or broken.

Pure: moments are whole seconds since 1970 in UTC. What a clock has consumed stays when
its target, its calendar or its owner changes.

>>> from .working_time import WorkingTime
>>> always = WorkingTime.compile([(0, 10**10)])
>>> clock = Clock(target=3600).resume(0)
>>> clock.deadline(always)
3600
>>> later = clock.pause(600, always).resume(5000)
>>> later.consumed, later.deadline(always)
(600, 8000)
>>> later.finish(9000, always).outcome
'breached'
"""

from dataclasses import dataclass, replace

RUNNING, PAUSED, MET, BREACHED = "running", "paused", "met", "breached"


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise: answer, update or solve within so much working time.

    :param target: working seconds that are promised, above 0
    :param consumed: working seconds used until `since`
    :param since: moment from which it runs; ``None``: it pauses, or has ended
    :param ended: moment at which what was promised was done; ``None``: not yet
    """

    target: int
    consumed: int = 0
    since: int | None = None
    ended: int | None = None

    @property
    def outcome(self):
        """Give ``running``, ``paused``, ``met`` or ``breached``.

        Only the end decides: whether a clock that runs is late depends on the moment.
        """
        if self.ended is not None:
            return MET if self.consumed <= self.target else BREACHED
        return PAUSED if self.since is None else RUNNING

    def used(self, moment, hours):
        """Give the working seconds used until a moment."""
        if self.since is None:
            return self.consumed
        return self.consumed + hours.elapsed(self.since, moment)

    def deadline(self, hours):
        """Give the moment until which the promise is kept; ``None`` while it pauses.

        A promise broken before it paused is due at the moment at which it resumes.

        :raise Beyond: the calendar was not compiled that far
        """
        if self.since is None:
            return None
        left = self.target - self.consumed
        return hours.deadline(self.since, left) if left > 0 else self.since

    def resume(self, moment):
        """Let it run from a moment; one that runs or has ended stays as it is."""
        if self.since is not None or self.ended is not None:
            return self
        return replace(self, since=moment)

    def pause(self, moment, hours):
        """Stop counting, for example while the customer is asked for something."""
        if self.since is None:
            return self
        return replace(self, consumed=self.used(moment, hours), since=None)

    def finish(self, moment, hours):
        """What was promised is done; the first time counts."""
        if self.ended is not None:
            return self
        return replace(self.pause(moment, hours), ended=moment)

    def change(self, moment, hours, target=None):
        """Go on under another policy or calendar, with what was consumed so far.

        :param hours: the calendar that held until this moment
        :param target: the new promise; the old one when missing
        """
        kept = self.pause(moment, hours)
        if target is not None:
            kept = replace(kept, target=target)
        return kept.resume(moment) if self.since is not None else kept
