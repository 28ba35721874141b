"""Where the set jobs run: each engine takes the facts, and gives the rows of a job.

There is one text of each job, in PostgreSQL's dialect; other engines have it translated
by sqlglot, and read the facts from a Parquet file. Their packages are optional.
"""

import logging
import os
import re
import resource
import shutil
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import numpy as np

from . import job

#: The columns of the facts, integers all.
COLUMNS = {
    "customer": "int",
    "document": "int",
    "product": "int",
    "day": "int",
    "month": "int",
    "cents": "bigint",
    "margin_cents": "bigint",
    "is_return": "int",
}
#: In a column: not known.
NONE = -(2**63)
_CHUNK = 50_000


def with_months(data):
    """Give the columns as arrays, months computed from the days."""
    columns = {name: np.asarray(column) for name, column in data.items()}
    days = columns["day"].astype("datetime64[D]")
    columns["month"] = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return {name: columns[name] for name in COLUMNS}


#: What an engine needs; :func:`missing` says what of it is not there.
PACKAGES = {
    "postgres": (),
    "duckdb": ("duckdb", "pyarrow", "sqlglot"),
    "spark": ("pyspark", "pyarrow", "sqlglot"),
}
_SPARK = re.compile(r"(?:spark://[\w.-]+:\d+|local\[\d+\])")


class Missing(ValueError):
    """An engine is not there; the text says how to get it."""


def kind(name):
    """Give ``postgres``, ``duckdb`` or ``spark`` for the name of an engine.

    :param name: one of them, or where Spark is: ``spark://host:7077``, ``local[2]``
    :raise ValueError: there is no such engine

    >>> kind("duckdb"), kind("local[2]"), kind("spark://big.example:7077")
    ('duckdb', 'spark', 'spark')
    """
    if name in ("postgres", "duckdb"):
        return name
    if _SPARK.fullmatch(name):
        return "spark"
    raise ValueError(
        f"There is no engine {name!r}: postgres, duckdb, spark://host:port, local[2]."
    )


def missing(name):
    """Give what an engine needs and is not there."""
    wanted = PACKAGES[kind(name)]
    absent = [package for package in wanted if not find_spec(package)]
    java = Path(os.environ.get("JAVA_HOME") or "/nowhere") / "bin/java"
    if kind(name) == "spark" and not (java.exists() or shutil.which("java")):
        absent.append("java")
    return absent


def need(name):
    """Make sure that an engine can be used.

    :raise Missing: a package or program of it is not there
    """
    absent = missing(name)
    if absent:
        raise Missing(
            f"The engine {name} cannot be used: {', '.join(absent)} missing. Packages "
            "are installed with pip from config/requirements-engines.txt, Java with "
            "the Debian package default-jre-headless."
        )


def translated(name, dialect, **parameters):
    """Give the SQL of a job in another engine's dialect."""
    import sqlglot

    text = job.text(name, **parameters)
    return sqlglot.transpile(text, read="postgres", write=dialect)[0]


def types():
    """Give the types of the columns, for Parquet."""
    import pyarrow

    return {
        name: pyarrow.int64() if kind == "bigint" else pyarrow.int32()
        for name, kind in COLUMNS.items()
    }


def write_parquet(columns, path):
    """Write facts, arrays by name, for the engines that read Parquet."""
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table(
        {
            name: pyarrow.array(columns[name], mask=columns[name] == NONE).cast(kind)
            for name, kind in types().items()
        }
    )
    parquet.write_table(table, path)


def nothing():
    """Give the columns of no facts."""
    return {name: np.array([], dtype=np.int64) for name in COLUMNS}


def parquet_from_csv(text, path):
    """Turn facts as PostgreSQL copies them out into Parquet, a piece at a time."""
    import pyarrow
    from pyarrow import csv, parquet

    lines = csv.open_csv(
        text,
        read_options=csv.ReadOptions(column_names=list(COLUMNS)),
        convert_options=csv.ConvertOptions(column_types=types()),
    )
    schema = pyarrow.schema(list(types().items()))
    with parquet.ParquetWriter(path, schema) as file:
        for batch in lines:
            file.write_batch(batch)


