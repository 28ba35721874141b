"""What a question asks for, weighed by how rare its words are.

>>> table = {("退货",): (("return", "good"),)}
>>> sought = choices(["我要", "退货", "运费"], ["退货", "运费"], table)
>>> sought
[[('退货',), ('return', 'good')], [('运费',)]]
>>> weights = {"退货": 2.0, "运费": 1.0, "return": 1.0, "good": 0.5}
>>> [option.shares for option in weigh(sought, weights)[0]]
[(2.0,), (0.8, 0.4)]
"""

from typing import NamedTuple

from .search_text import rarity
from .words import asked, characters, without_asking, words

#: A synonym counts so much of the word that was typed, a character alone of a word.
SYNONYM, SIGN = 0.8, 0.3
#: Characters of a text that are read, and words of it that count at most.
LONGEST, MOST_WORDS = 2000, 200
#: Words of a question that are looked for as a phrase.
PHRASE = 12


class Sought(NamedTuple):
    """What a question asks for.

    :param choices: as `choices` gives them
    :param signs: the same for characters alone
    :param phrase: all words in order, when the question is short and says no more
    """

    choices: list
    signs: list
    phrase: tuple

    def words(self):
        """Give all words whose number of articles has to be known."""
        found = self.choices + self.signs
        return {word for options in found for option in options for word in option}

    def weigh(self, counts, total, most):
        """Give the choices and the characters with their shares in the score.

        :param counts: number of articles with each word
        :param total: number of articles
        :param most: how many choices and characters count, the rarest
        """
        weights = {word: rarity(total, number) for word, number in counts.items()}
        small = {word: SIGN * weight for word, weight in weights.items()}
        return (
            weigh(self.choices, weights)[: most[0]],
            weigh(self.signs, small)[: most[1]],
        )


class Option(NamedTuple):
    """One way to say a matter: words, and how much each of them adds to the score."""

    words: tuple
    shares: tuple


def seek(text, table):
    """Read a question.

    >>> seek("想退貨", {}).choices, seek("想退貨", {}).signs
    ([[('想退',)], [('退货',)]], [[('想',)], [('退',)], [('货',)]])
    """
    text = text[:LONGEST]
    said, matter = words(text)[:MOST_WORDS], asked(text)
    whole = 1 < len(said) <= PHRASE and said == matter
    signs = dict.fromkeys(characters(without_asking(text)))
    return Sought(
        choices(said, matter, table),
        [[(sign,)] for sign in signs],
        tuple(said) if whole else (),
    )


def choices(words, matter, table):
    """Give what has to be found, each in all the ways in which it may be said.

    :param words: words of the question in their order
    :param matter: those that say what it is about; others count in phrases only
    :param table: the phrases of the same meaning for each phrase, all tuples of words
    :return: list of lists of tuples of words; first what was typed
    """
    matter = set(matter)
    longest = max(map(len, table), default=0)
    found, place = {}, 0
    while place < len(words):
        phrase = _longest(words[place : place + longest], table)
        phrase = phrase or tuple(words[place : place + 1])
        if phrase in table or phrase[0] in matter:
            found[phrase] = list(dict.fromkeys((phrase, *table.get(phrase, ()))))
        place += len(phrase)
    return list(found.values())


def _longest(words, table):
    """Give the longest phrase of a table with which words begin."""
    for length in range(len(words), 0, -1):
        if tuple(words[:length]) in table:
            return tuple(words[:length])
    return ()


def weigh(sought, weights):
    """Give the choices with what each word adds, the weightiest first.

    A synonym, found as a whole, adds nearly as much as the words that were typed, when
    these are known at all. Options with a word that no text has are left out.

    :param sought: as `choices` gives them
    :param weights: rarity of each word that a text has
    :return: list of lists of `Option`
    """
    weighed = []
    for options in sought:
        known = [option for option in options if all(map(weights.get, option))]
        if not known:
            continue
        sums = {option: sum(weights[word] for word in option) for option in known}
        typed = sums.get(options[0])
        ways = []
        for option in known:
            share = 1 if option == options[0] else SYNONYM
            share *= min(typed or sums[option], sums[option]) / sums[option]
            ways.append(Option(option, tuple(share * weights[w] for w in option)))
        weighed.append((max(sum(way.shares) for way in ways), ways))
    weighed.sort(key=lambda pair: -pair[0])
    return [ways for _most, ways in weighed]


def rare(sought, having, most):
    """Give the options that few texts have, for a first choice of texts.

    At least the rarest one; further ones while their texts are together within a limit.

    :param having: number of texts with each word
    :param most: number of texts that may be looked at

    >>> rare([[("a",), ("b", "c")], [("d",)]], {"a": 5, "b": 0, "c": 9, "d": 90}, 50)
    [('a',)]
    """
    counted = sorted(
        (min(having.get(word, 0) for word in option), option)
        for options in sought
        for option in options
    )
    found, texts = [], 0
    for number, option in counted:
        if number and (not found or texts + number <= most):
            found.append(option)
            texts += number
    return found
