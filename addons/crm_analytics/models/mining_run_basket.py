import numpy as np

from odoo import models

from ..tools import basket, studies


class MiningRun(models.Model):
    """Products that are bought together or one after the other."""

    _inherit = "mining.run"

    def _has_enough(self):
        if self.kind != "basket":
            return super()._has_enough()
        have = self._count_baskets()
        if have >= self.model_id.needed:
            return True
        self._refuse("baskets", have=have, needed=self.model_id.needed)
        return False

    def _count_baskets(self):
        days = self._days()
        return studies.count_baskets(self._ask_goods, days["from_day"], days["to_day"])[
            1
        ]

    def _run_basket(self):
        days = self._days()
        self._step("judge")
        judgement = studies.judge_baskets(self._ask_goods, **days, seed=self.seed)
        self._step("score")
        least = studies.least_support(self._count_baskets())
        window = {"from_day": days["from_day"], "to_day": days["to_day"]}
        self._store_pairs(
            [
                pair
                for kind, job in (("together", "pair"), ("after", "sequence"))
                for pair in self._prepare_pairs(
                    kind, self._ask_goods(job, **window, least=least)
                )
            ]
        )
        self.parameters = {"least": least}
        self._seal("mining_pair")
        self._judge(judgement)

    def _ask_goods(self, name, **parameters):
        """Run a set job without services such as delivery."""
        return self._ask_jobs(name, goods_only=True, **parameters)

    def _prepare_pairs(self, kind, rows):
        """Give the pairs whose lift is above 1 for sure; those together both ways."""
        if not rows:
            return []
        if kind == "together":
            cells = basket.both_ways(rows)
        else:
            cells = np.array(rows, dtype=np.int64)
        cells = cells[np.lexsort((cells[:, 1], cells[:, 0]))]
        support, confidence, lift, low = basket.measures(*cells.T[2:])
        kept = low > 1
        columns = (*cells.T[:3], support, confidence, lift, low)
        return [
            (self.id, self.company_id.id, kind, *cell)
            for cell in zip(*(column[kept].tolist() for column in columns), strict=True)
        ]

    def _store_pairs(self, pairs):
        self._insert(
            "INSERT INTO mining_pair (run_id, company_id, kind, product_id, other_id,"
            " baskets, support, confidence, lift, lift_low) VALUES %s",
            pairs,
        )
        self.env["mining.pair"].invalidate_model(flush=False)
