"""When a quotation may leave: cost, margin floor, discount limit, level of approval.

Amounts are those of one quotation, in its currency and without tax; percentages run
from 0 to 100. A margin is a part of the price: ``(price - cost) / price``.
"""

from dataclasses import dataclass
from datetime import date, timedelta

#: Points of margin that a calculated cost may drift after an approval.
DRIFT = 0.5
#: Comparisons of percentages forgive what rounding of prices does.
EPSILON = 0.005

COST_MISSING = "cost_missing"
COST_EXPIRED = "cost_expired"
MARGIN = "margin"
DISCOUNT = "discount"
KINDS = (COST_MISSING, COST_EXPIRED, MARGIN, DISCOUNT)


@dataclass(frozen=True)
class Line:
    """One line of a quotation.

    ``checked`` lines are goods with a cost; others only lower the revenue when their
    ``subtotal`` is negative. ``cost`` is that of one unit of the line, ``None`` when it
    is not calculated; ``listed`` is the price of the pricelist for the whole line,
    ``None`` when there is no limit to compare with.
    """

    key: object
    subtotal: float
    quantity: float
    checked: bool = True
    cost: float | None = None
    expired: bool = False
    floor: float = 0.0
    listed: float | None = None
    sold: float = 0.0
    limit: float = 0.0


@dataclass(frozen=True)
class Finding:
    """Why a line holds its quotation back.

    ``value`` is what was found and ``bound`` what is allowed, both in percent; they are
    0 for findings about cost.
    """

    key: object
    kind: str
    value: float = 0.0
    bound: float = 0.0

    @property
    def excess(self):
        """Give by how many points the bound is missed."""
        return abs(self.value - self.bound)


@dataclass(frozen=True)
class Level:
    """How far a group of approvers may go."""

    key: object
    margin_points: float
    discount_points: float
    cost: bool

    def covers(self, finding):
        """Say whether the level may let a finding pass.

        >>> Level("a", 5, 0, False).covers(Finding("x", MARGIN, 12, 15))
        True
        >>> Level("a", 5, 0, False).covers(Finding("x", MARGIN, 8, 15))
        False
        """
        if finding.kind in (COST_MISSING, COST_EXPIRED):
            return self.cost
        points = {MARGIN: self.margin_points, DISCOUNT: self.discount_points}
        return finding.excess <= points[finding.kind] + EPSILON


def kept_part(lines):
    """Give the part of the revenue that negative lines leave, from 0 to 1.

    A discount on the whole quotation stands in a line of its own. Goods taken back in
    the same quotation cost their margin.

    >>> kept_part([Line("a", 80, 1, cost=50), Line("d", -20, 1, checked=False)])
    0.75
    >>> kept_part([Line("a", 80, 1, cost=50), Line("r", -20, -1, cost=15)])
    0.9375
    """
    revenue = sum(line.subtotal for line in lines if line.subtotal > 0)
    lost = sum(_lost(line) for line in lines if line.subtotal < 0)
    return max(1 - lost / revenue, 0.0) if revenue else 1.0


def _lost(line):
    if line.checked and line.quantity < 0:
        return max(-(line.subtotal - (line.cost or 0.0) * line.quantity), 0.0)
    return -line.subtotal


def margin(line, kept=1.0):
    """Give the margin of a line in percent, or ``None`` without a cost.

    >>> margin(Line("a", 200, 2, cost=75))
    25.0
    >>> margin(Line("a", 0, 1, cost=75))
    -100.0
    """
    if line.cost is None:
        return None
    revenue = line.subtotal * kept
    cost = line.cost * line.quantity
    if revenue <= 0:
        return -100.0 if cost > 0 else 0.0
    return 100.0 * (revenue - cost) / revenue


def discount(line, kept=1.0):
    """Give by how much a line is sold under its pricelist, in percent; 0 when above.

    >>> discount(Line("a", 90, 1, listed=100, sold=90), kept=0.9)
    19.0
    """
    if not line.listed or line.listed <= 0:
        return 0.0
    return max(round(100.0 * (1 - line.sold * kept / line.listed), 4), 0.0)


def findings(lines):
    """Give all that holds a quotation back, in the order of its lines.

    >>> lines = [Line("a", 100, 1, cost=95, floor=10), Line("b", 50, 1)]
    >>> [(found.key, found.kind) for found in findings(lines)]
    [('a', 'margin'), ('b', 'cost_missing')]
    """
    kept = kept_part(lines)
    return [
        found
        for line in lines
        if line.checked and line.quantity > 0
        for found in _line_findings(line, kept)
    ]


def _line_findings(line, kept):
    if line.cost is None:
        yield Finding(line.key, COST_MISSING)
    elif line.expired:
        yield Finding(line.key, COST_EXPIRED)
    reached = margin(line, kept)
    if reached is not None and line.floor and reached < line.floor - EPSILON:
        yield Finding(line.key, MARGIN, reached, line.floor)
    given = discount(line, kept)
    if line.limit and given > line.limit + EPSILON:
        yield Finding(line.key, DISCOUNT, given, line.limit)


def is_expired(cost_day: date | None, valid_days: int, today: date) -> bool:
    """Say whether a cost is too old; one of an unknown day is, when days count.

    >>> is_expired(date(2026, 1, 1), 30, date(2026, 1, 31))
    False
    >>> is_expired(date(2026, 1, 1), 30, date(2026, 2, 1))
    True
    >>> is_expired(None, 0, date(2026, 2, 1)), is_expired(None, 30, date(2026, 2, 1))
    (False, True)
    """
    if not valid_days:
        return False
    return cost_day is None or cost_day + timedelta(days=valid_days) < today


def needed_level(found, levels):
    """Give the first level that covers everything, else the last; ``None`` without any.

    :param levels: of :class:`Level`, lowest first

    >>> lead = Level("lead", 5, 5, False); head = Level("head", 100, 100, True)
    >>> needed_level([Finding("x", MARGIN, 12, 15)], [lead, head]).key
    'lead'
    >>> needed_level([Finding("x", COST_MISSING)], [lead, head]).key
    'head'
    """
    for level in levels:
        if all(level.covers(finding) for finding in found):
            return level
    return levels[-1] if levels else None


def still_covered(approved, found):
    """Say whether an approval of unchanged lines still covers what is found now.

    A cost may move between approval and confirmation; margins may fall by
    :data:`DRIFT` points, and nothing new may appear.

    :param approved: ``{(key, kind): value}`` at the time of the approval

    >>> still_covered({("a", MARGIN): 8.0}, [Finding("a", MARGIN, 7.8, 10)])
    True
    >>> still_covered({("a", MARGIN): 8.0}, [Finding("a", MARGIN, 5.0, 10)])
    False
    """
    return all(
        (finding.key, finding.kind) in approved
        and _not_worse(finding, approved[finding.key, finding.kind])
        for finding in found
    )


def _not_worse(finding, before):
    if finding.kind == MARGIN:
        return finding.value >= before - DRIFT
    if finding.kind == DISCOUNT:
        return finding.value <= before + EPSILON
    return True
