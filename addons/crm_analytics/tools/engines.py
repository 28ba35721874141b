"""Where the set jobs run: each engine takes the facts, and gives the rows of a job."""

from io import StringIO

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


class Missing(Exception):
    """An engine is not there; the text says how to get it."""


class Postgres:
    """A session of a PostgreSQL database; nothing is left there afterwards.

    :param dsn: as libpq takes it; PGHOST and the like fill in the rest
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
        self.cursor = self.connection.cursor()
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

    def close(self):
        """Forget the facts."""
        self.connection.close()
