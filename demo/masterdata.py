"""Company, people, warehouses, products, customers."""

import base64
import json
from pathlib import Path

from odoo import Command

from . import catalogue, names

HERE = Path(__file__).parent
TAGS = {
    "shop": ("Shop retail", "店面零售", 10),
    "direct": ("Direct", "直销", 4),
    "dealer": ("Dealer", "经销", 3),
}


def make(demo):
    """Make everything that business needs before it starts."""
    _make_company(demo)
    _make_users(demo)
    _make_warehouses(demo)
    _make_products(demo)
    _make_desks(demo)
    _make_stock(demo)
    _make_campaigns(demo)
    _make_customers(demo)
    _make_portal_user(demo)


def translated(record, chinese, name="name"):
    """Give a record its Chinese name."""
    record.with_context(lang="zh_CN")[name] = chinese
    return record


def _make_company(demo):
    env = demo.env
    company = env.company
    china = env.ref("base.cn")
    company.write(
        {
            "name": "华瑞办公 Huarui Office Supplies",
            "country_id": china.id,
            "state_id": _state(env, "沪").id,
            "city": "上海 Shanghai",
            "street": "淮海中路 1045 号",
            "zip": "200031",
            "phone": "+86 21 5466 8800",
            "email": "hello@huarui.example",
            "website": "https://huarui.example",
            "logo": base64.b64encode((HERE / "logo.png").read_bytes()),
        }
    )
    if company.chart_template != "cn":
        env["account.chart.template"].try_loading("cn", company, install_demo=False)
    company.crm_credit_overdue_days = 7
    env["res.lang"]._activate_lang("zh_CN")
    env["res.lang"].search([]).week_start = "1"
    for code in ("EUR", "USD", "GBP"):
        env["res.currency"].with_context(active_test=False).search(
            [("name", "=", code)]
        ).active = True
    env["res.currency.rate"].create(
        [
            {
                "currency_id": env.ref(f"base.{code}").id,
                "name": "2024-01-01",
                "rate": rate,
            }
            for code, rate in (("EUR", 0.127), ("USD", 0.139), ("GBP", 0.109))
        ]
    )


def _state(env, code):
    return env["res.country.state"].search(
        [("country_id.code", "=", "CN"), ("code", "=", code)], limit=1
    )


def _make_users(demo):
    env = demo.env
    for user in json.loads((HERE / "users.json").read_text()):
        if user["key"] in ("portal", "admin"):
            continue
        groups = [env.ref(name).id for name in ["base.group_user", *user["groups"]]]
        demo.users[user["key"]] = env["res.users"].create(
            {
                "name": user["name"],
                "login": user["login"],
                "password": user["password"],
                "email": f"{user['login']}@huarui.example",
                "group_ids": [Command.set(groups)],
                "tz": "Asia/Shanghai",
                "lang": "en_US",
                "odoobot_state": "disabled",
            }
        )
    admin = env.ref("base.user_admin")
    admin.write(
        {"tz": "Asia/Shanghai", "password": "admin", "odoobot_state": "disabled"}
    )
    team = env["crm.team"].search(
        [("company_id", "in", (env.company.id, False))], limit=1
    )
    team.write({"name": "East China", "user_id": demo.users["manager"].id})
    translated(team, "华东销售部")
    env["crm.team.member"].create(
        [
            {"crm_team_id": team.id, "user_id": demo.users[key].id}
            for key in ("sales1", "sales2", "sales3")
        ]
    )


def _make_warehouses(demo):
    env = demo.env
    main = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    main.name = "上海总仓 Shanghai"
    demo.warehouses = [main] + [
        env["stock.warehouse"].create({"name": name, "code": code})
        for name, code in (("广州仓 Guangzhou", "GZ"), ("成都仓 Chengdu", "CD"))
    ]
    env.ref("base.group_user").implied_ids |= env.ref(
        "stock.group_stock_multi_locations"
    )
    env["res.config.settings"].create({"group_stock_multi_locations": True}).execute()


