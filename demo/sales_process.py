"""Kinds of customers, conditions of stages, control of quotations, teams, news."""

from datetime import timedelta

KINDS = {"shop": "retail", "direct": "direct", "dealer": "dealer"}
DISCOUNT_LIMITS = {"retail": 8, "direct": 12, "dealer": 20}
NEWS = [
    (
        "新价格表 New price list",
        "<p>自下月1日起启用新价格表，旧报价有效期不变。</p>"
        "<p>The new price list holds from the 1st of next month; quotations keep "
        "their validity.</p>",
        True,
    ),
    (
        "展会排班 Fair in Shanghai",
        "<p>请在周五前报名展位值班。 Please sign up for the booth by Friday.</p>",
        False,
    ),
]


def make(demo):
    """Set up the sales process and let quotations and opportunities meet it."""
    if not demo.customers:
        return
    _make_categories(demo)
    _make_teams(demo)
    _make_history(demo)
    _make_conditions(demo)
    _make_news(demo)
    _control_quotations(demo)


def _make_categories(demo):
    ref = demo.env.ref
    categories = {
        kind: ref(f"crm_sfa.sfa_customer_category_{name}")
        for kind, name in KINDS.items()
    }
    for kind, name in KINDS.items():
        categories[kind].discount_limit = DISCOUNT_LIMITS[name]
    definitions = {
        kind: [entry["name"] for entry in category.partner_properties_definition]
        for kind, category in categories.items()
    }
    for kind in categories:
        customers = [c for c in demo.customers if demo.kinds[c] == kind]
        for customer in customers:
            first = definitions[kind][0]
            value = "华东" if kind == "dealer" else demo.rng.choice((1, 2, 3, 5, 12))
            customer.sfa_properties = {first: value}


def _make_teams(demo):
    sellers = [demo.users[key] for key in ("sales1", "sales2", "sales3")]
    role = {
        name: demo.env.ref(f"crm_sfa.sfa_account_role_{name}")
        for name in ("manager", "inside", "engineer")
    }
    values = []
    for place, customer in enumerate(demo.customers[:12]):
        begin = demo.today - timedelta(days=200)
        owner = customer.user_id or sellers[0]
        other = sellers[(sellers.index(owner) + 1) % 3 if owner in sellers else 1]
        values.append(_member(customer, role["manager"], owner, begin, 70))
        values.append(_member(customer, role["inside"], other, begin, 30))
        if place % 3 == 0:
            values.append(
                _member(customer, role["engineer"], demo.users["manager"], begin, 0)
            )
    demo.env["sfa.account.member"].create(values)


def _member(customer, role, user, begin, share):
    return {
        "partner_id": customer.id,
        "role_id": role.id,
        "user_id": user.id,
        "date_from": begin,
        "share": share,
    }


def _make_history(demo):
    """Let opportunities have come through the stages before theirs."""
    env = demo.env
    stages = env["crm.stage"].search([], order="sequence, id")
    leads = (
        env["crm.lead"]
        .with_context(active_test=False)
        .search([("type", "=", "opportunity")], order="id")
    )
    env["sfa.stage.log"].search([("lead_id", "in", leads.ids)]).unlink()
    values = []
    for lead in leads:
        way = [stage for stage in stages if stage.sequence <= lead.stage_id.sequence]
        end = lead.date_closed or env.cr.now()
        part = (end - lead.create_date) / (len(way) + 1)
        moments = [lead.create_date + place * part for place in range(len(way))]
        for place, stage in enumerate(way):
            last = place == len(way) - 1
            values.append(
                {
                    "lead_id": lead.id,
                    "stage_id": stage.id,
                    "from_stage_id": way[place - 1].id if place else False,
                    "user_id": lead.user_id.id,
                    "entered_on": moments[place],
                    "left_on": False if last else moments[place + 1],
                    "hours": 0 if last else part.total_seconds() / 3600,
                }
            )
    env["sfa.stage.log"].create(values)


def _make_conditions(demo):
    env = demo.env
    stages = env["crm.stage"].search([], order="sequence, id")
    field = env["ir.model.fields"]._get
    env["sfa.stage.gate"].create(
        [
            {
                "stage_id": stages[1].id,
                "field_ids": [(6, 0, field("crm.lead", "expected_revenue").ids)],
            },
            {
                "stage_id": stages[2].id,
                "field_ids": [(6, 0, field("crm.lead", "date_deadline").ids)],
                "quotation_state": "exists",
            },
            {
                "stage_id": stages[-1].id,
                "category_ids": [
                    (6, 0, env.ref("crm_sfa.sfa_customer_category_dealer").ids)
                ],
                "document_kind": "any",
                "quotation_state": "sent",
            },
        ]
    )


def _make_news(demo):
    announcements = demo.env["sfa.announcement"].with_user(demo.users["manager"])
    for name, body, must_confirm in NEWS:
        news = announcements.create(
            {"name": name, "body": body, "must_confirm": must_confirm}
        )
        news.action_publish()
        for key in ("sales1", "sales2"):
            if demo.rng.random() < 0.5:
                news.with_user(demo.users[key]).mark_read()


def _control_quotations(demo):
    """Switch the control on, and ask for three quotations that are out of bounds."""
    env = demo.env
    env["product.category"].search([("parent_id", "=", False)]).write(
        {"sfa_margin_floor": 12}
    )
    env.company.sfa_quote_gate = True
    # Discounts stand on the lines, so that one sees what is held.
    env.ref("base.group_user").implied_ids += env.ref("sale.group_discount_per_so_line")
    orders = env["sale.order"].search(
        [("state", "=", "draft"), ("user_id", "=", demo.users["sales1"].id)],
        order="id",
        limit=3,
    )
    for place, order in enumerate(orders):
        order.order_line[:1].discount = (15, 60, 45)[place]
        mine = order.with_user(demo.users["sales1"])
        if mine not in mine._sfa_gate_blocked():
            continue
        env["sfa.approval.ask"].with_user(demo.users["sales1"]).create(
            {"order_id": order.id, "note": "老客户首单 First order of a big account"}
        ).action_ask()
        request = env["sfa.approval"].search([("order_id", "=", order.id)])
        if place == 1:
            request.with_user(env.ref("base.user_admin")).decide(
                "refused", "毛利太低 Far too little margin"
            )
        elif place == 2:
            request.with_user(env.ref("base.user_admin")).decide("approved", "战略客户")
