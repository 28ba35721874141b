"""Clocks in working time equal a simulator that goes on minute by minute."""

import random

import pytest

pytestmark = pytest.mark.cap_v02

MINUTE = 60
BEGUN = 24 * 60  # shifts and events begin before this minute
END = BEGUN + 600  # and the longest shift has ended by this one
HISTORIES = 10_000
#: Histories of one shape of calendar, so that calendars are drawn often enough.
EACH = 50


def draw_windows(rng):
    """Draw shifts in minutes: none, a day's usual ones, overlapping or empty ones."""
    return [
        (start, start + rng.choice([0, 1, 30, 240, 600]))
        for start in (rng.randrange(BEGUN) for _ in range(rng.randint(0, 6)))
    ]


@pytest.fixture(scope="module")
def rules(load):
    return Rules(load("clock", "crm_service"), load("working_time", "crm_service"))


class Rules:
    """The two tools under test."""

    def __init__(self, clock, working_time):
        self.clock, self.time = clock, working_time

    def compile(self, windows):
        return self.time.WorkingTime.compile(
            [(start * MINUTE, stop * MINUTE) for start, stop in windows]
        )


class Simulator:
    """Count open minutes one by one."""

    def __init__(self, windows, target):
        self.target, self.consumed = target, 0
        self.runs = self.done = False
        self.late_at = None
        self.set_windows(windows)

    def set_windows(self, windows):
        self.open = bytearray(END)
        for start, stop in windows:
            for minute in range(start, stop):
                self.open[minute] = 1

    def pass_minute(self, minute):
        if self.runs and not self.done and self.open[minute]:
            self.consumed += 1

    def minute_of_deadline(self, now):
        """Give the first minute at whose beginning the promise is used up, if any."""
        left, minute = self.target - self.consumed, now
        if left <= 0:
            return None
        while minute < END:
            left -= self.open[minute]
            minute += 1
            if not left:
                return minute
        return None


def draw_events(rng):
    minutes = sorted(rng.sample(range(1, BEGUN), rng.randint(1, 8)))
    kinds = ["pause", "resume", "target", "calendar", "finish"]
    return [(minute, rng.choices(kinds, [4, 4, 1, 1, 1])[0]) for minute in minutes]


def play(rng, windows, rules):
    target = rng.choice([1, 15, 60, 240, 480, 1440])
    hours = rules.compile(windows)
    clock = rules.clock.Clock(target * MINUTE).resume(0)
    simulator = Simulator(windows, target)
    simulator.runs = True
    now = 0
    for minute, kind in draw_events(rng):
        for passing in range(now, minute):
            simulator.pass_minute(passing)
        now, moment = minute, minute * MINUTE
        if kind == "pause":
            clock, simulator.runs = clock.pause(moment, hours), False
        elif kind == "resume":
            clock = clock.resume(moment)
            simulator.runs = True
        elif kind == "target":
            target = rng.choice([30, 120, 960])
            clock = clock.change(moment, hours, target * MINUTE)
            simulator.target = target
        elif kind == "calendar":
            windows = draw_windows(rng)
            clock = clock.change(moment, hours)
            hours = rules.compile(windows)
            simulator.set_windows(windows)
        else:
            clock = clock.finish(moment, hours)
            simulator.done = True
        compare(clock, simulator, hours, now, rules)
        if simulator.done:
            return


def compare(clock, simulator, hours, now, rules):
    moment = now * MINUTE
    assert clock.used(moment, hours) == simulator.consumed * MINUTE
    if simulator.done:
        kept = simulator.consumed <= simulator.target
        assert clock.outcome == ("met" if kept else "breached")
        return
    assert clock.outcome == ("running" if simulator.runs else "paused")
    if not simulator.runs:
        assert clock.deadline(hours) is None
        return
    try:
        deadline = clock.deadline(hours)
    except rules.time.Beyond:
        deadline = None
    if clock.consumed >= clock.target:
        assert deadline == clock.since
    elif deadline is not None and deadline > moment:
        assert deadline == simulator.minute_of_deadline(now) * MINUTE
    elif deadline is None:
        assert simulator.minute_of_deadline(now) is None
    else:
        assert simulator.consumed >= simulator.target


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_histories(seed, rules):
    rng = random.Random(f"clocks/{seed}")
    for _calendar in range(HISTORIES // EACH // 4):
        windows = draw_windows(rng)
        for _history in range(EACH):
            play(rng, windows, rules)