def _make_products(demo):
    env = demo.env
    categories = {}
    parent = env["product.category"].create({"name": "Office"})
    translated(parent, "办公")
    for key, (english, chinese) in catalogue.CATEGORIES.items():
        categories[key] = translated(
            env["product.category"].create({"name": english, "parent_id": parent.id}),
            chinese,
        )
    demo.categories = categories
    rows = [
        (code, group, en, zh, price, cost, True)
        for code, group, en, zh, price, cost, _weight in catalogue.PRODUCTS
    ]
    rows += [
        (code, "parts", en, zh, cost * 1.4, cost, True)
        for code, en, zh, cost in catalogue.PARTS
    ]
    rows += [
        (code, "service", en, zh, price, cost, False)
        for code, en, zh, price, cost in catalogue.SERVICES
    ]
    for code, group, english, chinese, price, cost, goods in rows:
        demo.products[code] = _product(
            demo, code, group, english, chinese, price, cost, goods
        )
    _make_vendors(demo)


def _product(demo, code, group, english, chinese, price, cost, goods=True, **values):
    product = demo.env["product.product"].create(
        {
            "name": english,
            "default_code": code,
            "categ_id": demo.categories[group].id,
            "list_price": price,
            "standard_price": cost,
            "type": "consu" if goods else "service",
            "is_storable": goods,
            "invoice_policy": "delivery" if goods else "order",
            "purchase_ok": goods,
            "sale_ok": group != "parts",
            **values,
        }
    )
    return translated(product, chinese)


def _make_vendors(demo):
    env = demo.env
    vendors = env["res.partner"].create(
        [
            {"name": name, "is_company": True, "supplier_rank": 1}
            for name in catalogue.VENDORS
        ]
    )
    choice = {"paper": 0, "writing": 0, "parts": 1, "print": 2}
    env["product.supplierinfo"].create(
        [
            {
                "partner_id": vendors[choice[group]].id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "price": product.standard_price,
                "delay": 5,
            }
            for group in choice
            for product in demo.products.values()
            if product.categ_id == demo.categories[group]
        ]
    )


def _make_desks(demo):
    """The family that is made only when an order asks for it, and a kit."""
    env = demo.env
    order_route = env.ref("stock.route_warehouse0_mto")
    order_route.active = True
    routes = [
        Command.set([order_route.id, env.ref("mrp.route_warehouse0_manufacture").id])
    ]
    code, english, chinese = catalogue.FRAME
    frame = _product(
        demo,
        code,
        "parts",
        english,
        chinese,
        980,
        649,
        route_ids=routes,
        purchase_ok=False,
    )
    demo.products[code] = frame
    _bill(demo, frame, [("LEG-01", 2), ("CTL-01", 1), ("SCR-01", 1)])
    for code, english, chinese, price, top in catalogue.DESKS:
        cost = 649 + demo.products[top].standard_price + 9
        desk = _product(
            demo,
            code,
            "furniture",
            english,
            chinese,
            price,
            cost,
            route_ids=routes,
            purchase_ok=False,
            sale_delay=12,
        )
        demo.products[code] = desk
        _bill(demo, desk, [(top, 1), ("FRM-01", 1), ("SCR-01", 1)])
    code, english, chinese, price = catalogue.KIT
    cost = sum(
        demo.products[part].standard_price * count
        for part, count in catalogue.KIT_PARTS
    )
    kit = _product(demo, code, "desk", english, chinese, price, cost)
    demo.products[code] = kit
    _bill(demo, kit, catalogue.KIT_PARTS, kind="phantom")


def _bill(demo, product, parts, kind="normal"):
    demo.env["mrp.bom"].create(
        {
            "product_tmpl_id": product.product_tmpl_id.id,
            "type": kind,
            "bom_line_ids": [
                Command.create(
                    {"product_id": demo.products[code].id, "product_qty": count}
                )
                for code, count in parts
            ],
        }
    )


def _make_stock(demo):
    quants = []
    bought = [row[0] for row in catalogue.PRODUCTS] + [
        row[0] for row in catalogue.PARTS
    ]
    for warehouse, share in zip(demo.warehouses, (1.0, 0.4, 0.3), strict=True):
        for code in bought:
            quantity = round(demo.rng.randint(6000, 12000) * share)
            quants.append(
                {
                    "product_id": demo.products[code].id,
                    "location_id": warehouse.lot_stock_id.id,
                    "inventory_quantity": quantity,
                }
            )
    made = demo.env["stock.quant"].with_context(inventory_mode=True).create(quants)
    made.action_apply_inventory()


def _make_campaigns(demo):
    env = demo.env
    demo.campaigns = [
        translated(env["utm.campaign"].create({"title": english}), chinese, "title")
        for english, chinese in (
            ("Back to school", "开学季"),
            ("Autumn office fair", "秋季办公展"),
            ("Green office", "绿色办公"),
        )
    ]
    demo.sources = env["utm.source"].create(
        [{"name": name} for name in ("Trade fair", "Catalogue 2026", "Recommendation")]
    )


