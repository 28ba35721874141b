"""The life of a card: what may follow what, and the numbers that are printed on it."""

import secrets

#: Letters that nobody mixes up on paper (Crockford, Base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: What an operation needs and leads to: ``{operation: (states before, state after)}``;
#: ``None`` keeps the state.
LIFE = {
    "loss": (("active", "frozen"), "lost"),
    "found": (("lost",), "active"),
    "freeze": (("active",), "frozen"),
    "unfreeze": (("frozen",), "active"),
    "replace": (("active", "lost"), "active"),
    "extend": (("active",), None),
    "close": (("active", "frozen", "lost"), "closed"),
}


def next_state(state, operation):
    """Give the state after an operation.

    :raise ValueError: the operation does not fit the state

    >>> next_state("active", "loss")
    'lost'
    >>> next_state("frozen", "extend")
    Traceback (most recent call last):
        ...
    ValueError: extend does not fit frozen
    """
    before, after = LIFE[operation]
    if state not in before:
        raise ValueError(f"{operation} does not fit {state}")
    return after or state


def new_number():
    """Make the number of a card: 80 random bits, in four groups of four letters.

    >>> len(new_number()), new_number() != new_number()
    (19, True)
    """
    letters = [ALPHABET[byte % 32] for byte in secrets.token_bytes(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))
