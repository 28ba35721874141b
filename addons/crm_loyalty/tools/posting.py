"""Who changes a balance and why: said in code, so that no caller from outside can."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Context, Decimal

#: Digits after the point of every balance, as in the database.
PLACES = Decimal("0.0001")
#: Room for whatever a number may be; the database refuses what is too large.
WIDE = Context(prec=400)


@dataclass(frozen=True)
class Posting:
    """The reason of every change of a balance while it is in force.

    :param gain: kind of ledger row when the balance grows
    :param loss: kind of ledger row when it shrinks
    :param source: model and id of the document, or ``(None, None)``
    :param note: words for people
    :param key: the first row carries it; the same key is booked once
    :param asked: the change that was asked for with the key
    :param date: when it happened, datetime in UTC; now when missing
    :param split: function of card id and change that gives ``[(kind, amount)]`` whose
        amounts add up to the change, or an empty list for one row
    :param may_owe: a loss that the balance does not cover becomes debt, not a refusal
    :param fund: ``principal`` or ``bonus`` of stored value; a loss without it follows
        the policy of the program
    :param expires: last day of the lots that are made; ``None``: as the program says
    """

    gain: str
    loss: str
    source: tuple = (None, None)
    note: str = ""
    key: str | None = None
    asked: Decimal | None = None
    date: object = None
    split: object = field(default=None, compare=False)
    may_owe: bool = False
    fund: str | None = None
    expires: object = None


_CURRENT = ContextVar("loyalty_posting", default=None)


@contextmanager
def posting(gain, loss=None, **words):
    """Say why balances change inside the block; the innermost block counts."""
    token = _CURRENT.set(Posting(gain, loss or gain, **words))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current():
    """Give the posting in force, or ``None``."""
    return _CURRENT.get()


def exact(number):
    """Give a balance or change as the database keeps it, with four places.

    >>> exact(0.1 + 0.2)
    Decimal('0.3000')
    >>> exact(-2)
    Decimal('-2.0000')
    >>> len(str(exact(1e24)))
    30
    """
    return Decimal(str(number)).quantize(PLACES, context=WIDE)


def rows_of_change(change, parts, debt, available, may_owe):
    """Split one change of a balance into the rows of the ledger.

    What somebody owes is paid first by what is earned; what a claw-back does not find
    becomes debt.

    :param change: wanted change, Decimal
    :param parts: ``[(kind, amount)]`` that add up to the change
    :param debt: owed so far, Decimal >= 0
    :param available: balance before, Decimal
    :param may_owe: a shortage becomes debt
    :return: ``[(kind, amount, debt_change)]``; amounts never take the balance below 0
        when ``may_owe``, and the amounts plus the paid debt add up to the change
    :raise ValueError: the parts do not add up to the change

    >>> D = Decimal
    >>> rows_of_change(D(-90), [("claw_back", D(-90))], D(0), D(40), True)
    [('claw_back', Decimal('-40'), Decimal('0')), ('debt', Decimal('0'), Decimal('50'))]
    >>> paid = rows_of_change(D(70), [("earn", D(70))], D(50), D(0), True)
    >>> [(kind, int(amount), int(debt)) for kind, amount, debt in paid]
    [('earn', 70, 0), ('debt_paid', -50, -50)]
    """
    if sum(amount for _kind, amount in parts) != change:
        raise ValueError("The parts do not add up to the change.")
    zero = Decimal(0)
    rows, balance, owed = [], available, debt
    # Gains first, so that a document which gives and takes needs no debt.
    for kind, amount in sorted(parts, key=lambda part: part[1] < 0):
        if amount < 0 and may_owe and balance + amount < 0:
            short = -(balance + amount)
            if balance > 0:
                rows.append((kind, -balance, zero))
            rows.append(("debt", zero, short))
            balance, owed = min(balance, zero), owed + short
        else:
            rows.append((kind, amount, zero))
            balance += amount
    paid = min(owed, max(balance, zero)) if debt and change > 0 else zero
    if paid:
        rows.append(("debt_paid", -paid, -paid))
    return rows
