"""Models on data whose results are published.

The data sets are read from the folder that the environment variable CRM_DATA_SETS
names: `cdnow_sample.txt` (Fader and Hardie) and `groceries.csv` (Hahsler and Hornik).
Without them only the example of the paper is checked.
"""

import csv
import os
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import numpy as np

from odoo.addons.crm_analytics.tools import basket, job, lifetime

from .measure import Meter, Report, Sample

FIRST_END = date(1997, 9, 30)  # the first 39 weeks
#: Fader, Hardie and Lee, Marketing Science 24(2), 2005; Fader and Hardie, note, 2013.
FREQUENCY = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPENDING = {"p": 6.25, "q": 3.74, "gamma": 15.44}
LIKELIHOOD = -9582.4
LEAST = 60  # baskets: a support of 0.006


def main(env, scale):
    report = Report("Models on published data", scale)
    model = lifetime.Frequency(**FREQUENCY, log_likelihood=LIKELIHOOD)
    expected = float(lifetime.expected_purchases(model, 2, 30.43, 38.86, 39))
    report.fact(
        "purchases to expect in the paper's example",
        f"{expected:.3f}",
        bar="1.226",
        met=round(expected, 3) == 1.226,
    )
    folder = Path(os.environ.get("CRM_DATA_SETS", "/nowhere"))
    meter = Meter(env)
    for name, proof in (("cdnow_sample.txt", _cdnow), ("groceries.csv", _groceries)):
        if (folder / name).exists():
            with meter.undone():
                proof(meter, report, env, folder / name)
    return report.show()


def _cdnow(meter, report, env, path):
    spent = defaultdict(lambda: defaultdict(float))
    for line in path.read_text().splitlines():
        if line.strip():
            _master, customer, day, _quantity, amount = line.split()
            spent[customer][datetime.strptime(day, "%Y%m%d").date()] += float(amount)
    rows = []
    for days in spent.values():
        first, known = min(days), [day for day in days if day <= FIRST_END]
        again = [days[day] for day in known if day > first]
        weeks = [(day - first).days / 7 for day in (max(known), FIRST_END)]
        rows.append((len(again), *weeks, sum(again) / max(len(again), 1)))
    repeats, seen, observed, mean = np.array(rows).T
    cost = Sample()
    with meter.on(cost):
        frequency = lifetime.fit_frequency(repeats, seen, observed)
        spending = lifetime.fit_spending(repeats, mean)
    for model, published, digits in (
        (frequency, FREQUENCY, 3),
        (spending, SPENDING, 2),
    ):
        found = {name: round(getattr(model, name), digits) for name in published}
        report.fact(
            f"CDNOW, {type(model).__name__}",
            found,
            published,
            bar="equal",
            met=found == published,
        )
    report.fact(
        f"CDNOW, log-likelihood ({cost.cpu_ms:.0f} ms CPU)",
        f"{frequency.log_likelihood:.2f}",
        LIKELIHOOD,
        bar="+- 0.05",
        met=abs(frequency.log_likelihood - LIKELIHOOD) < 0.05,
    )


def _groceries(meter, report, env, path):
    with path.open(newline="") as lines:
        baskets = [set(row) for row in csv.reader(lines) if row]
    names = sorted(set().union(*baskets))
    number = {name: place for place, name in enumerate(names)}
    env.cr.execute(
        "CREATE TEMP TABLE fact (customer int, document int, product int, day int,"
        " month int, cents int, margin_cents int, is_return int)"
    )
    lines = [(place, number[name]) for place, row in enumerate(baskets) for name in row]
    env.cr.execute(
        "INSERT INTO fact SELECT NULL, document, product, 1, 1, 1, NULL, 0"
        " FROM unnest(%s, %s) AS line(document, product)",
        [list(column) for column in zip(*lines, strict=True)],
    )
    env.cr.execute("ANALYZE fact; SET LOCAL enable_nestloop = off")
    cost = Sample()
    with meter.on(cost):
        env.cr.execute(job.text("pair", from_day=0, to_day=1, least=LEAST))
        cells = np.array(env.cr.fetchall())
    cells = np.vstack([cells, cells[:, [1, 0, 2, 4, 3, 5]]])
    _support, confidence, lift, _low = basket.measures(*cells.T[2:])
    best = int(np.argmax(np.where(confidence >= 0.25, lift, 0)))
    rule = f"{names[cells[best, 0]]} -> {names[cells[best, 1]]} {lift[best]:.3f}"
    report.fact(
        f"Groceries, highest lift of a pair ({cost.cpu_ms:.0f} ms CPU)",
        rule,
        bar="herbs -> root vegetables 3.956",
        met=rule == "herbs -> root vegetables 3.956",
    )
