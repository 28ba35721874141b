"""An additive score card: each feature in bins, each bin a weight.

The chance is the logistic function of the sum, so that what a feature adds is exactly
what it explains. Bins are quantiles of the training data, weights a ridge-penalised
logistic regression by iteratively reweighted least squares (Hastie, Tibshirani and
Friedman, The Elements of Statistical Learning, 2009, 4.4.1). No random choice is made.
"""

from dataclasses import dataclass

import numpy as np

BINS = 10
#: Strength of the pull to the average; chosen on the sales of a real distributor.
RIDGE = 60.0
_STEPS = 50


@dataclass(frozen=True)
class Card:
    """Edges of the bins and weights of each feature; the last bin is "not known"."""

    intercept: float
    edges: tuple
    weights: tuple


def fit(values, outcomes, bins=BINS, ridge=RIDGE):
    """Estimate a card.

    :param values: array of customers × features, NaN where nothing is known
    :param outcomes: 0 or 1
    :raise ValueError: all outcomes are the same
    """
    values = np.asarray(values, dtype=float)
    outcomes = np.asarray(outcomes, dtype=float)
    if outcomes.min() == outcomes.max():
        raise ValueError("all customers did the same")
    edges = tuple(_edges(column, bins) for column in values.T)
    sizes = [len(cuts) + 2 for cuts in edges]
    starts = np.cumsum([0, *sizes])
    cells = np.column_stack(
        [_places(column, cuts) for column, cuts in zip(values.T, edges, strict=True)]
    )
    chance = outcomes.mean()
    beta = np.zeros(starts[-1] + 1)
    beta[-1] = np.log(chance / (1 - chance))
    places = cells + starts[:-1]
    for _step in range(_STEPS):
        change = _newton(places, outcomes, beta, ridge)
        beta += change
        if np.abs(change).max() < 1e-10:
            break
    weights, intercept = [], beta[-1]
    for column, start, size in zip(cells.T, starts, sizes, strict=False):
        weight = beta[start : start + size]
        # Centred, so that what a feature adds is told against the average customer.
        centre = float(weight[column].mean())
        weights.append(weight - centre)
        intercept += centre
    return Card(float(intercept), edges, tuple(weights))


def _edges(column, bins):
    known = column[np.isfinite(column)]
    if not known.size:
        return np.array([])
    return np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))


def _places(column, edges):
    """Give the bin of each value; what is not known has the last one."""
    places = np.searchsorted(edges, column, side="right")
    return np.where(np.isfinite(column), places, len(edges) + 1)


def _newton(places, outcomes, beta, ridge):
    """Give one step of Newton's method on the 0/1 design that ``places`` stand for."""
    logits = beta[places].sum(axis=1) + beta[-1]
    chance = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    weight = chance * (1 - chance)
    size, width = beta.size, places.shape[1]
    columns = np.column_stack([places, np.full(len(places), size - 1)])
    hessian = np.zeros((size, size))
    for one in range(width + 1):
        for two in range(one, width + 1):
            part = np.bincount(
                columns[:, one] * size + columns[:, two], weight, size * size
            ).reshape(size, size)
            hessian += part if one == two else part + part.T
    penalty = np.full(size, ridge)
    penalty[-1] = 1e-9
    gradient = -penalty * beta
    residual = outcomes - chance
    for one in range(width + 1):
        gradient += np.bincount(columns[:, one], residual, size)
    return np.linalg.solve(hessian + np.diag(penalty), gradient)


def contributions(card, values):
    """Give what each feature adds to the logit: an array of customers × features."""
    values = np.asarray(values, dtype=float)
    parts = [
        weight[_places(column, cuts)]
        for column, cuts, weight in zip(values.T, card.edges, card.weights, strict=True)
    ]
    return np.column_stack(parts)


def chances(card, parts):
    """Give the chance of each customer from its contributions."""
    return 1 / (1 + np.exp(-(card.intercept + parts.sum(axis=1))))


def strongest(parts, count=3):
    """Give for each customer the features that weigh most, strongest first."""
    return np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :count]
