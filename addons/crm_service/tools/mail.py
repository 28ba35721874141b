"""Incoming mail: what a machine wrote, and which ticket a subject names.

>>> is_automatic({"Auto-Submitted": "auto-replied (vacation)"})
True
>>> is_automatic({"Auto-Submitted": "no", "Subject": "Out of office: who helps?"})
False
>>> numbers_in("Re: [T26000007] AW: [EXT] late")
['T26000007', 'EXT']
"""

import re

#: RFC 3834, 5: every value but "no" says that no person wrote the mail.
AUTO_SUBMITTED = "Auto-Submitted"
#: Microsoft, MS-OXCMAIL 2.2.3.2.14: the sender wants no automatic answer.
SUPPRESS = "X-Auto-Response-Suppress"
#: Set by vacation programs before RFC 3834; any value will do.
RESPONDERS = ("X-Autoreply", "X-Autorespond")
#: Not in any RFC, but what robots and lists have said since the days of sendmail.
PRECEDENCES = ("bulk", "auto_reply", "junk")
#: What a program puts on its answers, so that no other program answers back.
AUTOMATIC_HEADERS = {AUTO_SUBMITTED: "auto-replied", SUPPRESS: "All"}

_NUMBER = re.compile(r"\[\s*([\w/.-]{1,32})\s*\]")


def is_automatic(headers):
    """Tell whether a program wrote a mail, by its headers alone.

    A subject such as "out of office" proves nothing: customers write that, too.

    :param headers: something with ``get``, such as an `email.message.EmailMessage`
    """
    return (
        re.split(r"[\s;(]", _said(headers, AUTO_SUBMITTED))[0] not in ("", "no")
        or any(_said(headers, name) for name in RESPONDERS)
        or _said(headers, "Precedence") in PRECEDENCES
        or _is_from_nobody(headers.get("Return-Path"))
    )


def wants_no_automatic_answer(headers):
    """Tell whether the sender, a person or not, asked for no automatic answers.

    >>> wants_no_automatic_answer({"X-Auto-Response-Suppress": "DR, OOF"})
    True
    >>> wants_no_automatic_answer({"X-Auto-Response-Suppress": "None"})
    False
    """
    return _said(headers, SUPPRESS) not in ("", "none")


def _said(headers, name):
    return str(headers.get(name) or "").strip().lower()


def _is_from_nobody(return_path):
    """Tell whether errors go nowhere, as RFC 5321 (4.5.5) asks of automatic mail.

    >>> [_is_from_nobody(path) for path in (None, "<>", "<MAILER-DAEMON@mx.example>")]
    [False, True, True]
    >>> _is_from_nobody("<wang@customer.example>")
    False
    """
    if return_path is None:
        return False
    address = str(return_path).strip().strip("<>").lower()
    return not address or address.partition("@")[0] == "mailer-daemon"


def numbers_in(subject):
    """Give what stands in brackets in a subject and could be the number of a ticket."""
    return _NUMBER.findall(subject or "")


def with_number(number, subject):
    """Put the number of a ticket before a subject, once.

    >>> with_number("T26000007", "Re: [T26000007] late"), with_number("T1", "late")
    ('Re: [T26000007] late', '[T1] late')
    """
    if number in numbers_in(subject):
        return subject
    return f"[{number}] {subject or ''}".strip()
