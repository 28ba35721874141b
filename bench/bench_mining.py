"""Analyses on a real distributor's and a grocer's sales, against others' libraries.

The data sets are read from the folder that the environment variable CRM_DATA_SETS
names: `online_retail.csv.gz` (UCI, CC BY 4.0), `groceries.csv` (Hahsler and Hornik) and
`cdnow_sample.txt` (Fader and Hardie). The libraries run in the Python that
CRM_PEER_PYTHON names; without it their rows say so.
"""

import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import numpy as np

from odoo.addons.crm_analytics.tools import (
    basket,
    engines,
    features,
    itemsets,
    job,
    lifetime,
    scorecard,
    studies,
)
from odoo.addons.crm_analytics.tools.mine import reader

from .measure import Meter, Report, Sample

PEERS = Path(__file__).with_name("peers.py")
#: Lantz, Machine Learning with R, chapter 8; arules.
RULES = ((0.006, 0.25, 463), (0.001, 0.8, 410), (0.001, 0.9, 129))
AHEAD, BACK, LAST = 90, 730, 20_000
ROWS, CUSTOMERS = 200_000, 150_000
#: Seconds after which another library is stopped.
PATIENCE = 90


def main(env, scale):
    report = Report("Analyses on real data", scale)
    meter = Meter(env)
    folder = Path(os.environ.get("CRM_DATA_SETS", "/nowhere"))
    for name, proof in (
        ("groceries.csv", _groceries),
        ("cdnow_sample.txt", _cdnow),
        ("online_retail.csv.gz", _distributor),
    ):
        if (folder / name).exists():
            with meter.undone():
                proof(meter, report, env, folder / name)
    return report.show()


def _peer(name, **data):
    """Run another library; None where its Python is not named."""
    python = os.environ.get("CRM_PEER_PYTHON")
    if not python:
        return None
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        np.savez(file, **data)
        file.flush()
        try:
            said = subprocess.run(
                [python, PEERS, name, file.name],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=True,
            )
        except subprocess.TimeoutExpired:
            return {"seconds": PATIENCE, "is_cut": True}
        except subprocess.CalledProcessError:
            return None
    return json.loads(said.stdout.splitlines()[-1])


def _against(report, what, ours, peer, bar):
    """Compare seconds of CPU; ``bar`` is how many times cheaper ours has to be."""
    if peer is None:
        report.fact(what, f"{ours:.3f} s CPU", "not installed (CRM_PEER_PYTHON)")
        return
    ratio = peer["seconds"] / ours
    theirs = f"{peer['seconds']:.3f} s CPU"
    if "is_cut" in peer:
        theirs = f"stopped after {PATIENCE} s"
    report.bar(
        what,
        f"{ours:.3f} s CPU",
        theirs,
        f"{ratio:.1f} x",
        f">= {bar:g} x",
        ratio >= bar,
    )


def _load(env, path, **options):
    """Put a file's sales into a table ``fact`` of this session."""
    sales = reader.read(path, reader.Options(last_day=LAST, **options))
    session = engines.Session(env.cr)
    session.load(engines.with_months(sales.data))
    return session.ask


def _baskets(ask, **window):
    lines = ask("basket", **window, fewest=1, most=2**31 - 1)
    return lines, [
        [product for _document, product in group]
        for _document, group in groupby(lines, key=lambda line: line[0])
    ]


def _groceries(meter, report, env, path):
    lines, baskets = _baskets(_load(env, path), from_day=0, to_day=LAST)
    documents, products = np.array(lines).T
    for support, confidence, published in RULES:
        began = time.process_time()
        found, count = itemsets.frequent(baskets, support)
        made = len(itemsets.rules(found, count, confidence))
        ours = time.process_time() - began
        what = f"Groceries, rules at support {support}, confidence {confidence}"
        report.fact(what, made, bar=str(published), met=made == published)
        peer = _peer(
            "rules",
            document=documents,
            product=products,
            support=support,
            confidence=confidence,
            largest=0,
        )
        _against(report, f"{what}, against mlxtend's FP-growth", ours, peer, 1)


def _cdnow(meter, report, env, path):
    ask = _load(env, path)
    cut = (np.datetime64("1997-09-30") - np.datetime64("1970-01-01")).astype(int)
    _ids, repeats, seen, observed, cents, _later = studies._visits(
        ask, from_day=0, cut_day=int(cut), to_day=int(cut)
    )
    data = {
        "repeats": repeats,
        "seen": seen / 7,
        "observed": observed / 7,
        "mean": cents / np.maximum(repeats, 1) / 100,
    }
    _fit(report, "CDNOW", data)
    _fit(report, f"{CUSTOMERS:,} customers made by the model", _made())


def _fit(report, what, data):
    began = time.process_time()
    lifetime.fit_frequency(data["repeats"], data["seen"], data["observed"])
    lifetime.fit_spending(data["repeats"], data["mean"])
    ours = time.process_time() - began
    what += ", BG/NBD and Gamma-Gamma, against lifetimes"
    _against(report, what, ours, _peer("lifetime", **data), 1 / 0.6)


