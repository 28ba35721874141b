"""Runs the studies over the facts of a file, and says what came of them."""

from dataclasses import asdict
from datetime import date, timedelta

import numpy as np

from .. import basket, features, itemsets, scorecard, studies

STUDIES = ("value", "next", "lifetime", "baskets", "rules")
MEASURES = {
    "auc": "AUC",
    "error": "error in purchases (root mean square)",
    "hits": "hits among ten suggestions",
}
RULES = {
    "last": "who bought last buys next",
    "pace": "everybody buys on as before",
    "popular": "what sells most",
}
TOO_LITTLE = {
    "customers": "Not enough data: {have:,} customers, {needed:,} needed.",
    "baskets": "Not enough data: {have:,} baskets, {needed:,} needed.",
    "later": "Not enough data: {have:,} later baskets of two products or more, "
    "{needed:,} needed.",
    "repeats": "Not enough data: {have:,} customers bought a second time, {needed:,} "
    "needed.",
    "outcomes": "Not enough data: of {known:,} customers known {days:,} days before "
    "the end {bought:,} bought again and {rest:,} did not, {needed:,} of both needed.",
}
_EPOCH = date(1970, 1, 1)


def day_text(day):
    """Write a day number as a date; beyond the calendar it stays a number."""
    try:
        return (_EPOCH + timedelta(days=day)).isoformat()
    except OverflowError:
        return str(day)


