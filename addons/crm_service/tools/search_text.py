"""Texts and questions in the form in which PostgreSQL searches.

Lexemes consist of letters, digits and dots, as `words` gives them, so that quotes keep
them apart from operators.

>>> vector([("A", ["打印", "印机"]), ("D", ["打印"])])
"'打印':1A,19D '印机':2A"
>>> phrase(["打印", "印机"]), any_of([["打印"], ["print", "jam"]])
("'打印' <-> '印机'", "('打印') | ('print' & 'jam')")
"""

import math
from collections import defaultdict

#: PostgreSQL keeps so many places of a word, and no higher place than this.
PLACES, LAST = 255, 16383
#: Parts of a text lie so far apart that no phrase reaches from one into the next.
GAP = 16


def vector(parts):
    """Give the text of a `tsvector`.

    :param parts: pairs of the weight ``A`` to ``D`` and words in order
    """
    places, place = defaultdict(list), 0
    for weight, words in parts:
        for word in words:
            place = min(place + 1, LAST)
            if len(places[word]) < PLACES:
                places[word].append(f"{place}{weight}")
        place += GAP
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def lexeme(word):
    """Give one word as a query."""
    return f"'{word}'"


def phrase(words):
    """Give the query for words one after the other."""
    return " <-> ".join(map(lexeme, words))


def all_of(choices):
    """Give the query for texts that have one option of each choice.

    :param choices: lists of options, each a list of words that belong together

    >>> all_of([[["退货"]], [["发票"], ["invoic", "bill"]]])
    "(('退货')) & (('发票') | ('invoic' & 'bill'))"
    """
    return " & ".join(f"({any_of(options)})" for options in choices)


def any_of(options):
    """Give the query for texts that have one option."""
    return " | ".join(f"({' & '.join(map(lexeme, option))})" for option in options)


def rarity(total, having):
    """Give how much it says that a text has a word (inverse document frequency).

    S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
    2009, page 352, in the form that is never negative.

    :param total: number of texts
    :param having: number of texts with the word

    >>> round(rarity(1000, 10), 1), round(rarity(1000, 1000), 1)
    (4.6, 0.0)
    """
    return math.log1p((max(total - having, 0) + 0.5) / (having + 0.5))
