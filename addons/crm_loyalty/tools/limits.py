"""How much may happen on a card within a day before somebody looks at it."""

import re
from dataclasses import dataclass
from decimal import Decimal

#: Kinds of ledger rows that each limit counts.
SPENT = ("redeem", "spend", "withdraw")
EARNED = ("earn", "gift", "code")
MOVED = ("transfer",)
#: What cards look like: the platform's numbers, and ours.
NUMBER = re.compile(
    r"044[0-9a-f](-[0-9a-f]{4}){2}|[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", re.IGNORECASE
)


@dataclass(frozen=True)
class Limit:
    """The most that may happen within the window, and what is done beyond it.

    :param kind: ``redeem_count``, ``redeem_points``, ``earn_points``,
        ``transfer_count`` or ``lookup_count``
    :param most: number or points
    :param action: ``alert``, ``refuse`` or ``freeze``
    """

    kind: str
    most: Decimal
    action: str


def added_by(rows):
    """Give what rows of the ledger, booked together, add to each limit.

    :param rows: ``[(kind, amount, debt_change)]``
    :return: ``{kind of limit: Decimal}``

    >>> D = Decimal
    >>> told = added_by([("earn", D(7), D(0)), ("redeem", D(-5), D(0))])
    >>> {kind: int(value) for kind, value in told.items() if value}
    {'redeem_count': 1, 'redeem_points': 5, 'earn_points': 7}
    """
    spent = sum(
        (-amount for kind, amount, _debt in rows if kind in SPENT and amount < 0),
        Decimal(0),
    )
    earned = sum(
        (amount for kind, amount, _debt in rows if kind in EARNED and amount > 0),
        Decimal(0),
    )
    moved = any(kind in MOVED and amount < 0 for kind, amount, _debt in rows)
    return {
        "redeem_count": Decimal(bool(spent)),
        "redeem_points": spent,
        "earn_points": earned,
        "transfer_count": Decimal(moved),
    }


def exceeded(limits, used, added):
    """Give the limits that an operation would pass.

    What adds nothing to a limit does not meet it, even if it was passed before.

    :param used: ``{kind: Decimal}`` within the window so far
    :param added: ``{kind: Decimal}`` by the operation
    :return: ``[(limit, total)]``

    >>> limits = [Limit("redeem_count", Decimal(3), "refuse")]
    >>> exceeded(limits, {"redeem_count": Decimal(3)}, {"redeem_count": Decimal(0)})
    []
    >>> found = exceeded(limits, {"redeem_count": Decimal(3)},
    ...                  {"redeem_count": Decimal(1)})
    >>> [(limit.action, int(total)) for limit, total in found]
    [('refuse', 4)]
    """
    zero = Decimal(0)
    totals = [
        (limit, used.get(limit.kind, zero) + added[limit.kind])
        for limit in limits
        if added.get(limit.kind)
    ]
    return [(limit, total) for limit, total in totals if total > limit.most]


def looks_like_number(term):
    """Tell whether somebody asks for a card, and not for a name or a phone.

    >>> looks_like_number("0447-2ce8-46a1"), looks_like_number(" abcd-EFGH-jkmn-pqrs ")
    (True, True)
    >>> looks_like_number("138 0013 8000"), looks_like_number("Wang Fang")
    (False, False)
    """
    return bool(NUMBER.fullmatch((term or "").strip()))
