"""`./crm mine FILE`: the analyses of the client over any file of sales."""

import os
import sys

from . import python_env
from .console import run
from .paths import ADDONS
from .postgres import Cluster

PROGRAM = ADDONS / "crm_analytics/cli/mine.py"


def mine(options):
    """Score a file in a PostgreSQL server of its own, which keeps nothing of it."""
    python_env.ensure()
    if {"-h", "--help"} & set(options.arguments):
        sys.exit(_score(options.arguments, {}))
    with Cluster("pg-mine", fast=True) as cluster:
        code = _score(options.arguments, cluster.environment())
    sys.exit(code)


def _score(arguments, variables):
    return run(
        [python_env.PYTHON, PROGRAM, *arguments],
        env={**os.environ, **variables, "CRM_PROGRAM": "./crm mine"},
        check=False,
    ).returncode
