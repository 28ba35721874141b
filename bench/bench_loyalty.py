"""Cards, ledger and books at size: forms, cancels, expiry, valuation, comparison."""

from datetime import timedelta
from statistics import median

from odoo import Command, fields
from odoo.tools import SQL

from .fill_loyalty import HISTORY, fill
from .measure import Meter, Report, Sample

ROUNDS = 15
#: Of the addon, on tables of the platform.
INDEXES = (
    "loyalty_history_loyalty_order",
    "sale_order_coupon_points_loyalty_coupon",
    "sale_order_line_loyalty_coupon",
    "sale_order_line_loyalty_reward",
    "loyalty_card_loyalty_order",
)
SQL_MS = 5
EXPIRING_CARDS, EXPIRY_SECONDS = 50_000, 60
BOOK_SECONDS = 10


def main(env, scale):
    meter = Meter(env)
    report = Report("Loyalty", scale)
    env = env(context={"lang": "en_US", "tz": "Asia/Shanghai"})
    with meter.undone():
        program = fill(env, scale)
        _single_acts(meter, report, env, program, scale)
        _expiry(meter, report, env, program, scale)
        _books(meter, report, env, program, scale)
    return report.show()


def _single_acts(meter, report, env, program, scale):
    acts = _acts(env, program)
    ours = {name: _database_ms(meter, act) for name, act in acts.items()}
    with meter.undone():
        for index in INDEXES:
            env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(index)))
        theirs = {name: _database_ms(meter, act) for name, act in acts.items()}
    for name in acts:
        report.bar(
            f"{name}, SQL",
            f"{ours[name]:.2f} ms",
            f"{theirs[name]:.2f} ms",
            f"{theirs[name] / max(ours[name], 0.01):.0f} x",
            f"<= {SQL_MS} ms",
            ours[name] <= SQL_MS,
        )


def _acts(env, program):
    """Give what people do with one card or order, each as ``act(number)``."""
    lines = env["sale.order.line"].search(
        [("reward_id", "in", program.reward_ids.ids)], limit=200
    )
    cards, orders = lines.coupon_id, lines.order_id
    idle = env["loyalty.program"].create(
        {
            "name": "Bench Coupons",
            "program_type": "coupons",
            "limit_usage": True,
            "max_usage": 50,
        }
    )
    unused = env["loyalty.card"].create(
        [{"program_id": idle.id} for _number in range(2 * (ROUNDS + 2))]
    )
    unused_ids = list(unused.ids)
    names = [
        "points",
        "use_count",
        "loyalty_ledger_ids",
        "loyalty_lot_ids",
        "loyalty_earn_line_ids",
        "loyalty_service_ids",
        "history_ids",
    ]
    history = env["loyalty.history"]
    return {
        "what an order wrote, on Cancel": lambda number: history.search(
            [
                ("order_model", "=", "sale.order"),
                ("order_id", "in", orders[number % len(orders)].ids),
            ]
        ),
        "form of a card": lambda number: cards[number].read(names),
        "use count of 80 cards": lambda number: cards[
            number : number + 80
        ]._compute_use_count(),
        "usage check of a program": lambda number: idle._compute_total_order_count(),
        "unused card deleted": lambda number: (
            env["loyalty.card"].browse(unused_ids.pop()).unlink()
        ),
    }


def _database_ms(meter, act):
    """Give the median milliseconds that the database works for one act."""
    spent = []
    for number in range(ROUNDS + 2):
        meter.forget()
        before = meter._database_seconds()
        act(number)
        meter.env.flush_all()
        if number >= 2:
            spent.append(1000 * (meter._database_seconds() - before))
    return median(spent)


