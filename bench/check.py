"""The part of the benchmarks that holds on every machine: results and queries."""

import importlib
from pathlib import Path


def check(env, scale):
    """Run every benchmark shortly.

    :raise AssertionError: a result differs from the platform's, or a number of queries
        is over its bar
    """
    wrong = []
    names = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    benchmarks = [importlib.import_module(f"bench.{name}") for name in names]
    # Those that commit come last: the others count on the company as it was generated.
    for benchmark in sorted(benchmarks, key=lambda one: getattr(one, "SCRATCH", False)):
        benchmark.ROUNDS = 1
        wrong += benchmark.main(env, scale).wrong
    assert not wrong, "\n".join(wrong)
