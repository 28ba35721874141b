"""The line protocol of Asterisk's manager interface, and what its events say.

A message is a block of ``Name: value`` lines, ended by an empty line (Asterisk
documentation, *AMI v2 Specification*). Here a message is a dictionary of texts.
"""

import re

from .endpoint import read_endpoint

#: An exchange that sends more than this in one message is none.
LONGEST = 256 * 1024
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: AMI writes these for an unknown number.
UNKNOWN = {"<unknown>", "<none>"}


class ProtocolError(ValueError):
    """What was said, or is to be said, breaks the protocol."""


def encode(message):
    """Give the bytes of an action.

    :param message: ``{name: value}``; values are texts or numbers
    :raise ProtocolError: a line end could make one line several

    >>> encode({"Action": "Ping"})
    b'Action: Ping\\r\\n\\r\\n'
    >>> encode({"Action": "Originate", "Exten": "1\\r\\nAction: Command"})
    Traceback (most recent call last):
    ...
    odoo.addons.crm_cti.tools.ami.ProtocolError: a line end in Exten
    """
    lines = []
    for name, value in message.items():
        text = str(value)
        if not NAME.fullmatch(name):
            raise ProtocolError(f"no name of a field: {name!r}")
        if not all(char.isprintable() for char in text):
            raise ProtocolError(f"a line end in {name}")
        lines.append(f"{name}: {text}\r\n")
    return "".join([*lines, "\r\n"]).encode()


class Decoder:
    r"""Makes messages of bytes, however they are cut.

    Lines that are no ``Name: value`` are left out and counted; the first line of a
    connection greets and is left out too.

    >>> decoder = Decoder()
    >>> decoder.feed(b"Asterisk Call Manager/11.0.0\r\nEvent: Hang")
    []
    >>> decoder.feed(b"up\r\nCause: 16\r\nnonsense\r\n\r\n")
    [{'Event': 'Hangup', 'Cause': '16'}]
    >>> decoder.malformed
    1
    """

    def __init__(self):
        self.malformed = 0
        self._rest = b""
        self._size = 0
        self._message = {}
        self._greeted = False

    def feed(self, data):
        """Take bytes and give the messages that they complete.

        :raise ProtocolError: a message or a line never ends
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST:
            raise ProtocolError("a line never ends")
        messages = []
        for line in lines:
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            if text:
                self._take(text)
            elif self._message:
                messages.append(self._message)
                self._message, self._size = {}, 0
        return messages

    def _take(self, text):
        if not self._greeted:
            self._greeted = True
            if text.startswith("Asterisk Call Manager"):
                return
        name, colon, value = text.partition(":")
        if not colon or not NAME.fullmatch(name):
            self.malformed += 1
            return
        self._size += len(text)
        if self._size > LONGEST:
            raise ProtocolError("a message never ends")
        self._message.setdefault(name, value.strip())


def to_fact(event):
    """Give the fact that an event says, ``None`` for one that says none.

    Only legs of devices count: those that the exchange makes for itself do not.

    >>> event = {"Event": "Hangup", "Timestamp": "1795360767.629085", "Cause": "16",
    ...          "Channel": "PJSIP/1001-00000001", "Uniqueid": "2", "Linkedid": "1"}
    >>> to_fact(event)["key"]
    'ami:hangup:2'
    """
    maker = MAKERS.get(event.get("Event"))
    if not maker or read_endpoint(event.get("Channel", "")) is None:
        return None
    said = maker(event)
    if said is None:
        return None
    try:
        moment = float(event.get("Timestamp", ""))
    except ValueError:
        moment = None
    leg = event.get("Uniqueid")
    return {
        "key": f"ami:{said['kind']}:{leg}{said.pop('more', '')}",
        "linkedid": event.get("Linkedid"),
        "leg": leg,
        "time": moment,
        **said,
    }


def _known(text):
    return "" if text in UNKNOWN else text


def _make_start(event):
    called = event.get("Exten", "")
    return {
        "kind": "start",
        "endpoint": read_endpoint(event["Channel"]),
        "number": _known(event.get("CallerIDNum", "")),
        "called": "" if called in ("s", "h") else called,
    }


def _make_state(event):
    return {"kind": "answer"} if event.get("ChannelState") == "6" else None


def _make_queue(event):
    queue = event.get("Queue", "")
    return {"kind": "queue", "queue": queue, "more": f":{queue}"}


def _make_hold(event):
    kind = event["Event"].lower()
    return {"kind": kind, "more": f":{event.get('Timestamp')}"}


def _make_hangup(event):
    return {"kind": "hangup", "cause": event.get("Cause", "")}


def _make_user(event):
    maker = USER_MAKERS.get(event.get("UserEvent"))
    return maker(event) if maker else None


def _make_menu(event):
    menu = event.get("Menu", "")
    return {"kind": "menu", "menu": menu, "more": f":{menu}"}


def _make_left(event):
    queue = event.get("Queue", "")
    then = event.get("Then", "")
    return {"kind": "left", "queue": queue, "then": then, "more": f":{queue}"}


def _make_barred(event):
    number, why = event.get("Number", ""), event.get("Why", "")
    return {"kind": "barred", "number": number, "why": why, "more": f":{number}"}


USER_MAKERS = {
    "CrmMenu": _make_menu,
    "CrmQueue": _make_queue,
    "CrmLeft": _make_left,
    "CrmBarred": _make_barred,
}
MAKERS = {
    "Newchannel": _make_start,
    "Newstate": _make_state,
    "QueueCallerJoin": _make_queue,
    "Hold": _make_hold,
    "Unhold": _make_hold,
    "Hangup": _make_hangup,
    "UserEvent": _make_user,
}
