from odoo.tools import SQL

from .models.mining_stale import WATCHED


def post_init_hook(env):
    """Make the analyses, and have everything that was sold before read."""
    env["mining.model"]._make_defaults(env["res.company"].search([]))
    env["mining.stale"]._ask_for_all()


def uninstall_hook(env):
    """Take off what the database itself was told to watch."""
    for table, name in WATCHED:
        env.cr.execute(
            SQL(
                "DROP TRIGGER IF EXISTS %s ON %s",
                SQL.identifier(name),
                SQL.identifier(table),
            )
        )
    env.cr.execute(
        """
        DROP FUNCTION IF EXISTS mining_note_order();
        DROP FUNCTION IF EXISTS mining_note_lines();
        DROP FUNCTION IF EXISTS mining_note_line();
        DROP FUNCTION IF EXISTS mining_note_history();
        DROP FUNCTION IF EXISTS mining_note_partner();
        DROP FUNCTION IF EXISTS mining_forget() CASCADE;
        """
    )
