"""A worker that books on cards, as a till or a shop would, in transactions of its own.

Run by the tests through `runner.inside`; each finished operation is one line of a
file that outlives the process.
"""

import random
from pathlib import Path

from psycopg2 import InterfaceError, OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying


def prepare(env, cards, points=100):
    """Make a program and cards with so many points each, the first one the hot card."""
    program = env["loyalty.program"].create(
        {"name": "Wallets", "program_type": "loyalty", "applies_on": "both"}
    )
    made = env["loyalty.card"].create(
        [{"program_id": program.id, "points": points} for _number in range(cards)]
    )
    env["ir.config_parameter"].set_param("test.wallets", ",".join(map(str, made.ids)))


def work(env, number, operations, path, seed=0):
    """Book, and write down what was answered.

    The operations of a number are the same each time, so that a worker that was killed
    can be started again and sends everything once more, except what it knows to be
    refused: a refusal leaves nothing behind, and asking again later is a new question.
    """
    cards = [
        int(part)
        for part in env["ir.config_parameter"].get_param("test.wallets").split(",")
    ]
    env.cr.commit()
    rng = random.Random(f"{seed}/{number}")
    refused = known_refusals(path)
    with open(path, "a") as answers:
        for place in range(operations):
            card_id = cards[0] if rng.random() < 0.3 else rng.choice(cards)
            kind = rng.choice(["earn", "redeem", "redeem", "claw_back"])
            amount = rng.randint(1, 400) / 10
            key = f"{number}/{place}"
            if key in refused:
                continue
            outcome = once(env.registry, card_id, kind, amount, key)
            answers.write(f"{key} {card_id} {kind} {amount} {outcome}\n")
            answers.flush()


def known_refusals(path):
    """Give the keys that an earlier life of the worker was refused."""
    if not Path(path).exists():
        return set()
    lines = [line.split() for line in Path(path).read_text().splitlines()]
    return {line[0] for line in lines if len(line) == 5 and line[4] == "refused"}


def once(registry, card_id, kind, amount, key):
    """Book in a transaction of its own, tried again as the platform does."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})

        def book():
            row = env["loyalty.card"].browse(card_id).book(kind, amount, key)
            return row.id

        try:
            return retrying(book, env)
        except UserError:
            return "refused"


def work_thrice(env, number, operations, path):
    """Book what two others book as well, at the same time and with the same keys.

    :param number: three in a row do the same
    """
    work(env, number // 3, operations, path)


def work_until_down(env, number, operations, path):
    """Book until the work is done or the server is gone."""
    try:
        work(env, number, operations, path)
    except (OperationalError, InterfaceError):
        pass