class Session:
    """A session of PostgreSQL that has the facts in a table of its own.

    :param cursor: of the session, which goes with the table
    """

    def __init__(self, cursor):
        self.cursor = cursor
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        # What the client sets for its jobs; in a small session memory is free.
        self.cursor.execute(
            "SET jit = off; SET enable_nestloop = off; SET work_mem = '256MB';"
            f"CREATE TEMP TABLE fact ({columns})"
        )

    def load(self, columns):
        """Take the facts, arrays by name."""
        arrays = list(columns.values())
        for start in range(0, len(arrays[0]), _CHUNK):
            cells = [array[start : start + _CHUNK].tolist() for array in arrays]
            text = "".join(
                ",".join("" if cell == NONE else str(cell) for cell in row) + "\n"
                for row in zip(*cells, strict=True)
            )
            self.cursor.copy_expert("COPY fact FROM STDIN (FORMAT csv)", StringIO(text))
        self.cursor.execute("ANALYZE fact")

    def ask(self, name, **parameters):
        """Run a job; give its rows in its order."""
        self.cursor.execute(job.text(name, **parameters))
        return self.cursor.fetchall()


class Postgres(Session):
    """A PostgreSQL database; nothing is left there afterwards.

    :param dsn: as libpq takes it; PGHOST and the like fill in the rest
    :raise Missing: it does not answer
    """

    def __init__(self, dsn="dbname=postgres"):
        import psycopg2

        try:
            self.connection = psycopg2.connect(dsn)
        except psycopg2.Error as error:
            raise Missing(
                f"PostgreSQL does not answer: {str(error).strip()}. Set PGHOST and "
                "PGUSER, or name a database with --dsn."
            ) from None
        super().__init__(self.connection.cursor())

    def close(self):
        """Forget the facts."""
        self.connection.close()


class _Parquet:
    """An engine that reads the facts from a Parquet file of its own.

    :param folder: where the file is put; a cluster's machines must all see it
    """

    dialect = ""

    def __init__(self, folder=None):
        self._folder = tempfile.TemporaryDirectory(prefix="mining-", dir=folder)
        self.path = Path(self._folder.name) / "fact.parquet"

    def load(self, columns):
        """Take the facts, arrays by name."""
        write_parquet(columns, self.path)
        self.attach()

    def ask(self, name, **parameters):
        """Run a job; give its rows in its order."""
        try:
            return self._run(translated(name, self.dialect, **parameters))
        except self._errors() as error:
            raise ValueError(f"{type(self).__name__}: {error}") from error

    def close(self):
        """Forget the facts."""
        self._folder.cleanup()


class Duck(_Parquet):
    """DuckDB in this process, on one thread."""

    dialect = "duckdb"

    def __init__(self, folder=None):
        import duckdb

        super().__init__(folder)
        self.connection = duckdb.connect(config={"threads": 1})

    def attach(self):
        """Read the facts from the file."""
        self.connection.read_parquet(str(self.path)).create_view("fact")

    def _errors(self):
        import duckdb

        return duckdb.Error

    def _run(self, sql):
        return self.connection.execute(sql).fetchall()

    def close(self):
        """Forget the facts."""
        self.connection.close()
        super().close()


@contextmanager
def _room():
    """Start Java without the limit of memory that Odoo sets its own processes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class Spark(_Parquet):
    """A Spark cluster, or one of this machine's own."""

    dialect = "spark"
    #: Sessions of this process; the last one to end stops what they share.
    sessions = 0

    def __init__(self, master, folder=None):
        from pyspark.sql import SparkSession

        super().__init__(folder)
        logging.getLogger("py4j").setLevel(logging.WARNING)
        builder = SparkSession.builder.master(master).appName("mining")
        for name, value in self._settings(master).items():
            builder = builder.config(name, value)
        with _room():
            # Of its own, so that the facts of one session are not another's.
            self.session = builder.getOrCreate().newSession()
        Spark.sessions += 1

    def _settings(self, master):
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
        }
        if master.startswith("local"):
            # One machine: nobody else is to reach it, and few pieces are enough.
            settings |= {
                "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.sql.shuffle.partitions": "1",
                "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 "
                "-XX:+UseSerialGC",
            }
        return settings

    def attach(self):
        """Read the facts from the file."""
        self.session.read.parquet(str(self.path)).createOrReplaceTempView("fact")

    def _errors(self):
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        return Py4JError, PySparkException

    def _run(self, sql):
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def close(self):
        """Forget the facts."""
        Spark.sessions -= 1
        if not Spark.sessions:
            self.session.stop()
        super().close()


def parquet_engine(name, folder=None):
    """Start an engine other than PostgreSQL.

    :raise Missing: a package or program of it is not there
    """
    need(name)
    return Duck(folder) if kind(name) == "duckdb" else Spark(name, folder)
