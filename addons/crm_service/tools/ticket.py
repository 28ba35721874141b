"""How a ticket goes from one state to another.

>>> may_move("new", "open"), may_move("closed", "waiting_customer")
(True, False)
>>> sorted(ways_from("resolved"))
['cancelled', 'closed', 'merged', 'open']
"""

#: From where a ticket may come into a state.
WAYS = {
    "open": ("new", "waiting_customer", "waiting_internal", "resolved", "closed"),
    "waiting_customer": ("new", "open", "waiting_internal"),
    "waiting_internal": ("new", "open", "waiting_customer"),
    "resolved": ("new", "open", "waiting_customer", "waiting_internal"),
    "closed": ("resolved",),
    "cancelled": ("new", "open", "waiting_customer", "waiting_internal", "resolved"),
    "merged": ("new", "open", "waiting_customer", "waiting_internal", "resolved"),
}
#: Somebody still has to do something.
ACTIVE = ("new", "open", "waiting_customer", "waiting_internal")
#: No clock runs and nobody waits.
ENDED = ("resolved", "closed", "cancelled", "merged")


def may_move(old, new):
    """Tell whether a ticket may go from a state to another one."""
    return old in WAYS.get(new, ())


def ways_from(state):
    """Give the states that a ticket may go to."""
    return {new for new, old in WAYS.items() if state in old}
