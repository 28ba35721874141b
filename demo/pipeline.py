"""Leads, opportunities, meetings and what is to do next."""

from datetime import datetime, timedelta

TOPICS = [
    ("Fit out a new floor", "新楼层办公配置", 48000),
    ("Yearly paper contract", "年度用纸合同", 120000),
    ("Standing desks for the team", "团队升降桌", 76000),
    ("Printer supplies framework", "打印耗材框架协议", 54000),
    ("Gifts for the anniversary", "周年庆礼品", 23000),
    ("School opening package", "开学文具套装", 31000),
]
STEPS = [
    ("mail.mail_activity_data_call", "电话跟进报价 Call about the offer", -2),
    ("mail.mail_activity_data_meeting", "展示样品 Show samples", 3),
    ("mail.mail_activity_data_email", "发送价目表 Send the price list", 0),
    ("mail.mail_activity_data_todo", "准备合同 Prepare the contract", 6),
]


def make(demo):
    """Fill the pipeline of every salesperson."""
    leads = _make_opportunities(demo)
    _make_activities(demo, leads)
    _make_meetings(demo)
    _make_quotations(demo, leads)
    _date_back(demo, leads)


def _date_back(demo, leads):
    """Let opportunities begin on different days of the last quarter."""
    demo.env.flush_all()
    demo.env.cr.execute(
        """
        UPDATE crm_lead
           SET create_date = create_date - (id %% 80 + 10) * INTERVAL '1 day',
               date_open = date_open - (id %% 80 + 10) * INTERVAL '1 day',
               date_closed = date_closed - (id %% 9) * INTERVAL '1 day'
         WHERE id IN %s
        """,
        [tuple(leads.ids)],
    )
    demo.env.invalidate_all()


def _make_opportunities(demo):
    env, rng = demo.env, demo.rng
    stages = env["crm.stage"].search([], order="sequence")
    values = []
    for customer in demo.customers[::2]:
        english, chinese, amount = rng.choice(TOPICS)
        foreign = customer.lang == "en_US"
        values.append(
            {
                "name": english if foreign else chinese,
                "type": "opportunity",
                "partner_id": customer.id,
                "user_id": customer.user_id.id,
                "stage_id": rng.choice(stages[:-1]).id,
                "expected_revenue": amount * rng.choice([0.5, 1, 1.5]),
                "date_deadline": demo.today + timedelta(days=rng.randint(5, 90)),
                "campaign_id": rng.choice(demo.campaigns).id,
                "source_id": rng.choice(list(demo.sources)).id,
                "priority": rng.choice("0112"),
            }
        )
    leads = env["crm.lead"].create(values)
    for place, lead in enumerate(leads):
        if place % 7 == 3:
            lead.action_set_won()
        elif place % 9 == 5:
            lead.action_set_lost()
    return leads


def _make_activities(demo, leads):
    env, rng = demo.env, demo.rng
    model = env["ir.model"]._get_id("crm.lead")
    values = []
    for lead in leads.filtered(lambda lead: lead.won_status == "pending"):
        kind, summary, days = rng.choice(STEPS)
        values.append(
            {
                "res_model_id": model,
                "res_id": lead.id,
                "activity_type_id": env.ref(kind).id,
                "summary": summary,
                "date_deadline": demo.today + timedelta(days=days),
                "user_id": lead.user_id.id,
            }
        )
    env["mail.activity"].create(values)
    for lead in leads[::4]:
        lead.with_user(lead.user_id).message_post(
            body="希望先看样品，再谈价格。 Wants to see samples before prices."
        )


def _make_meetings(demo):
    env, rng = demo.env, demo.rng
    values = []
    for customer in demo.customers[1::5]:
        start = datetime.combine(demo.today, datetime.min.time()) + timedelta(
            days=rng.randint(-20, 10), hours=rng.randint(1, 8)
        )
        values.append(
            {
                "name": f"拜访 Visit: {customer.name}",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": customer.user_id.id,
                "partner_ids": [
                    (6, 0, [customer.child_ids[:1].id, customer.user_id.partner_id.id])
                ],
            }
        )
    env["calendar.event"].with_context(no_mail_to_attendees=True).create(values)


def _make_quotations(demo, leads):
    env, rng = demo.env, demo.rng
    codes = [code for code in demo.products if code[:2] in ("PA", "DK", "PR", "DE")]
    open_leads = leads.filtered(lambda lead: lead.won_status == "pending")
    env["sale.order"].create(
        [
            {
                "partner_id": lead.partner_id.id,
                "opportunity_id": lead.id,
                "user_id": lead.user_id.id,
                "campaign_id": lead.campaign_id.id,
                "source_id": lead.source_id.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": demo.products[rng.choice(codes)].id,
                            "product_uom_qty": rng.randint(5, 60),
                        },
                    )
                    for _line in range(rng.randint(1, 3))
                ],
            }
            for lead in open_leads[::2]
        ]
    )
