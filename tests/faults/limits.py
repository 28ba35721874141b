"""Workers that redeem from limited cards at the same time, each in transactions."""

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying

PARAMETER = "test.limits"


def prepare(env, most):
    """Make a card that may be used so often a day, and one that freezes beyond it."""
    cards = env["loyalty.card"]
    for action in ("refuse", "freeze"):
        program = env["loyalty.program"].create(
            {"name": action, "program_type": "loyalty", "applies_on": "both"}
        )
        env["loyalty.limit"].create(
            {
                "kind": "redeem_count",
                "most": most,
                "action": action,
                "program_id": program.id,
            }
        )
        cards |= cards.create({"program_id": program.id, "points": 1000})
    env["ir.config_parameter"].set_param(PARAMETER, ",".join(map(str, cards.ids)))


def redeem(env, number, times, path, place=0):
    """Redeem a point again and again, and note each answer."""
    card_id = int(env["ir.config_parameter"].get_param(PARAMETER).split(",")[place])
    env.cr.commit()
    with open(path, "a") as answers:
        for time in range(times):
            answers.write(f"{once(env.registry, card_id, f'{number}/{time}')}\n")


def send_forms(env, number, forms, path):
    """Send the same forms as the other workers, in the same sequence."""
    card_id = int(env["ir.config_parameter"].get_param(PARAMETER).split(",")[0])
    env.cr.commit()
    with open(path, "a") as answers:
        for form in range(forms):
            answers.write(f"{send(env.registry, card_id, number, form)}\n")


def send(registry, card_id, number, form):
    """Send a form; each worker would book under a key of its own."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})

        def act():
            card = env["loyalty.card"].browse(card_id)
            return f"row/{card.book('earn', 1, f'{number}/{form}').id}"

        requests = env["loyalty.portal.request"]
        return retrying(lambda: requests._once(f"{form:032x}", "form", {}, act), env)


def once(registry, card_id, key):
    """Redeem in a transaction of its own, tried again as the platform does."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        card = env["loyalty.card"].browse(card_id)
        try:
            retrying(lambda: card.book("redeem", 1, key).id, env)
        except UserError:
            return "refused"
    return "done"
