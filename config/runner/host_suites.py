"""`./crm test --host`: the platform's own suites, with our addons and without."""

import json
import re
import subprocess
import sys

from .console import say
from .odoo import Odoo, prepare
from .paths import LOGS, PLATFORM, REQUIREMENTS, RUNTIME, digest
from .ports import free_port
from .postgres import cluster_for_tests

STARTED = re.compile(r"Starting (\w+\.\w+) ?\.\.\.")
FAILED = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(\w+\.\w+)")
TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def host_suites(_options):
    """Run both and compare; the run without our addons is kept for the next time."""
    tree, _missing = prepare("chromium", "wkhtmltopdf")
    suites = PLATFORM["host_suites"]
    key = digest(PLATFORM, REQUIREMENTS.read_text())
    known = RUNTIME / f"host-{key}.json"
    with cluster_for_tests() as cluster:
        odoo = Odoo(cluster, tree, "data-test")
        if not known.exists():
            say("the platform's suites without our addons (25 minutes or more)")
            known.write_text(json.dumps(_run(odoo, "host_without", suites, [])))
        without = json.loads(known.read_text())
        say("the platform's suites with our addons")
        ours = _run(odoo, "host_with", suites, odoo.addons)
    sys.exit(_compare(without, ours, set(suites["flaky"])))


def _run(odoo, database, suites, addons):
    odoo.drop(database)
    log = LOGS / f"{database}.log"
    command = odoo.command(
        *odoo.options(database),
        *("-i", ",".join(suites["modules"] + addons)),
        *("--test-tags", ",".join(suites["tags"])),
        *("--http-port", free_port(), "--gevent-port", free_port()),
        *("--stop-after-init", "--max-cron-threads=0"),
    )
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as handle:
        subprocess.run(
            command, env=odoo.environment(), stdout=handle, stderr=subprocess.STDOUT
        )
    text = log.read_text(errors="replace")
    odoo.drop(database)
    total = TOTAL.findall(text)
    result = {
        "tests": sorted(set(STARTED.findall(text))),
        "failed": sorted(set(FAILED.findall(text))),
        "count": int(total[-1][2]) if total else 0,
    }
    say(f"{database}: {result['count']} tests, {len(result['failed'])} failed")
    return result


def _compare(without, ours, flaky):
    flaky = {name.split("/")[-1] for name in flaky}
    worse = set(ours["failed"]) - set(without["failed"]) - flaky
    gone = set(without["tests"]) - set(ours["tests"])
    for name in sorted(worse):
        print(f"fails only with our addons: {name}")
    for name in sorted(gone):
        print(f"did not run with our addons: {name}")
    failed = len(worse) + len(gone)
    print(f"{ours['count'] - failed} passed, {failed} failed")
    return 1 if failed or not ours["count"] else 0
