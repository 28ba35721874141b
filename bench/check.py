"""The part of the benchmarks that holds on every machine: results and queries."""

import importlib
from pathlib import Path


def check(env, scale):
    """Run every benchmark shortly.

    :raise AssertionError: a result differs from the platform's, or a number of queries
        is over its bar
    """
    wrong = []
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        benchmark = importlib.import_module(f"bench.{path.stem}")
        benchmark.ROUNDS = 1
        wrong += benchmark.main(env, scale).wrong
    assert not wrong, "\n".join(wrong)
