"""Odoo as a command: where it is, how it is called, databases with their files."""

import ast
import configparser
import os
import re
import shutil
import subprocess
import time

from . import programs, python_env, sources
from .console import Stop, end_progress, last_lines, progress, run, say, together
from .paths import (
    ADDONS,
    CONFIG,
    LOGS,
    PLATFORM,
    REQUIREMENTS,
    ROOT,
    RUNTIME,
    digest,
    digest_files,
)

LANGUAGE = "zh_CN"
#: Where files of a database lie beside it, under the folder of data.
FILES = ("filestore", "crm_cti/sounds")
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
TROUBLE = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")
# Words of the platform about itself that our addons neither cause nor can change.
ALLOWED = re.compile("|".join(PLATFORM["allowed_warnings"]) or "$^")


class Odoo:
    """The platform with our addons, against one PostgreSQL server."""

    def __init__(self, cluster, tree, data="data"):
        self.cluster = cluster
        self.tree = tree
        self.data = RUNTIME / data
        self.addons = sorted(
            path.parent.name for path in ADDONS.glob("*/__manifest__.py")
        )

    # ------------------------------------------------------------------ calling
    def command(self, *arguments):
        """Give the command line of Odoo's own program."""
        program = [python_env.PYTHON, sources.launcher(self.tree)]
        return [str(part) for part in [*program, *arguments]]

    def addons_path(self):
        """Give the folders of addons: ours, and a checkout's own beside `odoo`."""
        paths = [ADDONS, self.tree / "addons"]
        return ",".join(str(path) for path in paths if path.exists())

    def options(self, database):
        """Give the options that every call on a database carries."""
        return [
            *("-c", CONFIG / "odoo-dev.conf"),
            *("-d", database),
            *("--db_host", self.cluster.host),
            *("-r", self.cluster.user),
            *("--data-dir", self.data),
            *("--addons-path", self.addons_path()),
        ]

    def environment(self):
        """Give the variables of a process that imports Odoo."""
        inherited = dict(os.environ)
        inherited.pop("ODOO_RC", None)
        return {
            **inherited,
            **self.cluster.environment(),
            "PYTHONPATH": f"{self.tree}:{ROOT}:{CONFIG}",
            "PATH": programs.search_path(),
            "LANG": "C.UTF-8",
            "PYTHONWARNINGS": "ignore::DeprecationWarning:odf",
        }

    def install(self, database, modules, log, *arguments, update=()):
        """Install (and update) modules, show the progress, fail with the log's end.

        :return: lines of the log that warn
        """
        LOGS.mkdir(parents=True, exist_ok=True)
        wanted = [*(["-i", ",".join(modules)] if modules else [])]
        wanted += ["-u", ",".join(update)] if update else []
        command = self.command(
            *self.options(database),
            *wanted,
            "--stop-after-init",
            "--no-http",
            "--max-cron-threads=0",
            *arguments,
        )
        with open(log, "w") as handle:
            process = subprocess.Popen(
                command, env=self.environment(), stdout=handle, stderr=subprocess.STDOUT
            )
            self._follow(process, log)
        if process.returncode:
            raise Stop(
                f"Odoo could not install {', '.join(modules)}:\n{last_lines(log)}"
            )
        return self.warnings(log)

    def _follow(self, process, log):
        try:
            while process.poll() is None:
                time.sleep(0.5)
                found = LOADING.findall(last_lines(log, 60))
                if found:
                    progress("{} ({} of {})".format(*found[-1]))
        except BaseException:
            process.terminate()
            process.wait()
            raise
        finally:
            end_progress()

    def warnings(self, log):
        """Give the lines of a log that warn and are not the platform's own affair."""
        return [
            line
            for line in log.read_text(errors="replace").splitlines()
            if TROUBLE.match(line) and not ALLOWED.search(line)
        ]

    def load_language(self, database):
        """Load Chinese, records that are not updated later included."""
        command = self.command(
            "i18n", "loadlang", *self.short_options(database), "-l", LANGUAGE
        )
        self._logged(command, LOGS / "language.log")

    def short_options(self, database):
        """Give the options of the sub-commands that take a configuration file only."""
        return ["-c", self.write_config(database), "-d", database]

    def write_config(self, database, **settings):
        """Write a configuration file for one database and give its path."""
        values = {
            "db_host": self.cluster.host,
            "db_user": self.cluster.user,
            "db_name": database,
            "data_dir": self.data,
            "addons_path": self.addons_path(),
            **settings,
        }
        parser = configparser.RawConfigParser()
        parser.read(CONFIG / "odoo-dev.conf")
        for key, value in values.items():
            parser.set("options", key, str(value))
        target = RUNTIME / "conf" / f"{database}.conf"
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "w") as handle:
            parser.write(handle)
        return target

    def inside(self, database, function, log=None, **arguments):
        """Call ``module:function(env, **arguments)`` in a process with Odoo loaded."""
        command = self._inside_command(database, function, arguments, quiet=not log)
        if log:
            self._logged(command, log)
        else:
            result = run(command, env=self.environment(), check=False)
            if result.returncode:
                raise Stop(f"{function} failed; its words stand above.")

    def inside_process(self, database, function, **arguments):
        """Start such a process and give it; the caller waits for it or ends it."""
        command = self._inside_command(database, function, arguments, quiet=True)
        return subprocess.Popen(command, env=self.environment())

    def _inside_command(self, database, function, arguments, quiet):
        settings = {"log_level": "warn"} if quiet else {}
        return [
            str(python_env.PYTHON),
            *("-m", "runner.inside"),
            str(self.write_config(database, **settings)),
            function,
            repr(arguments),
        ]

    def _logged(self, command, log):
        LOGS.mkdir(parents=True, exist_ok=True)
        with open(log, "w") as handle:
            result = run(
                command,
                env=self.environment(),
                check=False,
                stdout=handle,
                stderr=subprocess.STDOUT,
            )
        if result.returncode:
            raise Stop(
                f"{os.path.relpath(log)} says why this failed:\n{last_lines(log)}"
            )

    # ---------------------------------------------------------------- databases
    def exists(self, database):
        """Tell whether the database exists."""
        return database in self.cluster.databases()

    def drop(self, database):
        """Remove a database and its files."""
        self.cluster.sql(f'drop database if exists "{database}" with (force)')
        for part in FILES:
            shutil.rmtree(self.data / part / database, ignore_errors=True)

    def clone(self, template, database):
        """Copy a database: its rows and, by hard links, its files (never rewritten)."""
        self.drop(database)
        self.cluster.sql(f'create database "{database}" template "{template}"')
        for files in (self.data / part for part in FILES):
            if (files / template).exists():
                old, new = files / template, files / database
                shutil.copytree(old, new, copy_function=os.link)

    def rename(self, old, new):
        """Rename a database and its files."""
        self.cluster.sql(f'alter database "{old}" rename to "{new}"')
        for files in (self.data / part for part in FILES):
            shutil.rmtree(files / new, ignore_errors=True)
            if (files / old).exists():
                (files / old).rename(files / new)

    def manifest(self, module):
        """Give a module's manifest."""
        for base in (ADDONS, self.tree / "odoo/addons", self.tree / "addons"):
            path = base / module / "__manifest__.py"
            if path.exists():
                return ast.literal_eval(path.read_text())
        raise Stop(
            f"There is no module {module}; a manifest under addons/ depends on it."
        )

    def host_modules(self):
        """Give the platform's modules that ours depend on."""
        needed = {
            name for addon in self.addons for name in self.manifest(addon)["depends"]
        }
        needed |= set(PLATFORM["demo_modules"])
        return sorted(needed - set(self.addons))

    def host_template(self):
        """Give the database with the platform's modules and Chinese, made once."""
        modules = self.host_modules()
        key = digest(modules, PLATFORM, REQUIREMENTS.read_text())
        return self._template("host", key, lambda name: self._fill_host(name, modules))

    def _fill_host(self, name, modules):
        say(f"template with {len(modules)} modules of the platform")
        self.drop(name)
        self.install(name, modules, LOGS / "template.log")
        self.load_language(name)

    def suite_template(self):
        """Give the database that holds all our addons, made when their files change.

        :raise Stop: when the install log warns
        """
        host = self.host_template()
        files = [
            path
            for path in ADDONS.rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        ]
        key = digest(host, digest_files(files))
        return self._template("suite", key, lambda name: self._fill_suite(name, host))

    def _fill_suite(self, name, host):
        say(f"template with {' '.join(self.addons)}")
        self.clone(host, name)
        log = LOGS / "install.log"
        warnings = self.install(name, self.addons, log)
        if warnings:
            raise Stop("The install log is not clean:\n" + "\n".join(warnings))
        self.inside(name, "runner.tasks:build_assets", LOGS / "assets.log")

    def _template(self, kind, key, fill):
        name = f"{kind}_{key}"
        present = self.cluster.databases()
        if name not in present:
            for old in present:
                if old.startswith(f"{kind}_"):
                    self.drop(old)
            fill(f"new_{name}")
            self.rename(f"new_{name}", name)
        return name


def prepare(*wanted_programs):
    """Fetch Odoo, Python packages and programs side by side.

    :return: the tree of Odoo and the programs that the archive does not have
    """
    tree, _python, missing, _server = together(
        sources.odoo_tree,
        python_env.ensure,
        lambda: programs.ensure(*wanted_programs) if wanted_programs else [],
        programs.postgres_bin if not os.environ.get("PGHOST") else lambda: None,
    )
    return tree, missing
