"""The secret number of a card: how it is kept, and what a good one is."""

import hashlib
import hmac
import secrets

#: Cost of scrypt (RFC 7914, section 2): 16 MB and about 50 ms for each attempt.
COST, BLOCK, PARALLEL = 2**14, 8, 1
#: Wrong attempts in a row before the card refuses, and for how many minutes.
ATTEMPTS, MINUTES = 5, 15
SHORTEST, LONGEST = 4, 8


def is_good(pin):
    """Tell whether a text can be a PIN: 4 to 8 digits, not all the same, no stairs.

    >>> [is_good(pin) for pin in ("2580", "1111", "1234", "9876", "12a4", "258", None)]
    [True, False, False, False, False, False, False]
    """
    if not isinstance(pin, str) or not pin.isascii() or not pin.isdigit():
        return False
    if not SHORTEST <= len(pin) <= LONGEST:
        return False
    steps = {int(b) - int(a) for a, b in zip(pin, pin[1:], strict=False)}
    return len(steps) > 1 or not steps <= {0, 1, -1}


def make_hash(pin):
    """Hash a PIN with a salt of its own: ``"scrypt$salt$hash"`` in hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_derive(pin, salt).hex()}"


def matches(pin, kept):
    """Tell whether a PIN belongs to a hash.

    >>> kept = make_hash("2580")
    >>> matches("2580", kept), matches("2581", kept), matches(None, kept)
    (True, False, False)
    """
    if not isinstance(pin, str) or len(pin) > LONGEST:
        return False
    _kind, salt, digest = kept.split("$")
    return hmac.compare_digest(_derive(pin, bytes.fromhex(salt)), bytes.fromhex(digest))


def fingerprint(token, *typed):
    """Give what tells the same typed PINs from others, without keeping them.

    :param token: salt, with a secret that does not stand beside the outcome
    :param typed: texts
    :return: 128 hexadecimal digits

    >>> one = fingerprint("00", "2580", "1379")
    >>> one == fingerprint("00", "2580", "1379"), one == fingerprint("00", "2580", "1")
    (True, False)
    """
    return _derive(
        "\0".join(text[: LONGEST + 1] for text in typed), token.encode()
    ).hex()


def _derive(pin, salt):
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=BLOCK, p=PARALLEL)
