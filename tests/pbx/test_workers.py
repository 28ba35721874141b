"""Processes of the web server end at once while calls come in: nothing is lost."""

import json
import os
import signal
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from runner.ports import free_port

# takes 40 seconds
pytestmark = pytest.mark.cap_c01

ALIVE = "state in ('new', 'menu', 'queued', 'offered', 'talking', 'held')"
MISSING = """
select count(distinct l.linkedid) from cti_cel l
 where not exists (select from cti_call c where c.linkedid = l.linkedid)
"""


class Client:
    """An agent who talks to the server as the client does."""

    def __init__(self, office, port, login):
        self.office, self.address = office, f"http://127.0.0.1:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        said = {"db": office.database, "login": login, "password": login}
        office.wait_until(lambda: self.ask("/web/session/authenticate", **said))

    def ask(self, place, **params):
        """Give the answer to a request, None where nobody answers."""
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self.address + place, body, headers)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return json.load(answer)["result"]
        except (OSError, HTTPException):
            return None

    def act(self, method, *args):
        """Do something as the agent, again until somebody answers."""
        params = {"model": "cti.agent", "method": method, "args": args, "kwargs": {}}
        place = "/web/dataset/call_kw"
        return self.office.wait_until(lambda: self.ask(place, **params))


@pytest.fixture
def server(office):
    """Give a web server with two processes, and its port."""
    port = free_port()
    command = office.odoo.command(
        *office.odoo.options(office.database),
        *("--http-port", port, "--gevent-port", free_port()),
        *("--http-interface=127.0.0.1", "--workers=2", "--max-cron-threads=0"),
        *("--limit-time-real=120", "--limit-time-cpu=120"),
        *("--db-filter", f"^{office.database}$"),
    )
    process = office.start_outside("server", command)
    yield process, port
    process.terminate()
    process.wait(timeout=30)


def get_workers(server):
    """Give the ids of the processes that answer requests."""
    path = f"/proc/{server.pid}/task/{server.pid}/children"
    with open(path) as handle:
        return [int(pid) for pid in handle.read().split()]


def test_the_workers_end_at_once(office, server):
    process, port = server
    client = Client(office, port, "agent1001")
    office.free()
    office.wait_until(lambda: len(get_workers(process)) >= 2)
    before = office.count()
    callers = office.call(count=8, rate=2, seconds=2, wait=False)
    office.wait_until(lambda: office.count() > before)
    client.act("set_state", "away")
    killed = get_workers(process)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    desk = client.act("set_state", "away")
    assert desk["agent"]["extension"] == "1001"
    assert callers.wait(timeout=60) == 0
    office.wait_until(
        lambda: not office.count(ALIVE) and office.sql(MISSING) == [["0"]]
    )
    assert office.count() == before + 8
    assert not set(killed) & set(get_workers(process))
    resume = "coalesce(resume, state)"
    (row,) = office.sql(f"select {resume} from cti_agent where extension = '1001'")
    assert row == ["away"]
