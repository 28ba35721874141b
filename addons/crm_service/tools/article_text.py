"""What an article says: its headings, its plain text, what changed in it.

>>> parts('<h2>Paper jams</h2><p>Open the <b>rear</b> door.<br>Pull.</p>')
(['Paper jams'], ['Open the rear door.', 'Pull.'])
"""

import re
from difflib import SequenceMatcher

from lxml import html

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Elements that begin a new line.
BLOCKS = {*HEADINGS, "address", "blockquote", "br", "div", "hr", "li", "ol", "p", "pre"}
BLOCKS |= {"section", "table", "tbody", "td", "th", "thead", "tr", "ul"}
#: A Han character, a run of other letters, a run of spaces, any other sign.
STEP = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|.", re.DOTALL)


def parts(body):
    """Give the headings and the other lines of an article.

    :param body: HTML, or nothing
    :return: two lists of plain text without empty lines
    """
    headings, lines = [], []
    for heading, text in _lines(body):
        (headings if heading else lines).append(text)
    return headings, lines


def plain(body):
    r"""Give the text of an article, a line a paragraph.

    >>> plain('<h2>Paper</h2><ul><li>one</li><li>two</li></ul>'), plain(None)
    ('Paper\none\ntwo', '')
    """
    return "\n".join(text for _heading, text in _lines(body))


def _lines(body):
    if not (body or "").strip():
        return
    texts, kind = [], False
    for heading, begins, text in _walk(html.fragment_fromstring(body, "div"), False):
        if begins:
            yield from _line(kind, texts)
            texts, kind = [], heading
        texts.append(text or "")
    yield from _line(kind, texts)


def _line(heading, texts):
    text = " ".join("".join(texts).split())
    if text:
        yield heading, text


def _walk(element, heading):
    """Give pieces of text: in a heading?, on a new line?, the text."""
    block = element.tag in BLOCKS
    inside = heading or element.tag in HEADINGS
    yield inside, block, element.text
    for child in element:
        if isinstance(child.tag, str):
            yield from _walk(child, inside)
        yield inside, False, child.tail
    if block:
        yield heading, True, ""


def changes(old, new):
    """Give how one text became another, for a reader.

    :return: list of pairs of ``same``, ``gone`` or ``new``, and text

    >>> changes("Open the door.", "Open the rear door.")
    [('same', 'Open the '), ('new', 'rear '), ('same', 'door.')]
    >>> changes("三天到货", "五天到货")
    [('gone', '三'), ('new', '五'), ('same', '天到货')]
    """
    before, after = STEP.findall(old), STEP.findall(new)
    found = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for kind, start, stop, begin, end in steps:
        if kind == "equal":
            found.append(("same", "".join(before[start:stop])))
            continue
        if stop > start:
            found.append(("gone", "".join(before[start:stop])))
        if end > begin:
            found.append(("new", "".join(after[begin:end])))
    return found
