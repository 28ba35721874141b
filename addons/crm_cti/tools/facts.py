"""What an exchange says about calls, and what follows from it.

A *fact* is a plain dictionary. Facts may come late, twice, in any order and from
several sources; :func:`summarise` is a function of the set of facts alone, so the same
call always comes out. Times are seconds since 1970 in UTC, with fractions.

===========  =======================================  ==============================
kind         said                                     fields
===========  =======================================  ==============================
start        a leg (one channel) begins               leg, endpoint, number, called
menu         a leg enters a voice menu                leg, menu
queue        a leg waits in a queue                   leg, queue
answer       a leg is up                              leg
hold         a leg puts the others on hold            leg
unhold       and takes them back                      leg
hangup       a leg is gone                            leg, cause
end          all legs of the call are gone
dial         somebody asked for this call here        endpoint, number
failed       the exchange did not make that call      cause
left         a leg is led out of a queue, or was not  leg, queue, then
             let in, and is told so
voicemail    the caller left a message                sound, seconds
barred       the exchange does not dial a number      leg, number, why
cut          the exchange no longer knows the call
wrapped      the work after the call is done
===========  =======================================  ==============================

Every fact has ``kind``, ``key`` (unique in an exchange), ``linkedid`` (the call) and
``time``. ``endpoint`` is the name of a device: digits for a phone of our own, anything
else for a line to the outside. ``then`` is what a caller is told (voicemail, callback
or goodbye), ``sound`` the SHA-256 of a recording, ``seconds`` its length, as a text,
``why`` one of the words of :func:`~odoo.addons.crm_cti.tools.dial.judge`.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field

#: Fields of each kind besides kind, key, linkedid and time.
KINDS = {
    "start": ("leg", "endpoint", "number", "called"),
    "menu": ("leg", "menu"),
    "queue": ("leg", "queue"),
    "answer": ("leg",),
    "hold": ("leg",),
    "unhold": ("leg",),
    "hangup": ("leg", "cause"),
    "end": (),
    "dial": ("endpoint", "number"),
    "failed": ("cause",),
    "left": ("leg", "queue", "then"),
    "voicemail": ("sound", "seconds"),
    "barred": ("leg", "number", "why"),
    "cut": (),
    "wrapped": (),
}
#: What is said about one leg before it ends.
LEG_KINDS = ("start", "menu", "queue", "left", "answer", "hold", "unhold")
LONGEST = 150
#: What exchanges say instead of a number that is withheld.
WITHHELD = frozenset(
    {"anonymous", "unavailable", "restricted", "unknown", "private", "withheld"}
)
#: Years 2000 to 2100: what lies outside is a clock that was never set.
EARLIEST, LATEST = 946_684_800, 4_102_444_800


class Refused(ValueError):
    """What was said is no fact; the text says why."""


def clean(raw):
    """Give the fact that a dictionary says, with its known fields only.

    Control characters, line ends included, are taken out of texts: a number with a line
    end in it is the number without.

    :raise Refused: the kind is unknown, or key, call, leg or time is missing

    >>> fact = {"kind": "answer", "key": "a", "linkedid": "1", "leg": "1", "time": 1e9}
    >>> clean({**fact, "secret": "x"}) == fact
    True
    >>> clean({**fact, "time": float("nan")})
    Traceback (most recent call last):
    ...
    odoo.addons.crm_cti.tools.facts.Refused: the time nan is not between 2000 and 2100
    """
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refused("the kind is unknown")
    fact = {"kind": kind, "time": _read_time(raw.get("time"))}
    for name in ("key", "linkedid", *KINDS[kind]):
        fact[name] = _read_text(raw.get(name))
        if not fact[name] and name in ("key", "linkedid", "leg"):
            raise Refused(f"{name} is missing")
    return fact


def _read_time(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refused("the time is no number")
    if not math.isfinite(value) or not EARLIEST <= value < LATEST:
        raise Refused(f"the time {value} is not between 2000 and 2100")
    return float(value)


def _read_text(value):
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused("a text was expected")
    return (
        "".join(char for char in value if char.isprintable()).strip()[:LONGEST].strip()
    )


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel of a call; times are ``None`` until they come."""

    uid: str
    endpoint: str = ""
    number: str = ""
    called: str = ""
    started: float | None = None
    answered: float | None = None
    ended: float | None = None
    cause: str = ""

    @property
    def inside(self):
        """Tell whether the leg is a phone of our own."""
        return self.endpoint.isdigit()


