"""What an exchange's own log of channels (CEL) says, from the database or a file."""

import csv
import json

from .endpoint import read_endpoint

#: Columns of the file, in their order; those of the table have the same names.
COLUMNS = (
    *("eventtype", "eventtime", "cid_num", "exten", "context", "channame"),
    *("appname", "appdata", "uniqueid", "linkedid", "extra"),
)
NO_EXTENSION = ("s", "h")


def to_fact(row):
    """Give the fact that a row says, ``None`` for one that says none.

    :param row: ``{column: text}``; ``eventtime`` in seconds

    >>> to_fact({"eventtype": "LINKEDID_END", "eventtime": "1795360767.6",
    ...          "channame": "", "uniqueid": "2", "linkedid": "1"})["key"]
    'cel:end:1'
    """
    maker = MAKERS.get(row.get("eventtype"))
    # The last leg of all may be one that the exchange made for itself.
    ends = row.get("eventtype") == "LINKEDID_END"
    if not maker or not (ends or read_endpoint(row.get("channame") or "")):
        return None
    said = maker(row)
    if said is None:
        return None
    of = row.get("linkedid") if ends else row.get("uniqueid")
    return {
        "kind": said["kind"],
        "key": f"cel:{said['kind']}:{of}{said.pop('more', '')}",
        "linkedid": row.get("linkedid"),
        "leg": row.get("uniqueid"),
        "time": _read_seconds(row.get("eventtime")),
        **said,
    }


def read_file(text):
    """Give the rows of a part of the file, which ends with a whole line.

    Lines with another number of columns are left out.

    >>> read_file('"ANSWER","1795360764.6","138"\\n')
    []
    """
    rows = csv.reader(text.replace("\0", "").splitlines())
    return [
        dict(zip(COLUMNS, row, strict=True)) for row in rows if len(row) == len(COLUMNS)
    ]


def _read_seconds(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _read_said(row):
    """Give what the dialplan says behind the name of an event of its own."""
    return (row.get("appdata") or "").rpartition(",")[2]


def _make_start(row):
    called = row.get("exten") or ""
    return {
        "kind": "start",
        "endpoint": read_endpoint(row["channame"]),
        "number": row.get("cid_num") or "",
        "called": "" if called in NO_EXTENSION else called,
    }


def _make_app(row):
    if row.get("appname") != "Queue":
        return None
    queue = (row.get("appdata") or "").split(",")[0]
    return {"kind": "queue", "queue": queue, "more": f":{queue}"}


def _make_wait(row):
    queue = _read_said(row)
    return {"kind": "queue", "queue": queue, "more": f":{queue}"}


def _make_hangup(row):
    try:
        cause = json.loads(row.get("extra") or "{}").get("hangupcause", "")
    except (ValueError, AttributeError):
        cause = ""
    return {"kind": "hangup", "cause": str(cause)}


def _make_menu(row):
    menu = _read_said(row)
    return {"kind": "menu", "menu": menu, "more": f":{menu}"}


def _make_left(row):
    said = _read_said(row)
    queue, _colon, then = said.partition(":")
    return {"kind": "left", "queue": queue, "then": then, "more": f":{queue}"}


def _make_barred(row):
    said = _read_said(row)
    why, _colon, number = said.partition(":")
    return {"kind": "barred", "number": number, "why": why, "more": f":{number}"}


MAKERS = {
    "CHAN_START": _make_start,
    "ANSWER": lambda row: {"kind": "answer"},
    "APP_START": _make_app,
    "HANGUP": _make_hangup,
    "LINKEDID_END": lambda row: {"kind": "end"},
    "CrmMenu": _make_menu,
    "CrmQueue": _make_wait,
    "CrmLeft": _make_left,
    "CrmBarred": _make_barred,
}
