from collections import defaultdict
from math import ceil

import numpy as np
from psycopg2.extras import execute_values

from odoo import models

from ..tools import basket

#: Share of the baskets, and number of them, below which a pair proves nothing.
SUPPORT, LEAST = 0.001, 5
#: Products by popularity that the naive rule may need.
POPULAR = 1000
#: Later baskets that a run is judged on, and the largest of them that counts.
JUDGED, LARGEST = 3000, 60


class MiningRun(models.Model):
    """Products that are bought together or one after the other."""

    _inherit = "mining.run"

    def _has_enough(self):
        if self.kind != "basket":
            return super()._has_enough()
        have = self._baskets(self._days())[1]
        if have >= self.model_id.needed:
            return True
        self._refuse("baskets", have=have)
        return False

    def _run_basket(self):
        days = self._days()
        is_better = self._judge_baskets(days)
        least = self._least(self._baskets(days)[1])
        window = {"from_day": days["from_day"], "to_day": days["to_day"]}
        for kind, job in (("together", "pair"), ("after", "sequence")):
            self._store_pairs(kind, self._goods_job(job, **window, least=least))
        self.parameters = {"least": least}
        self._seal("mining_pair")
        self._judge(is_better)

    def _goods_job(self, name, **parameters):
        return self.env["mining.engine"]._run_job(
            name, self.company_id, goods_only=True, **parameters
        )

    def _baskets(self, days, end="to_day"):
        """Give the products by popularity, best first, and the number of baskets."""
        rows = self._goods_job(
            "baskets", from_day=days["from_day"], to_day=days[end], most=POPULAR
        )
        return [row[0] for row in rows], rows[0][2] if rows else 0

    def _least(self, baskets):
        return max(LEAST, ceil(baskets * SUPPORT))

    def _judge_baskets(self, days):
        """Take a product off later baskets, and see who brings it back.

        :return: True when the pairs find more than popularity
        """
        popular, count = self._baskets(days, "cut_day")
        pairs = self._goods_job(
            "pair",
            from_day=days["from_day"],
            to_day=days["cut_day"],
            least=self._least(count),
        )
        found, naive = basket.hits(
            _rules(pairs), popular, self._later_baskets(days), self.seed
        )
        reach = 1.96 * np.sqrt(found.var() / max(found.size, 1)) if found.size else 0
        quality = float(found.mean()) if found.size else 0.0
        self.write(
            {
                "measure": "hits",
                "quality": quality,
                "quality_low": quality - reach,
                "quality_high": quality + reach,
                "rule": "popular",
                "baseline": float(naive.mean()) if naive.size else 0.0,
            }
        )
        return self.quality > self.baseline

    def _later_baskets(self, days):
        """Give the products of baskets after the cut, a sample chosen by the seed."""
        lines = self._goods_job(
            "basket", from_day=days["cut_day"], to_day=days["to_day"], most=LARGEST
        )
        found = defaultdict(list)
        for document, product in lines:
            found[document].append(product)
        chosen = sorted(found)
        if len(chosen) > JUDGED:
            rng = np.random.default_rng(self.seed)
            chosen = sorted(rng.choice(chosen, JUDGED, replace=False).tolist())
        return [found[document] for document in chosen]

    def _store_pairs(self, kind, rows):
        """Keep the pairs whose lift is above 1 for sure; those together both ways."""
        if not rows:
            return
        cells = np.array(rows, dtype=np.int64)
        if kind == "together":
            cells = np.vstack([cells, cells[:, [1, 0, 2, 4, 3, 5]]])
        cells = cells[np.lexsort((cells[:, 1], cells[:, 0]))]
        support, confidence, lift, low = basket.measures(*cells.T[2:])
        kept = low > 1
        columns = (*cells.T[:3], support, confidence, lift, low)
        execute_values(
            self.env.cr._obj,
            "INSERT INTO mining_pair (run_id, company_id, kind, product_id, other_id,"
            " baskets, support, confidence, lift, lift_low) VALUES %s",
            [
                (self.id, self.company_id.id, kind, *cell)
                for cell in zip(
                    *(column[kept].tolist() for column in columns), strict=True
                )
            ],
            page_size=5000,
        )
        self.env["mining.pair"].invalidate_model(flush=False)


def _rules(pairs):
    """Give ``{product: [(other, weight)]}``, both ways, of pairs above chance."""
    rules = defaultdict(list)
    if not pairs:
        return rules
    cells = np.array(pairs, dtype=np.int64)
    cells = np.vstack([cells, cells[:, [1, 0, 2, 4, 3, 5]]])
    _support, confidence, _lift, low = basket.measures(*cells.T[2:])
    for (product, other), weight, least in zip(
        cells[:, :2].tolist(), confidence.tolist(), low.tolist(), strict=True
    ):
        if least > 1:
            rules[product].append((other, weight))
    return rules
