"""What an action costs: CPU of this process and of its database backend, and queries.

CPU seconds are those of the process and of the PostgreSQL backend that serves it, by
the scheduler's own count in nanoseconds; a busy machine changes them little, unlike
elapsed time. Both ways of doing a job run in turns, so that both meet the same caches
and the same machine; what is compared are medians.
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass
class Sample:
    """The costs of one way of doing a job, a number a run."""

    cpu: list = field(default_factory=list)
    wall: list = field(default_factory=list)
    queries: list = field(default_factory=list)

    def add(self, cpu, wall, queries):
        self.cpu.append(cpu)
        self.wall.append(wall)
        self.queries.append(queries)

    @property
    def cpu_ms(self):
        return 1000 * median(self.cpu)

    @property
    def wall_ms(self):
        return 1000 * median(self.wall)

    @property
    def query_count(self):
        return median(self.queries)

    def wall_part(self, part):
        """Give the elapsed milliseconds that this part of the runs needed at most."""
        return _part(self.wall, part)

    def cpu_part(self, part):
        """Give the milliseconds of CPU that this part of the runs needed at most."""
        return _part(self.cpu, part)


def _part(seconds, part):
    ordered = sorted(seconds)
    return 1000 * ordered[min(int(len(ordered) * part), len(ordered) - 1)]


class Meter:
    """Reads clocks and counts queries of one environment."""

    def __init__(self, env):
        self.env = env
        self.cr = env.cr
        # Helpers of a parallel query would do work that no clock here sees.
        self.cr.execute("SET max_parallel_workers_per_gather = 0")
        self.cr.execute("SELECT pg_backend_pid()")
        self.backend = Path(f"/proc/{self.cr.fetchone()[0]}/schedstat")

    def _database_seconds(self):
        try:
            return int(self.backend.read_text().split()[0]) / 1e9
        except OSError:  # the server runs on another machine
            return 0.0

    @contextmanager
    def on(self, sample):
        """Add the costs of the block to the sample."""
        queries = self.cr.sql_log_count
        wall, own = time.perf_counter(), time.process_time()
        database = self._database_seconds()
        yield
        cpu = time.process_time() - own + self._database_seconds() - database
        sample.add(cpu, time.perf_counter() - wall, self.cr.sql_log_count - queries)

    def turns(self, rounds, *ways, prepare=None, warm=1):
        """Run all ways in turns.

        :param ways: functions without arguments
        :param prepare: called before each way, unmeasured; by default records are
            written and forgotten
        :param warm: rounds before the first measured one
        :return: list of samples, one a way
        """
        prepare = prepare or self.forget
        samples = [Sample() for _way in ways]
        for number in range(warm + rounds):
            for sample, way in zip(samples, ways, strict=True):
                prepare()
                if number < warm:
                    way()
                    continue
                with self.on(sample):
                    way()
        return samples

    def forget(self):
        """Write and forget all records, as between two requests."""
        self.env.flush_all()
        self.env.invalidate_all()

    @contextmanager
    def undone(self):
        """Take back everything that the block did to the database."""
        self.env.flush_all()
        try:
            with self.cr.savepoint(flush=False) as savepoint:
                yield
                self.env.flush_all()
                savepoint.rollback()
        finally:
            self.cr.precommit.clear()
            self.env.invalidate_all(flush=False)


class Report:
    """The bars of one benchmark as a Markdown table."""

    def __init__(self, title, scale):
        self.title = title
        self.scale = scale
        self.rows = []
        self.wrong = []

    def bar(self, what, ours, theirs="", ratio="", bar="", met=None):
        """Add a line; numbers are written as they come, ``met`` None is information."""
        verdict = {None: "", True: "met", False: "**missed**"}[met]
        self.rows.append((what, ours, theirs, ratio, bar, verdict))

    def fact(self, what, ours, theirs="", ratio="", bar="", met=None):
        """Add a line that neither the size nor the speed of a machine can change."""
        self.bar(what, ours, theirs, ratio, bar, met)
        if met is False:
            self.wrong.append(f"{what}: {ours}, wanted {bar}")

    def compare(self, what, ours, theirs, at_least):
        """Add the line of a ratio of medians of CPU seconds that shall be so great."""
        ratio = theirs.cpu_ms / max(ours.cpu_ms, 1e-6)
        self.bar(
            f"{what}, CPU",
            describe(ours),
            describe(theirs),
            f"{ratio:.1f} x",
            f">= {at_least:g} x" if at_least else "",
            ratio >= at_least if at_least else None,
        )

    def show(self):
        """Print the table and give the report."""
        head = ("what", "ours", "the platform's own way", "ratio", "bar", "")
        print(f"\n### {self.title} (scale {self.scale:g})\n")
        for cells in (head, ("---",) * len(head), *self.rows):
            print("| " + " | ".join(map(str, cells)) + " |")
        print(flush=True)
        return self


def describe(sample):
    """Write a sample in one cell."""
    return (
        f"{sample.cpu_ms:.3g} ms CPU, {sample.query_count:g} q, {sample.wall_ms:.3g} ms"
    )


def seller(env):
    """Give the environment of one of the salespeople of the generated company."""
    user = env["res.users"].search([("login", "=", "seller01")])
    return env(user=user.id, context={"lang": "en_US", "tz": "Asia/Shanghai"})
