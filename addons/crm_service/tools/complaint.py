"""The phases of a complaint, after ISO 10002:2018, 8.2 to 8.9 (GB/T 19012-2019).

>>> may_move("intake", "acknowledged"), may_move("intake", "closed")
(True, False)
>>> missing("investigating", {"user_id"}), missing("investigating", set())
([], ['user_id'])
"""

#: From where a complaint may come into a phase.
WAYS = {
    "acknowledged": ("intake",),
    "investigating": ("acknowledged", "call_back", "closed", "withdrawn", "not_upheld"),
    "proposal": ("investigating", "awaiting"),
    "awaiting": ("proposal",),
    "executing": ("awaiting",),
    "call_back": ("executing",),
    "closed": ("call_back",),
    "withdrawn": (
        "intake",
        "acknowledged",
        "investigating",
        "proposal",
        "awaiting",
        "executing",
        "call_back",
    ),
    "not_upheld": ("proposal", "awaiting"),
}
#: Somebody still has to do something.
ACTIVE = WAYS["withdrawn"]
#: Over, until somebody reopens it.
ENDED = ("closed", "withdrawn", "not_upheld")
#: Endings that one person asks for and another confirms.
CONFIRMED = ("withdrawn", "not_upheld")
#: What has to be known before a phase begins.
NEEDS = {
    "acknowledged": ("partner_id", "user_id"),
    "investigating": ("user_id",),
    "proposal": ("finding", "root_cause_id", "liability"),
    "awaiting": ("outcome", "answer", "decided"),
    "executing": ("decided",),
    "call_back": ("executed",),
    "closed": ("call_back_result",),
    "not_upheld": ("finding", "root_cause_id", "liability", "refusal"),
}


def may_move(old, new):
    """Tell whether a complaint may go from one phase to another one."""
    return old in WAYS.get(new, ())


def missing(state, known):
    """Give what a phase needs and what is not known, in order.

    :param known: names of what is known
    """
    return [name for name in NEEDS.get(state, ()) if name not in known]
