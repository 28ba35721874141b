"""Who may touch what a balance follows from, and a trace of everybody who tried."""

import logging
from contextlib import contextmanager
from contextvars import ContextVar

from .posting import current

_logger = logging.getLogger(__name__)
_REWARDING = ContextVar("loyalty_rewarding", default=False)


@contextmanager
def rewarding():
    """Let the platform put points and rewards on orders inside the block."""
    token = _REWARDING.set(True)
    try:
        yield
    finally:
        _REWARDING.reset(token)


def at_work(env):
    """Tell whether the program itself acts, and not somebody from outside."""
    return bool(env.su or _REWARDING.get() or current())


def refused(records, message):
    """Leave a line in the log and give the message back.

    :param records: what somebody wanted to touch
    """
    _logger.warning(
        "Refused: user %s on %s %s: %s",
        records.env.uid,
        records._name,
        records.ids[:20],
        message,
    )
    return message


def defaults_of(env, names):
    """Give those of the fields that the caller's context wants to fill."""
    return [name for name in names if f"default_{name}" in env.context]
