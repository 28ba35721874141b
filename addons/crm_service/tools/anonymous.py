"""Texts without the person they are about.

>>> anonymous("王芳 (wf@acme.example, 138 0013 8000) writes: order S00042", ["王芳"])
'… (…, …) writes: order S00042'
"""

import re

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Seven digits or more, as people write phone, card and account numbers.
NUMBER = re.compile(r"(?<![\w-])\+?\(?\d(?:[ ().-]{0,2}\d){6,}")
LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
LEFT_OUT = "…"
#: A shorter name would take letters out of other words.
SHORTEST = 2


def anonymous(text, names=()):
    """Give a text without names, mail addresses, links and long numbers.

    Longer names go first, so that none leaves its end behind.

    :param names: what the person is called; other cases of letters count too

    >>> anonymous("Wang Fang of ACME called, wang again", ["Wang", "Wang Fang", "Acme"])
    '… of … called, … again'
    >>> anonymous("Washing machine", ["Shi"])
    'Washing machine'
    """
    for pattern in (LINK, MAIL, NUMBER, *_patterns(names)):
        text = pattern.sub(LEFT_OUT, text)
    return text


def _patterns(names):
    wanted = {name.strip() for name in names if name and len(name.strip()) >= SHORTEST}
    for name in sorted(wanted, key=len, reverse=True):
        inside = re.escape(name)
        # Latin names end where the word ends; Chinese ones stand amid other signs.
        if name[0].isascii() and name[-1].isascii():
            inside = rf"(?<![A-Za-z0-9]){inside}(?![A-Za-z0-9])"
        yield re.compile(inside, re.IGNORECASE)
