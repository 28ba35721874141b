"""Pages and dashboards are read on a streaming replica, without a word to them."""

import json
import os
import shutil
import subprocess
import time
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from runner.paths import LOGS
from runner.ports import free_port
from runner.postgres import Cluster

# takes 60 seconds
pytestmark = [pytest.mark.cap_a12, pytest.mark.cap_e06]

DATABASE = "replica_check"
LINES = "select count(*) from mining_fact"
CUSTOMER = "select id from res_partner where ref = 'REPLICA'"
#: Each answer shows what was sold.
READS = {
    "management": ("crm.board", "get_board", ["manager"]),
    "own sales": ("crm.board", "get_board", ["sales"]),
    "value": ("mining.model", "get_dashboard", []),
    "pivot": (
        "mining.fact",
        "formatted_read_grouping_sets",
        [[], [[], ["date:month"]], ["revenue:sum", "__count"]],
    ),
}
#: Nothing that was sold stands there, but the replica answers them as well.
OTHERS = {
    role: ("crm.board", "get_board", [role])
    for role in ("marketing", "service", "call_centre", "loyalty")
}


def wait_until(happens, seconds=60):
    """Give what a function gives as soon as that is something."""
    until = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.1)
    return found


class Client:
    """A director who reads pages as the client does."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        said = {"db": DATABASE, "login": "director", "password": "director"}
        wait_until(lambda: self.ask("/web/session/authenticate", **said))

    def ask(self, place, **params):
        """Give the answer to a request, None where nobody answers."""
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            request = Request(self.address + place, body, headers)
            with self.opener.open(request, timeout=60) as answer:
                return json.load(answer).get("result")
        except (OSError, HTTPException):
            return None

    def read(self, model, method, args):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self.ask("/web/dataset/call_kw", **params)

    def read_all(self, reads):
        return {name: self.read(*call) for name, call in reads.items()}


@pytest.fixture(scope="module")
def replica(odoo):
    """Give a server that follows the one of the tests."""
    odoo.clone(odoo.suite_template(), DATABASE)
    odoo.inside(DATABASE, "tests.replica.company:prepare")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PGHOST", raising=False)
        followed = Cluster("pg-test")
        cluster = Cluster(f"pg-replica-{os.getpid()}")
    assert followed.running(), "a server that is not ours cannot be followed"
    try:
        cluster.copy_from(followed, follow=True)
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.data, ignore_errors=True)
        odoo.drop(DATABASE)


@pytest.fixture(scope="module")
def client(odoo, replica):
    """Give a client of a server that was told of the replica, and nothing else."""
    port = free_port()
    command = odoo.command(
        *odoo.options(DATABASE),
        *("--db_replica_host", replica.host, "--max-cron-threads=0"),
        *("--http-port", port, "--http-interface=127.0.0.1"),
        *("--db-filter", f"^{DATABASE}$"),
    )
    with open(LOGS / "replica.log", "w") as log:
        server = subprocess.Popen(
            command, env=odoo.environment(), stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield Client(port)
    finally:
        server.terminate()
        server.wait(timeout=60)


def test_pages_are_read_on_the_replica(odoo, replica, client):
    before = client.read_all(READS)
    assert all(before.values())
    assert all(client.read_all(OTHERS).values())
    known = int(replica.sql(LINES, DATABASE))
    # A replica that does not hear of a sale cannot tell of it.
    replica.sql("select pg_wal_replay_pause()")
    odoo.inside(DATABASE, "tests.replica.company:sell")
    assert int(odoo.cluster.sql(LINES, DATABASE)) == known + 2
    assert client.read_all(READS) == before
    replica.sql("select pg_wal_replay_resume()")
    wait_until(lambda: int(replica.sql(LINES, DATABASE)) == known + 2)
    for name, page in client.read_all(READS).items():
        assert page != before[name], name


def test_what_writes_goes_past_the_replica(odoo, client):
    (customer,) = odoo.cluster.sql(CUSTOMER, DATABASE).split()
    assert client.read("res.partner", "write", [[int(customer)], {"city": "Beijing"}])
    city = f"select city from res_partner where id = {customer}"
    assert odoo.cluster.sql(city, DATABASE) == "Beijing"


def test_at_last_the_replica_is_away_and_the_pages_answer(replica, client):
    before = client.read_all({**READS, **OTHERS})
    replica.stop()
    assert client.read_all({**READS, **OTHERS}) == before
    warned = (LOGS / "replica.log").read_text()
    assert "Failed to open a readonly cursor" in warned
