import doctest
import itertools
import math
from importlib import import_module

import numpy as np
from scipy.special import gammaln, hyp2f1

from odoo.tests import BaseCase, tagged

from ..tools import features, lifetime, quality, scorecard, studies

MODULES = (
    "basket",
    "features",
    "itemsets",
    "job",
    "lifetime",
    "mine.columns",
    "months",
    "quality",
    "scorecard",
    "steps",
)


def simulate(customers, r, alpha, a, b, weeks, seed=3):
    """Let customers buy and leave as BG/NBD says.

    :return: repeats, time of the last, time observed, purchases in as many weeks more
    """
    rng = np.random.default_rng(seed)
    rows = []
    for _customer in range(customers):
        rate, leave = rng.gamma(r, 1 / alpha), rng.beta(a, b)
        observed = weeks - rng.uniform(0, weeks / 3)
        time, seen, repeats, later = 0.0, 0.0, 0, 0
        while True:
            time += rng.exponential(1 / rate)
            if time > observed + weeks:
                break
            if time <= observed:
                repeats, seen = repeats + 1, time
            else:
                later += 1
            if rng.random() < leave:
                break
        rows.append((repeats, seen, observed, later))
    return np.array(rows).T


def likelihood_by_hand(model, repeats, seen, observed):
    """The likelihood of one customer, as the paper's appendix writes it."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b

    def beta(x, y):
        return math.exp(gammaln(x) + gammaln(y) - gammaln(x + y))

    first = (beta(a, b + repeats) / beta(a, b) * math.gamma(r + repeats) * alpha**r) / (
        math.gamma(r) * (alpha + observed) ** (r + repeats)
    )
    if not repeats:
        return first
    return first + (
        beta(a + 1, b + repeats - 1)
        / beta(a, b)
        * math.gamma(r + repeats)
        * alpha**r
        / (math.gamma(r) * (alpha + seen) ** (r + repeats))
    )


@tagged("post_install", "-at_install", "cap_a03", "cap_a04", "cap_a13")
class TestTools(BaseCase):
    """The arithmetic of the models, against other ways to the same numbers."""

    def test_doctests(self):
        for name in MODULES:
            module = import_module(f"odoo.addons.crm_analytics.tools.{name}")
            self.assertEqual(doctest.testmod(module).failed, 0, name)

    def test_likelihood_against_the_paper(self):
        model = lifetime.Frequency(0.243, 4.414, 0.793, 2.426, 0)
        for repeats, seen, observed in ((0, 0, 20), (1, 3, 30), (5, 30, 38.9)):
            ours = lifetime._log_frequency(
                model.r,
                model.alpha,
                model.a,
                model.b,
                *map(lifetime._Column, ([repeats], [seen], [observed])),
            )
            by_hand = math.log(likelihood_by_hand(model, repeats, seen, observed))
            self.assertAlmostEqual(float(ours[0]), by_hand, 10)

    def test_parameters_are_found_again(self):
        repeats, seen, observed, later = simulate(6000, 0.6, 6, 0.8, 3, 52)
        model = lifetime.fit_frequency(repeats, seen, observed)
        self.assertAlmostEqual(model.r, 0.6, delta=0.06)
        self.assertAlmostEqual(model.alpha, 6, delta=0.8)
        self.assertAlmostEqual(model.a / (model.a + model.b), 0.8 / 3.8, delta=0.04)
        expected = lifetime.expected_purchases(model, repeats, seen, observed, 52)
        self.assertAlmostEqual(expected.sum() / later.sum(), 1, delta=0.05)

    def test_time_unit_does_not_matter(self):
        repeats, seen, observed, _later = simulate(1500, 0.6, 6, 0.8, 3, 52)
        weeks = lifetime.fit_frequency(repeats, seen, observed)
        days = lifetime.fit_frequency(repeats, 7 * seen, 7 * observed)
        self.assertAlmostEqual(weeks.r, days.r, 3)
        self.assertAlmostEqual(7 * weeks.alpha, days.alpha, 2)

    def test_spending_is_found_again(self):
        rng = np.random.default_rng(5)
        rate = rng.gamma(4, 1 / 15, 5000)
        repeats = rng.integers(1, 8, 5000)
        mean = rng.gamma(6 * repeats, 1 / (rate * repeats))
        model = lifetime.fit_spending(repeats, mean)
        self.assertAlmostEqual(model.p, 6, delta=0.6)
        self.assertAlmostEqual(model.q, 4, delta=0.4)
        self.assertAlmostEqual(model.gamma, 15, delta=2)

    def test_nobody_leaves(self):
        repeats, seen, observed, later = simulate(2000, 0.8, 8, 1e-9, 1, 52)
        model = lifetime.fit_frequency(repeats, seen, observed)
        self.assertLess(model.a / (model.a + model.b), 0.01)
        expected = lifetime.expected_purchases(model, repeats, seen, observed, 52)
        self.assertAlmostEqual(expected.sum() / later.sum(), 1, delta=0.05)

    def test_hundreds_of_purchases(self):
        """Against the untransformed series where it holds, and finite far beyond."""
        model = lifetime.Frequency(0.6, 6, 0.8, 3, 0)
        r, a, b = model.r, model.a, model.b
        for repeats in (0, 3, 30):
            found = lifetime.expected_purchases(model, repeats, 50, 52, 13)
            curve = hyp2f1(r + repeats, b + repeats, a + b + repeats - 1, 13 / 71)
            alive = lifetime.chance_alive(model, repeats, 50, 52)
            plain = 1 - (58 / 71) ** (r + repeats) * curve
            expected = (a + b + repeats - 1) / (a - 1) * plain * alive
            self.assertAlmostEqual(float(found / expected), 1, 8)
        many = lifetime.expected_purchases(model, 5000, 700, 700, 90)
        self.assertAlmostEqual(float(many) / 5000, 90 / 706, delta=0.01)

    def test_next_to_nobody_stays(self):
        """Most buy once, and who comes back comes soon: parameters at the bound."""
        for a in (200.0, 6000.0, 8103.0):
            model = lifetime.Frequency(0.05, 1.5, a, 8000, 0)
            found = lifetime.expected_purchases(model, [0, 0, 2], [0, 0, 5], 90, 90)
            self.assertTrue(np.all((found >= 0) & (found < 1)), (a, found))
        rng = np.random.default_rng(1)
        repeats = (rng.random(4000) < 0.05).astype(float)
        seen = repeats * rng.integers(1, 4, 4000)
        observed = seen + rng.integers(1, 700, 4000)
        model = lifetime.fit_frequency(repeats, seen, observed)
        found = lifetime.expected_purchases(model, repeats, seen, observed, 90)
        self.assertTrue(np.all(found >= 0))

    def test_no_number_of_purchases(self):
        model = lifetime.Frequency(np.nan, 1, 2, 3, 0)
        with self.assertRaises(ValueError):
            lifetime.expected_purchases(model, 0, 0, 90, 90)

    def test_nobody_buys_twice(self):
        with self.assertRaises(ValueError):
            lifetime.fit_frequency([0, 0], [0, 0], [10, 20])
        with self.assertRaises(ValueError):
            lifetime.fit_spending([0, 0], [0, 0])

    def test_auc_against_all_pairs(self):
        rng = np.random.default_rng(1)
        scores, outcomes = rng.integers(0, 6, 60), rng.integers(0, 2, 60)
        pairs = [
            (high > low) + 0.5 * (high == low)
            for (high, yes), (low, no) in itertools.product(
                zip(scores, outcomes, strict=True), repeat=2
            )
            if yes and not no
        ]
        self.assertAlmostEqual(quality.auc(scores, outcomes), sum(pairs) / len(pairs))

    def test_interval_holds_what_it_says(self):
        """Of many samples nineteen in twenty hold the true value, about."""
        rng, held = np.random.default_rng(2), 0
        true = 0.5 * (1 + math.erf(1 / 2))  # two normals, one unit apart
        for _sample in range(300):
            outcomes = rng.random(150) < 0.4
            scores = rng.normal(size=150) + outcomes
            low, high = quality.auc_interval(scores, outcomes)
            held += low <= true <= high
        self.assertGreater(held, 272)

    def test_nothing_is_judged_on_nothing(self):
        """All came back in the days that the card would be judged on."""
        values = np.zeros((600, len(features.FEATURES)))

        def look(_ask, cut, _ahead, _back):
            return np.arange(600), values, np.arange(600) % 2 | int(cut == 910)

        self.patch(studies, "_look", look)
        self.patch(studies, "_learn", lambda _look, _cut, _ahead: None)
        with self.assertRaises(studies.TooLittle) as found:
            studies.next_purchase(None, 1000, 90, 730, 200)
        self.assertEqual(found.exception.numbers["rest"], 0)

    def test_no_later_baskets(self):
        rows = {
            "baskets": [(1, 1072, 9835)],
            "pair": [(1, 2, 69, 160, 1072, 9835)],
            "basket": [(7, 1), (7, 2)],
        }
        with self.assertRaises(studies.TooLittle) as found:
            studies.judge_baskets(lambda job, **_days: rows[job], 0, 900, 1000, 1)
        self.assertEqual(found.exception.key, "later")
        self.assertEqual(found.exception.numbers["have"], 1)

    def _made(self, customers=4000):
        rng = np.random.default_rng(4)
        values = rng.normal(size=(customers, 3))
        values[rng.random(customers) < 0.2, 1] = np.nan
        logit = np.where(np.isnan(values[:, 1]), -1, values[:, 1]) - np.abs(
            values[:, 0]
        )
        outcomes = (rng.random(customers) < 1 / (1 + np.exp(-logit))).astype(int)
        return values, outcomes

    def test_card_adds_up(self):
        values, outcomes = self._made()
        card = scorecard.fit(values, outcomes)
        parts = scorecard.contributions(card, values)
        chance = scorecard.chances(card, parts)
        logit = np.log(chance / (1 - chance))
        gap = np.abs(logit - card.intercept - parts.sum(axis=1)).max()
        self.assertLess(gap, 1e-9)
        self.assertLess(np.abs(parts.mean(axis=0)).max(), 1e-9)
        self.assertAlmostEqual(chance.mean(), outcomes.mean(), 6)

    def test_card_learns_what_is_there(self):
        values, outcomes = self._made()
        card = scorecard.fit(values[:2000], outcomes[:2000])
        parts = scorecard.contributions(card, values[2000:])
        said = scorecard.chances(card, parts)
        self.assertGreater(quality.auc(said, outcomes[2000:]), 0.72)
        self.assertLess(np.abs(parts[:, 2]).mean(), np.abs(parts[:, 1]).mean() / 4)

    def test_card_of_one_value_and_of_nothing_known(self):
        values = np.column_stack([np.ones(100), np.full(100, np.nan)])
        card = scorecard.fit(values, [0, 1] * 50)
        chance = scorecard.chances(card, scorecard.contributions(card, values))
        self.assertTrue(np.allclose(chance, 0.5))
        with self.assertRaises(ValueError):
            scorecard.fit(values, np.ones(100))
