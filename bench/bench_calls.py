"""Calls of a real exchange: from the INVITE to the agent's screen, and none is lost."""

import json
import tempfile
import threading
import time
import urllib.request
from http.cookiejar import CookieJar
from statistics import median
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psycopg2
import websocket
from runner.odoo import Odoo
from runner.ports import free_port
from runner.postgres import Cluster
from runner.sources import odoo_tree

from odoo.service.model import retrying

from odoo.addons.bus.websocket import WebsocketConnectionHandler

from tests.pbx.office import Office, prepare

from .measure import Report

SCRATCH = True

PHONES = [str(1001 + number) for number in range(100)]
#: Seconds that a caller talks.
TALK = 2
#: Calls a second, and the bar of the 95th percentile in milliseconds.
PACES = ((5, 300), (20, 1000))
#: Who distributes, and what that is called; the last one has the burst, too.
WAYS = (("own", "by skill"), ("exchange", "by the exchange"))
BURST = 50
MISSING = """
select count(distinct l.linkedid) from cti_cel l
 where not exists (select from cti_call c where c.linkedid = l.linkedid)
"""


def main(env, scale):
    report = Report("Calls", scale)
    prepare(env, PHONES)
    env.cr.execute("UPDATE cti_queue SET wrapup_seconds = 1")
    env.cr.commit()
    odoo = Odoo(Cluster(), odoo_tree(), "data-bench")
    database = env.cr.dbname
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    numbers = draw_numbers(env)
    env.cr.commit()
    with (
        Office(odoo, database, folder, PHONES) as office,
        Server(odoo, office) as server,
    ):
        office.numbers = numbers
        desks = [Desk(server.port, database, phone) for phone in PHONES]
        with Wrapper(env):
            office.free()
            seconds = 60 if scale >= 0.1 else 10 if scale >= 0.01 else 3
            for distribution, name in WAYS:
                distribute(office, distribution)
                for pace, bar in PACES:
                    what = f"{name}, {pace} calls a second for {seconds} s"
                    measure(report, office, desks, what, (pace, seconds), bar)
            burst(report, office, min(seconds, 10))
        for desk in desks:
            desk.close()
    return report.show()


def draw_numbers(env):
    """Give numbers of customers, each of one only, as the exchange sends them."""
    env.cr.execute(
        "SELECT e164 FROM crm_phone_number WHERE e164 LIKE '+861%' AND partner_id"
        " IS NOT NULL GROUP BY e164 HAVING count(*) = 1 ORDER BY e164 LIMIT 2000"
    )
    return [number.removeprefix("+86") for (number,) in env.cr.fetchall()]


def distribute(office, distribution):
    """Say who distributes, and wait until the exchange has heard it."""
    office.sql(
        f"update cti_queue set sticky_seconds = 0, distribution = '{distribution}'"
    )
    own = distribution == "own"
    told = "CRM_RING_support=1"
    office.wait_until(
        lambda: (told in office.exchange.ask("dialplan show globals")) == own
    )


def measure(report, office, desks, what, how, bar):
    """Let callers call at a pace, and see when they are on a screen.

    :param how: calls a second, and for so many seconds
    """
    pace, seconds = how
    last = int(office.sql("select coalesce(max(id), 0) from cti_call")[0][0])
    count = pace * seconds
    office.call(count=count, rate=pace, seconds=TALK)
    settle(office)
    rows = office.sql(
        f"select id, extract(epoch from created) from cti_call where id > {last}"
    )
    began = {int(call): float(created) for call, created in rows}
    pops = {}
    for desk in desks:
        for call, moment in list(desk.pops.items()):
            if call in began:
                pops.setdefault(call, []).append(1000 * (moment - began[call]))
    waits = sorted(min(moments) for moments in pops.values())
    p95 = waits[int(len(waits) * 0.95)] if waits else 0
    report.bar(
        f"{what}: INVITE to the agent's websocket",
        f"p50 {median(waits):.0f} ms, p95 {p95:.0f} ms",
        bar=f"p95 <= {bar} ms",
        met=p95 <= bar,
    )
    twice = sum(len(moments) > 1 for moments in pops.values())
    report.fact(
        f"{what}: recorded, on a screen, on two",
        f"{len(began)} of {count}, {len(pops)}, {twice}",
        bar=f"{count}, {count}, 0",
        met=(len(began), len(pops), twice) == (count, count, 0),
    )


