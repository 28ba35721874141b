"""Set jobs: each one SQL text over a relation ``fact``, the same on every engine.

``fact`` has the columns ``customer``, ``document``, ``product`` (integers), ``day``
(days since 1970-01-01), ``month`` (year × 12 + month - 1), ``cents``, ``margin_cents``
(null where no cost is known) and ``is_return`` (0 or 1). A text uses integers only,
orders by an id in the end, and takes integer parameters written ``:name``, so that
PostgreSQL, DuckDB and Spark give equal rows.
"""

import re
from pathlib import Path

_HERE = Path(__file__).parent / "sql"
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def text(name, fact=None, **parameters):
    """Give the SQL of a job.

    :param name: file under ``sql/`` without its ending
    :param fact: SELECT that stands for the relation; None where a table ``fact`` exists
    :param parameters: integers
    :raise ValueError: a parameter is missing, or is no integer

    >>> "day <= 99" in text("next_purchase", from_day=0, cut_day=9, to_day=99)
    True
    >>> text("rfm", from_day="0; drop table fact", to_day=1)
    Traceback (most recent call last):
    ...
    ValueError: from_day is no integer: '0; drop table fact'
    """
    sql = (_HERE / f"{name}.sql").read_text()
    for key, value in parameters.items():
        if type(value) is not int:
            raise ValueError(f"{key} is no integer: {value!r}")
    missing = {*_PARAMETER.findall(sql)} - set(parameters)
    if missing:
        raise ValueError(f"{name} needs {', '.join(sorted(missing))}")
    sql = _PARAMETER.sub(lambda match: str(parameters[match[1]]), sql)
    if fact is None:
        return sql
    head, rest = sql.split("WITH ", 1)
    return f"{head}WITH fact AS ({fact}), {rest}"