def _expiry(meter, report, env, program, scale):
    """Let two lots on each of 50,000 cards expire, with an interruption."""
    cards = max(int(EXPIRING_CARDS * scale), 100)
    today = fields.Date.context_today(program)
    env.cr.execute(
        """
        WITH card AS (
            SELECT id FROM loyalty_card WHERE program_id = %s ORDER BY id LIMIT %s
        )
        UPDATE loyalty_lot t SET expires = %s FROM card
         WHERE t.card_id = card.id AND t.ledger_id IN (
                   SELECT id FROM loyalty_ledger l
                    WHERE l.card_id = card.id AND l.seq IN (1, 2)
               )
        """,
        [program.id, cards, today - timedelta(days=1)],
    )
    # The sample card has no lots.
    lots = env.cr.rowcount
    spent, done = Sample(), 0
    with meter.on(spent):
        while part := env["loyalty.card"]._expire_batch(today, 5000):
            done += part
            env.registry.clear_cache()
    again = env["loyalty.card"]._expire_batch(today, 5000)
    bar = max(EXPIRY_SECONDS * scale, 2)
    report.bar(
        f"{lots:,} lots of {done:,} cards expire",
        f"{spent.wall[0]:.1f} s, {spent.cpu[0]:.1f} s CPU, {spent.queries[0]} q",
        bar=f"<= {bar:.0f} s",
        met=spent.wall[0] <= bar,
    )
    left = sum(amount for _kind, amount in HISTORY) - 110
    env.cr.execute(
        "SELECT count(*) FROM loyalty_card WHERE program_id = %s AND points = %s",
        [program.id, left],
    )
    report.fact(
        "cards with the right balance after, and left to do",
        f"{env.cr.fetchone()[0]}, {again}",
        bar=f"{done}, 0",
        met=again == 0 and done >= cards - 1,
    )


def _books(meter, report, env, program, scale):
    provision = _make_provision(env, program)
    local = program.with_context(tz=env.company._get_loyalty_tz())
    today = fields.Date.context_today(local)
    bar = max(BOOK_SECONDS * scale, 2)
    valuation = env["loyalty.valuation"].create(
        {"provision_id": provision.id, "date": today}
    )
    for what, act in (
        ("valuation computed", valuation.action_compute),
        ("first posting", valuation.action_post),
        ("reconciliation of today", lambda: _compare(env, today)),
        (
            "reconciliation of a year ago",
            lambda: _compare(env, today - timedelta(days=365)),
        ),
    ):
        meter.forget()
        spent = Sample()
        with meter.on(spent):
            act()
            env.flush_all()
        first = what == "first posting"  # keeps a price for each row that gave points
        report.bar(
            what,
            f"{spent.cpu[0]:.1f} s CPU, {spent.wall[0]:.1f} s, {spent.queries[0]} q",
            bar="" if first else f"<= {bar:.0f} s CPU",
            met=None if first else spent.cpu[0] <= bar,
        )
    line = _compare(env, today)
    report.fact(
        "differences of cards and money",
        f"{line.cards_wrong}, {line.difference:.2f}, {line.unposted:.2f}",
        bar="0, 0.00, 0.00",
        met=not (line.cards_wrong or line.difference or line.unposted),
    )


def _compare(env, day):
    report = env["loyalty.reconciliation"].create({"date": day})
    report.action_show()
    return report.line_ids.filtered(
        lambda line: line.program_id.name == "Bench Points"
    )[:1]


def _make_provision(env, program):
    company = program.company_id
    accounts = [
        env["account.account"].create(
            {
                "name": f"Bench {code}",
                "code": code,
                "account_type": kind,
                "company_ids": [Command.link(company.id)],
            }
        )
        for code, kind in (
            ("229981", "liability_current"),
            ("409981", "income"),
            ("409982", "income"),
        )
    ]
    journal = env["account.journal"].search(
        [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
    )
    return env["loyalty.provision"].create(
        {
            "program_id": program.id,
            "point_value": 0.05,
            "expected_percent": 90,
            "liability_account_id": accounts[0].id,
            "revenue_account_id": accounts[1].id,
            "breakage_account_id": accounts[2].id,
            "journal_id": journal.id,
        }
    )
