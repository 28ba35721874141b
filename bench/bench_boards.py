"""How long the server needs for dashboards and pages of analyses, whatever was sold."""

from odoo import Command
from odoo.tools import SQL

from .measure import Meter, Report

ROUNDS = 5
SECONDS = 2
QUERIES = 6
GROUPS = (
    "base.group_user",
    "crm_analytics.crm_analytics_group_manager",
    "crm_service.crm_service_group_manager",
    "crm_cti.crm_cti_group_manager",
    "crm_loyalty.crm_loyalty_group_manager",
    "sales_team.group_sale_manager",
    "account.group_account_manager",
    "stock.group_stock_manager",
)
PAGES = {
    "customer value": ("mining.model", "get_dashboard"),
    "profit": ("mining.profit", "get_page"),
    "receivables by age": ("mining.receivable", "get_page"),
    "receivables by age, month ends": ("mining.receivable", "get_months"),
    "receivables by age, ledger": ("mining.receivable", "get_ledger"),
    "stock at work": ("mining.stock", "get_page"),
}


def main(env, scale):
    meter = Meter(env)
    report = Report("Dashboards and pages", scale)
    with meter.undone():
        reader = _prepare(env)
        (lines,) = env.execute_query(SQL("SELECT count(*) FROM mining_fact"))[0]
        report.bar("lines that were sold", f"{lines:,}")
        board = reader["crm.board"]
        pages = {
            board._get_boards()[role]["title"]: lambda role=role: board.get_board(role)
            for role in board._get_boards()
        }
        for name, (model, method) in PAGES.items():
            pages[name] = getattr(reader[model], method)
        for name, page in pages.items():
            _show(meter, report, reader, name, page)
    return report.show()


def _prepare(env):
    """Read what was sold, publish its analyses, and give the reader of all pages."""
    env["mining.stale"]._ask_for_all()
    env["mining.fact"]._refresh()
    for model in env["mining.model"].search([("kind", "in", ("rfm", "profit"))]):
        run = model._ask()
        run._run()
        if not run.is_published:
            run._publish()
    env.cr.execute("ANALYZE mining_fact; ANALYZE mining_month; ANALYZE mining_customer")
    user = env["res.users"].create(
        {
            "name": "Director",
            "login": "director",
            "group_ids": [Command.set([env.ref(name).id for name in GROUPS])],
        }
    )
    return env(user=user.id, context={"lang": "en_US", "tz": "Asia/Shanghai"})


def _show(meter, report, env, name, page):
    """Measure a page whose reader has opened another one before."""

    def prepare():
        meter.forget()
        env.user.read(["tz", "company_id", "group_ids"])
        env.company.currency_id.read(["name"])

    (sample,) = meter.turns(ROUNDS, page, prepare=prepare)
    report.bar(
        name,
        f"{sample.cpu_ms:.3g} ms CPU, {sample.wall_ms:.3g} ms",
        bar=f"<= {SECONDS} s",
        met=sample.wall_ms <= 1000 * SECONDS,
    )
    report.fact(
        f"{name}, queries",
        f"{sample.query_count:g}",
        bar=f"<= {QUERIES}",
        met=sample.query_count <= QUERIES,
    )
