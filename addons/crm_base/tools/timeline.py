"""The place where one page of a timeline ends and the next begins.

A timeline is ordered by date, kind and record, all descending, so that no two items
share a place and a page never loses or repeats an item, however many have one date.

>>> place = Place(datetime(2026, 3, 1, 12, 30, 0, 5), "mail", 42)
>>> decode(encode(place)) == place
True
>>> place.allows("activity"), place.allows("mail"), place.allows("order")
('upto', 'same', 'before')
"""

import binascii
import html
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import NamedTuple

MAX_CURSOR = 300
MAX_ID = 2**31 - 1
MAX_TITLE = 180


class Place(NamedTuple):
    """The last item of a page: date (naive UTC), kind, id of the record."""

    date: datetime
    kind: str
    res_id: int

    def allows(self, kind):
        """Say which items of a kind come after this place.

        :return: ``upto`` when an item of the same date still comes, ``same`` when the
            record's id decides, ``before`` when only earlier dates come
        """
        if kind == self.kind:
            return "same"
        return "upto" if kind < self.kind else "before"


def encode(place):
    """Write a place as an opaque text, safe in an address."""
    raw = json.dumps([place.date.isoformat(), place.kind, place.res_id])
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor):
    """Read a place back.

    :param str cursor: what :func:`encode` gave
    :raise ValueError: the text is not such a place

    >>> decode("nonsense")
    Traceback (most recent call last):
    ValueError: not a place in a timeline
    """
    try:
        if not isinstance(cursor, str) or len(cursor) > MAX_CURSOR:
            raise ValueError(cursor)
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        date, kind, res_id = json.loads(raw)
        place = Place(datetime.fromisoformat(date), kind, res_id)
        sound = (
            place.date.tzinfo is None
            and isinstance(kind, str)
            and type(res_id) is int
            and 0 < res_id <= MAX_ID
        )
    except (ValueError, TypeError, RecursionError, binascii.Error):
        sound = False
    if not sound:
        raise ValueError("not a place in a timeline") from None
    return place


def plain(text):
    """Make one line of text from a title that may carry markup, cut or whole.

    Long text ends with an ellipsis.

    >>> plain("<p>Good&nbsp;morning,</p><p>your <b>offer</b> is <a href='x")
    'Good morning, your offer is'
    """
    bare = re.sub(r"<[^>]*(>|$)", " ", text or "")
    line = " ".join(html.unescape(bare).split())
    line = re.sub(r" ([,.;:!?])", r"\1", line)
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1] + "…"
