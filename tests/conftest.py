"""Shared by the tests that stand above the addons."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "config"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def pytest_configure(config):
    for area, last in {
        "s": 20,
        "m": 6,
        "l": 16,
        "v": 13,
        "c": 13,
        "a": 14,
        "e": 6,
    }.items():
        for number in range(1, last + 1):
            name = f"cap_{area}{number:02d}"
            config.addinivalue_line("markers", f"{name}: proves capability {name}")


@pytest.fixture(scope="session")
def odoo():
    """Odoo's command line on the running test cluster."""
    from runner.odoo import Odoo, prepare
    from runner.postgres import Cluster

    tree, _missing = prepare()
    with Cluster("pg-test", fast=True) as cluster:
        yield Odoo(cluster, tree, "data-test")
