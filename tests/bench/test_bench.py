"""The generator fills a database, and the benchmarks find the platform's answers."""

import pytest
from runner.bench import SCRATCH
from runner.paths import LOGS, ROOT

# takes 300 seconds
SCALE = 0.002
BENCHMARKS = {
    path.stem: SCRATCH in path.read_text()
    for path in sorted((ROOT / "bench").glob("bench_*.py"))
}
COUNTS = """
select (select count(*) from res_partner where ref like 'C0%') || '|' ||
       (select count(*) from sale_order) || '|' ||
       (select count(*) from crm_phone_number) || '|' ||
       (select count(distinct tracking_stage) from sale_order) || '|' ||
       (select count(distinct stage) from crm_lifecycle)
"""
#: Nothing may point nowhere and no sum may differ from its parts.
FAULTS = """
select 'order total' from sale_order o
  join (select order_id, sum(price_total) s from sale_order_line group by 1) l
    on l.order_id = o.id where abs(o.amount_total - l.s) > 0.001
 union all
select 'entry balance' from account_move_line group by move_id
having abs(sum(balance)) > 0.001
 union all
select 'residual' from account_move m join account_move_line i on i.move_id = m.id
 where m.move_type = 'out_invoice' and i.display_type = 'payment_term'
   and m.amount_residual <> i.amount_residual
 union all
select 'contact without company' from res_partner p
 where parent_id is not null
   and not exists (select from res_partner c where c.id = p.parent_id)
"""


@pytest.fixture(scope="module")
def database(odoo):
    name = "bench_check"
    odoo.clone(odoo.suite_template(), name)
    odoo.inside(name, "bench.fill:fill", LOGS / "bench_fill.log", scale=SCALE)
    yield name
    odoo.drop(name)


def test_generated_company(odoo, database):
    companies, orders, numbers, stages, lifecycle = map(
        int, odoo.cluster.sql(COUNTS, database).split("|")
    )
    assert companies == 400
    assert orders == 1001
    assert numbers > 1700
    assert stages >= 6
    assert lifecycle >= 4
    assert odoo.cluster.sql(FAULTS, database) == ""


def test_answers_and_queries(odoo, database):
    check(odoo, database, [name for name, commits in BENCHMARKS.items() if not commits])


@pytest.mark.parametrize("name", [name for name in BENCHMARKS if BENCHMARKS[name]])
def test_of_those_that_commit(odoo, database, name):
    copy = f"{name}_check"
    odoo.clone(database, copy)
    try:
        check(odoo, copy, [name])
    finally:
        odoo.drop(copy)


def check(odoo, database, names):
    log = LOGS / f"{database}.log"
    odoo.inside(database, "bench.check:check", log, scale=SCALE, names=names)
