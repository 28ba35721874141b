"""A PostgreSQL cluster of our own on a unix socket, or the user's server (PGHOST)."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import programs, python_env
from .console import Stop, last_lines, output, run, say
from .paths import LOGS, RUNTIME, digest

USER = "odoo"
# libpq reads PGHOST, PGPORT, PGUSER and PGPASSWORD from the environment.
QUERY = """
import sys, psycopg2
connection = psycopg2.connect(dbname=sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(sys.argv[2])
if cursor.description:
    print("\\n".join("|".join(map(str, row)) for row in cursor.fetchall()))
"""
# Tests may lose their data when the machine stops, so they need not wait for the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

# PostgreSQL refuses uid 0, so as root it runs as another one: mapped to root outside,
# so that the files stay root's, or as nobody where a container forbids that.
MAPPED = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
# Where nobody finds data and programs when the runtime folder is closed to others.
OPEN_FOLDER = Path("/var/tmp") / f"crm-{digest(RUNTIME)}"


class Cluster:
    """A running server; use it in a ``with`` block.

    :param name: folder of the data below the runtime folder
    :param fast: give up durability for speed (tests, benchmarks)
    :param settings: further ``name=value`` settings
    """

    def __init__(self, name="pg", fast=False, settings=()):
        self.data = RUNTIME / name
        if not os.getuid() and (OPEN_FOLDER / name).exists():
            self.data = OPEN_FOLDER / name
        self.settings = ["jit=off", "max_connections=200", *settings]
        if not any(setting.startswith("shared_buffers") for setting in settings):
            self.settings.append("shared_buffers=256MB")
        self.settings += FAST if fast else ()
        self.own = not os.environ.get("PGHOST")
        self.user = USER if self.own else os.environ.get("PGUSER", USER)
        self.host = os.environ.get("PGHOST") or str(
            Path(tempfile.gettempdir()) / f"crm-{digest(self.data, os.getuid())}"
        )
        self.started = False

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        if self.started:
            self.stop()

    def start(self):
        """Make the cluster when it is missing and start it when it is not running."""
        if not self.own:
            self._check_foreign_server()
            return
        self.bin, variables = programs.postgres_bin()
        self.variables = {**os.environ, **variables}
        self._as_other_user()
        Path(self.host).mkdir(mode=0o700, exist_ok=True)
        if self.uid is not None:
            os.chown(self.host, self.uid, -1)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self._control("status", check=False, stdout=subprocess.DEVNULL).returncode:
            self._launch()
            self.started = True

    def stop(self):
        """Stop the server; connections are cut, committed work is kept."""
        if self.own:
            self._control(
                "-m", "fast", "-w", "stop", stdout=subprocess.DEVNULL, check=False
            )

    def running(self):
        """Tell whether the server of this cluster runs."""
        return (self.data / "postmaster.pid").exists()

    def _initialise(self):
        say("new PostgreSQL cluster")
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if self.uid is not None:
            self.data.mkdir(mode=0o700)
            os.chown(self.data, self.uid, -1)
        arguments = [
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        result = self._program(
            "initdb",
            "-D",
            self.data,
            *arguments,
            check=False,
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise Stop(
                f"PostgreSQL cannot make its files: {result.stderr.strip()[-600:]}"
            )

    def copy_from(self, other, follow=False):
        """Begin as a copy of a cluster that runs; what was here before goes.

        :param other: `Cluster` of our own
        :param follow: once started, take over what is written there: be a replica
        """
        other.start()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700, parents=True)
        if other.uid is not None:
            os.chown(self.data, other.uid, -1)
        other._program(
            "pg_basebackup",
            *("-h", other.host, "-U", USER, "-D", self.data),
            *("--checkpoint=fast", "--wal-method=stream"),
            *(["--write-recovery-conf"] if follow else []),
        )

    def _launch(self):
        (LOGS).mkdir(parents=True, exist_ok=True)
        log = self.data / "server.log"
        given = " ".join(f"-c {setting}" for setting in self.settings)
        settings = f"-k {self.host} -c listen_addresses= {given}"
        # A server that was killed leaves its pid file; pg_ctl sees through it.
        result = self._control(
            "-l",
            log,
            "-w",
            "-o",
            settings,
            "start",
            check=False,
            stdout=subprocess.DEVNULL,
        )
        if result.returncode:
            raise Stop(f"PostgreSQL does not start:\n{last_lines(log)}")

    def _as_other_user(self):
        """Find a way to run as somebody else than root."""
        self.prefix, self.uid = [], None
        if os.getuid():
            return
        if shutil.which("unshare") and programs.run_quiet([*MAPPED, "true"]):
            self.prefix = MAPPED
            return
        if not (shutil.which("setpriv") and programs.run_quiet([*NOBODY, "true"])):
            raise Stop(
                "PostgreSQL does not run as root and this machine lets root become "
                "nobody else: run as an ordinary user, or set PGHOST to a server."
            )
        self.prefix, self.uid = NOBODY, 65534
        if not programs.run_quiet([*NOBODY, "test", "-x", RUNTIME]):
            self._move_to_open_folder()

    def _move_to_open_folder(self):
        self.data = OPEN_FOLDER / self.data.name
        if not self.bin.is_relative_to(programs.SYSTEM):
            return
        copy = OPEN_FOLDER / "sys"
        for part in ("usr/lib", "usr/share/postgresql"):
            if not (copy / part).exists():
                shutil.copytree(programs.SYSTEM / part, copy / part, symlinks=True)
        self.bin = copy / self.bin.relative_to(programs.SYSTEM)
        libraries = self.variables["LD_LIBRARY_PATH"]
        self.variables["LD_LIBRARY_PATH"] = libraries.replace(
            str(programs.SYSTEM), str(copy)
        )

    def _check_foreign_server(self):
        try:
            allowed = self.sql(
                "select rolcreatedb or rolsuper from pg_roles where rolname=user"
            )
        except subprocess.CalledProcessError:
            raise Stop(
                f"PGHOST={self.host} does not answer as {self.user}: check PGHOST, "
                "PGPORT, PGUSER and PGPASSWORD."
            ) from None
        if self.user == "postgres" or allowed != "True":
            raise Stop(
                f"Odoo needs its own role that may create databases, not {self.user}. "
                "Run: createuser --createdb odoo, and set PGUSER=odoo."
            )

    def _program(self, name, *arguments, **options):
        return run(
            [*self.prefix, self.bin / name, *arguments], env=self.variables, **options
        )

    def _control(self, *arguments, **options):
        return self._program("pg_ctl", "-D", self.data, *arguments, **options)

    def environment(self):
        """Give the variables by which clients find this server."""
        return {"PGHOST": self.host, "PGUSER": self.user}

    def sql(self, query, database="postgres"):
        """Run one statement; give rows as lines, columns parted by ``|``."""
        return output(
            [python_env.PYTHON, "-c", QUERY, database, query],
            env={**os.environ, **self.environment()},
        ).strip()

    def databases(self):
        """Give the names of the databases."""
        return self.sql(
            "select datname from pg_database where not datistemplate"
        ).split()


def cluster_for_tests():
    """Give the cluster that tests, lint and translations share."""
    return Cluster("pg-test", fast=True, settings=["shared_buffers=1GB"])
