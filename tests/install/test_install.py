"""Each app installs alone, updates, and leaves nothing behind when it goes."""

import pytest
from runner.paths import ADDONS, LOGS

# takes 180 seconds
APPS = sorted(p.parent.name for p in ADDONS.glob("*/__manifest__.py"))
SCHEMA = """
select table_name || '.' || column_name from information_schema.columns
 where table_schema = 'public'
union all
select 'index ' || indexname from pg_indexes where schemaname = 'public'
union all
select 'constraint ' || conname from pg_constraint
 where connamespace = 'public'::regnamespace
union all
select 'trigger ' || tgrelid::regclass || '.' || tgname from pg_trigger
 where not tgisinternal
union all
select 'function ' || proname from pg_proc p
 where pronamespace = 'public'::regnamespace
   and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
"""


def schema(odoo, database):
    return set(odoo.cluster.sql(SCHEMA, database).splitlines())


@pytest.fixture
def database(odoo, request):
    name = f"install_{request.node.callspec.params['app']}"
    odoo.clone(odoo.host_template(), name)
    yield name
    odoo.drop(name)


@pytest.mark.parametrize("app", APPS)
def test_alone(odoo, database, app):
    before = schema(odoo, database)
    log = LOGS / f"{database}.log"
    assert odoo.install(database, [app], log) == []
    assert odoo.install(database, [], log, update=[app]) == []

    ours = odoo.cluster.sql(
        "select name from ir_module_module where state = 'installed' and name in ("
        + ",".join(f"'{name}'" for name in APPS)
        + ")",
        database,
    ).split()
    assert app in ours
    odoo.inside(
        database, "runner.tasks:uninstall", LOGS / f"{database}.log", modules=ours
    )

    left = odoo.cluster.sql(
        "select module || '.' || name from ir_model_data where module in ("
        + ",".join(f"'{name}'" for name in ours)
        + ")",
        database,
    )
    assert left == ""
    assert sorted(schema(odoo, database) - before) == []
    assert sorted(before - schema(odoo, database)) == []
