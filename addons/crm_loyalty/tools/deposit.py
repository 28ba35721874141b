"""What a deposit brings beside the money: the steps of a ladder of bonuses."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Step:
    """One step of a ladder of bonuses.

    :param start: least amount paid in, money
    :param fixed: bonus, money
    :param percent: bonus, percent of what is paid in
    :param first: first day, or ``None``
    :param last: last day, or ``None``
    :param days: days that the bonus lives, 0: for ever
    """

    start: Decimal
    fixed: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    first: date | None = None
    last: date | None = None
    days: int = 0


def best_step(steps, amount, day):
    """Give the highest step that an amount reaches on a day, or ``None``.

    >>> steps = [Step(Decimal(100), Decimal(10)), Step(Decimal(500), Decimal(80))]
    >>> best_step(steps, Decimal(499), date(2026, 1, 1)).fixed
    Decimal('10')
    >>> best_step(steps, Decimal(99), date(2026, 1, 1)) is None
    True
    """
    open_steps = [
        step
        for step in steps
        if step.start <= amount
        and (not step.first or step.first <= day)
        and (not step.last or day <= step.last)
    ]
    return max(open_steps, key=lambda step: step.start, default=None)


def bonus_of(step, amount, unit):
    """Give the bonus for an amount, rounded down to the unit of the currency.

    >>> step = Step(Decimal(0), percent=Decimal("5"))
    >>> bonus_of(step, Decimal("99.90"), Decimal("0.01"))
    Decimal('4.99')
    """
    bonus = step.fixed + amount * step.percent / 100
    return (bonus / unit).to_integral_value(ROUND_DOWN) * unit


def lapsing(bonus, refunded, principal, unit):
    """Give the bonus that lapses when a part of the principal is paid back.

    :param bonus: left on the card
    :param refunded: principal that is paid back, at most ``principal``
    :param principal: left on the card, above 0

    >>> lapsing(Decimal(20), Decimal(50), Decimal(100), Decimal("0.01"))
    Decimal('10.00')
    """
    share = bonus * refunded / principal
    return (share / unit).to_integral_value(ROUND_HALF_UP) * unit
