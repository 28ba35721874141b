"""`./crm test`: our tests in two processes, each with a database of its own."""

import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

from . import programs, python_env
from .console import Stop, last_lines, say
from .odoo import Odoo, prepare
from .paths import ADDONS, LOGS, ROOT, RUNTIME
from .ports import free_port
from .postgres import cluster_for_tests

LANES = 2
LIMIT = 45 * 60  # seconds a lane may take
DURATIONS = RUNTIME / "durations.json"
SECONDS = re.compile(r"^# takes (\d+) seconds$", re.MULTILINE)
RESULT = re.compile(r"^(\S+::\S+) (PASSED|FAILED|ERROR|SKIPPED)", re.MULTILINE)


def in_ci():
    """Tell whether a machine runs us, so that nothing may be skipped."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def test(options):
    """Run the tests below the given paths, all of them by default."""
    tree, missing = prepare("chromium", "wkhtmltopdf")
    if "chromium" in missing:
        complain = "Browser tests cannot run: install the package chromium."
        if in_ci():
            raise Stop(complain)
        say("WARNING: " + complain)
    with cluster_for_tests() as cluster:
        odoo = Odoo(cluster, tree, "data-test")
        template = odoo.suite_template()
        lanes = plan(find_tests(options.paths), options.jobs)
        say(f"{sum(map(len, lanes))} test files in {len(lanes)} processes")
        engines = engine_variables(lanes)
        started = time.monotonic()
        runs = [
            Lane(odoo, template, number, files, engines)
            for number, files in enumerate(lanes)
        ]
        for lane in runs:
            lane.start(options)
        watch(runs)
        say(f"tests took {time.monotonic() - started:.0f} s")
        code = report(runs)
        if not options.keep:
            for lane in runs:
                odoo.drop(lane.database)
    sys.exit(code)


def find_tests(paths):
    """Give the test files below the paths; every test file without paths."""
    roots = [(ROOT / path.split("::")[0]).resolve() for path in paths]
    for root in roots:
        if not root.exists():
            raise Stop(f"{root} does not exist; name a test file or a folder.")
    roots = roots or [*sorted(ADDONS.glob("*/tests")), ROOT / "tests"]
    files = []
    for root in roots:
        files += [root] if root.is_file() else sorted(root.rglob("test_*.py"))
    if not files:
        raise Stop("There is no test_*.py below " + " ".join(map(str, paths)))
    return files


def plan(files, count):
    """Share files between processes by the time they took before."""
    known = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}
    weight = {f: known.get(str(f.relative_to(ROOT))) or estimate(f) for f in files}
    lanes = [[] for _ in range(max(1, min(count, len(files))))]
    totals = [0.0] * len(lanes)
    for file in sorted(files, key=weight.get, reverse=True):
        lightest = totals.index(min(totals))
        lanes[lightest].append(file)
        totals[lightest] += weight[file]
    return [sorted(lane) for lane in lanes]


def estimate(file):
    """Guess the seconds that a file takes: by its word, else by its length."""
    text = file.read_text()
    said = SECONDS.search(text)
    return int(said[1]) if said else len(text) / 500


def engine_variables(lanes):
    """Install the optional engines where a test needs them; say where they are."""
    if not any("engines" in file.parts for files in lanes for file in files):
        return {}
    return {"ENGINES": str(python_env.ensure_engines()), **programs.ensure_java()}


class Lane:
    """One process of pytest with its own database, port, log and result file."""

    def __init__(self, odoo, template, number, files, engines):
        self.odoo = odoo
        self.engines = engines
        self.files = files
        self.template = template
        self.database = f"test_{number}"
        self.log = LOGS / f"test-{number}.log"
        self.junit = LOGS / f"test-{number}.xml"
        self.seen = 0

    def start(self, options):
        """Start the process."""
        self.odoo.clone(self.template, self.database)
        self.junit.unlink(missing_ok=True)
        config = self.odoo.write_config(
            self.database,
            http_port=free_port(),
            gevent_port=free_port(),
            max_cron_threads=0,
            db_filter=f"^{self.database}$",
        )
        command = [
            *(
                python_env.PYTHON,
                "-m",
                "pytest",
                "-v",
                "--tb=short",
                "-p",
                "no:cacheprovider",
            ),
            *("--odoo-config", config, "--odoo-database", self.database, "--odoo-http"),
            *("--junitxml", self.junit, "-o", "junit_family=xunit1"),
            *(["-k", options.keyword] if options.keyword else []),
            *self.files,
        ]
        variables = {**self.odoo.environment(), **self.engines}
        if packages := variables.pop("ENGINES", ""):
            variables["PYTHONPATH"] += f":{packages}"
        variables |= {
            "CRM_TEST_CLUSTER": self.odoo.cluster.data.name,
            "CRM_TEST_TEMPLATE": self.template,
        }
        with open(self.log, "w") as handle:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env=variables,
                stdout=handle,
                stderr=subprocess.STDOUT,
            )

    def news(self):
        """Give the results that have come since the last call."""
        found = RESULT.findall(self.log.read_text(errors="replace"))
        fresh, self.seen = found[self.seen :], len(found)
        return fresh

    def broken(self):
        """Tell whether pytest itself failed, so that results are missing."""
        return self.process.returncode not in (0, 1, 5) or not self.junit.exists()

    def cases(self):
        """Give ``(file, name, seconds, outcome, words)`` of every test that ran."""
        if not self.junit.exists():
            return []
        rows = []
        for case in ET.parse(self.junit).getroot().iter("testcase"):
            outcome, words = "passed", ""
            for kind in ("failure", "error", "skipped"):
                element = case.find(kind)
                if element is not None:
                    outcome = "skipped" if kind == "skipped" else "failed"
                    words = f"{element.get('message') or ''}\n{element.text or ''}"
            name = f"{case.get('classname', '').rsplit('.', 1)[-1]}.{case.get('name')}"
            seconds = float(case.get("time", 0))
            if seconds > LIMIT:  # the test stopped the clock
                seconds = 0.0
            rows.append((case.get("file"), name, seconds, outcome, words))
        return rows


def watch(lanes):
    """Wait for the processes; say failures at once, progress every half minute."""
    started = spoken = time.monotonic()
    done = 0
    try:
        while any(lane.process.poll() is None for lane in lanes):
            time.sleep(1)
            for lane in lanes:
                for name, outcome in lane.news():
                    done += 1
                    if outcome in ("FAILED", "ERROR"):
                        say(f"{outcome}: {name}")
            if time.monotonic() - spoken > 30:
                spoken = time.monotonic()
                say(f"{done} tests done")
            if time.monotonic() - started > LIMIT:
                raise Stop(f"The tests take longer than {LIMIT // 60} minutes.")
    finally:
        for lane in lanes:
            if lane.process.poll() is None:
                lane.process.terminate()
                lane.process.wait(20)


def report(lanes):
    """Print failures, the slowest tests and the closing line; give the exit status."""
    cases = [case for lane in lanes for case in lane.cases()]
    broken = [lane for lane in lanes if lane.broken()]
    for lane in broken:
        print(
            f"--- {lane.log.name} ended with {lane.process.returncode}\n"
            f"{last_lines(lane.log, 60)}"
        )
    count = {
        kind: sum(c[3] == kind for c in cases)
        for kind in ("passed", "failed", "skipped")
    }
    for file, name, _seconds, outcome, words in cases:
        if outcome == "failed":
            print(f"\n--- FAILED {file} {name}\n{words.strip()[-3000:]}")
        elif outcome == "skipped":
            print(f"--- skipped {file} {name}: {words.strip().splitlines()[:1]}")
    remember(cases)
    print("slowest:")
    for file, name, seconds, *_rest in sorted(cases, key=lambda case: -case[2])[:10]:
        print(f"  {seconds:7.1f} s  {file} {name}")
    refused = count["skipped"] if in_ci() else 0
    if refused:
        print("Skipped tests count as failures here: what they need must be present.")
    failed = count["failed"] + len(broken) + refused
    skipped = count["skipped"] - refused
    print(f"{count['passed']} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not count["passed"] else 0


def remember(cases):
    """Keep the time that each file took, to share the files better next time."""
    known = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}
    fresh = {}
    for file, _name, seconds, *_rest in cases:
        if file:
            fresh[file] = fresh.get(file, 0) + seconds
    DURATIONS.write_text(json.dumps({**known, **fresh}, indent=0))
