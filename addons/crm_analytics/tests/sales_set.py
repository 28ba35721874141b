"""Sales of a small distributor, the same every time."""

import random
from datetime import date, timedelta

START = date(2025, 1, 6)
DAYS = 480


def make_rows(customers, seed=7):
    """Give lines of invoices of customers with habits of their own.

    Some buy every ten days, some every five months, some stop for good, and two in ten
    buy once. Tea and cups go together, and so do the two parts of twenty sets.

    :return: ``[(invoice, product code, quantity, price, date, customer)]``
    """
    rng = random.Random(seed)
    rows = []
    for number in range(customers):
        gap = rng.choice((10, 45, 150))
        once = number % 10 < 2
        stops = rng.random() < 0.25
        last = rng.randint(120, 380) if stops else DAYS
        day = rng.randint(0, 120)
        size = rng.choice((1, 1, 2, 5, 20))
        while day <= last:
            rows += _basket(rng, number, day, size)
            if once:
                break
            day += max(1, round(rng.gauss(gap, gap / 5)))
    return rows


def _basket(rng, number, day, size):
    date_ = (START + timedelta(days=day)).isoformat()
    lines = [(f"P{rng.randint(0, 79):02}", rng.randint(1, 4), "9.5")]
    if rng.random() < 0.6:
        set_ = rng.randint(0, 19)
        lines += [(f"S{set_:02}A", 1, "6"), (f"S{set_:02}B", 1, "5")]
    if rng.random() < 0.1:
        lines += [("TEA", 2, "4"), ("CUP", 2, "3")]
    return [
        (f"I{number}-{day}", code, quantity * size, price, date_, f"K{number:04}")
        for code, quantity, price in lines
    ]
