"""How good a prediction was, on data that came later."""

import numpy as np


def ranks(values):
    """Give the rank of each value from 1, equal values their mean rank.

    >>> ranks([3, 1, 3]).tolist()
    [2.5, 1.0, 2.5]
    """
    values = np.asarray(values, dtype=float)
    _distinct, place, counts = np.unique(
        values, return_inverse=True, return_counts=True
    )
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


def auc(scores, outcomes):
    """Give the share of pairs that a score orders rightly (Mann and Whitney 1947).

    :param scores: numbers, higher for likelier
    :param outcomes: 0 or 1
    :return: from 0 to 1, ties counted half; NaN when all outcomes are the same

    >>> auc([1, 2, 3, 4], [0, 0, 1, 1]), auc([1, 1, 1], [0, 1, 0])
    (1.0, 0.5)
    """
    outcomes = np.asarray(outcomes, dtype=bool)
    positive = int(outcomes.sum())
    negative = outcomes.size - positive
    if not positive or not negative:
        return float("nan")
    total = ranks(scores)[outcomes].sum()
    return float((total - positive * (positive + 1) / 2) / (positive * negative))


def auc_interval(scores, outcomes):
    """Give the 95 % interval of the AUC (DeLong, DeLong and Clarke-Pearson 1988).

    >>> low, high = auc_interval(range(200), [0, 1] * 100)
    >>> low < 0.505 < high
    True
    """
    scores = np.asarray(scores, dtype=float)
    outcomes = np.asarray(outcomes, dtype=bool)
    positive, negative = scores[outcomes], scores[~outcomes]
    if not positive.size or not negative.size:
        return float("nan"), float("nan")
    both = ranks(scores)
    above = (both[outcomes] - ranks(positive)) / negative.size
    below = 1 - (both[~outcomes] - ranks(negative)) / positive.size
    variance = sum(
        part.var(ddof=1) / part.size for part in (above, below) if part.size > 1
    )
    centre, reach = above.mean(), 1.96 * np.sqrt(variance)
    return float(max(centre - reach, 0)), float(min(centre + reach, 1))


def calibration_error(chances, outcomes, bins=10):
    """Give the mean gap between what was said and what came, over bins of equal size.

    >>> round(calibration_error([0.2] * 10, [1, 1] + [0] * 8, bins=1), 9)
    0.0
    """
    chances = np.asarray(chances, dtype=float)
    outcomes = np.asarray(outcomes, dtype=float)
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    gaps = [
        part.size * abs(chances[part].mean() - outcomes[part].mean()) for part in parts
    ]
    return float(sum(gaps) / chances.size)


def log_loss(chances, outcomes):
    """Give the mean surprise in nats; 0 is certain and right.

    >>> round(log_loss([0.5, 0.5], [0, 1]), 4)
    0.6931
    """
    chances = np.clip(np.asarray(chances, dtype=float), 1e-12, 1 - 1e-12)
    outcomes = np.asarray(outcomes, dtype=float)
    return float(
        -np.mean(outcomes * np.log(chances) + (1 - outcomes) * np.log1p(-chances))
    )


def drift(before, after, bins=10):
    """Give the population stability index of a score: under 0.1 little has moved.

    >>> drift([1, 2, 3, 4], [1, 2, 3, 4], bins=2)
    0.0
    """
    before, after = np.asarray(before, float), np.asarray(after, float)
    edges = np.unique(np.quantile(before, np.linspace(0, 1, bins + 1)[1:-1]))
    old = np.bincount(np.searchsorted(edges, before), minlength=edges.size + 1)
    new = np.bincount(np.searchsorted(edges, after), minlength=edges.size + 1)
    old = np.maximum(old / before.size, 1e-4)
    new = np.maximum(new / after.size, 1e-4)
    return float(np.sum((new - old) * np.log(new / old)))