class Analysis:
    """The studies of one file."""

    def __init__(self, engine, sales, options):
        self.ask, self.sales, self.options = engine.ask, sales, options
        self.customers, self.pairs, self.rules = {}, [], []
        row = self.ask("check", to_day=options.last_day)[0]
        self.first_day, last = row[-2:]
        self.days = {
            "from_day": last - options.days_back,
            "cut_day": last - options.days_ahead if sales.has_days else 1,
            "to_day": last,
        }
        if not sales.has_days:
            self.days["from_day"] = 0
        read = np.asarray(sales.data["day"])
        self.older = int((read <= self.days["from_day"]).sum())

    def run(self):
        """Run what the file has the columns for.

        :return: ``{study: {"state", "says", figures…}}``
        """
        return {name: self._run_one(name) for name in self.options.studies}

    def _run_one(self, name):
        try:
            return getattr(self, f"_{name}")()
        except studies.TooLittle as little:
            says = TOO_LITTLE[little.key].format(**little.numbers)
            return {"state": "refused", "says": [says], **little.numbers}
        except (ArithmeticError, ValueError) as error:
            return {"state": "failed", "says": [f"It cannot be told: {error}."]}

    # ------------------------------------------------------------------- what it needs

    def _need_customers(self, least):
        if not self.sales.has_days:
            raise ValueError("the file has no dates")
        if not self.sales.customers:
            raise ValueError("the file has no customers")
        needed = self.options.needed or least
        have = self._known_customers()
        if have < needed:
            raise studies.TooLittle("customers", have=have, needed=needed)
        return needed

    def _known_customers(self):
        """Count the customers with a purchase in the window."""
        if not hasattr(self, "_window_customers"):
            window = {name: self.days[name] for name in ("from_day", "to_day")}
            self._rfm_rows = self.ask("rfm", **window)
            self._window_customers = len(self._rfm_rows)
        return self._window_customers

    def _need_baskets(self):
        if not self.sales.products:
            raise ValueError("the file has no products")
        have = studies.count_baskets(
            self.ask, self.days["from_day"], self.days["to_day"]
        )[1]
        needed = self.options.needed or 200
        if have < needed:
            raise studies.TooLittle("baskets", have=have, needed=needed)
        return have

    def _judged(self, judgement):
        """Say how a study did on later data, and whether it may be shown."""
        measure, rule = MEASURES[judgement.measure], RULES[judgement.rule]
        where = (
            f"On the last {self.options.days_ahead:,} days, which it had not seen"
            if self.sales.has_days
            else "On every fifth basket, which it had not seen"
        )
        figures = (
            f"{where}: {measure} {judgement.quality:.3f} (95 % of samples between "
            f"{judgement.low:.3f} and {judgement.high:.3f}); the rule “{rule}” reaches "
            f"{judgement.baseline:.3f}."
        )
        verdict = (
            "Better than the rule."
            if judgement.is_better
            else "Not better than the rule: nothing is given for customers or products."
        )
        return {
            "state": "done" if judgement.is_better else "worse",
            "says": [figures, verdict],
            "judgement": asdict(judgement),
        }

    # ------------------------------------------------------------------------ studies

    def _value(self):
        self._need_customers(20)
        days = self.days
        for row in self._rfm_rows:
            self._customer(row[0]).update(
                zip(
                    "first_day last_day recency_days orders cents margin_cents r f m "
                    "place tier segment".split(),
                    row[1:],
                    strict=True,
                )
            )
        tiers = {}
        for row in self._rfm_rows:
            tier = tiers.setdefault(row[11], [0, 0])
            tier[0] += 1
            tier[1] += row[5]
        best, total = tiers.get("A", [0])[0], self._known_customers()
        says = [f"{best:,} of {total:,} customers bring 80 % of the revenue."]
        judgement = studies.judge_classes(
            self.ask("rfm", from_day=days["from_day"], to_day=days["cut_day"]),
            self.ask("rfm", from_day=days["cut_day"], to_day=days["to_day"]),
        )
        if judgement:
            says.append(
                f"As a forecast of who buys in the last {self.options.days_ahead:,} "
                f"days the classes reach AUC {judgement.quality:.3f}, recency alone "
                f"{judgement.baseline:.3f}: they describe the past."
            )
        segments = {}
        for row in self._rfm_rows:
            segments[row[12]] = segments.get(row[12], 0) + 1
        return {
            "state": "done",
            "says": says,
            "tiers": {
                name: {"customers": count, "revenue": cents / 100}
                for name, (count, cents) in sorted(tiers.items())
            },
            "segments": dict(sorted(segments.items())),
            "judgement": judgement and asdict(judgement),
        }

    def _customer(self, number):
        return self.customers.setdefault(number, {})

    def _next(self):
        needed = self._need_customers(200)
        found = studies.next_purchase(
            self.ask,
            self.days["to_day"],
            self.options.days_ahead,
            self.options.days_back,
            needed,
        )
        names = list(features.FEATURES)
        told = self._judged(found.judgement)
        told["says"].insert(
            1,
            "What is said and what comes lie "
            f"{found.judgement.calibration_error:.3f} apart.",
        )
        if told["state"] == "done":
            order = scorecard.strongest(found.parts)
            for place, number in enumerate(found.ids.tolist()):
                row = self._customer(number)
                row["chance"] = round(float(found.chances[place]), 6)
                for rank, at in enumerate(order[place].tolist(), 1):
                    value, part = found.values[place, at], found.parts[place, at]
                    if value == value and part:
                        row[f"reason_{rank}"] = f"{names[at]} {value:g} ({part:+.3f})"
        return {
            **told,
            "customers": len(found.ids),
            "expected_buyers": float(found.chances.sum()),
        }

    def _lifetime(self):
        if not self.sales.has_amounts:
            raise ValueError("the file has no amounts")
        needed = self._need_customers(200)
        found = studies.lifetime_value(
            self.ask, self.days, self.options.days_ahead, needed, self.options.seed
        )
        told = self._judged(found.judgement)
        told["says"].append(
            f"In all it expected {found.expected:,.0f} purchases and {found.came:,} "
            "came: it knows no season."
        )
        if told["state"] == "done":
            columns = (found.ids, found.alive, found.purchases, found.value)
            for number, alive, purchases, value in zip(
                *(column.tolist() for column in columns), strict=True
            ):
                self._customer(number).update(
                    alive=round(alive, 6),
                    expected_purchases=round(purchases, 6),
                    expected_value=round(value, 2) if value == value else None,
                )
        return {
            **told,
            "judged_model": asdict(found.judged),
            "frequency": asdict(found.frequency),
            "spending": asdict(found.spending),
            "correlation": found.correlation,
            "value": float(np.nansum(found.value)),
        }

    def _baskets(self):
        count = self._need_baskets()
        told = self._judged(
            studies.judge_baskets(self.ask, **self.days, seed=self.options.seed)
        )
        least = studies.least_support(count)
        told |= {"baskets": count, "least": least}
        if told["state"] != "done":
            return told
        window = {name: self.days[name] for name in ("from_day", "to_day")}
        for kind, job in (("together", "pair"), ("after", "sequence")):
            rows = self.ask(job, **window, least=least)
            self._keep_pairs(kind, rows)
        told["says"].append(
            f"{len(self.pairs):,} pairs in {least:,} baskets or more go together, or "
            "one after the other, more often than by chance."
        )
        return told

    def _keep_pairs(self, kind, rows):
        if not rows:
            return
        cells = np.array(rows, dtype=np.int64)
        if kind == "together":
            cells = basket.both_ways(rows)
        support, confidence, lift, low = basket.measures(*cells.T[2:])
        order = np.lexsort((cells[:, 1], cells[:, 0], -low))
        order = order[low[order] > 1]
        names = self.sales.product_name
        self.pairs += [
            (kind, names(one), names(two), both, *measures)
            for (one, two, both), *measures in zip(
                cells[order, :3].tolist(),
                *(part[order].tolist() for part in (support, confidence, lift, low)),
                strict=True,
            )
        ]

    def _rules(self):
        self._need_baskets()
        lines = self.ask(
            "basket",
            from_day=self.days["from_day"],
            to_day=self.days["to_day"],
            fewest=1,
            most=2**31 - 1,
        )
        baskets = studies.by_document(lines).values()
        found, count = itemsets.frequent(
            baskets, self.options.support, self.options.largest_set
        )
        names = self.sales.product_name
        self.rules = [
            (" + ".join(sorted(map(names, left))), names(right), *figures)
            for left, right, *figures in itemsets.rules(
                found, count, self.options.confidence
            )
        ]
        says = (
            f"{len(found):,} sets of products are in {self.options.support:.3%} of "
            f"{count:,} baskets or more; {len(self.rules):,} rules hold in "
            f"{self.options.confidence:.0%} of their cases or more."
        )
        return {
            "state": "done",
            "says": [says],
            "sets": len(found),
            "rules": len(self.rules),
            "baskets": count,
        }
