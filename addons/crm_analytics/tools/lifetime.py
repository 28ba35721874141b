"""How often a customer who may leave at any time will buy again, and for how much.

BG/NBD: Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science
24(2), 2005. Gamma-Gamma: Fader, Hardie and Lee, "RFM and CLV", J. Marketing Research
42(4), 2005, in the form of Fader and Hardie's note of 2013. Neither knows seasons.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

#: Each round starts from where the last one ended, until that changes nothing.
_ROUNDS = 4
#: Slope of the logarithm of the likelihood, a customer, that counts as none.
_FLAT = 1e-5
#: Logarithm of the greatest parameter.
_BOUND = 9.0


@dataclass(frozen=True)
class Frequency:
    """Parameters of the BG/NBD model.

    ``r`` and ``alpha`` are shape and rate of purchases, ``a`` and ``b`` of the chance
    to leave after a purchase.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


@dataclass(frozen=True)
class Spending:
    """Parameters of the Gamma-Gamma model of the value of a purchase."""

    p: float
    q: float
    gamma: float
    log_likelihood: float


class _Column:
    """Values of which many are alike, so that a function is asked once for each."""

    def __init__(self, values):
        self.all = np.asarray(values, dtype=float)
        self.values, self.places = np.unique(self.all, return_inverse=True)

    def map(self, function):
        """Give a function of every value."""
        return function(self.values)[self.places]


def _distinct(*columns):
    """Give each combination once, and how often it stands in the data."""
    rows = np.column_stack([np.asarray(column, dtype=float) for column in columns])
    found, counts = np.unique(rows, axis=0, return_counts=True)
    return (*found.T, counts)


def _dot(left, right):
    """Give the sum of products, in this thread.

    The threads of a linear algebra library wait for the next sum by spinning: with two
    of them a fit takes three times the processor time, and longer.
    """
    return np.einsum("i,i->", left, right)


def _fit(negative, start, size):
    """Find the parameters, all positive, of the least negative log-likelihood.

    :param size: number of customers; a slope is flat that is small for so many

    Where the best is at infinity (customers none of whom leaves for good), the search
    ends at a bound that is as good as that.

    :raise ValueError: the search found none
    """

    def bounded(logs):
        inside = np.clip(logs, -_BOUND, _BOUND)
        return negative(*np.exp(inside)) + np.sum((logs - inside) ** 2)

    point = np.log(start)
    steps = 0.02 * np.eye(len(start))
    for _round in range(_ROUNDS):
        # Slopes find the valley; a simplex around the place does not mind its kinks.
        near = minimize(bounded, point, method="BFGS", options={"gtol": _FLAT * size})
        point = near.x if np.isfinite(near.fun) else point
        found = minimize(
            bounded,
            point,
            method="Nelder-Mead",
            options={
                "maxiter": 4000,
                "xatol": 1e-5,
                "fatol": 1e-8,
                "initial_simplex": np.vstack([point, point + steps]),
            },
        )
        point = np.clip(found.x, -_BOUND, _BOUND)
        if near.fun - found.fun < 1e-6:
            break
    if not np.isfinite(found.fun):
        raise ValueError("the model does not fit these customers")
    return (*np.exp(point).tolist(), -float(found.fun))


def fit_frequency(repeats, seen, observed):
    """Estimate the BG/NBD model by maximum likelihood.

    :param repeats: purchases after the first, a number a customer
    :param seen: time of the last purchase since the first, any unit
    :param observed: time from the first purchase to the end, same unit
    :raise ValueError: nobody bought twice, or the model does not fit
    """
    repeats, seen, observed, counts = _distinct(repeats, seen, observed)
    if not np.any(repeats):
        raise ValueError("nobody bought a second time")
    scale = 10 / float(observed.max())
    times = [_Column(times) for times in (repeats, seen * scale, observed * scale)]

    def negative(r, alpha, a, b):
        return -_dot(counts, _log_frequency(r, alpha, a, b, *times))

    r, alpha, a, b, likelihood = _fit(negative, [1.0] * 4, counts.sum())
    shift = float(_dot(counts, repeats)) * np.log(scale)
    return Frequency(r, alpha / scale, a, b, float(likelihood + shift))


def _log_frequency(r, alpha, a, b, repeats, seen, observed):
    """Equation (6) of the paper, for each customer of three columns."""
    common = repeats.map(
        lambda x: (
            gammaln(r + x)
            - gammaln(r)
            + r * np.log(alpha)
            + betaln(a, b + x)
            - betaln(a, b)
        )
    )
    left = repeats.map(
        lambda x: np.where(x > 0, np.log(a) - np.log(b + np.maximum(x, 1) - 1), -np.inf)
    )
    times = r + repeats.all
    alive = -times * observed.map(lambda time: np.log(alpha + time))
    gone = left - times * seen.map(lambda time: np.log(alpha + time))
    return common + np.logaddexp(alive, gone)


