"""How the sales force works: categories, norms, and what was done by them."""

from datetime import datetime, time, timedelta

from odoo import Command

RHYTHMS = {  # kind of customer -> (category, days between visits, calls, silence)
    "shop": ("retail", 45, 21, 60),
    "direct": ("direct", 30, 14, 45),
    "dealer": ("dealer", 21, 7, 30),
}


def make(demo):
    """Make categories with a rhythm, norms, past actions and plans."""
    env = demo.env
    people = env["res.users"].search(
        [("login", "in", ("sales", "sales2", "sales3", "manager"))]
    )
    sellers = people.filtered(lambda user: user.login != "manager")
    _make_categories(demo)
    norms = _make_norms(demo)
    if sellers:
        _make_past(demo, sellers)
        _make_launches(demo, norms)
        _make_weeks(demo, sellers)
        _make_joint_visits(demo, people - sellers)


def _make_categories(demo):
    for kind, (name, visit, call, silence) in RHYTHMS.items():
        category = demo.env.ref(f"crm_sfa.sfa_customer_category_{name}")
        category.write(
            {"visit_rhythm": visit, "call_rhythm": call, "silence_limit": silence}
        )
        for customer in demo.customers:
            if demo.kinds.get(customer) == kind and not customer.sfa_category_id:
                customer.sfa_category_id = category


def _step(kind, summary, days, **values):
    return Command.create(
        {
            "activity_type_id": kind.id,
            "summary": summary,
            "delay_count": days,
            "delay_from": "after_plan_date",
            "responsible_type": "sfa_salesperson",
            **values,
        }
    )


def _make_norms(demo):
    env = demo.env
    visit = env.ref("crm_sfa.mail_activity_type_visit")
    call = env.ref("mail.mail_activity_data_call")
    todo = env.ref("mail.mail_activity_data_todo")
    must = {"sfa_mandatory": True, "sfa_duration": 0.5}
    return env["mail.activity.plan"].create(
        [
            {
                "name": "商机甄别 Qualify a deal",
                "res_model": "crm.lead",
                "sfa_trigger": "stage",
                "sfa_stage_id": env["crm.stage"].search([], limit=1).id,
                "template_ids": [
                    _step(
                        call, "了解需求与预算 Need and budget", 1, **must, sfa_hour=9.5
                    ),
                    _step(visit, "现场勘察 Look at the premises", 5, **must),
                    _step(todo, "记录决策人 Who decides", 6),
                ],
            },
            {
                "name": "商机停滞 Deal stalls",
                "res_model": "crm.lead",
                "sfa_trigger": "stalled",
                "sfa_days": 45,
                "template_ids": [
                    _step(call, "了解停滞原因 What holds it up", 2, sfa_hour=10),
                ],
            },
            {
                "name": "挽回客户 Win a customer back",
                "res_model": "res.partner",
                "sfa_trigger": "lifecycle",
                "sfa_lifecycle_stage": "dormant",
                "template_ids": [
                    _step(
                        call, "致电了解变化 Ask what changed", 3, **must, sfa_hour=11
                    ),
                    _step(
                        visit, "带新方案拜访 Visit with an offer", 10, sfa_duration=1
                    ),
                ],
            },
        ]
    )


def _make_past(demo, sellers):
    """Visits and calls of the last weeks, some late, some skipped."""
    env, rng = demo.env, demo.rng
    kinds = [
        env.ref("crm_sfa.mail_activity_type_visit"),
        env.ref("mail.mail_activity_data_call"),
    ]
    activities, stops = env["mail.activity"], []
    vals_list = []
    model_id = env["ir.model"]._get_id("res.partner")
    for customer in demo.customers:
        for _contact in range(rng.randint(1, 5)):
            kind = rng.choice(kinds)
            due = demo.today - timedelta(days=rng.randint(8, 90))
            start = datetime.combine(due, time(rng.randint(1, 8)))
            late = rng.choice((0, 0, 0, 0, 3))
            stops.append(
                (
                    start,
                    start + timedelta(days=late, minutes=30 + rng.randint(0, 60)),
                    rng.choice(("positive", "positive", "neutral", "absent")),
                )
            )
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": customer.id,
                    "user_id": (customer.user_id & sellers or rng.choice(sellers)).id,
                    "activity_type_id": kind.id,
                    "sfa_planned_start": start,
                    "sfa_duration": 1,
                }
            )
    activities = activities.create(vals_list)
    for activity, (start, stop, outcome) in zip(activities, stops, strict=True):
        activity.write(
            {
                "active": False,
                "sfa_started": stop - timedelta(minutes=45),
                "sfa_stopped": stop,
                "sfa_outcome": outcome,
                "date_done": stop.date(),
            }
        )
        assert start <= stop


def _make_launches(demo, norms):
    """Let the norms find what they ask for today."""
    env = demo.env
    stage_norm = norms[0]
    pending = env["crm.lead"].search(
        [("type", "=", "opportunity"), ("won_status", "=", "pending")], order="id"
    )
    pending[::3].write({"date_last_stage_update": demo.today - timedelta(days=60)})
    leads = env["crm.lead"].search(
        [
            ("stage_id", "=", stage_norm.sfa_stage_id.id),
            ("type", "=", "opportunity"),
            ("won_status", "=", "pending"),
        ]
    )
    stage_norm._sfa_launch(
        leads, dict.fromkeys(leads.ids, f"stage:{stage_norm.sfa_stage_id.id}")
    )
    env["mail.activity.plan"]._cron_sfa_launch()
    mandatory = env["mail.activity"].search(
        [("sfa_norm_id", "in", norms.ids)], order="id"
    )
    for place, activity in enumerate(mandatory):
        if place % 5 == 0:
            activity.action_feedback("已按计划完成 Done as planned")
        elif place % 11 == 3:
            activity._sfa_skip("项目推迟到明年 Moved to next year")


def _make_weeks(demo, sellers):
    """Plan this week and the next for everybody."""
    monday = demo.today - timedelta(days=demo.today.weekday())
    for seller in sellers:
        for week in (0, 7):
            plan = demo.env["sfa.schedule.plan"].create(
                {
                    "user_id": seller.id,
                    "date_from": monday + timedelta(days=week),
                    "visit_minutes": 90,
                }
            )
            plan._plan(plan.line_ids[: 12 if week else 8])


def _make_joint_visits(demo, managers):
    """A manager goes along to a customer on some days of this week and the next."""
    monday = demo.today - timedelta(days=demo.today.weekday())
    visit = demo.env.ref("crm_sfa.mail_activity_type_visit")
    demo.env["mail.activity"].create(
        [
            {
                "res_model_id": demo.env["ir.model"]._get_id("res.partner"),
                "res_id": customer.id,
                "user_id": manager.id,
                "activity_type_id": visit.id,
                "summary": "陪同拜访 Joint visit",
                "sfa_planned_start": datetime.combine(
                    monday + timedelta(days=day), time(2 + day % 3 * 2)
                ),
                "sfa_duration": 1.5,
            }
            for manager in managers
            for day, customer in zip((1, 3, 7, 8, 10), demo.customers, strict=False)
        ]
    )
