"""One SQL text of each set job gives equal rows on PostgreSQL, DuckDB and Spark."""

import os

import numpy as np
import psycopg2
import pytest

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_analytics.tests.common import AnalyticsCase
from odoo.addons.crm_analytics.tests.sales_set import make_rows
from odoo.addons.crm_analytics.tools import engines, job

# takes 60 seconds
WINDOW = {"from_day": 19_000, "to_day": 20_000}
JOBS = {
    "basket": {**WINDOW, "fewest": 2, "most": 8},
    "baskets": {**WINDOW, "most": 20},
    "check": {"to_day": 19_900},
    "cohort": {"from_month": 2022 * 12, "to_day": 20_000},
    "next_purchase": {**WINDOW, "cut_day": 19_600},
    "pair": {**WINDOW, "least": 3},
    "rfm": WINDOW,
    "sequence": {**WINDOW, "least": 2},
    "visits": {**WINDOW, "cut_day": 19_700},
}
NAMES = ("duckdb", "local[1]")


def facts(lines, seed):
    """Sales with everything that goes wrong: ties, returns, gifts, what is unknown."""
    rng = np.random.default_rng(seed)
    document = rng.integers(1, lines // 3, lines)
    columns = {
        "customer": document % 90,
        "document": document,
        "product": rng.integers(1, 25, lines),
        "day": 19_000 + (document * 7919) % 1_100,
        "cents": rng.choice([0, 100, 100, 250, 999, -100, 10**14 + 1], lines),
        "margin_cents": rng.integers(-50, 400, lines),
        "is_return": (rng.random(lines) < 0.1).astype(int),
    }
    for name, share in (("customer", 0.1), ("product", 0.05), ("margin_cents", 0.3)):
        columns[name] = np.where(rng.random(lines) < share, engines.NONE, columns[name])
    return engines.with_months(columns)


@pytest.fixture(scope="module")
def others():
    running = {name: engines.parquet_engine(name) for name in NAMES}
    yield running
    for engine in running.values():
        engine.close()


@pytest.fixture(scope="module")
def postgres(odoo):
    dsn = f"dbname=postgres host={odoo.cluster.host} user={odoo.cluster.user}"
    engine = engines.Postgres(dsn)
    yield engine
    engine.close()


def test_every_job_is_asked():
    assert {path.stem for path in job._HERE.glob("*.sql")} == set(JOBS)


@pytest.mark.parametrize("lines", [0, 7, 2_000])
def test_equal_rows(postgres, others, lines):
    columns = facts(lines, seed=lines) if lines else engines.nothing()
    postgres.cursor.execute("TRUNCATE fact")
    postgres.load(columns)
    for engine in others.values():
        engine.load(columns)
    for name, parameters in JOBS.items():
        rows = postgres.ask(name, **parameters)
        assert rows or lines < 2_000, name
        for which, engine in others.items():
            assert engine.ask(name, **parameters) == rows, (name, which)


def test_what_fails_says_so(others):
    with pytest.raises(ValueError, match="no integer"):
        others["duckdb"].ask("rfm", from_day="0; drop table fact", to_day=1)
    others["duckdb"].connection.execute("DROP VIEW fact")
    with pytest.raises(ValueError, match="Duck: "):
        others["duckdb"].ask("rfm", **WINDOW)


def test_database_without_room(tmp_path):
    with pytest.raises(engines.Missing, match="PostgreSQL does not answer"):
        engines.Postgres(f"dbname=postgres host={tmp_path}")
    assert issubclass(engines.Missing, ValueError)
    assert not issubclass(psycopg2.Error, ValueError)


@tagged("post_install", "-at_install", "cap_a13")
class TestClientEngines(AnalyticsCase):
    """A run on another engine leaves the same rows, byte for byte."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._past(make_rows(600))
        cls._refresh()

    def _digests(self, engine):
        self.env["ir.config_parameter"].set_param("mining.engine", engine)
        found = {}
        for kind in ("rfm", "next", "lifetime", "basket"):
            run = self._run_model(self._model(kind))
            self.assertEqual(run.state, "done", run.verdict)
            found[kind] = (run.digest, run.quality, run.lines, run.checks)
        return found

    def test_duckdb_as_postgres(self):
        self.assertEqual(self._digests("duckdb"), self._digests("postgres"))

    def test_spark_as_postgres(self):
        model = self._model("rfm")
        digests = []
        for engine in ("local[1]", "postgres"):
            self.env["ir.config_parameter"].set_param("mining.engine", engine)
            digests.append(self._run_model(model).digest)
        self.assertEqual(digests[0], digests[1])

    def test_nothing_sold(self):
        self.env["ir.config_parameter"].set_param("mining.engine", "duckdb")
        model = self._model("rfm")
        model.company_id = self.other_company
        run = self._run_model(model)
        self.assertEqual(run.verdict, "Not enough data: 0 customers, 20 needed.")

    def test_engine_that_is_not_there(self):
        model = self._model("rfm").with_user(self.head)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mining.engine", "abacus")
        with self.assertRaisesRegex(UserError, "no engine abacus"):
            model.action_run()
        parameters.set_param("mining.engine", "local[1]")
        self.patch(os, "environ", {**os.environ, "PATH": "", "JAVA_HOME": ""})
        with self.assertRaisesRegex(UserError, "java not installed"):
            model.action_run()
        run = self._run_model(self._model("rfm"))
        self.assertEqual(run.state, "failed")
        self.assertIn("java missing", run.verdict)
