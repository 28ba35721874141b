"""A chain of events: each is sealed together with the one before it.

The seal is SHA-256 (FIPS 180-4) over seven lines of UTF-8 text; the payload takes part
by its own hash only, so that it can be erased while the chain still proves itself.

>>> when = "2026-01-05T08:00:00.000000Z"
>>> first = seal("C1", 1, "intake", when, 2, digest("{}"), START)
>>> second = seal("C1", 2, "closed", when, 2, digest("{}"), first)
>>> len(second), first == second
(64, False)
"""

import hashlib
import json

#: What stands before the first event of a case.
START = "0" * 64


def digest(text):
    """Give the SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def dump(payload):
    """Write a payload in the one form that is hashed.

    >>> dump({"b": "投诉", "a": 1})
    '{"a":1,"b":"投诉"}'
    """
    return json.dumps(
        payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def moment(date):
    """Write a naive UTC datetime in the one form that is hashed.

    >>> from datetime import datetime
    >>> moment(datetime(2026, 1, 5, 8))
    '2026-01-05T08:00:00.000000Z'
    """
    return date.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seal(case, sequence, kind, date, author_id, payload_hash, previous):
    """Give the hash of an event.

    :param date: text as `moment` writes it
    :param author_id: number of the user
    :param previous: hash of the event before, `START` for the first
    """
    parts = (case, sequence, kind, date, author_id, payload_hash, previous)
    return digest("\n".join(map(str, parts)))
