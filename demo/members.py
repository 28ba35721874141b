"""What members and the desk do: a card for the portal, limits, one that was passed."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError

#: Kind of limit, at most, what happens beyond it.
LIMITS = (
    ("redeem_count", 3, "refuse"),
    ("redeem_points", 20000, "freeze"),
    ("earn_points", 100000, "alert"),
    ("transfer_count", 3, "refuse"),
    ("lookup_count", 20, "refuse"),
)


def make(demo):
    """Open a card at the desk for the portal's customer and let it be used."""
    env = demo.env
    company = env.company
    company.loyalty_transfer_limit = 500
    company.loyalty_alert_user_id = demo.users["manager"]
    env["loyalty.limit"].create(
        [{"kind": kind, "most": most, "action": act} for kind, most, act in LIMITS]
    )
    card = _open(demo, demo.users["portal"].partner_id)
    for number in range(14):
        day = datetime.combine(demo.today, datetime.min.time()) - timedelta(
            days=140 - 10 * number, hours=-10
        )
        points = demo.rng.randint(40, 400)
        card.book("earn", points, f"demo portal {number}", date=day)
    _pass_a_limit(card)


def _open(demo, member):
    """Open a card as the clerk does, with consent and a number from us."""
    desk = demo.env["loyalty.card.open"].with_user(demo.users["clerk"])
    desk = desk.create({"partner_id": member.id, "wish_mail": True, "wish_sms": True})
    desk.action_open()
    return desk.card_id.sudo()


def _pass_a_limit(card):
    """Leave an alert: one redemption more than a card may have in a day."""
    for number in range(4):
        try:
            with card.env.cr.savepoint():
                card.book("redeem", 20, f"demo often {number}", note="咖啡 Coffee")
        except UserError:
            return
