"""The books of points and money: three months posted, and one to look at."""

from datetime import timedelta

from odoo import Command

#: A reward gives 50 for 5,000 points.
VALUE, EXPECTED = 0.01, 85
MONTHS = 3


def make(demo):
    """Have the accountant value the points of the members month by month."""
    program = demo.env["loyalty.program"].search(
        [("program_type", "=", "loyalty")], limit=1
    )
    company = program.company_id
    books = demo.env["loyalty.provision"].with_user(demo.users["accountant"])
    _set_accounts(company)
    provision = books.create(
        {
            "program_id": program.id,
            "point_value": VALUE,
            "expected_percent": EXPECTED,
        }
    )
    for day in sorted(_ends_of_months(demo.today)):
        valuation = _value(provision, day)
        if valuation._has_movement():
            valuation.action_post()
        else:
            valuation.unlink()
    _value(provision, demo.today)
    _correct_a_wallet(demo)
    _book_stored_value(demo)


def _correct_a_wallet(demo):
    """Take from a member what the till forgot."""
    wallet = demo.env["loyalty.card"].search(
        [("program_id.program_type", "=", "ewallet"), ("points", ">", 200)], limit=1
    )
    demo.env["loyalty.adjustment"].with_user(demo.users["manager"]).create(
        {
            "card_id": wallet.id,
            "amount": -15,
            "reason": "收银漏扣 The till took too little",
        }
    ).action_request()


def _book_stored_value(demo):
    """Post today what the job posts at night."""
    entries = demo.env["loyalty.value.entry"]
    programs = demo.env["loyalty.program"].search([("program_type", "=", "ewallet")])
    for program in programs:
        flows = entries._get_flows(program.company_id, program, demo.today)
        entries._post_daily(program, demo.today, flows[program])


def _value(provision, day):
    valuation = provision.env["loyalty.valuation"].create(
        {"provision_id": provision.id, "date": day}
    )
    valuation.action_compute()
    return valuation


def _ends_of_months(day):
    for _month in range(MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        yield day


def _set_accounts(company):
    accounts = company.env["account.account"].with_company(company)
    for field, name, kind in (
        (
            "loyalty_liability_account_id",
            "合同负债—会员积分 Member Points to Use",
            "liability_current",
        ),
        (
            "loyalty_revenue_account_id",
            "主营业务收入—会员积分 Revenue of Points",
            "income",
        ),
        (
            "loyalty_breakage_account_id",
            "主营业务收入—积分失效 Breakage of Points",
            "income",
        ),
        (
            "loyalty_marketing_account_id",
            "销售费用—会员赠送 Bonuses of Members",
            "expense",
        ),
    ):
        last = accounts.search(
            [*accounts._check_company_domain(company), ("account_type", "=", kind)]
        )[-1:]
        company[field] = accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(last.code),
                "account_type": kind,
                "company_ids": [Command.link(company.id)],
            }
        )
    company.loyalty_journal_id = company.env["account.journal"].search(
        [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
    )
