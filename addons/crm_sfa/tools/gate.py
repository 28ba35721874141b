"""What an opportunity lacks before it may enter a stage."""

from dataclasses import dataclass

#: How far a quotation is, weakest first.
QUOTATION_STATES = ("exists", "approved", "sent", "confirmed")

FIELD = "field"
ACTION = "action"
QUOTATION = "quotation"
DOCUMENT = "document"
GROUP = "group"
FROM_STAGE = "from_stage"

_KINDS = {
    "pdf": ("application/pdf",),
    "image": ("image/",),
    "sheet": ("spreadsheet", "ms-excel", "text/csv"),
    "text": ("wordprocessing", "msword", "opendocument.text", "text/plain"),
}


@dataclass(frozen=True)
class Gate:
    """The conditions of one gate; what is empty asks for nothing."""

    fields: tuple = ()
    quotation: str | None = None
    document: bool = False
    document_kind: str | None = None
    document_name: str = ""
    group: object = None
    from_stages: frozenset = frozenset()


@dataclass(frozen=True)
class Facts:
    """What is known about one opportunity.

    ``documents`` are pairs of file name and MIME type, ``actions`` the names of
    mandatory actions that are not done, ``groups`` those of the person who moves it.
    """

    filled: frozenset = frozenset()
    actions: tuple = ()
    quotation: str | None = None
    documents: tuple = ()
    groups: frozenset = frozenset()
    stage: object = None


def is_forward(before, after):
    """Say whether a move goes on in the process; moving back needs no condition.

    :param before: place of the old stage, a sortable value, or None for a new record
    :param after: place of the new stage

    >>> is_forward((1, 5), (2, 1)), is_forward((2, 1), (1, 5)), is_forward(None, (1, 5))
    (True, False, True)
    """
    return before is None or after > before


def is_document(gate, name, mimetype):
    """Say whether a file is of the kind and name that a gate asks for.

    >>> gate = Gate(document=True, document_kind="pdf", document_name="contract")
    >>> is_document(gate, "Contract 2026.pdf", "application/pdf")
    True
    >>> is_document(gate, "contract.png", "image/png")
    False
    """
    marks = _KINDS.get(gate.document_kind)
    of_kind = not marks or any(mark in (mimetype or "") for mark in marks)
    return of_kind and gate.document_name.lower() in (name or "").lower()


def missing(gate, facts):
    """Give what is missing, as pairs of a reason and its detail.

    >>> gate = Gate(fields=("phone",), quotation="sent", from_stages=frozenset({1}))
    >>> missing(gate, Facts(quotation="exists", stage=1))
    [('field', 'phone'), ('quotation', 'sent')]
    >>> missing(gate, Facts(frozenset({"phone"}), quotation="confirmed", stage=2))
    [('from_stage', None)]
    """
    lacks = [(FIELD, name) for name in gate.fields if name not in facts.filled]
    lacks += [(ACTION, name) for name in facts.actions]
    if gate.quotation and _rank(facts.quotation) < _rank(gate.quotation):
        lacks.append((QUOTATION, gate.quotation))
    if gate.document and not any(is_document(gate, *file) for file in facts.documents):
        lacks.append((DOCUMENT, None))
    if gate.group and gate.group not in facts.groups:
        lacks.append((GROUP, None))
    if gate.from_stages and facts.stage not in gate.from_stages:
        lacks.append((FROM_STAGE, None))
    return lacks


def _rank(state):
    return QUOTATION_STATES.index(state) if state else -1
