"""Points accounts against a plain model in Python, step by step."""

import time

from tests.properties.loyalty_oracle import run

from .measure import Meter, Report

STEPS = 10_000
LEAST = 300
ROUNDS = 1


def main(env, scale):
    report = Report("Points accounts against a plain model", scale)
    steps = max(int(STEPS * scale), LEAST)
    started = time.monotonic()
    with Meter(env).undone():
        try:
            refused, wrong = run(env, steps, seed=19), ""
        except AssertionError as error:
            refused, wrong = 0, str(error)
    report.fact(
        f"{steps:,} operations on six cards, compared after each",
        wrong or f"the same, {refused} refused by both",
        bar="the same",
        met=not wrong,
    )
    report.bar("time", f"{time.monotonic() - started:.0f} s")
    return report.show()
