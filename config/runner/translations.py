"""`./crm i18n`: templates and Simplified Chinese of every addon, and their checks."""

import os
import re
import subprocess

from . import python_env
from .console import Stop, run, say
from .odoo import LANGUAGE, Odoo, prepare
from .paths import ADDONS, CONFIG, LOGS, RUNTIME
from .postgres import cluster_for_tests

DATES = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date):.*\n', re.MULTILINE)


def i18n(_options):
    """Refresh the `.pot` and `zh_CN.po` files; keep what is translated."""
    tree, _missing = prepare()
    with cluster_for_tests() as cluster:
        odoo = Odoo(cluster, tree, "data-test")
        exported = export(odoo, odoo.suite_template())
    for addon, pot in exported.items():
        folder = ADDONS / addon / "i18n"
        folder.mkdir(exist_ok=True)
        old = folder / f"{addon}.pot"
        if not old.exists() or plain(old) != plain(pot):
            old.write_text(pot.read_text())
        tool("merge", tree, old, folder / f"{LANGUAGE}.po")
    say("translations are fresh; ./crm lint names what is not translated")


def export(odoo, database):
    """Export the template of every addon; give ``{addon: path}``."""
    say("export the terms of every addon")
    target = RUNTIME / "i18n"
    target.mkdir(parents=True, exist_ok=True)
    code = ";".join(
        [
            "from odoo.tools.translate import trans_export",
            *(
                f"trans_export(None, [{addon!r}],"
                f" open({str(target / addon) + '.pot'!r}, 'wb'), 'po', env)"
                for addon in odoo.addons
            ),
        ]
    )
    LOGS.mkdir(parents=True, exist_ok=True)
    command = odoo.command("shell", *odoo.options(database), "--no-http")
    with open(LOGS / "i18n.log", "w") as log:
        run(
            command,
            env=odoo.environment(),
            input=f"{code}\n",
            text=True,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return {addon: target / f"{addon}.pot" for addon in odoo.addons}


def plain(path):
    """Give a template's text without its dates."""
    return DATES.sub("", path.read_text())


def check(odoo, database):
    """Give a sentence for each stale or incomplete translation file."""
    problems = []
    for addon, pot in export(odoo, database).items():
        kept = ADDONS / addon / "i18n" / f"{addon}.pot"
        if not kept.exists() or plain(kept) != plain(pot):
            problems.append(f"{os.path.relpath(kept)} is stale; run ./crm i18n")
        translated = kept.with_name(f"{LANGUAGE}.po")
        if not translated.exists():
            problems.append(f"{os.path.relpath(translated)} is missing; run ./crm i18n")
            continue
        result = tool("check", odoo.tree, kept, translated, check=False)
        problems += result.stdout.strip().splitlines() if result.returncode else []
    return problems


def tool(action, tree, pot, po, check=True):
    """Run the part that needs the package polib."""
    command = [python_env.PYTHON, CONFIG / "runner/po_files.py", action, tree, pot, po]
    result = run(command, check=False, capture_output=True, text=True)
    if check and result.returncode:
        raise Stop(result.stderr)
    return result
