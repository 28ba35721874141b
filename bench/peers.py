"""Other people's libraries at the same jobs; run by a Python that has them.

Usage: PYTHON peers.py NAME FILE, the file as numpy saved it. Prints JSON: seconds of
CPU and what came out.
"""

import json
import sys
import time

import numpy as np


def rules(data):
    """mlxtend: FP-growth, then association rules."""
    import pandas
    from mlxtend.frequent_patterns import association_rules, fpgrowth

    documents, products = data["document"], data["product"]
    table = np.zeros((documents.max() + 1, products.max() + 1), dtype=bool)
    table[documents, products] = True
    frame = pandas.DataFrame(table)
    largest = int(data["largest"]) or None
    began = time.process_time()
    sets = fpgrowth(frame, min_support=float(data["support"]), max_len=largest)
    found = association_rules(sets, min_threshold=float(data["confidence"]))
    single = found[found["consequents"].map(len) == 1]
    return time.process_time() - began, {"sets": len(sets), "rules": len(single)}


def lifetime(data):
    """lifetimes: BG/NBD and Gamma-Gamma."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    repeats, seen, observed = data["repeats"], data["seen"], data["observed"]
    mean = data["mean"]
    kept = (repeats > 0) & (mean > 0)
    began = time.process_time()
    bought = BetaGeoFitter().fit(repeats, seen, observed)
    spent = GammaGammaFitter().fit(repeats[kept], mean[kept])
    cost = time.process_time() - began
    found = {**dict(bought.params_), **dict(spent.params_)}
    return cost, {name: round(float(value), 3) for name, value in found.items()}


def reasons(data):
    """Boosted trees of xgboost, explained by TreeSHAP."""
    import shap
    import xgboost

    model = xgboost.XGBClassifier(n_estimators=100, max_depth=6, n_jobs=1)
    model.fit(data["values"], data["outcomes"])
    explainer = shap.TreeExplainer(model)
    began = time.process_time()
    explainer.shap_values(data["values"][: int(data["count"])])
    return time.process_time() - began, {}


if __name__ == "__main__":
    seconds, found = globals()[sys.argv[1]](dict(np.load(sys.argv[2])))
    print(json.dumps({"seconds": seconds, **found}))