@dataclass(frozen=True, slots=True)
class Call:
    """What the facts of one call come to.

    ``rung`` are the legs offered to agents, ``messages`` the facts of kind voicemail,
    ``barrings`` those of kind barred.
    """

    state: str
    direction: str
    number: str
    called: str
    queue: str
    endpoint: str
    created: float
    queued: float | None
    offered: float | None
    answered: float | None
    ended: float | None
    wrapped: float | None
    led: str | None
    facts: int
    messages: tuple[dict, ...] = field(default=())
    barrings: tuple[dict, ...] = field(default=())
    legs: tuple[Leg, ...] = field(default=())
    rung: tuple[Leg, ...] = field(default=())


def summarise(facts):
    """Give the `Call` that a set of facts comes to.

    :param facts: cleaned facts of one call, in any order, at least one

    >>> base = {"linkedid": "1.1", "leg": "1.1"}
    >>> asked = {**base, "kind": "start", "time": 1e9, "endpoint": "trunk",
    ...          "number": "+8613800138000", "called": "4001"}
    >>> waits = {**base, "kind": "queue", "time": 1e9 + 1, "queue": "support"}
    >>> gone = {**base, "kind": "hangup", "time": 1e9 + 9, "cause": "16"}
    >>> summarise([gone, waits, asked]).state
    'abandoned'
    >>> summarise([waits, asked]).state
    'queued'
    """
    kinds = defaultdict(list)
    for fact in facts:
        kinds[fact["kind"]].append(fact)
    legs = _make_legs(kinds)
    first = _get_first(legs, next(iter(facts))["linkedid"])
    direction = _get_direction(kinds, legs, first)
    talks = _get_talks(direction, legs, first)
    times = _Times(kinds, legs, first, direction, talks)
    left = max(kinds["left"], key=_by_time, default={})
    queue = max(kinds["queue"], key=_by_time, default=left).get("queue", "")
    return Call(
        state=times.get_state(),
        direction=direction,
        number=_get_number(kinds, direction, first),
        called=first.called if first else "",
        queue=queue,
        endpoint=_get_endpoint(kinds, direction, first, talks),
        created=min(fact["time"] for fact in facts),
        queued=_earliest(kinds["queue"]),
        offered=times.offered,
        answered=times.answered,
        ended=times.ended,
        wrapped=_earliest(kinds["wrapped"]),
        led=left.get("then") or None,
        facts=len(facts),
        messages=tuple(sorted(kinds["voicemail"], key=_by_time)),
        barrings=tuple(sorted(kinds["barred"], key=_by_time)),
        legs=legs,
        rung=() if direction == "out" else tuple(talks),
    )


def _by_time(fact):
    return fact["time"], fact.get("queue", ""), fact.get("key", "")


def _earliest(facts):
    return min((fact["time"] for fact in facts), default=None)


def _latest(facts):
    return max((fact["time"] for fact in facts), default=None)


def _make_legs(kinds):
    """Give the legs in the order of their begin."""
    of_leg = defaultdict(lambda: defaultdict(list))
    for kind in (*LEG_KINDS, "hangup"):
        for fact in kinds[kind]:
            of_leg[fact["leg"]][kind].append(fact)
    legs = []
    for uid, said in of_leg.items():
        texts = {
            name: min((f[name] for f in said["start"] if f[name]), default="")
            for name in ("endpoint", "number", "called")
        }
        leg = Leg(
            uid,
            **texts,
            started=_earliest([fact for part in said.values() for fact in part]),
            answered=_earliest(said["answer"]),
            ended=_latest(said["hangup"]),
            cause=min((f["cause"] for f in said["hangup"] if f["cause"]), default=""),
        )
        legs.append(leg)
    return tuple(sorted(legs, key=lambda leg: (leg.started, leg.uid)))


