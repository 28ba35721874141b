"""What is known of a customer on a day, from one row of the job ``next_purchase``."""

import numpy as np

#: Columns of the job, in its order.
COLUMNS = (
    "customer recency age visits documents cents recent_visits earlier_visits "
    "gap_sum products returns lines bought"
).split()
#: Features of the score card, each with the digits in which a reason says its value.
FEATURES = {
    "recency": 0,
    "visits": 0,
    "recent_visits": 0,
    "trend": 0,
    "overdue": 1,
    "rhythm": 0,
    "basket": 2,
    "products": 0,
    "returns": 0,
    "age": 0,
}


def table(rows):
    """Turn rows of the job into arrays.

    :return: ``(ids, values, outcomes)``: integers; a column for each of `FEATURES`,
        NaN where nothing is known (a rhythm needs two purchases); 0 or 1

    >>> rows = [(7, 30, 90, 3, 3, 3000, 2, 1, 60, 4, 0, 6, 1)]
    >>> ids, values, outcomes = table(rows)
    >>> dict(zip(FEATURES, values[0].tolist()))["overdue"], outcomes.tolist()
    (1.0, [1])
    """
    cells = np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS))
    column = dict(zip(COLUMNS, cells.T, strict=True))
    visits = column["visits"].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rhythm = np.where(visits > 1, column["gap_sum"] / (visits - 1), np.nan)
        made = {
            "recency": column["recency"],
            "visits": visits,
            "recent_visits": column["recent_visits"],
            "trend": column["recent_visits"] - column["earlier_visits"],
            "overdue": column["recency"] / np.maximum(rhythm, 1),
            "rhythm": rhythm,
            "basket": column["cents"] / visits / 100,
            "products": column["products"],
            "returns": 100 * column["returns"] / np.maximum(column["lines"], 1),
            "age": column["age"],
        }
    values = np.column_stack([np.asarray(made[name], dtype=float) for name in FEATURES])
    return column["customer"], values, column["bought"]
