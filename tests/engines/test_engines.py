"""One SQL text of each set job gives equal rows on PostgreSQL, DuckDB and Spark."""

import numpy as np
import psycopg2
import pytest

from odoo.addons.crm_analytics.tools import engines, job

# takes 40 seconds
WINDOW = {"from_day": 19_000, "to_day": 20_000}
JOBS = {
    "basket": {**WINDOW, "fewest": 2, "most": 8},
    "baskets": {**WINDOW, "most": 20},
    "check": {"to_day": 19_900},
    "cohort": {"from_month": 2022 * 12, "to_day": 20_000},
    "customers": WINDOW,
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
    for name, share in (
        ("customer", 0.1),
        ("product", 0.05),
        ("cents", 0.05),
        ("margin_cents", 0.3),
    ):
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


@pytest.mark.parametrize(
    ("lines", "names"), [(0, NAMES[:1]), (7, NAMES[:1]), (2_000, NAMES)]
)
def test_equal_rows(postgres, others, lines, names):
    columns = facts(lines, seed=lines) if lines else engines.nothing()
    postgres.cursor.execute("TRUNCATE fact")
    postgres.load(columns)
    for which in names:
        others[which].load(columns)
    for name, parameters in JOBS.items():
        rows = postgres.ask(name, **parameters)
        assert rows or lines < 2_000, name
        for which in names:
            assert others[which].ask(name, **parameters) == rows, (name, which)


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