def chance_alive(model, repeats, seen, observed):
    """Give the chance that a customer has not left for good.

    >>> m = Frequency(0.243, 4.414, 0.793, 2.426, 0)
    >>> round(float(chance_alive(m, 2, 30.43, 38.86)), 4)
    0.7266
    """
    repeats, seen, observed = (
        np.asarray(column, dtype=float) for column in (repeats, seen, observed)
    )
    odds = np.exp(
        np.log(model.a)
        - np.log(model.b + np.maximum(repeats, 1) - 1)
        + (model.r + repeats)
        * (np.log(model.alpha + observed) - np.log(model.alpha + seen))
    )
    return np.where(repeats > 0, 1 / (1 + odds), 1.0)


def expected_purchases(model, repeats, seen, observed, ahead):
    """Give the purchases to expect in a time ahead: equation (10) of the paper.

    The hypergeometric function is turned by Euler's transformation (Abramowitz and
    Stegun 15.3.3), so that it stays within range for hundreds of purchases. Where
    hardly anybody stays after a purchase, it is the other form that does.

    :raise ValueError: neither does

    >>> m = Frequency(0.243, 4.414, 0.793, 2.426, 0)
    >>> round(float(expected_purchases(m, 2, 30.43, 38.86, 39)), 3)
    1.226
    """
    repeats, seen, observed = (
        np.asarray(column, dtype=float) for column in (repeats, seen, observed)
    )
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    if abs(a - 1) < 1e-6:  # the formula's limit there
        a = 1 + 1e-6
    whole = alpha + observed + ahead
    curve = hyp2f1(a + b - 1 - r, a - 1, a + b + repeats - 1, ahead / whole)
    power = np.exp((a - 1) * np.log((alpha + observed) / whole))
    with np.errstate(invalid="ignore"):
        stays = power * curve
    if not np.all(np.isfinite(stays)):
        plain = hyp2f1(r + repeats, b + repeats, a + b + repeats - 1, ahead / whole)
        power = np.exp((r + repeats) * np.log((alpha + observed) / whole))
        stays = np.where(np.isfinite(stays), stays, power * plain)
    bought = (a + b + repeats - 1) / (a - 1) * (1 - stays)
    if not np.all(np.isfinite(bought)):
        raise ValueError("the model expects no number of purchases of these customers")
    return bought * chance_alive(model, repeats, seen, observed)


def fit_spending(repeats, mean_value):
    """Estimate the Gamma-Gamma model of customers who bought more than once.

    :param repeats: purchases behind each mean
    :param mean_value: mean value of them, above 0
    :raise ValueError: too few values, or the model does not fit
    """
    repeats = np.asarray(repeats, dtype=float)
    mean_value = np.asarray(mean_value, dtype=float)
    usable = (repeats > 0) & (mean_value > 0)
    if usable.sum() < 2:
        raise ValueError("nobody bought a second time for money")
    repeats, mean_value = repeats[usable], mean_value[usable]
    scale = 10 / float(np.median(mean_value))
    value = mean_value * scale
    times, counts = np.unique(repeats, return_counts=True)
    spent = repeats * value
    # What the parameters do not change is summed once.
    logs = np.log(value)
    fixed, log_spent = logs.sum(), _dot(repeats, logs + np.log(repeats))

    def negative(p, q, gamma):
        shape = p * times
        alike = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(gamma)
        each = _dot(p * repeats + q, np.log(gamma + spent))
        return each - _dot(counts, alike) - p * log_spent + fixed

    p, q, gamma, likelihood = _fit(negative, [1.0, 2.0, 10.0], len(value))
    shift = float(usable.sum() * np.log(scale))
    return Spending(p, q, gamma / scale, likelihood + shift)


def expected_value(model, repeats, mean_value):
    """Give the mean value to expect of a customer's purchases.

    A weighted mean of the customer's own and of everybody's: equation (5) of the note.
    With ``q`` at 1 or below everybody's mean does not exist: NaN without purchases.

    >>> m = Spending(6.25, 3.74, 15.44, 0)
    >>> round(float(expected_value(m, 0, 0)), 2)
    35.22
    """
    repeats = np.asarray(repeats, dtype=float)
    mean_value = np.asarray(mean_value, dtype=float)
    weight = model.p * repeats + model.q - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        value = model.p * (model.gamma + repeats * mean_value) / weight
    return np.where(weight > 0, value, np.nan)