def _made():
    """Let customers buy and leave as the models say, observed by the day."""
    rng = np.random.default_rng(7)
    rate = rng.gamma(0.6, 1 / 40, CUSTOMERS)
    leave = rng.beta(0.8, 3, CUSTOMERS)
    observed = rng.integers(200, 700, CUSTOMERS)
    repeats, seen = np.zeros(CUSTOMERS), np.zeros(CUSTOMERS)
    when, stays = np.zeros(CUSTOMERS), np.ones(CUSTOMERS, dtype=bool)
    while stays.any():
        when = when + rng.exponential(1 / rate)
        stays &= when <= observed
        repeats += stays
        seen = np.where(stays, np.floor(when), seen)
        stays &= rng.random(CUSTOMERS) >= leave
    spent = rng.gamma(4, 1 / 15, CUSTOMERS)
    mean = rng.gamma(6 * np.maximum(repeats, 1)) / spent / np.maximum(repeats, 1)
    return {
        "repeats": repeats,
        "seen": seen / 7,
        "observed": observed / 7,
        "mean": np.where(repeats > 0, mean, 0),
    }


def _distributor(meter, report, env, path):
    ask = _load(env, path)
    end = ask("check", to_day=LAST)[0][-1]
    found = studies.next_purchase(ask, end, AHEAD, BACK, studies.POSITIVES)
    judged = found.judgement
    report.bar(
        "Online Retail, who buys in the last 90 days: AUC",
        f"{judged.quality:.3f}",
        f"{judged.baseline:.3f}, who bought last",
        bar=">= 0.73",
        met=judged.quality >= 0.73,
    )
    report.bar(
        "what is said and what comes lie apart",
        f"{judged.calibration_error:.3f}",
        bar="<= 0.08",
        met=judged.calibration_error <= 0.08,
    )
    _reasons(report, found, ask, end)
    _suggest(report, ask, end)
    _pairs(meter, report, env, ask, end)


def _reasons(report, found, ask, end):
    """Score and explain many customers, against boosted trees and TreeSHAP."""
    rows = ask("next_purchase", from_day=end - BACK, cut_day=end - AHEAD, to_day=end)
    _ids, values, outcomes = features.table(rows)
    many = np.resize(values, (ROWS, values.shape[1]))
    began = time.process_time()
    parts = scorecard.contributions(found.card, many)
    chances = scorecard.chances(found.card, parts)
    scorecard.strongest(parts)
    ours = time.process_time() - began
    logit = np.log(chances / (1 - chances))
    gap = float(np.abs(logit - found.card.intercept - parts.sum(axis=1)).max())
    few = len(values)
    peer = _peer("reasons", values=values, outcomes=outcomes, count=few)
    if peer:
        peer["seconds"] *= ROWS / few
    what = f"{ROWS:,} customers scored with reasons, against TreeSHAP (from {few:,})"
    _against(report, what, ours, peer, 50)
    report.bar(
        "reasons sum to the logit within", f"{gap:.0e}", bar="1e-9", met=gap < 1e-9
    )


def _suggest(report, ask, end):
    """Hide parts of later baskets, and see who brings them back."""
    one = studies.judge_baskets(ask, end - BACK, end - AHEAD, end, 19)
    report.fact(
        "one product of a later basket hidden, among ten suggestions",
        f"{one.quality:.3f}",
        f"{one.baseline:.3f}, what sells most",
    )
    popular, count = studies.count_baskets(ask, end - BACK, end - AHEAD)
    pairs = ask(
        "pair",
        from_day=end - BACK,
        to_day=end - AHEAD,
        least=studies.least_support(count),
    )
    rules, rng = basket.rules(pairs), np.random.default_rng(19)
    lines = ask("basket", from_day=end - AHEAD, to_day=end, fewest=2, most=10**6)
    whole = defaultdict(list)
    for document, product in lines:
        whole[document].append(product)
    hit, usual = [], []
    for products in list(whole.values())[:: max(1, len(whole) // 3000)]:
        mixed = rng.permutation(products).tolist()
        shown, rest = mixed[: len(mixed) // 2], set(mixed[len(mixed) // 2 :])
        found = [product for product, *_why in basket.suggest(rules, shown)]
        best = [product for product in popular if product not in shown][:10]
        hit.append(bool(rest & {*found, *best[: 10 - len(found)]}))
        usual.append(bool(rest & set(best)))
    report.bar(
        "half of a later basket hidden, any of it among ten suggestions",
        f"{np.mean(hit):.3f}",
        f"{np.mean(usual):.3f}, what sells most",
        bar=">= 0.45",
        met=np.mean(hit) >= 0.45,
    )


def _pairs(meter, report, env, ask, end):
    """Pairs with their measures, against the bare statement, and against mlxtend."""
    window = {"from_day": end - BACK, "to_day": end}
    least = studies.least_support(studies.count_baskets(ask, **window)[1])

    def measured():
        return basket.measures(
            *basket.both_ways(ask("pair", **window, least=least)).T[2:]
        )

    ours, bare = Sample(), Sample()
    with meter.on(bare):
        text = job.text("pair", **window, least=least)
        env.cr.execute(f"CREATE TEMP TABLE bare AS {text}")
    with meter.on(ours):
        count = len(measured()[0])
    ratio = ours.cpu[0] / bare.cpu[0]
    report.bar(
        f"{count // 2:,} pairs at support 0.001 with lift and its least, CPU",
        f"{ours.cpu[0]:.2f} s, {ours.queries[0]} q",
        f"{bare.cpu[0]:.2f} s, the bare statement",
        f"{ratio:.2f}",
        "<= 1.3",
        ratio <= 1.3,
    )
    lines, _all = _baskets(ask, **window)
    documents, products = (
        np.unique(column, return_inverse=True)[1] for column in np.array(lines).T
    )
    peer = _peer(
        "rules",
        document=documents,
        product=products,
        support=0.001,
        confidence=0.01,
        largest=2,
    )
    _against(report, "the same, against mlxtend's FP-growth", ours.cpu[0], peer, 1)
