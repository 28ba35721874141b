"""`./crm serve`, `stop`, `shell`, `psql`, `demo`, `reset`, `clean`."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import nullcontext

from . import programs, python_env, telephony
from .console import Stop, last_lines, run, say
from .odoo import Odoo, prepare
from .paths import ADDONS, LOGS, ROOT, RUNTIME, digest_files, set_stamp, stamped
from .postgres import OPEN_FOLDER, Cluster

PID = RUNTIME / "server.pid"
DATABASE = re.compile(r"^[a-z][a-z0-9_]{0,40}$")


def check_database(name):
    """Refuse names that PostgreSQL or a web address would twist."""
    if not DATABASE.match(name):
        raise Stop(
            f"{name!r} is not a database name: use lower-case letters, digits and _."
        )
    return name


def serve(options):
    """Set everything up and serve the client until Ctrl-C."""
    check_database(options.db)
    _check_port(options.port)
    tree, missing = prepare("wkhtmltopdf")
    if missing:
        say("without wkhtmltopdf, documents print as web pages instead of PDF")
    with Cluster() as cluster:
        odoo = Odoo(cluster, tree)
        make_database(odoo, options.db, options.empty, options.lang)
        with telephony.exchange(odoo, options.db) if options.pbx else nullcontext():
            _run_server(odoo, options)


def make_database(odoo, database, empty=False, language=None):
    """Create the database with addons and demo company, or bring it up to date."""
    files = [p for p in ADDONS.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    files = [path for path in files if "tests" not in path.relative_to(ADDONS).parts]
    key = digest_files(files)
    if not odoo.exists(database):
        _create_database(odoo, database, empty)
    elif not stamped(f"db-{database}", key):
        say(f"update {database}: the addons have changed")
        odoo.install(database, odoo.addons, LOGS / "update.log", update=odoo.addons)
    set_stamp(f"db-{database}", key)
    if language:
        odoo.inside(
            database,
            "runner.tasks:set_languages",
            LOGS / "language.log",
            language=language,
        )


def _create_database(odoo, database, empty):
    building = (
        f"new_{database}"  # renamed when complete, so an interrupted run starts over
    )
    odoo.drop(building)
    say(f"database {database}: Odoo and our addons (about two minutes)")
    modules = odoo.host_modules() + odoo.addons
    odoo.install(building, modules, LOGS / "install.log")
    say("Simplified Chinese")
    odoo.load_language(building)
    if not empty:
        demo(odoo, building)
    odoo.rename(building, database)


def demo(odoo, database, **arguments):
    """Fill a database with the demo company."""
    say("demo company: customers, orders, deliveries, invoices, payments")
    odoo.inside(database, "demo.company:fill", **arguments)


def demo_command(options):
    """Make the demo company in a database of its own choice of size."""
    check_database(options.db)
    tree, _missing = prepare()
    with Cluster() as cluster:
        odoo = Odoo(cluster, tree)
        if not odoo.exists(options.db):
            make_database(odoo, options.db, empty=True)
        demo(odoo, options.db, customers=options.customers, months=options.months)


def _check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Stop(
                f"Port {port} is in use. Stop the other server (./crm stop) or choose "
                "another port: ./crm serve --port 8070."
            ) from None


def _run_server(odoo, options):
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "server.log"
    command = odoo.command(
        *odoo.options(options.db),
        *("--http-port", options.port, "--db-filter", f"^{options.db}$"),
    )
    with open(log, "w") as handle:
        process = subprocess.Popen(
            command, env=odoo.environment(), stdout=handle, stderr=subprocess.STDOUT
        )
    PID.write_text(str(os.getpid()))
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        _wait_until_served(process, options.port, log)
        say(f"ready: http://localhost:{options.port}   (log: {os.path.relpath(log)})")
        if not options.empty:
            print_logins()
        print("Ctrl-C stops the server.", flush=True)
        process.wait()
    except KeyboardInterrupt:
        say("stopping")
        process.terminate()
        process.wait()
    finally:
        PID.unlink(missing_ok=True)


def _wait_until_served(process, port, log):
    address = f"http://127.0.0.1:{port}/web/login"
    for _attempt in range(600):
        if process.poll() is not None:
            raise Stop(f"Odoo stopped:\n{last_lines(log)}")
        try:
            with urllib.request.urlopen(address, timeout=60):
                return
        except OSError:
            time.sleep(0.2)
    process.terminate()
    raise Stop(f"Odoo does not answer:\n{last_lines(log)}")


def print_logins():
    """Print who may log in with which password."""
    users = json.loads((ROOT / "demo/users.json").read_text())
    print(f"{'role':24}{'login':16}password")
    for user in users:
        print(f"{user['role']:24}{user['login']:16}{user['password']}")


def stop(_options):
    """Stop the server and the database clusters of this runtime folder."""
    if PID.exists():
        pid = int(PID.read_text())
        try:
            os.kill(pid, signal.SIGTERM)
            for _attempt in range(100):
                os.kill(pid, 0)
                time.sleep(0.1)
        except ProcessLookupError:
            PID.unlink(missing_ok=True)
    for name in ("pg", "pg-test", "pg-bench"):
        cluster = Cluster(name)
        if cluster.own and cluster.running():
            cluster.start()
            cluster.stop()
    say("stopped")


def shell(options):
    """Open Odoo's Python shell on a database."""
    tree, _missing = prepare()
    with Cluster() as cluster:
        odoo = Odoo(cluster, tree)
        _need_database(odoo, options.db)
        command = odoo.command("shell", *odoo.options(options.db), "--no-http")
        sys.exit(run(command, env=odoo.environment(), check=False).returncode)


def psql(options):
    """Open psql on a database."""
    tree, _missing = prepare()
    with Cluster() as cluster:
        odoo = Odoo(cluster, tree)
        _need_database(odoo, options.db)
        client = shutil.which("psql") or programs.postgres_bin()[0] / "psql"
        variables = {**os.environ, **programs.environment(), **cluster.environment()}
        command = [client, "-d", options.db, *options.arguments]
        sys.exit(run(command, env=variables, check=False).returncode)


def _need_database(odoo, database):
    if not odoo.exists(database):
        raise Stop(
            f"There is no database {database}. "
            f"Make it with: ./crm serve --db {database}"
        )


def reset(options):
    """Remove a database, so that the next `serve` makes it anew."""
    check_database(options.db)
    tree, _missing = prepare()
    with Cluster() as cluster:
        Odoo(cluster, tree).drop(options.db)
    say(f"{options.db} is gone; ./crm serve makes it anew")


def screenshots(options):
    """Take the pictures of the user guide from the running client."""
    _tree, missing = prepare("chromium")
    if missing:
        raise Stop("Pictures need Chromium: install the package chromium.")
    address = f"http://localhost:{options.port}"
    try:
        urllib.request.urlopen(f"{address}/web/login", timeout=30).close()
    except OSError:
        raise Stop(f"Nothing answers at {address}: run ./crm serve first.") from None
    chromium = shutil.which("chromium", path=programs.search_path())
    command = [python_env.PYTHON, ROOT / "docs/screenshots.py", address, chromium]
    sys.exit(run(command, check=False).returncode)


def clean(options):
    """Remove the runtime folder, and the downloads when asked."""
    from .paths import CACHE

    stop(options)
    shutil.rmtree(RUNTIME, ignore_errors=True)
    shutil.rmtree(OPEN_FOLDER, ignore_errors=True)
    if options.downloads:
        shutil.rmtree(CACHE, ignore_errors=True)
    say("clean")
