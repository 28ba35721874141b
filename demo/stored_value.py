"""Stored value of members: deposits, a bonus ladder, spending, a refund to decide."""

MEMBERS = 12
STEPS = ((200, 20, 0), (500, 0, 12), (1000, 0, 15))


def make(demo):
    """Let some members of the shops pay in, and spend some of it."""
    env = demo.env
    env.company._set_up_stored_value()
    program = _make_program(env)
    cash = _get_cash(env)
    shops = [customer for customer, kind in demo.kinds.items() if kind == "shop"]
    wallets = env["loyalty.card"].create(
        [
            {"program_id": program.id, "partner_id": member.id}
            for member in (shops or demo.customers)[:MEMBERS]
        ]
    )
    for wallet in wallets:
        for _time in range(demo.rng.randint(1, 2)):
            _pay_in(demo, wallet, demo.rng.choice((100, 200, 300, 500, 1000)), cash)
    for wallet in wallets[:1]:
        wallet._set_pin("2580", "开卡 At the desk")
    _quote(demo, program, wallets[:4])
    _ask(demo, wallets[-1:], cash)


def _make_program(env):
    programs = env["loyalty.program"]
    rules = env["loyalty.value.rule"].search(
        [("currency_id", "=", env.company.currency_id.id)], limit=1
    )
    return programs.create(
        {
            **programs._get_template_values()["ewallet"],
            "name": "会员储值 Stored Value",
            "company_id": env.company.id,
            "loyalty_fund_order": "proportional",
            "loyalty_pin_from": 500,
            "loyalty_value_rule_id": rules.id,
            "loyalty_deposit_rule_ids": [
                (
                    0,
                    0,
                    {
                        "amount_from": start,
                        "bonus_amount": fixed,
                        "bonus_percent": percent,
                        "bonus_days": 365,
                    },
                )
                for start, fixed, percent in STEPS
            ],
        }
    )


def _get_cash(env):
    journals = env["account.journal"]
    domain = [*journals._check_company_domain(env.company), ("type", "=", "cash")]
    return journals.search(domain, limit=1) or journals.create(
        {"name": "门店现金 Shop Cash", "type": "cash", "code": "SHOP"}
    )


def _pay_in(demo, wallet, amount, cash):
    deposits = demo.env["loyalty.deposit"].with_user(demo.users["clerk"])
    deposits.create(
        {"card_id": wallet.id, "amount": amount, "journal_id": cash.id}
    ).action_pay()


def _quote(demo, program, wallets):
    """Let members pay quotations with their card; every other one buys."""
    product = demo.env["product.product"].search(
        [("sale_ok", "=", True), ("list_price", ">", 20)], order="list_price", limit=1
    )
    for place, wallet in enumerate(wallets):
        order = demo.env["sale.order"].create(
            {
                "partner_id": wallet.partner_id.id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        order._update_programs_and_rewards()
        wallet._hold(order, min(50, wallet.points), chosen=True)
        order._apply_program_reward(program.reward_ids, wallet)
        if place % 2:
            order.action_confirm()


def _ask(demo, wallets, cash):
    """Leave a refund that a loyalty manager has to decide."""
    refunds = demo.env["loyalty.refund"].with_user(demo.users["clerk"])
    for wallet in wallets:
        refunds.create(
            {
                "card_id": wallet.id,
                "amount": 50,
                "journal_id": cash.id,
                "reason": "会员搬家 The member moves away",
            }
        ).action_request()
