"""Members with a history, on top of the generated company.

Scale 1 is 200,000 cards with 1,000,000 rows of the ledger, 800,000 lots, 200,000
allocations, and 400,000 order lines that name a card.
"""

from odoo import Command
from odoo.tools import SQL

from .copies import insert_like, next_id

CARDS = 200_000
LINES = 400_000
#: What happened to each card, one row a day: kind and amount.
HISTORY = (("earn", 100), ("earn", 60), ("redeem", -50), ("earn", 40), ("earn", 20))


def fill(env, scale):
    """Make a program, and cards that were used, and give the program.

    :param scale: 1 for 200,000 cards
    """
    program = make_program(env, "Bench Points", discount=5)
    sample = env["loyalty.card"].create({"program_id": program.id})
    env.flush_all()
    cards = max(int(CARDS * scale), 400)
    base = next_id(env, "loyalty_card")
    env.cr.execute(
        """
        CREATE TEMP TABLE member ON COMMIT DROP AS
        SELECT n, %s + n AS id, p.id AS partner_id
          FROM generate_series(1, %s) n
          LEFT JOIN (
              SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner
               WHERE ref LIKE 'C0%%'
          ) p USING (n);
        ANALYZE member
        """,
        [base, cards],
    )
    insert_like(
        env,
        "loyalty_card",
        sample.id,
        "member",
        {
            "id": "r.id",
            "code": "'BENCH-' || r.id",
            "partner_id": "r.partner_id",
            "points": str(sum(amount for _kind, amount in HISTORY)),
        },
    )
    _fill_books(env, program)
    _fill_orders(env, program, max(int(LINES * scale), 800))
    env.cr.execute("SELECT setval('loyalty_card_id_seq', %s)", [base + cards])
    for table in (
        "loyalty_card",
        "loyalty_ledger",
        "loyalty_lot",
        "loyalty_allocation",
        "loyalty_history",
        "sale_order_line",
        "sale_order_coupon_points",
    ):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()
    return program


def make_program(env, name, discount):
    """Make a program that gives a point for each unit of money.

    :param discount: money off an order for 50 points
    """
    return env["loyalty.program"].create(
        {
            "name": name,
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "rule_ids": [Command.create({"reward_point_mode": "money"})],
            "reward_ids": [
                Command.create(
                    {
                        "reward_type": "discount",
                        "discount_mode": "per_order",
                        "discount": discount,
                        "required_points": 50,
                    }
                )
            ],
        }
    )


def _fill_books(env, program):
    """Write the rows, lots and allocations of each card, as the addon writes them."""
    env.cr.execute(
        """
        INSERT INTO loyalty_ledger (
            card_id, card_code, program_id, company_id, date, user_id, kind, seq,
            amount, balance, debt_change, source_model, source_id
        )
        SELECT m.id, 'BENCH-' || m.id, %(program)s, %(company)s,
               now()::timestamp - (400 - h.seq + m.n %% 300) * interval '1 day',
               1, h.kind, h.seq, h.amount,
               sum(h.amount) OVER (PARTITION BY m.id ORDER BY h.seq), 0,
               'res.partner', m.n * 10 + h.seq
          FROM member m
         CROSS JOIN unnest(%(kinds)s, %(amounts)s::numeric[])
               WITH ORDINALITY h(kind, amount, seq)
         ORDER BY m.id, h.seq;
        ANALYZE loyalty_ledger;
        INSERT INTO loyalty_lot (card_id, fund, issued, remaining, date, expires,
                                 ledger_id)
        SELECT card_id, 'points', amount, CASE seq WHEN 1 THEN 50 ELSE amount END,
               date, date::date + 720, id
          FROM loyalty_ledger WHERE program_id = %(program)s AND amount > 0
         ORDER BY id;
        ANALYZE loyalty_lot;
        INSERT INTO loyalty_allocation (ledger_id, lot_id, amount)
        SELECT l.id, t.id, l.amount
          FROM loyalty_ledger l
          JOIN loyalty_ledger o ON o.card_id = l.card_id AND o.seq = 1
          JOIN loyalty_lot t ON t.ledger_id = o.id
         WHERE l.program_id = %(program)s AND l.amount < 0;
        """,
        {
            "program": program.id,
            "company": program.company_id.id,
            "kinds": [kind for kind, _amount in HISTORY],
            "amounts": [amount for _kind, amount in HISTORY],
        },
    )


def _fill_orders(env, program, lines):
    """Let existing orders name the cards: history, points given, reward lines."""
    env.cr.execute(
        """
        CREATE TEMP TABLE used ON COMMIT DROP AS
        SELECT o.n, o.id AS order_id, m.id AS card_id
          FROM (SELECT row_number() OVER (ORDER BY id) AS n, id FROM sale_order
                 ORDER BY id LIMIT %(lines)s) o
          JOIN member m ON m.n = 1 + o.n %% (SELECT count(*) FROM member);
        INSERT INTO sale_order_coupon_points (order_id, coupon_id, points)
        SELECT order_id, card_id, 20 FROM used ON CONFLICT DO NOTHING;
        INSERT INTO loyalty_history (card_id, description, issued, used, order_model,
                                     order_id, create_date)
        SELECT card_id, 'Order ' || order_id, 20, 0, 'sale.order', order_id, now()
          FROM used;
        """,
        {"lines": lines},
    )
    sample = env.execute_query_dict(_sample_line())[0]["id"]
    insert_like(
        env,
        "sale_order_line",
        sample,
        "used",
        {
            "id": f"{next_id(env, 'sale_order_line')} + r.n",
            "order_id": "r.order_id",
            "coupon_id": "r.card_id",
            "reward_id": str(program.reward_ids.id),
            "points_cost": "50",
        },
    )


def _sample_line():
    return SQL(
        "SELECT l.id FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id"
        " WHERE o.name LIKE 'B0%%' AND l.product_id IS NOT NULL ORDER BY l.id LIMIT 1"
    )
