"""A company whose sales are read on a replica; run through `runner.inside`."""

from datetime import timedelta

from odoo import Command, fields

GROUPS = (
    "base.group_user",
    "crm_analytics.crm_analytics_group_manager",
    "crm_service.crm_service_group_manager",
    "crm_cti.crm_cti_group_manager",
    "crm_loyalty.crm_loyalty_group_manager",
    "sales_team.group_sale_manager",
    "account.group_account_invoice",
)


def prepare(env):
    """Make a director who sees everything, a customer and an article."""
    env["res.users"].create(
        {
            "name": "Director",
            "login": "director",
            "password": "director",
            "group_ids": [Command.set([env.ref(name).id for name in GROUPS])],
        }
    )
    env["res.partner"].create({"name": "Replica Trading", "ref": "REPLICA"})
    env["product.product"].create(
        {"name": "Chair", "default_code": "REPLICA", "list_price": 40}
    )
    sell(env)


def sell(env):
    """Sell an article today and one last month, and bring the figures up to date.

    Some pages are of today, others end with the last full month.
    """
    customer = env["res.partner"].search([("ref", "=", "REPLICA")])
    product = env["product.product"].search([("default_code", "=", "REPLICA")])
    director = env["res.users"].search([("login", "=", "director")])
    values = {
        "partner_id": customer.id,
        "user_id": director.id,
        "order_line": [Command.create({"product_id": product.id})],
    }
    orders = env["sale.order"].create([values, values])
    orders.action_confirm()
    month = fields.Datetime.start_of(fields.Datetime.now(), "month")
    orders[1].date_order = month - timedelta(days=10)
    env["mining.fact"]._refresh()
