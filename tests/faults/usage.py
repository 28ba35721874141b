"""Workers that fill carts and confirm first orders at the same time.

Run by the tests through `runner.inside`, with our addons or on the platform alone.
"""

import random

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError
from odoo.service.model import retrying

PARAMETER = "test.usage"


def prepare(env, uses, carts):
    """Make a promotion that may be used so many times, and carts that want it."""
    env["loyalty.program"].search([]).action_archive()
    env["loyalty.program"].create(
        {
            "name": "First come",
            "program_type": "promotion",
            "trigger": "auto",
            "applies_on": "current",
            "limit_usage": True,
            "max_usage": uses,
            "rule_ids": [(0, 0, {"minimum_qty": 1})],
            "reward_ids": [(0, 0, {"discount": 10, "required_points": 1})],
        }
    )
    make_orders(env, carts, 1)


def prepare_members(env, members):
    """Make a points program and two orders of each of many new members."""
    env["loyalty.program"].search([]).action_archive()
    env["loyalty.program"].create(
        {
            "name": "Points",
            "program_type": "loyalty",
            "trigger": "auto",
            "applies_on": "both",
            "rule_ids": [
                (0, 0, {"reward_point_mode": "money", "reward_point_amount": 1})
            ],
            "reward_ids": [(0, 0, {"discount": 10, "required_points": 50})],
        }
    )
    make_orders(env, members, 2)


def make_orders(env, customers, each):
    """Make orders of new customers and note their ids, one list for each place."""
    product = env["product.product"].create({"name": "Notebook", "list_price": 100})
    partners = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(customers)]
    )
    lists = [
        env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "order_line": [(0, 0, {"product_id": product.id})],
                }
                for partner in partners
            ]
        )
        for _place in range(each)
    ]
    env["ir.config_parameter"].set_param(
        PARAMETER, "|".join(",".join(map(str, orders.ids)) for orders in lists)
    )


def listed(env, place):
    """Give the ids of the orders of one list."""
    lists = env["ir.config_parameter"].get_param(PARAMETER).split("|")
    return [int(part) for part in lists[place].split(",")]


def claim(order):
    """Put the promotion on a cart, as its shop does.

    :return: whether the cart has it
    """
    order._update_programs_and_rewards()
    for card, rewards in order._get_claimable_rewards().items():
        order._apply_program_reward(rewards[:1], card)
    return bool(order.order_line.reward_id)


def claim_at_once(env):
    """Let two transactions, both open, claim for two carts, and commit both."""
    cursors = [env.registry.cursor() for _number in range(2)]
    order_ids = listed(env, 0)
    for cursor, order_id in zip(cursors, order_ids, strict=False):
        order = api.Environment(cursor, SUPERUSER_ID, {})["sale.order"].browse(order_id)
        claim(order)
        order.env.flush_all()
    for cursor in cursors:
        cursor.commit()
        cursor.close()


def claim_all(env, number, workers, path):
    """Claim for every cart of this worker's share, and note each answer."""
    share = listed(env, 0)[number::workers]
    random.Random(number).shuffle(share)
    env.cr.commit()
    with open(path, "a") as answers:
        for order_id in share:
            answers.write(f"{order_id} {tried(env.registry, order_id, claim)}\n")
            answers.flush()


def confirm_all(env, place):
    """Confirm one order of each member, in the same sequence as the other worker."""
    order_ids = listed(env, place)
    env.cr.commit()
    for order_id in order_ids:
        tried(env.registry, order_id, lambda order: order.action_confirm())


def tried(registry, order_id, act):
    """Act on an order in a transaction of its own, again until it gets through."""
    while True:
        try:
            return once(registry, order_id, act)
        except (OperationalError, ConcurrencyError):
            continue


def once(registry, order_id, act):
    """Act on an order, tried again as the platform does."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        return retrying(lambda: act(env["sale.order"].browse(order_id)), env)
