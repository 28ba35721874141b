"""Consumers of a web shop on another system, whose sales are brought along.

They are many enough for the analyses. Each buys at a rate of his own until he loses
interest (as in BG/NBD: Fader, Hardie, Lee 2005, Marketing Science 24(2)), mostly of the
kind that he likes.
"""

import random
from datetime import timedelta

from . import catalogue, history, names

#: Consumers for each company that buys.
SHARE = 20
#: Orders a day: shape of the gamma distribution, and days to the mean.
SHAPE, DAYS = 1.3, 40
#: Chance that an order was the last one, of regulars and of others; share of regulars.
LEAVE, REGULARS = (0.03, 0.6), 0.4
#: Products of other kinds than the one that a consumer likes.
ELSEWHERE = 0.15
#: Products that are bought in one basket, and how often such a basket is.
TOGETHER = {
    "paper": ("WR-201", "PA-110"),
    "writing": ("WR-204", "PA-120"),
    "desk": ("DE-301", "PR-404"),
    "print": ("PR-403", "PA-101"),
    "gift": ("GI-502", "GI-503"),
}
TOGETHER_SHARE = 0.5
#: What is bought some weeks after what.
LATER = {"GI-506": "DE-306", "PR-401": "PA-102"}
LATER_SHARE = 0.5


def make(demo):
    """Make the consumers and bring their orders along as a file."""
    rng = random.Random(demo.rng.random())
    consumers = _make_consumers(demo, rng)
    rows = []
    for consumer in consumers:
        for day, codes in _shop(demo, rng):
            rows.append((day, consumer.ref, codes))
    rows.sort(key=lambda row: row[:2])
    history.bring_along(demo, "web-shop", _write(rng, rows))


def _make_consumers(demo, rng):
    china = demo.env.ref("base.cn")
    values = []
    for number in range(1, demo.customers_wanted * SHARE + 1):
        _city, city, *_rest = rng.choice(names.CITIES)
        values.append(
            {
                "name": rng.choice(names.SURNAMES) + rng.choice(names.GIVEN),
                "ref": f"W{number:05d}",
                "city": city,
                "country_id": china.id,
                "email": f"w{number:05d}@mail.example",
                "phone": f"+86 15{rng.randint(100000000, 999999999)}",
                "lang": "zh_CN",
                "customer_rank": 1,
            }
        )
    return demo.env["res.partner"].create(values)


def _shop(demo, rng):
    """Give the orders of one consumer: ``[(day, codes)]``."""
    day = demo.today - timedelta(days=rng.randint(15, demo.months * 30))
    pause = DAYS * SHAPE / max(rng.gammavariate(SHAPE, 1), 0.05)
    leave = LEAVE[rng.random() > REGULARS]
    likes = rng.choice([*TOGETHER])
    orders, later = [], []
    while day < demo.today:
        codes = _fill(rng, likes)
        codes += [code for code in later if rng.random() < LATER_SHARE]
        orders.append((day, sorted(set(codes))))
        later = [LATER[code] for code in codes if code in LATER]
        if rng.random() < leave:
            break
        day += timedelta(days=1 + int(rng.expovariate(1 / pause)))
    return orders


def _fill(rng, likes):
    """Give the products of one basket of a consumer who likes one kind."""
    kind = likes if rng.random() > ELSEWHERE else rng.choice([*TOGETHER])
    weights = {row[0]: row[-1] for row in catalogue.PRODUCTS if row[1] == kind}
    basket = rng.choices([*weights], [*weights.values()], k=rng.randint(1, 3))
    if rng.random() < TOGETHER_SHARE:
        basket += TOGETHER[kind]
    return basket


def _write(rng, rows):
    products = {row[0]: row for row in catalogue.PRODUCTS}
    for number, (day, ref, codes) in enumerate(rows, 1):
        for code in codes:
            _code, _group, _english, chinese, price, *_rest = products[code]
            quantity = 1 + (rng.random() < 0.2)
            yield f"W{number:06d}", code, chinese, quantity, day.isoformat(), price, ref
