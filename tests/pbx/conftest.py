"""A real exchange in a network of its own; without one, these tests fail."""

import os
import tempfile

import pytest

from .office import Office

PHONES = [str(1001 + number) for number in range(12)]


@pytest.fixture(scope="session")
def office(odoo):
    """Give a call centre whose phones answer at once."""
    name = f"pbx_{os.getpid()}"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "tests.pbx.office:prepare", phones=PHONES)
    folder = tempfile.mkdtemp(prefix="pbx", dir="/tmp")
    with Office(odoo, name, folder, PHONES) as office:
        yield office.free()
    odoo.drop(name)
