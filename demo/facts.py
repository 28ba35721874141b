"""What the suite itself knows: relations, consent, segments, ratings, the past."""

from datetime import timedelta

from . import catalogue, history


def make(demo):
    """Make the facts, then run the nightly jobs once so that results show."""
    _make_duplicates(demo)
    _make_relations(demo)
    _make_consents(demo)
    _make_segments(demo)
    _make_ratings(demo)
    _import_the_past(demo)
    env = demo.env
    env["crm.lifecycle"]._cron_refresh()
    env["crm.segment"]._cron_refresh()
    env["crm.duplicate"]._cron_find()
    env["crm.collection"]._cron_follow_up()
    env["sale.order"]._tracking_refresh_all()


def _make_duplicates(demo):
    """Somebody entered two customers a second time."""
    demo.env["res.partner"].create(
        [
            {
                "name": customer.name.replace("有限公司", "公司") + "（新）",
                "is_company": True,
                "phone": customer.phone,
                "email": customer.email,
                "city": customer.city,
                "country_id": customer.country_id.id,
                "user_id": customer.user_id.id,
            }
            for customer in demo.customers[4:6]
        ]
    )


def _by_kind(demo, kind):
    return [customer for customer in demo.customers if demo.kinds[customer] == kind]


def _make_relations(demo):
    """Dealers supply shops, groups have branches, neighbours refer each other."""
    shops, direct, dealers = (
        _by_kind(demo, kind) for kind in ("shop", "direct", "dealer")
    )
    rows = []
    for place, shop in enumerate(shops):
        if dealers and place % 2 == 0:
            rows.append(("dealer", dealers[place % len(dealers)], shop))
        if place % 5 == 1:
            rows.append(("refers", shops[place - 1], shop))
    for place, company in enumerate(direct):
        if place % 4 == 1:
            rows.append(("parent", direct[place - 1], company))
        if dealers and place % 6 == 2:
            rows.append(("competes", dealers[place % len(dealers)], company))
    demo.env["crm.relation"].create(
        [
            {
                "type_id": demo.env.ref(f"crm_base.crm_relation_type_{kind}").id,
                "from_partner_id": one.id,
                "to_partner_id": other.id,
                "date_from": demo.today - timedelta(days=demo.rng.randint(30, 500)),
            }
            for kind, one, other in rows
        ]
    )


def _make_consents(demo):
    rng = demo.rng
    values = []
    for customer in demo.customers:
        for channel in ("mail", "phone", "sms", "profiling"):
            if rng.random() < 0.6:
                given = demo.today - timedelta(days=rng.randint(60, 400))
                fact = {
                    "partner_id": customer.id,
                    "channel": channel,
                    "date": given,
                    "source": rng.choice(["form", "web", "person"]),
                }
                values.append(fact)
                if rng.random() < 0.12:
                    later = given + timedelta(days=30)
                    values.append({**fact, "date": later, "state": "withdrawn"})
    demo.env["crm.consent"].create(values)


def _make_segments(demo):
    env = demo.env
    east = env["res.country.state"].search(
        [("country_id.code", "=", "CN"), ("code", "in", ("沪", "浙", "苏"))]
    )
    rules = [
        ("Shops in East China", "华东门店", [("state_id", "in", east.ids)]),
        (
            "Dormant or lost",
            "沉睡与流失",
            [("lifecycle_stage", "in", ["dormant", "lost"])],
        ),
        ("Customers abroad", "海外客户", [("country_id.code", "!=", "CN")]),
    ]
    for english, chinese, domain in rules:
        segment = env["crm.segment"].create(
            {
                "name": english,
                "kind": "rule",
                "user_id": demo.users["manager"].id,
                "domain": repr([("customer_rank", ">", 0), *domain]),
            }
        )
        segment.with_context(lang="zh_CN").name = chinese
    fair = env["crm.segment"].create(
        {
            "name": "Fair visitors 2026",
            "kind": "static",
            "user_id": demo.users["manager"].id,
        }
    )
    fair.with_context(lang="zh_CN").name = "2026展会访客"
    fair.add_partners([customer.id for customer in demo.customers[::5]])


def _make_ratings(demo):
    """Some customers say how content they are with an order."""
    env, rng = demo.env, demo.rng
    long_ago = demo.today - timedelta(days=14)
    orders = env["sale.order"].search(
        [("state", "=", "sale"), ("date_order", "<", long_ago)], order="id"
    )
    words = {
        5: "很快，很好！ Fast and good.",
        3: "还可以。 Fine.",
        1: "送晚了。 Came late.",
    }
    model = env["ir.model"]._get_id("sale.order")
    values = []
    for order in orders[::4]:
        score = rng.choices([5, 3, 1], [7, 2, 1])[0]
        values.append(
            {
                "res_model_id": model,
                "res_id": order.id,
                "partner_id": order.partner_id.id,
                "rated_partner_id": order.user_id.partner_id.id,
                "rating": score,
                "consumed": True,
                "feedback": words[score],
            }
        )
    env["rating.rating"].create(values)
    env.flush_all()
    env.cr.execute(
        """
        UPDATE rating_rating AS rating
           SET rated_on = sale.date_order + INTERVAL '10 days',
               create_date = sale.date_order + INTERVAL '10 days',
               write_date = sale.date_order + INTERVAL '10 days'
          FROM sale_order AS sale
         WHERE rating.res_model = 'sale.order' AND rating.res_id = sale.id
        """
    )


def _import_the_past(demo):
    """Bring the year before along, as a file of the previous system."""
    history.bring_along(demo, "previous-system", _draw_the_past(demo))


def _draw_the_past(demo):
    rng = demo.rng
    first = demo.today - timedelta(days=demo.months * 30 + 400)
    for number in range(len(demo.customers) * 8):
        customer = rng.choice(demo.customers[: max(1, len(demo.customers) * 2 // 3)])
        day = first + timedelta(days=rng.randint(0, 390))
        returned = rng.random() < 0.04
        for code, _group, _english, chinese, price, *_rest in rng.sample(
            catalogue.PRODUCTS, rng.randint(1, 4)
        ):
            quantity = rng.randint(1, 20) * (-1 if returned else 1)
            prefix = "C" if returned else "F"
            reference = "" if rng.random() < 0.03 else customer.ref
            yield (
                f"{prefix}{number + 1:06d}",
                code,
                chinese,
                quantity,
                day.isoformat(),
                round(price * 0.95, 2),
                reference,
            )
