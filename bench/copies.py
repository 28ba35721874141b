"""Many rows like one row: bulk data that has every column as the platform writes it."""

from contextlib import contextmanager

from odoo.tools import SQL


def insert_like(env, table, sample_id, source, values):
    """Insert a row for every row of *source*, otherwise a copy of a sample.

    :param sample_id: id of a row that the platform wrote itself
    :param source: name of a temporary table, or a subquery in parentheses, alias ``r``
    :param values: ``{column: SQL text}`` over ``r``, at least the id
    :return: number of rows
    """
    columns = env.execute_query(
        SQL(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s "
            "AND is_generated = 'NEVER' ORDER BY ordinal_position",
            table,
        )
    )
    names = [name for (name,) in columns]
    unknown = set(values) - set(names)
    if unknown:
        raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS r CROSS JOIN %s AS s "
            "WHERE s.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(
                _literal(values[name])
                if name in values
                else SQL("s.%s", SQL.identifier(name))
                for name in names
            ),
            _literal(source),
            SQL.identifier(table),
            sample_id,
        )
    )
    return env.cr.rowcount


def _literal(text):
    """Take a piece of the generator's own SQL as it stands."""
    return SQL(text.replace("%", "%%"))


def next_id(env, table):
    """Give the highest id of a table, above which bulk rows may stand."""
    return env.execute_query(
        SQL("SELECT coalesce(max(id), 0) FROM %s", SQL.identifier(table))
    )[0][0]


@contextmanager
def bare(env, tables):
    """Take indexes and foreign key checks off the tables while they are filled.

    Checks can only be taken off by a superuser; others wait for them.
    """
    cr = env.cr
    cr.execute("SHOW is_superuser")
    superuser = cr.fetchone()[0] == "on"
    if superuser:
        cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute(
        """
        SELECT c.relname, pg_get_indexdef(i.indexrelid)
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE i.indrelid = ANY(%s::regclass[])
           AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
         ORDER BY 1
        """,
        [list(tables)],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    yield
    for _name, definition in indexes:
        cr.execute(_literal(definition))
    if superuser:
        cr.execute("SET LOCAL session_replication_role = origin")
    for table in tables:
        cr.execute(
            SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM %s",
                table,
                SQL.identifier(table),
            )
            if _has_id(env, table)
            else SQL("SELECT 1")
        )
        cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def _has_id(env, table):
    return bool(
        env.execute_query(
            SQL(
                "SELECT 1 FROM information_schema.columns WHERE table_name = %s "
                "AND table_schema = 'public' AND column_name = 'id'",
                table,
            )
        )
    )


def vacuum(env):
    """Commit, clean up and gather statistics, as the server does in the background."""
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    finally:
        connection.autocommit = False
