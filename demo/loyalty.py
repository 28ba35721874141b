"""Members of the shops: cards, points of what they bought, some spent or lost."""

from datetime import timedelta

MEMBERS = 24
#: Points for each unit of money, and days that they live.
RATE, VALIDITY = 1, 365


def make(demo):
    """Give shop customers a card and the points of their past orders."""
    program = _make_program(demo.env)
    orders = demo.env["sale.order"].search(
        [("state", "=", "sale"), ("partner_id", "in", _shop_customers(demo))],
        order="date_order, id",
    )
    by_member = orders.grouped("partner_id")
    for member in list(by_member)[:MEMBERS]:
        card = demo.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": member.id}
        )
        _live(demo, card, by_member[member])
    _ask(demo, program)
    cards = demo.env["loyalty.card"].search([("program_id", "=", program.id)])
    for card, stop in zip(cards, ("action_report_loss", "action_freeze"), strict=False):
        if card.loyalty_state == "active":
            getattr(card, stop)("会员来电 The member called")


def _shop_customers(demo):
    shops = [customer.id for customer, kind in demo.kinds.items() if kind == "shop"]
    return shops or [customer.id for customer in demo.customers]


def _make_program(env):
    program = env["loyalty.program"].create(
        {
            "name": "会员积分 Member Points",
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "portal_visible": True,
            "portal_point_name": "积分",
            "loyalty_validity_days": VALIDITY,
            "rule_ids": [
                (0, 0, {"reward_point_mode": "money", "reward_point_amount": RATE})
            ],
            "reward_ids": [
                (
                    0,
                    0,
                    {
                        "reward_type": "discount",
                        "discount_mode": "per_order",
                        "discount": 50,
                        "required_points": 5000,
                    },
                )
            ],
        }
    )
    return program


def _live(demo, card, orders):
    """Earn with each order, spend now and then, and lose a card once in a while."""
    for order in orders:
        points = int(order.amount_total * RATE)
        if points <= 0:
            continue
        card.book(
            "earn", points, f"demo {order.name}", order, order.name, order.date_order
        )
        if card.points > 5000 and demo.rng.random() < 0.3:
            later = order.date_order + timedelta(days=1)
            card.book("redeem", 5000, f"demo reward {order.name}", order, date=later)
    if demo.rng.random() < 0.1:
        card.action_report_loss("挂失电话 Reported by phone")
        card.action_replace("补卡 New card at the desk")


def _ask(demo, program):
    """Leave a correction that a loyalty manager has to decide."""
    cards = demo.env["loyalty.card"].search([("program_id", "=", program.id)], limit=1)
    asker = demo.users["clerk"]
    for card in cards:
        asked = demo.env["loyalty.adjustment"].with_user(asker)
        asked.create(
            {
                "card_id": card.id,
                "amount": 1200,
                "reason": "补记开卡前消费 Purchase before the card was opened",
            }
        ).action_request()
