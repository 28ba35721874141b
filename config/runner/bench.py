"""`./crm bench`: ours against the platform's own way, in one run, as Markdown."""

from contextlib import contextmanager

from .console import Stop, say
from .odoo import Odoo, prepare
from .paths import ROOT
from .postgres import Cluster

#: A benchmark with this line commits, and gets a copy of the database.
SCRATCH = "\nSCRATCH = True\n"
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
            with _database_of(odoo, name, options.scale) as database:
                odoo.inside(database, f"bench.bench_{name}:main", scale=options.scale)


@contextmanager
def _database_of(odoo, name, scale):
    """Give the database of this size, or a copy where the benchmark commits."""
    database = bench_database(odoo, scale)
    if SCRATCH not in (ROOT / "bench" / f"bench_{name}.py").read_text():
        yield database
        return
    copy = f"scratch_{name}"
    odoo.clone(database, copy)
    try:
        yield copy
    finally:
        odoo.drop(copy)


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
