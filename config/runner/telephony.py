"""`./crm serve --pbx` and `./crm call`: a call centre that one person can try."""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import pbx, programs
from .console import Stop, say
from .paths import LOGS, RUNTIME, digest
from .postgres import Cluster

#: A short path, since the exchange puts a socket there.
FOLDER = Path(tempfile.gettempdir()) / f"crm-pbx-{digest(RUNTIME)}"
PLACE = FOLDER / "place.json"
PHONES = ("1001", "1002")
HINT = """\
The exchange is running. Log in as agent (and in a private window as supervisor), switch
the phone on in the bar at the top and choose Ready. Then, in another terminal:
    ./crm call                 a customer of the demo company calls the support queue
    ./crm call 13512345678     somebody unknown calls
The two agents can also dial each other: 1001 and 1002."""


@contextmanager
def exchange(odoo, database):
    """Run an exchange and its bridge beside the client, as long as the block."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(mode=0o700)
    pbx.make_role(odoo.cluster, database, "office")
    running = pbx.Exchange(FOLDER, odoo.cluster, database, dict.fromkeys(PHONES))
    address = f"ws://localhost:{running.ports['HTTP']}/ws"
    if not _switch(odoo, database, "asterisk", address):
        raise Stop(
            f"The database {database} has no exchange: serve it without --empty first."
        )
    say("telephone exchange")
    try:
        with running:
            PLACE.write_text(json.dumps({"port": running.ports["SIP"]}))
            bridge = _start_bridge(odoo, running, database)
            try:
                print(HINT, flush=True)
                yield
            finally:
                bridge.terminate()
                bridge.wait(timeout=30)
    finally:
        _switch(odoo, database, "sim", "")
        shutil.rmtree(FOLDER, ignore_errors=True)


def _switch(odoo, database, provider, address):
    """Say who provides the calls of the demo exchange; tell whether there is one."""
    return odoo.cluster.sql(
        f"update cti_pbx set provider = '{provider}',"
        f" phone_url = nullif('{address}', ''), cel_offset ="
        " (select coalesce(max(id), 0) from cti_cel), file_offset = 0"
        " where code = 'office' returning id",
        database,
    )


def _start_bridge(odoo, running, database):
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOGS / "bridge.log", "w") as log:
        return subprocess.Popen(
            pbx.bridge_command(odoo, running, database),
            env=odoo.environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def call(options):
    """Let somebody call the exchange that `serve --pbx` runs."""
    if not PLACE.exists():
        raise Stop("No exchange is running: start ./crm serve --pbx first.")
    programs.ensure("sipp")
    number = options.number or _find_number(options.db)
    if not (number.lstrip("+").isdigit() and options.queue.isdigit()):
        raise Stop("Numbers are digits, after a + for numbers abroad.")
    say(f"{number} calls {options.queue}, for {options.seconds} seconds at most")
    port = json.loads(PLACE.read_text())["port"]
    place = FOLDER, port
    command = pbx.call_command(
        place, [number], options.queue, options.seconds, "-m", "1"
    )
    done = subprocess.run(
        command,
        env={**os.environ, "PATH": programs.search_path()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    say("the call has ended" if not done.returncode else "nobody answered")


def _find_number(database):
    """Give the number of a customer, for whom there is something to see."""
    numbers = Cluster().sql(
        "select phone_sanitized from res_partner"
        " where phone_sanitized is not null and customer_rank > 0 order by id limit 1",
        database,
    )
    return numbers or "13512345678"
