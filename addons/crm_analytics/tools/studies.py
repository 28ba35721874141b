"""The analyses themselves: ask the set jobs, learn, judge on later data, score.

Each takes ``ask(job, **days)``, which runs a set job of :mod:`job` wherever the facts
are and gives its rows, so that the client and the command line say the same of the same
sales. Days are day numbers; the first day of a window is not in it. ``tell(step)``
hears where a study is: ``learn``, ``judge`` or ``score``.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil

import numpy as np

from . import basket, features, lifetime, quality, scorecard

#: Customers of either outcome without whom a card learns nothing.
POSITIVES = 200
#: A card learns on this many earlier days, so that it does not take one season's
#: readiness to buy for the customers' own.
LOOKS = 3
#: Share of the baskets, and number of them, below which a pair proves nothing.
SUPPORT, LEAST = 0.001, 5
#: Products by popularity that the naive rule may need.
POPULAR = 1000
#: Later baskets that a study is judged on, and the largest of them that counts.
JUDGED, LARGEST = 3000, 60
#: Later baskets, or customers of either outcome, below which nothing is judged.
LATER = 30


class TooLittle(Exception):
    """There is not enough data: ``key`` says of what, ``numbers`` how much."""

    def __init__(self, key, **numbers):
        super().__init__(key)
        self.key, self.numbers = key, numbers


@dataclass(frozen=True)
class Judgement:
    """How good a study was on later data, with its 95 % interval, and the naive rule.

    ``is_better`` tells whether it may be shown at all.
    """

    measure: str
    quality: float
    low: float
    high: float
    rule: str
    baseline: float
    is_better: bool
    calibration_error: float = 0.0


# ------------------------------------------------------------------ value and tiers


def judge_classes(known, later):
    """Ask whether classes tell who buys again; None when all did the same.

    :param known, later: rows of the job ``rfm`` of the days before and after
    """
    again = {row[0] for row in later}
    outcomes = [int(row[0] in again) for row in known]
    if not 0 < sum(outcomes) < len(outcomes):
        return None
    scores = [row[7] + row[8] + row[9] for row in known]
    reached = quality.auc(scores, outcomes)
    baseline = quality.auc([-row[3] for row in known], outcomes)
    low, high = quality.auc_interval(scores, outcomes)
    return Judgement("auc", reached, low, high, "last", baseline, reached > baseline)


# -------------------------------------------------------------------- next purchase


@dataclass(frozen=True)
class NextPurchase:
    """Chances to buy in the days ahead, with what each feature adds to them."""

    judgement: Judgement
    card: scorecard.Card
    ids: np.ndarray
    values: np.ndarray
    parts: np.ndarray
    chances: np.ndarray


def _untold(step):
    """Nobody asked where the study is."""


def next_purchase(ask, end, ahead, back, needed, tell=_untold):
    """Learn on the days before last, judge on the last days, then look ahead.

    :param end: last day
    :param ahead, back: days that are predicted, and that are looked back on
    :param needed: least customers of either outcome
    :raise TooLittle: fewer than that bought again, or did not
    """

    def look(cut):
        return _look(ask, cut, ahead, back)

    tell("learn")
    needed = min(POSITIVES, needed)
    outcomes = look(end - 2 * ahead)[2]
    _need_outcomes(outcomes, 2 * ahead, needed)
    card = _learn(look, end - 2 * ahead, ahead)
    tell("judge")
    _ids, values, outcomes = look(end - ahead)
    _need_outcomes(outcomes, ahead, min(LATER, needed))
    judgement = _judge_card(card, values, outcomes)
    tell("score")
    bought = int(outcomes.sum())
    if min(bought, outcomes.size - bought) >= needed:
        card = _learn(look, end - ahead, ahead)
    ids, values, _later = _look(ask, end, 0, back)
    parts = scorecard.contributions(card, values)
    chances = scorecard.chances(card, parts)
    return NextPurchase(judgement, card, ids, values, parts, chances)


def _look(ask, cut, ahead, back):
    """Give ids, values and outcomes as known on a day."""
    rows = ask("next_purchase", from_day=cut - back, cut_day=cut, to_day=cut + ahead)
    return features.table(rows)


def _learn(look, cut, ahead):
    """Learn on a day and on earlier ones, whose outcomes were known by then."""
    looks = [look(cut - step * ahead // LOOKS) for step in range(LOOKS)]
    values = np.vstack([values for _ids, values, _outcomes in looks])
    outcomes = np.concatenate([outcomes for _ids, _values, outcomes in looks])
    # A customer who is seen three times is not three customers.
    seen = sum(outcomes.size > 0 for _ids, _values, outcomes in looks)
    return scorecard.fit(values, outcomes, ridge=scorecard.RIDGE * seen)


def _need_outcomes(outcomes, days, needed):
    bought = int(outcomes.sum())
    rest = int(outcomes.size) - bought
    if min(bought, rest) < needed:
        raise TooLittle(
            "outcomes",
            known=int(outcomes.size),
            days=days,
            bought=bought,
            rest=rest,
            needed=needed,
        )


def _judge_card(card, values, outcomes):
    """Compare with the rule that who bought last buys next."""
    said = scorecard.chances(card, scorecard.contributions(card, values))
    recency = list(features.FEATURES).index("recency")
    reached = quality.auc(said, outcomes)
    baseline = quality.auc(-values[:, recency], outcomes)
    low, high = quality.auc_interval(said, outcomes)
    return Judgement(
        "auc",
        reached,
        low,
        high,
        "last",
        baseline,
        reached > baseline,
        quality.calibration_error(said, outcomes),
    )


# ------------------------------------------------------------------- lifetime value


@dataclass(frozen=True)
class Lifetime:
    """Purchases and money to expect of each customer; NaN where no mean exists."""

    judgement: Judgement
    judged: lifetime.Frequency
    frequency: lifetime.Frequency
    spending: lifetime.Spending
    correlation: float | None
    expected: float
    came: int
    ids: np.ndarray
    alive: np.ndarray
    purchases: np.ndarray
    value: np.ndarray


def lifetime_value(ask, days, ahead, needed, seed, tell=_untold):
    """Estimate how often customers will buy again and for how much.

    :param days: ``from_day``, ``cut_day``, ``to_day``
    :param ahead: days that are predicted
    :raise TooLittle: fewer than ``needed`` bought a second time
    :raise ValueError: the model does not fit
    """
    tell("learn")
    _ids, repeats, seen, observed, _cents, later = _visits(ask, **days)
    bought = int((repeats > 0).sum())
    if bought < needed:
        raise TooLittle("repeats", have=bought, needed=needed)
    judged = lifetime.fit_frequency(repeats, seen, observed)
    tell("judge")
    expected = lifetime.expected_purchases(judged, repeats, seen, observed, ahead)
    judgement = _judge_lifetime(expected, repeats, observed, later, ahead, seed)
    tell("score")
    ids, repeats, seen, observed, cents, _later = _visits(
        ask, **{**days, "cut_day": days["to_day"]}
    )
    model = lifetime.fit_frequency(repeats, seen, observed)
    mean = cents / np.maximum(repeats, 1) / 100
    spending = lifetime.fit_spending(repeats, mean)
    purchases = lifetime.expected_purchases(model, repeats, seen, observed, ahead)
    return Lifetime(
        judgement=judgement,
        judged=judged,
        frequency=model,
        spending=spending,
        correlation=_correlation(repeats, mean),
        expected=float(expected.sum()),
        came=int(later.sum()),
        ids=ids,
        alive=lifetime.chance_alive(model, repeats, seen, observed),
        purchases=purchases,
        value=purchases * lifetime.expected_value(spending, repeats, mean),
    )


def _visits(ask, **days):
    """Give columns of the job: ids, repeats, seen, observed, cents, later."""
    return np.array(ask("visits", **days), dtype=np.int64).reshape(-1, 6).T


def _judge_lifetime(expected, repeats, observed, later, ahead, seed):
    """Compare with everybody buying on at the pace so far; less is better."""
    pace = repeats / np.maximum(observed, 1) * ahead
    errors = (expected - later) ** 2
    rng = np.random.default_rng(seed)
    # A resample at a time: all two hundred would not fit in memory.
    spread = [
        np.sqrt(errors[rng.integers(0, errors.size, errors.size)].mean())
        for _sample in range(200)
    ]
    reached = float(np.sqrt(errors.mean()))
    baseline = float(np.sqrt(((pace - later) ** 2).mean()))
    return Judgement(
        "error",
        reached,
        float(np.quantile(spread, 0.025)),
        float(np.quantile(spread, 0.975)),
        "pace",
        baseline,
        reached < baseline,
    )


def _correlation(repeats, mean):
    """Give how far frequency and value go together, which the model takes for 0."""
    bought = repeats > 0
    if bought.sum() < 3 or not (repeats[bought].std() and mean[bought].std()):
        return None
    return float(np.corrcoef(repeats[bought], mean[bought])[0, 1])


# -------------------------------------------------------------------------- baskets


def count_baskets(ask, from_day, to_day):
    """Give the products by popularity, best first, and the number of baskets."""
    rows = ask("baskets", from_day=from_day, to_day=to_day, most=POPULAR)
    return [row[0] for row in rows], rows[0][2] if rows else 0


def least_support(baskets):
    """Give the number of baskets below which a pair proves nothing."""
    return max(LEAST, ceil(baskets * SUPPORT))


def judge_baskets(ask, from_day, cut_day, to_day, seed):
    """Take a product off later baskets, and see who brings it back.

    :raise TooLittle: there are hardly any later baskets of two products
    """
    popular, count = count_baskets(ask, from_day, cut_day)
    pairs = ask("pair", from_day=from_day, to_day=cut_day, least=least_support(count))
    lines = ask("basket", from_day=cut_day, to_day=to_day, fewest=2, most=LARGEST)
    found, naive = basket.hits(basket.rules(pairs), popular, _sample(lines, seed), seed)
    if found.size < LATER:
        raise TooLittle("later", have=int(found.size), needed=LATER)
    reached, baseline = float(found.mean()), float(naive.mean())
    reach = 1.96 * float(np.sqrt(found.var() / found.size))
    return Judgement(
        "hits",
        reached,
        reached - reach,
        reached + reach,
        "popular",
        baseline,
        reached > baseline,
    )


def by_document(lines):
    """Give the products of each basket, from rows of the job ``basket``."""
    found = defaultdict(list)
    for document, product in lines:
        found[document].append(product)
    return found


def _sample(lines, seed):
    """Give the products of baskets, a sample chosen by the seed."""
    found = by_document(lines)
    chosen = sorted(found)
    if len(chosen) > JUDGED:
        rng = np.random.default_rng(seed)
        chosen = sorted(rng.choice(chosen, JUDGED, replace=False).tolist())
    return [found[document] for document in chosen]
