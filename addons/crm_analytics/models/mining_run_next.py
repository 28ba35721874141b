from psycopg2.extras import Json

from odoo import models
from odoo.tools import SQL

from ..tools import features, quality, scorecard, studies
from .mining_engine import day_number, day_of


class MiningRun(models.Model):
    """Who will buy in the days ahead, who will not, and why."""

    _inherit = "mining.run"

    def _run_next(self):
        found = studies.next_purchase(
            self._ask_jobs,
            day_number(self.date_to),
            self.model_id.horizon_days,
            self.model_id.window_days,
            self.model_id.needed,
            tell=self._step,
        )
        self.parameters = {
            "intercept": found.card.intercept,
            "features": {
                name: {"edges": edges.tolist(), "weights": weights.tolist()}
                for name, edges, weights in zip(
                    features.FEATURES, found.card.edges, found.card.weights, strict=True
                )
            },
        }
        self._store_next(found)
        self._seal("mining_score")
        self._judge(found.judgement)

    def _store_next(self, found):
        order = scorecard.strongest(found.parts)
        names = list(features.FEATURES)
        column = {name: found.values[:, place] for place, name in enumerate(names)}
        rows = [
            (
                self.id,
                self.company_id.id,
                partner,
                chance,
                self._expected_date(recency, rhythm),
                Json(
                    _reasons(
                        names, order[place], found.values[place], found.parts[place]
                    )
                ),
            )
            for place, (partner, chance, recency, rhythm) in enumerate(
                zip(
                    found.ids.tolist(),
                    found.chances.tolist(),
                    column["recency"].tolist(),
                    column["rhythm"].tolist(),
                    strict=True,
                )
            )
        ]
        self._insert(
            "INSERT INTO mining_score (run_id, company_id, partner_id, chance,"
            " expected_date, reasons) VALUES %s",
            rows,
        )
        before = self.env.execute_query(
            SQL(
                "SELECT chance FROM mining_score WHERE run_id = ANY(%s) ORDER BY id",
                self._previous().ids,
            )
        )
        if before and rows:
            self.drift = quality.drift([chance for (chance,) in before], found.chances)

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
