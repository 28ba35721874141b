"""Which steps a run of each kind of analysis takes, and how far it is."""

_LEARNING = ("read", "learn", "judge", "score", "publish")
STEPS = {
    "rfm": ("read", "judge", "score", "publish"),
    "next": _LEARNING,
    "lifetime": _LEARNING,
    "basket": ("read", "judge", "score", "publish"),
    "profit": ("read", "score", "bridge", "publish"),
}


def percent(kind, step, part=0.0):
    """Give how far a run is, in percent, every step taken for as long as another.

    :param step: where it is; None before the first
    :param part: what of the step is done, from 0 to 1

    >>> percent("rfm", None), percent("rfm", "score"), percent("rfm", "score", 0.5)
    (0.0, 50.0, 62.5)
    """
    steps = STEPS[kind]
    if step not in steps:
        return 0.0
    return 100 * (steps.index(step) + part) / len(steps)
