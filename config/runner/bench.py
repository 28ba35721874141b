"""`./crm bench`: ours against the platform's own way, in one run, as Markdown."""

from .console import Stop, say
from .odoo import Odoo, prepare
from .paths import ROOT
from .postgres import Cluster

SETTINGS = [
    "shared_buffers=2GB",
    "work_mem=64MB",
    "maintenance_work_mem=1GB",
    "max_wal_size=8GB",
]


def bench(options):
    """Run one benchmark or all, on a database of the wanted size."""
    names = sorted(path.stem[6:] for path in (ROOT / "bench").glob("bench_*.py"))
    wanted = options.names or names
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise Stop(
            f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names)}."
        )
    tree, _missing = prepare()
    with Cluster("pg-bench", fast=True, settings=SETTINGS) as cluster:
        odoo = Odoo(cluster, tree, "data-bench")
        for name in wanted:
            say(f"benchmark {name}, scale {options.scale}")
            odoo.inside(
                bench_database(odoo, options.scale),
                f"bench.bench_{name}:main",
                scale=options.scale,
            )


def bench_database(odoo, scale):
    """Give the database of this size with today's addons, filling it when missing."""
    template = odoo.suite_template()
    database = f"bench_{template[6:]}_{str(scale).replace('.', '_')}"
    if not odoo.exists(database):
        for old in odoo.cluster.databases():
            if old.startswith("bench_") and old.endswith(
                f"_{str(scale).replace('.', '_')}"
            ):
                odoo.drop(old)
        odoo.clone(template, f"new_{database}")
        say(f"fill {database}")
        odoo.inside(f"new_{database}", "bench.fill:fill", scale=scale)
        odoo.rename(f"new_{database}", database)
    return database
