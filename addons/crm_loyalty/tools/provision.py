"""Points as a material right: what is deferred, and when it becomes revenue.

IFRS 15 B39 to B47: a part of the price of a sale is allocated to the points that it
gives, by relative stand-alone prices (paragraphs 74 to 80) and with the likelihood of
redemption (B42); it becomes revenue in the proportion of points redeemed to points
expected to be redeemed (B46); a change of that expectation is caught up at once (B47).
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Pool:
    """The points of one year of issue, up to a day.

    :param issued: given, less what returns took back
    :param redeemed: used, of these
    :param remaining: still on cards
    :param allocated: part of the prices of sales, company currency, not rounded
    """

    issued: Decimal
    redeemed: Decimal
    remaining: Decimal
    allocated: Decimal


def stand_alone_price(points, value, rate):
    """Give the price at which the points themselves would be sold (B42).

    :param points: number, Decimal
    :param value: of a point that is used, company currency
    :param rate: part that is expected to be used, 0 to 1

    >>> stand_alone_price(Decimal(10000), Decimal(1), Decimal("0.97"))
    Decimal('9700.00')
    """
    return points * value * rate


def allocate_price(price, goods, points):
    """Give the part of a price that belongs to the points, not rounded.

    :param price: transaction price of the sale, tax excluded
    :param goods: stand-alone price of what was sold, tax excluded
    :param points: stand-alone price of the points
    :return: Decimal between 0 and the price

    IFRS 15 IE267 to IE270 allocates 8,676 of 100,000 to points worth 9,500:

    >>> round(allocate_price(Decimal(100000), Decimal(100000), Decimal(9500)))
    8676
    >>> allocate_price(Decimal(0), Decimal(0), Decimal(5))
    Decimal('0')
    """
    if price <= 0 or points <= 0:
        return ZERO
    return price * points / (max(goods, ZERO) + points)


def expected_redemption(pool, rate):
    """Give how many points of the pool are redeemed in all, in the end.

    The estimate is bounded by what is known: at least what is redeemed, at most that
    and what remains. So what expires beyond the estimate leaves nothing deferred.

    :param rate: part of the issued points that is expected to be redeemed, 0 to 1

    >>> D = Decimal
    >>> expected_redemption(Pool(D(100), D(20), D(80), D(9)), D("0.9"))
    Decimal('90.0')
    >>> expected_redemption(Pool(D(100), D(20), D(5), D(9)), D("0.9"))
    Decimal('25')
    """
    used = max(pool.redeemed, ZERO)
    return min(max(rate * pool.issued, used), used + max(pool.remaining, ZERO))


def recognised(pool, rate, unit=Decimal("0.01")):
    """Give what is revenue by now, in all, of what was allocated to the pool.

    :param rate: part of the issued points that is expected to be redeemed, 0 to 1
    :param unit: smallest unit of the currency
    :return: ``(by redemption, by breakage)``, Decimals in the unit; breakage is what
        became certain because points are gone that were expected to be redeemed

    9,000 allocated to 10,000 points of which 97 % are expected to be redeemed: 4,500
    are redeemed; then 8,500, and now 9,900, or 9,200, are expected.

    >>> D = Decimal
    >>> first = recognised(Pool(D(10000), D(4500), D(5500), D(9000)), D("0.97"))
    >>> more = recognised(Pool(D(10000), D(8500), D(1500), D(9000)), D("0.99"))
    >>> less = recognised(Pool(D(10000), D(8500), D(1500), D(9000)), D("0.92"))
    >>> [round(first[0]), round(more[0] - first[0]), round(less[0] - first[0])]
    [4175, 3552, 4140]

    The last 1,500 points expire:

    >>> recognised(Pool(D(10000), D(8500), D(0), D(9000)), D("0.99"))
    (Decimal('7727.27'), Decimal('1272.73'))
    """
    if not pool.allocated:
        return ZERO, ZERO
    used = max(pool.redeemed, ZERO)
    expected = expected_redemption(pool, rate)
    total = pool.allocated * (used / expected if expected else _end(pool))
    planned = max(rate * pool.issued, used)
    by_redemption = pool.allocated * used / planned if planned else ZERO
    total, by_redemption = in_unit(total, unit), in_unit(by_redemption, unit)
    return by_redemption, total - by_redemption


def _end(pool):
    """Tell whether nothing is left that could be redeemed: 1, else 0."""
    return Decimal(pool.remaining <= 0)


def in_unit(amount, unit):
    """Round an amount of money, halves away from zero.

    >>> in_unit(Decimal("2.345"), Decimal("0.01")), in_unit(Decimal("2.5"), Decimal(1))
    (Decimal('2.35'), Decimal('3'))
    """
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
