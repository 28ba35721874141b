"""Calls told as facts, for demonstrations and tests without an exchange.

The shapes are those of :mod:`~odoo.addons.crm_cti.tools.facts`.
"""


class Script:
    """The facts of one call, told one after the other.

    >>> script = Script("1.1", 1e9)
    >>> script.say("start", endpoint="trunk", number="13800138000", called="4001")
    >>> script.wait(2).say("queue", queue="support")
    >>> [(fact["kind"], fact["time"] - 1e9) for fact in script.facts]
    [('start', 0.0), ('queue', 2.0)]
    """

    def __init__(self, linkedid, at):
        self.linkedid = linkedid
        self.at = at
        self.facts = []

    def wait(self, seconds):
        """Let time pass."""
        self.at += seconds
        return self

    def say(self, kind, leg=None, **fields):
        """Add a fact; ``leg`` is the first one unless given."""
        fact = {
            "kind": kind,
            "key": f"sim:{self.linkedid}:{len(self.facts)}",
            "linkedid": self.linkedid,
            "time": self.at,
            "leg": leg or self.linkedid,
            **fields,
        }
        self.facts.append(fact)


def incoming(linkedid, at, number, extension=None, queue=None, **options):
    """Give the facts of a call from outside.

    :param at: seconds since 1970
    :param extension: the phone that rings, ``None`` for none
    :param queue: code of the queue in which the caller waits first
    :param options: ``called`` (4001), ``wait``, ``ring`` and ``talk`` in seconds;
        without ``talk`` nobody answers; ``over=False`` leaves the call alive
    """
    script = Script(linkedid, at)
    called = options.get("called", "4001")
    script.say("start", endpoint="trunk", number=number, called=called)
    if queue:
        script.say("answer")
        script.say("queue", queue=queue)
    script.wait(options.get("wait", 0))
    leg = f"{linkedid}-{extension}" if extension else None
    if extension:
        script.say("start", leg, endpoint=extension)
        script.wait(options.get("ring", 3))
    talk = options.get("talk")
    if extension and talk is not None:
        script.say("answer", leg)
        script.wait(talk)
    if options.get("over", True):
        if extension:
            script.say("hangup", leg, cause="16")
        script.say("hangup", cause="16")
    return script.facts


def outgoing(linkedid, at, number, extension, **options):
    """Give the facts of a call to outside.

    :param options: ``ring`` and ``talk`` as for `incoming`; ``over`` too
    """
    script = Script(linkedid, at)
    script.say("start", endpoint=extension, number=extension, called=number)
    script.say("answer")
    leg = f"{linkedid}-trunk"
    script.say("start", leg, endpoint="trunk")
    script.wait(options.get("ring", 3))
    talk = options.get("talk")
    if talk is not None:
        script.say("answer", leg)
        script.wait(talk)
    if options.get("over", True):
        script.say("hangup", leg, cause="16")
        script.say("hangup", cause="16")
    return script.facts


def unanswered(linkedid, at, number, queue, then, **options):
    """Give the facts of a call from outside that is led out of a queue.

    :param then: what the caller is told, see :mod:`~odoo.addons.crm_cti.tools.facts`
    :param options: ``wait`` in seconds, ``None`` for who is not let in; ``stay``: how
        long the caller listens and talks; ``over=False`` leaves the call alive
    """
    script = Script(linkedid, at)
    script.say("start", endpoint="trunk", number=number, called="4001")
    if options.get("wait", 10) is not None:
        script.say("queue", queue=queue)
        script.wait(options.get("wait", 10))
    script.say("left", queue=queue, then=then)
    script.say("answer")
    script.wait(options.get("stay", 20))
    if options.get("over", True):
        script.say("hangup", cause="16")
    return script.facts
