"""Tickets of the service desk, in every state, and what is promised for them."""

from odoo import Command

SUBJECTS = (
    ("incident", "打印机卡纸 Printer jams", "2"),
    ("question", "何时到货 When does it arrive", "1"),
    ("request", "补开发票 Another invoice", "1"),
    ("return", "退回多余的纸 Return of spare paper", "1"),
    ("incident", "升降桌不升 Desk does not rise", "3"),
    ("suggestion", "增加自提点 A place to collect", "0"),
)
STEPS = (
    (),
    ("action_open",),
    ("action_open", "action_wait_customer"),
    ("action_open", "action_resolve"),
    ("action_open", "action_resolve", "action_close"),
    ("action_cancel",),
)


#: Name, working hours of each promise, and from which priority on.
PROMISES = (
    ("紧急 Urgent", {"first_response": 0.5, "resolution": 4}, "3"),
    (
        "标准 Standard",
        {"first_response": 4, "next_response": 4, "update": 16, "resolution": 24},
        False,
    ),
)


def promise(env, team):
    """Say how soon the team answers, and who is told when it does not."""
    env["service.sla.policy"].create(
        [
            {
                "name": name,
                "team_id": team.id,
                "priority": priority,
                "target_ids": [
                    Command.create({"metric": metric, "hours": hours})
                    for metric, hours in targets.items()
                ],
                "escalation_ids": [
                    Command.create({"minutes": -15, "to": "agent"}),
                    Command.create({"minutes": 30, "to": "leader", "in_hours": True}),
                ],
            }
            for name, targets, priority in PROMISES
        ]
    )


def make(demo):
    """Let customers ask for something, and the service agent answer."""
    env, agent = demo.env, demo.users["service"]
    team = env["service.team"].create(
        {
            "name": "客户关怀 Customer Care",
            "user_id": demo.users["manager"].id,
            "member_ids": [(6, 0, agent.ids)],
        }
    )
    promise(env, team)
    category = env["service.category"].create(
        {"name": "产品与交付 Goods and Delivery", "team_id": team.id}
    )
    tickets = env["service.ticket"].with_user(agent)
    for number, customer in enumerate(demo.customers[: 4 * len(SUBJECTS)]):
        kind, subject, priority = SUBJECTS[number % len(SUBJECTS)]
        ticket = tickets.create(
            {
                "name": subject,
                "kind": kind,
                "priority": priority,
                "partner_id": customer.id,
                "channel": demo.rng.choice(("mail", "phone", "desk", "web")),
                "category_id": category.id,
                "user_id": agent.id if number % 3 else False,
            }
        )
        if number % 4 == 1:
            ticket.message_post(
                body="我们正在处理，稍后答复。 We are on it and will be back soon.",
                subtype_xmlid="mail.mt_comment",
            )
        for step in STEPS[(number // 2) % len(STEPS)]:
            getattr(ticket, step)()
    tickets.create(
        {
            "name": "扶手松动 Armrest is loose",
            "kind": "incident",
            "partner_id": demo.users["portal"].partner_id.id,
            "channel": "portal",
            "category_id": category.id,
            "user_id": agent.id,
        }
    )


#: What customers say about a ticket that was resolved.
SAID = (
    ("5", "很快就解决了 Solved quickly"),
    ("4", False),
    ("2", "回电太晚 Called back too late"),
    ("5", "谢谢 Thank you"),
)


def rate(demo):
    """Let customers whose tickets were resolved say how it went."""
    env = demo.env
    env["service.team"].search([]).ask_rating = True
    resolved = env["service.ticket"].search(
        [("state", "in", ("resolved", "closed")), ("partner_id.email", "!=", False)]
    )
    ratings = env["service.rating"].create(
        [
            {
                "partner_id": ticket.partner_id.id,
                "ticket_id": ticket.id,
                "about": ticket.date_resolved,
                "date_asked": ticket.date_resolved,
                "company_id": ticket.company_id.id,
                "team_id": ticket.team_id.id,
                "user_id": ticket.user_id.id,
                "token": f"demo-{ticket.id}-{demo.rng.getrandbits(96):x}",
            }
            for ticket in resolved
        ]
    )
    for number, rating in enumerate(ratings):
        rating._answer(*SAID[number % len(SAID)])
