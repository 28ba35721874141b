from psycopg2.extras import Json, execute_values

from odoo import models
from odoo.tools import SQL

from ..tools import features, quality, scorecard
from .mining_engine import day_number, day_of

#: Customers of either outcome without whom a card learns nothing.
POSITIVES = 200


class MiningRun(models.Model):
    """Who will buy in the days ahead, who will not, and why."""

    _inherit = "mining.run"

    def _run_next(self):
        """Learn on the days before last, judge on the last days, then look ahead."""
        ahead, end = self.model_id.horizon_days, day_number(self.date_to)
        _ids, values, outcomes = self._features(end - 2 * ahead, end - ahead)
        if not self._is_enough(outcomes):
            self._refuse_outcomes(outcomes)
            return
        card = scorecard.fit(values, outcomes)
        ids, values, outcomes = self._features(end - ahead, end)
        is_better = self._judge_next(card, values, outcomes)
        if self._is_enough(outcomes):
            card = scorecard.fit(values, outcomes)
        self.parameters = {
            "intercept": card.intercept,
            "features": {
                name: {"edges": edges.tolist(), "weights": weights.tolist()}
                for name, edges, weights in zip(
                    features.FEATURES, card.edges, card.weights, strict=True
                )
            },
        }
        ids, values, _later = self._features(end, end)
        self._store_next(card, ids, values)
        self._seal("mining_score")
        self._judge(is_better)

    def _features(self, cut, until):
        """Give ids, values and outcomes as known on a day, of a window that rolls."""
        rows = self.env["mining.engine"]._run_job(
            "next_purchase",
            self.company_id,
            from_day=cut - self.model_id.window_days,
            cut_day=cut,
            to_day=until,
        )
        return features.table(rows)

    def _is_enough(self, outcomes):
        """Tell whether enough customers bought again, and enough did not."""
        bought = int(outcomes.sum())
        needed = min(POSITIVES, self.model_id.needed)
        return min(bought, outcomes.size - bought) >= needed

    def _refuse_outcomes(self, outcomes):
        bought = int(outcomes.sum())
        self.state = "refused"
        self._say(
            "outcomes",
            known=int(outcomes.size),
            days=2 * self.model_id.horizon_days,
            bought=bought,
            rest=int(outcomes.size) - bought,
            needed=min(POSITIVES, self.model_id.needed),
        )

    def _judge_next(self, card, values, outcomes):
        """Compare with the rule that who bought last buys next, on later sales.

        :return: True when the card is better
        """
        said = scorecard.chances(card, scorecard.contributions(card, values))
        recency = list(features.FEATURES).index("recency")
        low, high = quality.auc_interval(said, outcomes)
        self.write(
            {
                "measure": "auc",
                "quality": quality.auc(said, outcomes),
                "quality_low": low,
                "quality_high": high,
                "rule": "last",
                "baseline": quality.auc(-values[:, recency], outcomes),
                "calibration_error": quality.calibration_error(said, outcomes),
            }
        )
        return self.quality > self.baseline

    def _store_next(self, card, ids, values):
        parts = scorecard.contributions(card, values)
        said = scorecard.chances(card, parts)
        order = scorecard.strongest(parts)
        names = list(features.FEATURES)
        column = {name: values[:, place] for place, name in enumerate(names)}
        rows = [
            (
                self.id,
                self.company_id.id,
                partner,
                chance,
                self._expected_date(recency, rhythm),
                Json(_reasons(names, order[place], values[place], parts[place])),
            )
            for place, (partner, chance, recency, rhythm) in enumerate(
                zip(
                    ids.tolist(),
                    said.tolist(),
                    column["recency"].tolist(),
                    column["rhythm"].tolist(),
                    strict=True,
                )
            )
        ]
        execute_values(
            self.env.cr._obj,
            "INSERT INTO mining_score (run_id, company_id, partner_id, chance,"
            " expected_date, reasons) VALUES %s",
            rows,
            page_size=5000,
        )
        before = self.env.execute_query(
            SQL(
                "SELECT chance FROM mining_score WHERE run_id = ANY(%s) ORDER BY id",
                self._previous().ids,
            )
        )
        if before and rows:
            self.drift = quality.drift([chance for (chance,) in before], said)

    def _expected_date(self, recency, rhythm):
        """Give when the usual time is over; nothing once it is, or without a usual."""
        if rhythm != rhythm or rhythm < recency:
            return None
        return day_of(day_number(self.date_to) + round(rhythm - recency))


def _reasons(names, order, values, parts):
    """Give ``[feature, value, weight]``, strongest first; what is not known is none."""
    return [
        [
            names[place],
            round(float(values[place]), features.FEATURES[names[place]]),
            round(float(parts[place]), 6),
        ]
        for place in order
        if values[place] == values[place] and parts[place]
    ]
