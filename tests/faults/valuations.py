"""An accountant who posts the valuation of a program, in a process of its own."""

from odoo import Command, api, fields
from odoo.exceptions import UserError
from odoo.service.model import retrying

DAY = fields.Date.to_date("2023-06-01")
DAYS = 12


def prepare(env):
    """Make a program with points, a provision and accounts."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, False)
    accounts = [
        env["account.account"].create(
            {"name": f"Points {code}", "code": code, "account_type": kind}
        )
        for code, kind in (
            ("229901", "liability_current"),
            ("409901", "income"),
            ("409902", "income"),
        )
    ]
    program = env["loyalty.program"].create(
        {"name": "Valued", "program_type": "loyalty", "company_id": company.id}
    )
    card = env["loyalty.card"].create({"program_id": program.id})
    for day in range(DAYS):
        date = fields.Datetime.to_datetime(fields.Date.add(DAY, days=day))
        card.book("earn", 100, f"valued {day}", date=date)
    journal = env["account.journal"].search(
        [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
    )
    env["loyalty.provision"].create(
        {
            "program_id": program.id,
            "point_value": 1,
            "liability_account_id": accounts[0].id,
            "revenue_account_id": accounts[1].id,
            "breakage_account_id": accounts[2].id,
            "journal_id": journal.id,
        }
    )
    env["res.users"].create(
        {
            "name": "Books",
            "login": "books",
            "group_ids": [Command.link(env.ref("account.group_account_invoice").id)],
        }
    )


def post(env, number, path):
    """Post the same days as others do, and write down what was answered."""
    user = env["res.users"].search([("login", "=", "books")]).id
    env.cr.commit()
    with open(path, "a") as answers:
        for day in range(DAYS):
            date = fields.Date.add(DAY, days=day)
            answers.write(f"{number} {date} {once(env.registry, user, date)}\n")
            answers.flush()


def once(registry, user, date):
    """Value a program in a transaction of its own, tried again as a request is."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, user, {})

        def value():
            provision = env["loyalty.provision"].search([], limit=1)
            valuation = env["loyalty.valuation"].create(
                {"provision_id": provision.id, "date": date}
            )
            valuation.action_post()
            return valuation.number

        try:
            return retrying(value, env)
        except UserError:
            return "refused"
