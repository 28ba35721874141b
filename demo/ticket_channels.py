"""How tickets come in and find their agent: mail, macros, skills, a merge."""

from email.message import EmailMessage

DOMAIN = "office.example"
MACROS = (
    {
        "name": "询问序列号 Ask for the serial number",
        "body": '<p><t t-out="object.partner_id.name"/>，您好！请告知产品序列号，'
        "我们即可查询保修。</p><p>Please tell us the serial number, so that we can "
        'look up the warranty of ticket <t t-out="object.number"/>.</p>',
        "next_state": "waiting_customer",
        "assign": "me",
    },
    {
        "name": "等待物流 Ask the carrier",
        "body": "<p>已向物流公司查询。 The carrier was asked.</p>",
        "is_note": True,
        "next_state": "waiting_internal",
        "line_ids": [(0, 0, {"name": "物流单号 Tracking number"})],
    },
    {"name": "已解决 Done", "next_state": "resolved"},
)


def make(demo):
    """Give the team an address and rules, and let customers write to it."""
    env, agent = demo.env, demo.users["service"]
    team = env["service.team"].search([], limit=1)
    company = env.company
    if not company.alias_domain_id:
        company.alias_domain_id = env["mail.alias.domain"].create({"name": DOMAIN})
    team.write({"alias_name": "care", "assignment": "balanced", "web_form": True})
    category = env["service.category"].search([], limit=1)
    category.checklist_ids = [
        (0, 0, {"name": "订单号 Order number", "sequence": 1}),
        (0, 0, {"name": "照片 Photo", "sequence": 2}),
    ]
    agents = env["service.agent"].search([("user_id", "=", agent.id)])
    agents.capacity = 12
    agents.skill_ids = [(0, 0, {"category_id": category.id, "level": "3"})]
    env["service.tag"].create(
        [
            {"name": "物流 Carrier", "color": 4},
            {"name": "备件 Spare part", "color": 10},
        ]
    )
    env["service.macro"].create([dict(values) for values in MACROS])
    write_mails(demo)
    merge_twins(demo)


def write_mails(demo):
    """Let a customer write, and somebody whom two contacts could be."""
    env = demo.env
    customer = demo.customers[0]
    twins = env["res.partner"].create(
        [
            {"name": name, "email": "buyer@shared.example", "phone": phone}
            for name, phone in (
                ("何丽 He Li", "+86 138 0000 1111"),
                ("何立 He Li", "+86 138 0000 2222"),
            )
        ]
    )
    deliver(env, customer.email, "发票抬头 Name on the invoice", 1)
    deliver(env, twins[0].email, "何时发货 When do you ship", 2)


def deliver(env, sender, subject, number):
    """Deliver a mail to the team, as the gateway does."""
    domain = env.company.alias_domain_id.name
    mail = EmailMessage()
    mail["From"] = sender or "visitor@nowhere.example"
    mail["To"] = f"care@{domain}"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<demo-{number}@{domain}>"
    mail.set_content(f"您好！\n{subject}？\n谢谢 Thank you")
    env["mail.thread"].message_process(None, mail.as_bytes())


def merge_twins(demo):
    """Let a customer ask twice, which an agent makes one ticket."""
    tickets = demo.env["service.ticket"].with_user(demo.users["service"])
    values = {"partner_id": demo.customers[-1].id, "channel": "phone"}
    first, second = tickets.create(
        [
            {**values, "name": "打印机脱机 Printer is offline"},
            {**values, "name": "打印机还是脱机 Printer is still offline"},
        ]
    )
    second._merge_into(first)
