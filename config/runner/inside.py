"""Run one function of the repository with an Odoo environment.

Usage: python -m runner.inside CONFIG MODULE:FUNCTION ARGUMENTS, the last a Python dict.
The function gets ``env`` of the superuser and the arguments; its work is committed.
"""

import ast
import importlib
import sys

import odoo.tools
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def main(config, function, arguments):
    odoo.tools.config.parse_config(["-c", config], setup_logging=True)
    registry = Registry(odoo.tools.config["db_name"][0])
    module, name = function.split(":")
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        getattr(importlib.import_module(module), name)(
            env, **ast.literal_eval(arguments)
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
