from odoo import models

from ..tools import studies


class MiningRun(models.Model):
    """How many purchases to expect of each customer, and what they are worth."""

    _inherit = "mining.run"

    def _run_lifetime(self):
        found = studies.lifetime_value(
            self._ask_jobs,
            self._days(),
            self.model_id.horizon_days,
            self.model_id.needed,
            self.seed,
            tell=self._step,
        )
        self.parameters = {
            "frequency": {
                key: getattr(found.frequency, key) for key in ("r", "alpha", "a", "b")
            },
            "spending": {
                key: getattr(found.spending, key) for key in ("p", "q", "gamma")
            },
            "correlation": found.correlation,
        }
        self.pictures = {"expected": found.expected, "came": found.came}
        self._store_lifetime(found)
        self._seal("mining_score")
        self._judge(found.judgement)
        self._say("season", expected=round(found.expected), came=found.came)

    def _store_lifetime(self, found):
        columns = (found.ids, found.alive, found.purchases, found.value)
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
        self._insert(
            "INSERT INTO mining_score (run_id, company_id, partner_id, chance,"
            " expected_orders, value) VALUES %s",
            rows,
        )
