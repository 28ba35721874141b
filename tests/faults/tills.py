"""Tills that confirm orders paid with cards, each in a process of its own.

Nothing here needs our addons, so that the platform alone can do the same.
"""

import json
import time
from pathlib import Path

from odoo import SUPERUSER_ID, Command, api
from odoo.service.model import retrying


def prepare(env, orders, cards, points=100_000, neighbours=False):
    """Make quotations, each with a reward of a card, and remember them.

    :param orders: how many
    :param cards: how many cards they share in turns; all of one program
    :param points: on each card
    :param neighbours: quotations that share a card stand side by side
    """
    env["loyalty.program"].search([]).action_archive()
    program = env["loyalty.program"].create(
        {
            "name": "Tills",
            "program_type": "gift_card",
            "applies_on": "future",
            "trigger": "auto",
            "rule_ids": [Command.clear()],
            "reward_ids": [
                Command.clear(),
                Command.create(
                    {
                        "reward_type": "discount",
                        "discount_mode": "per_point",
                        "discount": 1,
                        "discount_applicability": "order",
                        "required_points": 1,
                    }
                ),
            ],
        }
    )
    goods = env["product.product"].create(
        {"name": "Goods", "list_price": 10, "taxes_id": False, "type": "service"}
    )
    made = env["loyalty.card"].create(
        [{"program_id": program.id, "points": points} for _number in range(cards)]
    )
    buyers = env["res.partner"].create(
        [{"name": f"Buyer {number}"} for number in range(orders)]
    )
    quotations = env["sale.order"].create(
        [
            {
                "partner_id": buyer.id,
                "order_line": [Command.create({"product_id": goods.id})],
            }
            for buyer in buyers
        ]
    )
    for number, quotation in enumerate(quotations):
        card = made[number * cards // orders if neighbours else number % cards]
        quotation._try_apply_code(card.code)
        quotation._apply_program_reward(program.reward_ids, card)
    known = json.dumps({"orders": quotations.ids, "cards": made.ids})
    env["ir.config_parameter"].set_param("test.tills", known)


def confirm(env, number, tills, start, path):
    """Confirm every n-th quotation, from a common moment on.

    One line for each: seconds, how often it was tried, and the outcome.

    :param start: path of a file whose coming is the signal
    """
    known = json.loads(env["ir.config_parameter"].get_param("test.tills"))
    env.cr.commit()
    Path(path).touch()
    while not Path(start).exists():
        time.sleep(0.01)
    with open(path, "a") as answers:
        for order_id in known["orders"][number::tills]:
            began = time.monotonic()
            tries, outcome = once(env.registry, order_id)
            took = time.monotonic() - began
            answers.write(f"{took:.3f} {tries} {outcome}\n")
            answers.flush()


def once(registry, order_id):
    """Confirm as a request does: in a transaction, tried again by the platform."""
    tries = 0
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})

        def act():
            nonlocal tries
            tries += 1
            env["sale.order"].browse(order_id).action_confirm()

        try:
            retrying(act, env)
        except Exception as error:
            return tries, type(error).__name__
        return tries, "confirmed"