def burst(report, office, seconds):
    """Let more callers call than there are agents."""
    before = office.count()
    count = BURST * seconds
    office.call(count=count, rate=BURST, seconds=TALK)
    settle(office)
    recorded = office.count() - before
    missing = int(office.sql(MISSING)[0][0])
    report.fact(
        f"{BURST} calls a second for {seconds} s: recorded, missing in its log",
        f"{recorded} of {count}, {missing}",
        bar=f"{count}, 0",
        met=(recorded, missing) == (count, 0),
    )


def settle(office):
    """Wait until what happened is recorded."""
    office.wait_until(
        lambda: office.sql(MISSING) == [["0"]] and not office.count("ended is null"), 90
    )


class Server:
    """Odoo itself, for the screens."""

    def __init__(self, odoo, office):
        self.odoo, self.office, self.port = odoo, office, free_port()

    def __enter__(self):
        command = self.odoo.command(
            *self.odoo.options(self.office.database),
            *("--http-port", self.port, "--db-filter", f"^{self.office.database}$"),
            "--max-cron-threads=0",
        )
        self.process = self.office.start_outside("server", command)
        address = f"http://127.0.0.1:{self.port}/web/login"
        for _attempt in range(300):
            try:
                urllib.request.urlopen(address, timeout=60).close()
                return self
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("Odoo does not answer")

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(timeout=30)


class Desk:
    """An agent's client: logs in, listens, and notes when a call appears."""

    def __init__(self, port, database, phone):
        self.pops = {}
        cookies = CookieJar()
        opener = build_opener(HTTPCookieProcessor(cookies))
        login = f"agent{phone}"
        said = {"db": database, "login": login, "password": login}
        self._ask(opener, port, "/web/session/authenticate", **said)
        session = next(c.value for c in cookies if c.name == "session_id")
        version = WebsocketConnectionHandler._VERSION
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}/websocket?version={version}",
            cookie=f"session_id={session}",
            origin=f"http://127.0.0.1:{port}",
        )
        data = {"channels": [], "last": 0}
        self.socket.send(json.dumps({"event_name": "subscribe", "data": data}))
        threading.Thread(target=self._listen, daemon=True).start()

    def _ask(self, opener, port, place, **params):
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"http://127.0.0.1:{port}{place}", body, headers)
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["result"]

    def _listen(self):
        try:
            while said := self.socket.recv():
                moment = time.time()
                for message in json.loads(said):
                    self._note(moment, message["message"])
        except (OSError, websocket.WebSocketException):
            return

    def _note(self, moment, message):
        if message["type"] != "crm_cti.desk":
            return
        shown = message["payload"]
        # A phone that answers at once may be shown as talking from the beginning.
        if shown["agent"]["state"] in ("offered", "talking"):
            self.pops.setdefault(shown["call"]["id"], moment)

    def close(self):
        self.socket.close()


class Wrapper:
    """Ends the work after calls when its time is over, as the scheduled action does."""

    def __init__(self, env):
        self.registry, self.stopping = env.registry, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *error):
        self.stopping.set()
        self.thread.join()

    def _run(self):
        while not self.stopping.wait(0.5):
            with self.registry.cursor() as cursor:
                env = self._make_env(cursor)
                try:
                    retrying(env["cti.agent"]._cron_wrapup, env)
                except psycopg2.OperationalError:
                    cursor.rollback()

    def _make_env(self, cursor):
        from odoo import SUPERUSER_ID, api

        return api.Environment(cursor, SUPERUSER_ID, {})
