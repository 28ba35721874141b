"""A call centre with a real exchange, phones that answer, and bridges."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from runner import pbx, programs
from runner.ports import free_port

NUMBER = "13800138000"
RINGS = Path(__file__).with_name("rings.xml")
#: Seconds that what happens may take before a test fails.
PATIENCE = 30
#: Where another line of a log begins; a traceback belongs to the line before.
BEGIN = re.compile(r"\n(?=\d{4}-\d\d-\d\d )")
#: What the platform calls itself where it logs a statement.
SQL = " odoo.sql_db: "


def prepare(env, phones, distribution="exchange"):
    """Make an exchange with a queue and its agents; for a process with Odoo."""
    env.company.country_id = env.ref("base.cn")
    exchange = env["cti.pbx"].create({"name": "Office", "code": "office"})
    queue = env["cti.queue"].create(
        {"name": "Support", "code": "support", "extension": "4001"}
        | {"pbx_id": exchange.id, "distribution": distribution}
    )
    users = env["res.users"].create(
        [
            {
                "name": f"Agent {extension}",
                "login": f"agent{extension}",
                "password": f"agent{extension}",
                "group_ids": [(4, env.ref("crm_cti.crm_cti_group_user").id)],
            }
            for extension in phones
        ]
    )
    agents = env["cti.agent"].create(
        [
            {"user_id": user.id, "pbx_id": exchange.id, "extension": extension}
            for user, extension in zip(users, phones, strict=True)
        ]
    )
    env["cti.queue.member"].create(
        [{"queue_id": queue.id, "agent_id": agent.id} for agent in agents]
    )
    # Tests run at any hour.
    env["cti.dial.rule"].create(
        {"pbx_id": exchange.id, "hour_from": 0, "hour_to": 24, "tz": "UTC"}
    )
    env["res.partner"].create({"name": "Caller", "phone": NUMBER})
    env.cr.commit()


def request(env, extension, kind, values, key, times=1):
    """Ask for something as the agent of a phone; for a process with Odoo."""
    agent = env["cti.agent"].search([("extension", "=", extension)])
    commands = env["cti.command"].with_user(agent.user_id)
    for _time in range(times):
        commands._request(kind, agent, values, key)
    env.cr.commit()


def report(env, path):
    """Write what the report of completeness says; for a process with Odoo."""
    days = env["cti.completeness"].search([])
    Path(path).write_text(f"{sum(days.mapped('missing'))} {sum(days.mapped('open'))}")


class Office:
    """The processes of a call centre; use it in a ``with`` block.

    :param browser: the phones are those of browsers, which reach only the machine's own
        network
    :param deaf: phones of desks at which nobody sits
    """

    def __init__(self, odoo, database, folder, phones, browser=False, deaf=()):
        self.odoo, self.database, self.folder = odoo, database, Path(folder)
        programs.ensure("sipp")
        pbx.make_role(odoo.cluster, database, "office")
        self.network = pbx.Network(own=not browser)
        self.port, self.deaf_port = free_port(), free_port()
        self.exchange = pbx.Exchange(
            self.folder,
            odoo.cluster,
            database,
            dict.fromkeys(phones, None if browser else self.port)
            | dict.fromkeys(deaf, self.deaf_port),
            network=self.network,
            trunk=self.port,
        )
        self.processes = []
        self.numbers = [NUMBER]

    def __enter__(self):
        try:
            self.exchange.__enter__()
            phones = ["sipp", "-i", "127.0.0.1", "-nostdin"]
            self._start("phones", [*phones, "-sn", "uas", "-p", self.port])
            self._start("deaf", [*phones, "-sf", RINGS, "-p", self.deaf_port])
            self.bridge = self.start_bridge()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            process.wait(timeout=20)
        self.exchange.stop()
        self.network.close()
        faults = self.find_faults()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not faults, "\n".join(faults)

    # ------------------------------------------------------------------- processes

    def _start(self, name, command):
        return self.start_outside(name, [*self.network.prefix, *command])

    def start_outside(self, name, command):
        """Start a process that needs no telephone; give it."""
        with open(self.folder / f"{name}-{len(self.processes)}.log", "w") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self.odoo.environment(), "PATH": programs.search_path()},
                cwd=self.folder,
            )
        self.processes.append(process)
        return process

    def start_bridge(self):
        """Start a bridge; the second one stands by."""
        command = pbx.bridge_command(self.odoo, self.exchange, self.database)
        return self._start("bridge", command)

    def call(self, called="4001", count=1, rate=1, seconds=2, wait=True):
        """Let callers call, each for so long; give the process.

        :param rate: calls a second
        """
        place = self.folder, self.exchange.ports["SIP"]
        several = ("-m", count, "-r", rate)
        command = pbx.call_command(place, self.numbers, called, seconds, *several)
        process = self._start("callers", command)
        if wait:
            assert process.wait(timeout=PATIENCE + count / rate + seconds) == 0
        return process

    # ---------------------------------------------------------------------- answers

    def request(self, *arguments, **options):
        """Ask for something as an agent."""
        names = ("extension", "kind", "values", "key")
        given = dict(zip(names, arguments, strict=True))
        self.odoo.inside(self.database, "tests.pbx.office:request", **given, **options)

    def sql(self, query):
        """Give the rows of a query as lists of texts."""
        text = self.odoo.cluster.sql(query, self.database)
        return [line.split("|") for line in text.splitlines()]

    def count(self, condition="true", table="cti_call"):
        """Give how many rows there are."""
        return int(self.sql(f"select count(*) from {table} where {condition}")[0][0])

    def wait_until(self, check, seconds=PATIENCE):
        """Wait until a function gives something true, and give that."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if found := check():
                return found
            time.sleep(0.1)
        raise AssertionError(f"not so after {seconds} s; {self.tell()}")

    def tell(self):
        """Give the last words of the bridges, for a test that fails."""
        logs = sorted(self.folder.glob("bridge-*.log"))
        return "\n".join(log.read_text()[-1500:] for log in logs)

    def find_faults(self):
        """Give what bridges say of themselves that is nobody else's fault."""
        logs = sorted(self.folder.glob("bridge-*.log"))
        said = [word for log in logs for word in BEGIN.split(log.read_text())]
        # Who is in the way of another transaction is no fault: it begins again.
        return [word for word in said if " ERROR " in word and SQL not in word]

    def free(self):
        """Let all agents be ready, and wait until the exchange knows it."""
        self.sql(
            "update cti_agent set state = 'ready', call_id = null;"
            "select pg_notify('crm_cti', 'office')"
        )
        self.wait_until(self.has_free_agent)
        return self

    def has_free_agent(self):
        """Tell whether the exchange knows that somebody is ready."""
        told = self.exchange.ask("queue show support")
        return "dynamic" in told and "paused" not in told


def kill(process):
    """End a process as a loss of power would, with what it started."""
    os.kill(process.pid, 9)
    process.wait()
