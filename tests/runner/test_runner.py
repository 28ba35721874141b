"""The runner's own decisions."""

from pathlib import Path

import pytest
from runner import ports, serve, sources, testing
from runner.console import Stop
from runner.paths import ROOT, digest, digest_files


def test_digest_depends_on_every_part(tmp_path):
    assert digest("a", "b") != digest("ab")
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("x")
    two.write_text("y")
    before = digest_files([one, two])
    assert digest_files([two, one]) == before
    two.write_text("z")
    assert digest_files([one, two]) != before


def test_plan_shares_all_files_once():
    files = testing.find_tests(["tests", "addons/crm_base/tests"])
    lanes = testing.plan(files, 2)
    assert sorted(file for lane in lanes for file in lane) == sorted(files)
    assert all(lanes)


def test_more_processes_than_files_are_not_started():
    assert len(testing.plan([ROOT / "tests/runner/test_runner.py"], 8)) == 1


def test_unknown_path_is_named():
    with pytest.raises(Stop, match="no_such_folder"):
        testing.find_tests(["no_such_folder"])


@pytest.mark.parametrize("name", ["Crm", "a-b", "", "x" * 50, "a;drop"])
def test_database_names_that_would_twist_are_refused(name):
    with pytest.raises(Stop, match="database name"):
        serve.check_database(name)


def test_free_port_is_free():
    assert 1024 < ports.free_port() < 65536


def test_odoo_of_ones_own_starts_by_its_script_wherever_it_lies(tmp_path):
    with pytest.raises(Stop, match="odoo-bin"):
        sources.launcher(tmp_path)
    with pytest.raises(Stop, match="odoo-bin"):
        sources.launcher(Path("/"))
    script = tmp_path / "odoo-bin"
    script.touch()
    assert sources.launcher(tmp_path) == script


def test_another_release_of_odoo_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo/release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')")
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(Stop, match="not an Odoo 19.0 tree"):
        sources.odoo_tree()
