"""What a points account is, in plain Python: the judge of the addon's statements.

Written from the rules alone: points lie in lots; what expires first goes first; what is
given back returns to where it was taken; a return that finds too little leaves a debt,
which the next gain pays.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

NEVER = date.max


class Refused(Exception):
    """The account has too little, or may not do this."""


@dataclass
class Lot:
    """Points that came together.

    :param expires: last good day; ``NEVER``
    :param document: what gave them, any hashable, or ``None``
    """

    issued: Decimal
    expires: date
    document: object = None
    left: Decimal = Decimal(0)

    def __post_init__(self):
        self.left = self.issued


@dataclass
class Account:
    """One card; lots stand in the order in which they came."""

    lots: list = field(default_factory=list)
    debt: Decimal = Decimal(0)
    #: What documents took, less what came back: {document: {place of lot: amount}}
    taken: dict = field(default_factory=dict)

    @property
    def points(self):
        return sum((lot.left for lot in self.lots), Decimal(0))

    def gain(self, amount, expires, document=None):
        """Add points; what is owed is paid of them."""
        self.lots.append(Lot(amount, expires, document))
        self._pay_debt()

    def spend(self, amount, document=None):
        """Use points.

        :raise Refused: there are fewer
        """
        if amount > self.points:
            raise Refused
        for place, part in self._take(amount):
            if document is not None:
                places = self.taken.setdefault(document, {})
                places[place] = places.get(place, Decimal(0)) + part

    def claw_back(self, amount, document):
        """Take back what a document gave, from its own lots first; the rest is owed."""
        found = min(amount, self.points)
        self._take(found, own=document)
        self.debt += amount - found

    def give_back(self, amount, document, expires):
        """Return what a document took to its lots, the youngest first."""
        places = self.taken.get(document, {})
        rest = amount
        for place in sorted(places, reverse=True):
            part = min(rest, places[place])
            self.lots[place].left += part
            places[place] -= part
            rest -= part
        if rest:
            self.lots.append(Lot(rest, expires, document))
        self._pay_debt()

    def expire(self, day):
        """Forget what was good until a day before this one."""
        for lot in self.lots:
            if lot.expires < day:
                lot.left = Decimal(0)

    def extend(self, days, today):
        """Let what is left and still good live longer."""
        for lot in self.lots:
            if lot.left and today <= lot.expires < NEVER:
                lot.expires += timedelta(days)

    def give_to(self, other, amount):
        """Hand points over; they expire when they would have.

        :raise Refused: there are fewer, or one of both owes points
        """
        if self.debt or other.debt or amount > self.points:
            raise Refused
        for place, part in self._take(amount):
            other.lots.append(Lot(part, self.lots[place].expires))

    def _take(self, amount, own=None):
        """Take points that are there, and say from which lots."""
        order = sorted(
            (place for place, lot in enumerate(self.lots) if lot.left),
            key=lambda place: (
                own is None or self.lots[place].document != own,
                self.lots[place].expires,
                place,
            ),
        )
        parts = []
        for place in order:
            part = min(amount, self.lots[place].left)
            if part:
                self.lots[place].left -= part
                parts.append((place, part))
                amount -= part
        return parts

    def _pay_debt(self):
        paid = min(self.debt, self.points)
        self._take(paid)
        self.debt -= paid

    def shown(self):
        """Give balance, debt and what is left, by last day."""
        lots = sorted((lot.expires, lot.left) for lot in self.lots if lot.left)
        return self.points, self.debt, lots
