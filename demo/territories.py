"""Territories: regions by rules, named accounts by hand, people with capacities."""

from datetime import timedelta

REGIONS = (
    # name, first and last postcode, owner
    ("华北 North China", "01", "16", "sales1"),
    ("华东 East China", "20", "36", "sales2"),
    ("华南 South China", "41", "57", "sales3"),
)


def make(demo):
    """Divide the customers among the salespeople, and hand out the waiting leads."""
    env = demo.env
    country = env.ref("base.cn")
    root = env["sfa.territory"].create(
        {"name": "中国 China", "user_id": _user(demo, "manager"), "color": 4}
    )
    territories = [
        env["sfa.territory"].create(
            {"name": name, "parent_id": root.id, "code": name[:2], "color": place + 1}
        )
        for place, (name, _first, _last, _owner) in enumerate(REGIONS)
    ]
    accounts = env["sfa.territory"].create(
        {
            "name": "大客户 Key Accounts",
            "parent_id": root.id,
            "dimension": "account",
            "color": 9,
        }
    )
    _make_members_and_rules(demo, root, territories, accounts, country)
    run = env["sfa.territory.run"].create({"name": "首次划分 First division"})
    run._preview()
    run._apply_moves()
    for customer in demo.customers[:2]:
        customer.sfa_territory_id = accounts
    _make_waiting_leads(demo, country)
    (root + accounts).union(*territories)._assign_leads()
    _preview_a_change(env, territories)
    if _user(demo, "sales3"):
        env["sfa.handover"].with_user(demo.users["manager"]).create(
            {
                "from_user_id": _user(demo, "sales3"),
                "to_user_id": _user(demo, "sales2"),
                "reason": "产假 Maternity leave",
            }
        )


def _make_members_and_rules(demo, root, territories, accounts, country):
    """A salesperson owns each region; what no region takes belongs to the whole."""
    env = demo.env
    start = demo.today - timedelta(days=200)
    members, rules = [], []
    for territory, (_name, first, last, owner) in zip(
        territories, REGIONS, strict=True
    ):
        members.append((territory, owner, "owner", 40))
        rules.append(
            {
                "territory_id": territory.id,
                "country_id": country.id,
                "zip_from": first,
                "zip_to": last,
            }
        )
    members.append((root, "manager", "owner", 0))
    members.append((accounts, "sales1", "owner", 10))
    members.append((territories[1], "sales1", "backup", 10))
    env["sfa.territory.member"].create(
        [
            {
                "territory_id": territory.id,
                "user_id": _user(demo, key),
                "role": role,
                "capacity": capacity,
                "date_from": start,
            }
            for territory, key, role, capacity in members
            if _user(demo, key)
        ]
    )
    rules.append({"territory_id": root.id, "country_id": country.id, "sequence": 900})
    env["sfa.territory.rule"].create(rules)


def _make_waiting_leads(demo, country):
    """People who asked on the web and whom nobody has called yet."""
    places = ("100000", "200000", "210000", "310000", "430000", "510000", "518000")
    demo.env["crm.lead"].create(
        [
            {
                "name": f"网站询价 Web enquiry {number + 1}",
                "type": "lead",
                "contact_name": f"访客 Visitor {number + 1}",
                "country_id": country.id,
                "zip": places[number % len(places)],
                "user_id": False,
                "team_id": False,
                "expected_revenue": 2000 + 1500 * number,
            }
            for number in range(12)
        ]
    )


def _user(demo, key):
    user = demo.users.get(key)
    return user.id if user else False


def _preview_a_change(env, territories):
    """A change that a manager is thinking about: what would happen."""
    rule = territories[2].rule_ids[:1]
    if not rule:
        return
    rule.zip_from = "50"
    env["sfa.territory.rule"].create(
        {
            "territory_id": territories[1].id,
            "country_id": rule.country_id.id,
            "zip_from": "41",
            "zip_to": "49",
        }
    )
    env["sfa.territory.run"].create({"name": "调整 Realignment"})._preview()
