"""A worker of scheduled actions, and people who ask it for analyses and cancel them.

Run by the tests through `runner.inside`.
"""

from odoo import SUPERUSER_ID, Command, api
from odoo.service.model import retrying
from odoo.tools import SQL

CUSTOMERS, ORDERS = 300, 12


def prepare(env):
    """Make buyers with facts of sales, a manager of analyses, and one job alone."""
    env["mining.fact"]._refresh()
    buyers = env["res.partner"].create(
        [{"name": f"Buyer {number}"} for number in range(CUSTOMERS)]
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO mining_fact (source, line_ref, document_ref, company_id, date,
                is_return, partner_id, customer_id, quantity, revenue)
            SELECT 'history', place * 100 + nth, place * 100 + nth, %(company)s,
                   DATE '2026-06-30' - ((place * 7919 + nth * 104729) %% 700)::int,
                   FALSE, id, id, 1, 10 + (place * 31 + nth * 17) %% 400
              FROM unnest(%(buyers)s) WITH ORDINALITY b (id, place),
                   generate_series(1, %(orders)s) nth
            """,
            company=env.company.id,
            buyers=buyers.ids,
            orders=ORDERS,
        )
    )
    env["res.users"].create(
        {
            "name": "Head of analysis",
            "login": "head",
            "group_ids": [
                Command.link(env.ref("crm_analytics.crm_analytics_group_manager").id)
            ],
        }
    )
    env["ir.cron"].search([]).active = False
    env.ref("crm_analytics.mining_run_cron").active = True


def ask(env):
    """Ask for a run of value tiers, as the manager does."""
    as_manager(
        env,
        lambda mine: (
            mine["mining.model"]
            .search([("company_id", "=", env.company.id), ("kind", "=", "rfm")])
            .action_run()
        ),
    )


def cancel(env):
    """Cancel the run that is open, as the manager does."""
    as_manager(
        env,
        lambda mine: (
            mine["mining.run"]
            .search([("state", "in", ("waiting", "running"))])
            .action_cancel()
        ),
    )


def as_manager(env, act):
    """Do something in a transaction of the manager's, tried again as a request is."""
    user = env["res.users"].search([("login", "=", "head")])
    env.cr.commit()
    with env.registry.cursor() as cursor:
        mine = api.Environment(cursor, user.id, {})
        retrying(lambda: act(mine), mine)


def work(env):
    """Do what is ready, as a worker of scheduled actions does."""
    assert env.uid == SUPERUSER_ID
    env.cr.commit()
    env["ir.cron"]._process_jobs(env.cr.dbname)