def _make_customers(demo):
    env, rng = demo.env, demo.rng
    tags = {
        key: translated(
            env["res.partner.category"].create({"name": english, "color": color}),
            chinese,
        )
        for key, (english, chinese, color) in TAGS.items()
    }
    terms = {
        "shop": env.ref("account.account_payment_term_15days"),
        "direct": env.ref("account.account_payment_term_30days"),
        "dealer": env.ref("account.account_payment_term_45days"),
    }
    sellers = [demo.users[key] for key in ("sales1", "sales2", "sales3")]
    values, kinds = [], []
    abroad = iter(names.ABROAD)
    places = [(city, brand) for city in names.CITIES for brand in names.BRANDS]
    rng.shuffle(places)
    for number in range(demo.customers_wanted):
        kind = rng.choices(["shop", "direct", "dealer"], [4, 4, 1.3])[0]
        foreign = next(abroad, None) if number % 9 == 7 else None
        place = places[number % len(places)]
        kinds.append(kind)
        values.append(
            {
                **(
                    _abroad(demo, foreign, number)
                    if foreign
                    else _domestic(demo, kind, place, number)
                ),
                "is_company": True,
                "ref": f"K{number + 1:05d}",
                "category_id": [Command.set(tags[kind].ids)],
                "user_id": rng.choice(sellers).id,
                "property_payment_term_id": terms[kind].id,
                "lang": "en_US" if foreign else "zh_CN",
                "customer_rank": 1,
            }
        )
    companies = env["res.partner"].create(values)
    demo.customers = list(companies)
    demo.kinds = dict(zip(companies, kinds, strict=True))
    env["res.partner"].create(
        [
            _contact(demo, company, place)
            for company in companies
            for place in range(1 + (rng.random() < 0.5))
        ]
    )


def _domestic(demo, kind, place, number):
    rng = demo.rng
    (english, city, state, code, area), brand = place
    again = number // (len(names.CITIES) * len(names.BRANDS))
    name = f"{city}{brand}{rng.choice(names.TRADES[kind])}{again or ''}"
    digits = f"{rng.randint(10_000_000, 99_999_999)}"
    phone = rng.choice(
        [
            f"+86 {area} {digits[:4]} {digits[4:]}",
            f"0{area}-{digits}",
            f"(0{area}) {digits[:4]}-{digits[4:]}",
        ]
    )
    return {
        "name": name,
        "street": f"{rng.choice(names.STREETS)} {rng.randint(1, 999)} 号",
        "city": f"{city} {english}",
        "zip": code,
        "state_id": _state(demo.env, state).id,
        "country_id": demo.env.ref("base.cn").id,
        "phone": phone,
        "email": f"office@k{number + 1:05d}.example",
    }


def _abroad(demo, row, number):
    name, city, country, phone, digits = row
    following = demo.rng.randint(10 ** (digits - 1), 10**digits - 1)
    return {
        "name": name,
        "street": f"{demo.rng.randint(1, 200)} Market Street",
        "city": city,
        "country_id": demo.env.ref(f"base.{country}").id,
        "phone": f"{phone}{following}",
        "email": f"orders@k{number + 1:05d}.example",
    }


def _contact(demo, company, place):
    rng = demo.rng
    home = company.country_id.code == "CN"
    name = (
        rng.choice(names.SURNAMES) + rng.choice(names.GIVEN)
        if home
        else rng.choice(names.FOREIGN_PEOPLE)
    )
    english, chinese = rng.choice(names.FUNCTIONS)
    return {
        "name": name,
        "parent_id": company.id,
        "function": chinese if home else english,
        "phone": f"+86 13{rng.randint(100000000, 999999999)}"
        if home
        else company.phone,
        "email": f"contact{place + 1}@{company.email.split('@')[1]}",
        "lang": company.lang,
    }


def _make_portal_user(demo):
    row = next(
        u for u in json.loads((HERE / "users.json").read_text()) if u["key"] == "portal"
    )
    contact = demo.customers[0].child_ids[0]
    demo.users["portal"] = demo.env["res.users"].create(
        {
            "partner_id": contact.id,
            "name": contact.name,
            "login": row["login"],
            "password": row["password"],
            "group_ids": [Command.set(demo.env.ref("base.group_portal").ids)],
        }
    )
