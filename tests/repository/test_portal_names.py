"""Controllers of the portal are merged into one class: their names must not meet."""

import ast
from collections import defaultdict

from runner.paths import ROOT


def find_methods():
    """Give ``{method: addons}`` of the classes that extend the platform's portal."""
    found = defaultdict(set)
    for path in sorted(ROOT.glob("addons/*/controllers/*.py")):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.ClassDef):
                continue
            bases = {getattr(base, "id", "") for base in node.bases}
            if not any(base.endswith("Portal") for base in bases):
                continue
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and "super()" not in ast.unparse(
                    part
                ):
                    found[part.name].add(path.parts[-3])
    return found


def test_no_name_stands_in_two_addons():
    methods = find_methods()
    assert len(methods) > 20
    twice = {name: addons for name, addons in methods.items() if len(addons) > 1}
    assert not twice
