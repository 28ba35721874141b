"""Which state of an agent follows which.

A person moves between work and rest; what happens on the line moves the agent as well,
and always wins: somebody who takes the receiver talks, whatever the screen said.
"""

IDLE = ("offline", "ready", "away")
BUSY = ("offered", "talking")
#: Seconds after which an unanswered ring means that nobody is there.
RINGS = 15

#: Where a person may go from each state. During a call the wish waits for its end.
BY_PERSON = {
    "offline": {"ready", "away"},
    "ready": {"away", "offline"},
    "away": {"ready", "offline", "away"},
    "wrapup": {"ready", "away", "offline"},
    "offered": set(),
    "talking": set(),
}
#: Where the exchange may bring an agent from each state.
BY_EXCHANGE = {
    "offline": {"offered", "talking"},
    "ready": {"offered", "talking"},
    "away": {"offered", "talking"},
    "wrapup": {"offered", "talking", "ready", "away", "offline"},
    "offered": {"offered", "talking", "ready", "away", "offline"},
    "talking": {"talking", "wrapup", *IDLE},
}


def may_choose(state, wanted):
    """Tell whether a person may go from a state to another.

    >>> may_choose("ready", "away"), may_choose("talking", "ready")
    (True, False)
    """
    return wanted in BY_PERSON.get(state, ())


def may_happen(state, wanted):
    """Tell whether the exchange may bring an agent from a state to another.

    >>> may_happen("offline", "talking"), may_happen("ready", "wrapup")
    (True, False)
    """
    return wanted in BY_EXCHANGE.get(state, ())


def resumed(state, resume):
    """Give the idle state in which an agent goes on after a call.

    :param state: before the call
    :param resume: what was kept from before an earlier call, or wished since

    >>> resumed("away", "ready"), resumed("wrapup", "away"), resumed("wrapup", None)
    ('away', 'away', 'ready')
    """
    return state if state in IDLE else resume or "ready"


def after_offer(passed_on, seconds, resume):
    """Give the state of an agent who did not answer.

    Who lets it ring is away, so that the next caller does not ring in vain; a caller
    who soon hangs up changes nothing.

    :param passed_on: the call was offered to somebody else
    :param seconds: that it rang
    :param resume: the state before the call

    >>> after_offer(False, 4, "ready"), after_offer(False, 20, "ready")
    ('ready', 'away')
    """
    return "away" if passed_on or seconds >= RINGS else resume
