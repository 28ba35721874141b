"""What a return takes back and gives back: shares of what each line gave, exactly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

PLACES = Decimal("0.0001")


def allocate(total, weights):
    """Split a number of points over lines so that the parts add up exactly.

    Each part is cut to four places; what is left goes, a ten-thousandth each, to the
    parts that lost most by the cut (Hamilton's method of largest remainders).

    :param total: points, Decimal with at most four places, >= 0
    :param weights: numbers >= 0, one of a line; all 0 counts as all equal
    :return: Decimals, one of a line, none negative; an empty list without lines

    >>> [str(part) for part in allocate(Decimal("100"), [1, 1, 1])]
    ['33.3334', '33.3333', '33.3333']
    >>> allocate(Decimal("5"), [0, 2])
    [Decimal('0.0000'), Decimal('5.0000')]
    """
    if not weights:
        return []
    shares = [Fraction(str(weight)) for weight in weights]
    if not sum(shares):
        shares = [Fraction(1)] * len(shares)
    units = int(total / PLACES)
    wanted = [units * share / sum(shares) for share in shares]
    parts = [int(one) for one in wanted]
    by_loss = sorted(range(len(parts)), key=lambda at: (parts[at] - wanted[at], at))
    for at in by_loss[: units - sum(parts)]:
        parts[at] += 1
    return [part * PLACES for part in parts]


def net_refunded(ordered, invoiced, refunded):
    """Give how much of a line was refunded and not invoiced again.

    :param ordered: quantity of the order
    :param invoiced: quantity of all posted invoices, refunded ones too
    :param refunded: quantity of all posted credit notes
    :return: quantity >= 0

    >>> net_refunded(2, 2, 1), net_refunded(2, 4, 2), net_refunded(2, 0, 1)
    (1, 0, 1)
    """
    return max(0, refunded - max(0, invoiced - ordered))


def gone_share(ordered, *gone):
    """Give the part of a line that is gone; several reports of one loss count once.

    :param ordered: quantity that earned, above 0
    :param gone: quantities: refunded, sent back, taken off the order
    :return: Fraction between 0 and 1

    >>> gone_share(4, 1, 3, 0)
    Fraction(3, 4)
    """
    if ordered <= 0:
        return Fraction(1)
    share = Fraction(str(max((0, *gone)))) / Fraction(str(ordered))
    return min(share, Fraction(1))


def due(points, share):
    """Give what has to be taken back in all for a part of a line.

    Rounding the total, and not each step, makes many small returns end where one whole
    return does.

    :param points: what the line gave, Decimal
    :param share: Fraction between 0 and 1
    :return: Decimal with four places

    >>> due(Decimal("10"), Fraction(1, 3)), due(Decimal("-10"), Fraction(1))
    (Decimal('3.3333'), Decimal('-10.0000'))
    """
    exact = Fraction(points) * share
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(PLACES, ROUND_HALF_UP)
