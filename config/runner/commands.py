"""The command line of `./crm`."""

import argparse
import os

from . import (
    bench,
    build,
    host_suites,
    linting,
    mine,
    serve,
    telephony,
    testing,
    translations,
)


def main(arguments):
    """Run one command."""
    options = parser().parse_args(arguments or ["serve"])
    try:
        options.call(options)
    except KeyboardInterrupt:
        raise SystemExit(
            "\ninterrupted; the same command goes on where it stopped"
        ) from None


def parser():
    """Describe the commands."""
    top = argparse.ArgumentParser(
        prog="./crm", description="The CRM suite on Odoo 19 Community"
    )
    commands = top.add_subparsers(title="commands", required=True)
    _serving(commands)
    _checking(commands)
    _mining(commands)
    return top


def _command(commands, name, call, text):
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(call=call)
    return command


def _database(command):
    command.add_argument(
        "--db", default=os.environ.get("CRM_DB", "crm"), help="database name"
    )


def _serving(commands):
    add = _command(
        commands, "serve", serve.serve, "set everything up and serve the client"
    )
    _database(add)
    add.add_argument(
        "--port", type=int, default=int(os.environ.get("CRM_PORT", "8069"))
    )
    add.add_argument("--empty", action="store_true", help="without the demo company")
    add.add_argument(
        "--lang", choices=("en_US", "zh_CN"), help="language of every user"
    )
    add.add_argument(
        "--pbx", action="store_true", help="with a real telephone exchange"
    )
    add = _command(
        commands, "call", telephony.call, "call the exchange of `serve --pbx`"
    )
    add.add_argument("number", nargs="?", help="whose call it is; a customer's if none")
    add.add_argument("--queue", default="4001", help="what is dialled")
    add.add_argument("--seconds", type=int, default=50, help="when the caller hangs up")
    _database(add)
    add = _command(
        commands, "demo", serve.demo_command, "add the demo company to a database"
    )
    _database(add)
    add.add_argument("--customers", type=int, default=60)
    add.add_argument("--months", type=int, default=18)
    _command(commands, "stop", serve.stop, "stop the server and its database")
    _database(_command(commands, "shell", serve.shell, "open Odoo's Python shell"))
    add = _command(commands, "psql", serve.psql, "open psql")
    _database(add)
    add.add_argument("arguments", nargs=argparse.REMAINDER, help="passed to psql")
    _database(_command(commands, "reset", serve.reset, "remove the database"))
    add = _command(
        commands, "screenshots", serve.screenshots, "take the user guide's pictures"
    )
    add.add_argument(
        "--port", type=int, default=int(os.environ.get("CRM_PORT", "8069"))
    )
    add = _command(commands, "clean", serve.clean, "remove the runtime folder")
    add.add_argument(
        "--downloads", action="store_true", help="and the cached downloads"
    )


def _mining(commands):
    # Its options are its own: the command itself reads and explains them.
    add = commands.add_parser(
        "mine",
        help="score the customers of any file of sales",
        add_help=False,
        prefix_chars="\0",
    )
    add.add_argument("arguments", nargs="*")
    add.set_defaults(call=mine.mine)


def _checking(commands):
    add = _command(commands, "test", _test, "run the tests")
    add.add_argument("paths", nargs="*", help="test files or folders")
    add.add_argument("-k", dest="keyword", help="only tests whose name matches")
    add.add_argument(
        "--jobs", type=int, default=testing.LANES, help="processes at a time"
    )
    add.add_argument("--keep", action="store_true", help="keep the test databases")
    add.add_argument("--host", action="store_true", help="the platform's own suites")
    add = _command(
        commands, "lint", linting.lint, "check style, manifests, translations"
    )
    add.add_argument("--fix", action="store_true", help="mend what can be mended")
    _command(commands, "i18n", translations.i18n, "refresh the translation files")
    add = _command(commands, "bench", bench.bench, "run benchmarks")
    add.add_argument("names", nargs="*", help="all by default")
    add.add_argument(
        "--scale", type=float, default=0.02, help="1 is a million customers"
    )
    _command(commands, "build", build.build, "build a wheel of every addon")


def _test(options):
    (host_suites.host_suites if options.host else testing.test)(options)
