import numpy as np
from psycopg2.extras import execute_values

from odoo import models

from ..tools import lifetime
from .mining_engine import day_number


class MiningRun(models.Model):
    """How many purchases to expect of each customer, and what they are worth."""

    _inherit = "mining.run"

    def _run_lifetime(self):
        days = self._days()
        ahead = self.model_id.horizon_days
        _ids, repeats, seen, observed, _cents, later = self._visits(**days)
        if not self._enough_repeats(repeats):
            return
        model = lifetime.fit_frequency(repeats, seen, observed)
        expected = lifetime.expected_purchases(model, repeats, seen, observed, ahead)
        is_better = self._judge_lifetime(expected, repeats, observed, later)
        days["cut_day"] = day_number(self.date_to)
        ids, repeats, seen, observed, cents, _later = self._visits(**days)
        model = lifetime.fit_frequency(repeats, seen, observed)
        mean = cents / np.maximum(repeats, 1) / 100
        spending = lifetime.fit_spending(repeats, mean)
        self.parameters = {
            "frequency": {key: getattr(model, key) for key in ("r", "alpha", "a", "b")},
            "spending": {key: getattr(spending, key) for key in ("p", "q", "gamma")},
            "correlation": _correlation(repeats, mean),
        }
        expected = lifetime.expected_purchases(model, repeats, seen, observed, ahead)
        alive = lifetime.chance_alive(model, repeats, seen, observed)
        value = expected * lifetime.expected_value(spending, repeats, mean)
        self._store_lifetime(ids, alive, expected, value)
        self._seal("mining_score")
        self._judge(is_better)
        self._say(
            "season",
            expected=round(self.pictures["expected"]),
            came=self.pictures["came"],
        )

    def _visits(self, **days):
        """Give columns of the job: ids, repeats, seen, observed, cents, later."""
        rows = self.env["mining.engine"]._run_job("visits", self.company_id, **days)
        return np.array(rows, dtype=np.int64).reshape(-1, 6).T

    def _enough_repeats(self, repeats):
        bought = int((repeats > 0).sum())
        if bought >= self.model_id.needed:
            return True
        self._refuse("repeats", have=bought)
        return False

    def _judge_lifetime(self, expected, repeats, observed, later):
        """Compare with everybody buying on at the pace so far; less is better.

        :return: True when the model is nearer
        """
        pace = repeats / np.maximum(observed, 1) * self.model_id.horizon_days
        errors = (expected - later) ** 2
        picks = np.random.default_rng(self.seed).integers(
            0, errors.size, (200, errors.size)
        )
        spread = np.sqrt(errors[picks].mean(axis=1))
        self.write(
            {
                "measure": "error",
                "quality": float(np.sqrt(errors.mean())),
                "quality_low": float(np.quantile(spread, 0.025)),
                "quality_high": float(np.quantile(spread, 0.975)),
                "rule": "pace",
                "baseline": float(np.sqrt(((pace - later) ** 2).mean())),
                "pictures": {
                    "expected": float(expected.sum()),
                    "came": int(later.sum()),
                },
            }
        )
        return self.quality < self.baseline

    def _store_lifetime(self, ids, alive, expected, value):
        columns = (ids, alive, expected, value)
        rows = [
            (
                self.id,
                self.company_id.id,
                partner,
                chance,
                orders,
                amount if amount == amount else None,  # no value without a mean
            )
            for partner, chance, orders, amount in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ]
        execute_values(
            self.env.cr._obj,
            "INSERT INTO mining_score (run_id, company_id, partner_id, chance,"
            " expected_orders, value) VALUES %s",
            rows,
            page_size=5000,
        )


def _correlation(repeats, mean):
    """Give how far frequency and value go together, which the model takes for 0."""
    bought = repeats > 0
    if bought.sum() < 3 or not (repeats[bought].std() and mean[bought].std()):
        return None
    return float(np.corrcoef(repeats[bought], mean[bought])[0, 1])