def _get_first(legs, linkedid):
    own = [leg for leg in legs if leg.uid == linkedid]
    return (own or [*legs, None])[0]


def _get_direction(kinds, legs, first):
    if kinds["dial"]:
        return "out"
    if not first or not first.inside:
        return "in"
    outside = any(leg.endpoint and not leg.inside for leg in legs)
    return "out" if outside or kinds["barred"] else "internal"


def _get_talks(direction, legs, first):
    """Give the legs by whose answer the call is answered."""
    if direction == "out":
        return [leg for leg in legs if leg.endpoint and not leg.inside]
    return [leg for leg in legs if leg.inside and leg is not first]


def _get_number(kinds, direction, first):
    asked = min((f["number"] for f in kinds["dial"] if f["number"]), default="")
    if asked or not first:
        return asked
    number = first.called if direction == "out" else first.number
    return "" if number.casefold() in WITHHELD else number


def _get_endpoint(kinds, direction, first, talks):
    """Give the own phone that talked, or rang last."""
    if direction == "out":
        asked = min((f["endpoint"] for f in kinds["dial"]), default="")
        return asked or (first.endpoint if first and first.inside else "")
    answered = [leg for leg in talks if leg.answered]
    if answered:
        return max(answered, key=lambda leg: (leg.answered, leg.uid)).endpoint
    return talks[-1].endpoint if talks else ""


class _Times:
    """The state of a call, from its legs."""

    def __init__(self, kinds, legs, first, direction, talks):
        self.kinds, self.legs, self.first = kinds, legs, first
        self.direction, self.talks = direction, talks
        self.answered = min(
            (leg.answered for leg in talks if leg.answered), default=None
        )
        self.offered = None
        if direction != "out":
            self.offered = min((leg.started for leg in talks), default=None)
        self.is_over = self._is_over()
        self.ended = self._get_end()

    def _is_over(self):
        if self.legs:
            hung_up = all(leg.ended for leg in self.legs)
            return hung_up or bool(self.kinds["end"])
        return bool(self.kinds["end"] or self.kinds["failed"])

    def _get_end(self):
        if self.is_over:
            ends = [leg.ended for leg in self.legs if leg.ended]
            ends += [f["time"] for f in (*self.kinds["end"], *self.kinds["failed"])]
            return max(ends)
        return _earliest(self.kinds["cut"])

    def get_state(self):
        """Give where the call stands."""
        if self.is_over:
            return self._get_outcome()
        if self.kinds["cut"]:
            return "voicemail" if self.kinds["voicemail"] else "interrupted"
        return self._get_stage()

    def _get_outcome(self):
        if self.answered:
            is_done = self.direction == "internal" or self.kinds["wrapped"]
            return "done" if is_done else "wrapup"
        if self.direction == "out":
            return "failed"
        if self.kinds["voicemail"]:
            return "voicemail"
        if self.kinds["queue"]:
            return "abandoned"
        if self.offered or self.kinds["left"]:
            return "missed"
        # A menu alone may have been all that the caller wanted.
        return "done" if self.first and self.first.answered else "failed"

    def _get_stage(self):
        alive = [leg for leg in self.talks if not leg.ended]
        if any(leg.answered for leg in alive):
            held = _latest(self.kinds["hold"]) or 0
            return "held" if held > (_latest(self.kinds["unhold"]) or 0) else "talking"
        if alive and self.direction != "out":
            return "offered"
        since = max((leg.answered for leg in self.talks if leg.answered), default=0)
        for kind, stage in (("left", "menu"), ("queue", "queued"), ("menu", "menu")):
            if (_latest(self.kinds[kind]) or 0) > since:
                return stage
        return "talking" if since else "new"
