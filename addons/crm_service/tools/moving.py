"""Who moves a ticket: said in code, so that no caller from outside can."""

from contextlib import contextmanager
from contextvars import ContextVar

_MOVING = ContextVar("service_ticket_moving", default=False)


@contextmanager
def moving():
    """Let states of tickets be written inside the block."""
    token = _MOVING.set(True)
    try:
        yield
    finally:
        _MOVING.reset(token)


def is_moving():
    """Tell whether states may be written."""
    return _MOVING.get()
