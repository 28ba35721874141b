"""`odoo mine FILE`, and `python mine.py FILE` where there is no Odoo.

Found by its place in the addon; the analyses are loaded without the rest of it.
"""

import contextlib
import importlib.util
import os
import sys
from pathlib import Path

Command = object
if __name__ != "__main__":  # Odoo looks for commands by the name of their module
    with contextlib.suppress(ImportError):
        from odoo.cli import Command

TOOLS = Path(__file__).resolve().parents[1] / "tools"
PACKAGE = "crm_analytics_tools"


def load():
    """Load the tools of the addon as a package of their own."""
    spec = importlib.util.spec_from_file_location(
        PACKAGE, TOOLS / "__init__.py", submodule_search_locations=[str(TOOLS)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)
    return importlib.import_module(f"{PACKAGE}.mine.command")


class Mine(Command):
    """Score the customers and products of any file of sales."""

    name = "mine"

    def run(self, cmdargs):
        """Run; the exit status tells whether the file could be used."""
        sys.exit(load().main(cmdargs, self.prog))


if __name__ == "__main__":
    program = os.environ.get("CRM_PROGRAM", Path(__file__).name)
    sys.exit(load().main(sys.argv[1:], program))
