"""Sales of a small distributor, the same every time."""

import random
from datetime import date, timedelta

START = date(2025, 1, 6)
DAYS = 480


def make_rows(customers, seed=7):
    """Give lines of invoices of customers with habits of their own.

    Some buy every ten days, some every four months, some stop for good, and two in ten
    buy once. Tea and cups go together; a filter follows a coffee machine.

    :return: ``[(invoice, product code, quantity, price, date, customer)]``
    """
    rng = random.Random(seed)
    rows = []
    for number in range(customers):
        gap = rng.choice((10, 40, 120))
        once = number % 10 < 2
        stops = rng.random() < 0.25
        last = rng.randint(120, 380) if stops else DAYS
        day = rng.randint(0, 120)
        size = rng.choice((1, 1, 2, 5, 20))
        while day <= last:
            rows += _basket(rng, number, day, size)
            if once:
                break
            day += max(1, round(rng.expovariate(1 / gap)))
    return rows


def _basket(rng, number, day, size):
    date_ = (START + timedelta(days=day)).isoformat()
    lines = [(f"P{rng.randint(0, 19):02}", rng.randint(1, 4), "9.5")]
    if rng.random() < 0.3:
        lines += (
            [("TEA", 2, "4"), ("CUP", 2, "3")]
            if rng.random() < 0.8
            else [("TEA", 2, "4")]
        )
    elif rng.random() < 0.05:
        lines.append(("CUP", 1, "3"))
    return [
        (f"I{number}-{day}", code, quantity * size, price, date_, f"K{number:04}")
        for code, quantity, price in lines
    ]
