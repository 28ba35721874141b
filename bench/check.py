"""The part of the benchmarks that holds on every machine: results and queries."""

import importlib


def check(env, scale, names):
    """Run benchmarks shortly.

    :param names: of their modules
    :raise AssertionError: a result differs from the platform's, or a number of queries
        is over its bar
    """
    wrong = []
    for name in names:
        benchmark = importlib.import_module(f"bench.{name}")
        benchmark.ROUNDS = 1
        wrong += benchmark.main(env, scale).wrong
    assert not wrong, "\n".join(wrong)
