"""Rules without Odoo: each tool is loaded from its file and asked many questions."""

import importlib.util
import sys

import pytest
from hypothesis import settings
from runner.paths import ADDONS

settings.register_profile("bounded", max_examples=150, deadline=None, database=None)
settings.load_profile("bounded")


@pytest.fixture(scope="session")
def load():
    """Give the module of a tool by its name, such as ``credit``, and its addon."""

    def module(name, addon="crm_base"):
        full = f"{addon}_tool_{name}"
        if full not in sys.modules:
            path = ADDONS / addon / "tools" / f"{name}.py"
            spec = importlib.util.spec_from_file_location(full, path)
            sys.modules[full] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(sys.modules[full])
        return sys.modules[full]

    return module
