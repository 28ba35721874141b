"""Doors that only code can open: no argument and no context key reaches them."""

from contextlib import contextmanager
from contextvars import ContextVar


class Guard:
    """Tell whether what only steps may write is written by a step.

    >>> guard = Guard("example")
    >>> with guard.open():
    ...     guard.is_open()
    True
    >>> guard.is_open()
    False
    """

    def __init__(self, name):
        self._open = ContextVar(name, default=False)

    @contextmanager
    def open(self):
        """Let a step write inside the block."""
        token = self._open.set(True)
        try:
            yield
        finally:
            self._open.reset(token)

    def is_open(self):
        """Tell whether a step is at work."""
        return self._open.get()


def given(vals_list, context):
    """Give the names that a call to `create` says, by values or by defaults.

    >>> sorted(given([{"name": "a"}], {"default_state": "done", "lang": "en_US"}))
    ['name', 'state']
    """
    names = {name for vals in vals_list for name in vals}
    return names | {
        key.removeprefix("default_") for key in context if key.startswith("default_")
    }
