"""Words of a text in Chinese or a language with spaces, for searching.

Chinese has no spaces. A run of Han characters becomes its overlapping pairs, so that a
phrase is found by consecutive pairs without a dictionary of words; a character that
stands alone stays alone. Traditional characters count as the simplified ones. Latin
words lose their endings; model numbers stay whole, however they are hyphenated.

>>> words("打印機無法開機")
['打印', '印机', '机无', '无法', '法开', '开机']
>>> words("Ｐrinter A-200X 卡紙, NE15038 jams")
['printer', 'a200x', '卡纸', 'ne15038', 'jam']
"""

import re
import unicodedata
from pathlib import Path

#: The first and last characters of the blocks of Han characters.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
PIECE = re.compile(
    rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+(?:[-_.'\u2019][^\W_{HAN}]+)*", re.UNICODE
)
HAN_SIGN = re.compile(rf"[{HAN}]")
INNER = re.compile(r"[-_'\u2019]")
#: A longer word is noise, and no lexeme of PostgreSQL.
LONGEST = 60
VOWELS = frozenset("aeiouy")

#: What says nothing about the matter, in questions; English ones with their endings.
ENGLISH = frozenset(
    "a an the i me my we our you your it its they them their he she this that these "
    "those is are was were be been am do does did done have has had can could will "
    "would shall should may might must to of in on at for from by with without about "
    "as and or but if then so than when where what which who whom whose why how not no "
    "there here any some all just also only very too please want need get got hi hello "
    "thank thanks dont doesnt didnt cant cannot isnt wont ive im s t still yet now "
    "up out into over after before again".split()
)
CHINESE = re.compile(
    "什么时候|为什么|怎么办|怎么样|多长时间|有没有|能不能|可不可以|是不是|麻烦|请问|你好|您好|"
    "谢谢|我们|你们|他们|我想|怎么|怎样|如何|什么|多久|多少|哪里|在哪|哪个|可以|需要|应该|"
    "为何|这个|那个|一下|一直|已经|还是|但是|因为|所以|如果|或者|是否|[的了吗呢啊吧呀嘛我你您]"
)


def _read_table():
    lines = Path(__file__).with_name("han_simplified.txt").read_text("utf-8")
    pairs = "".join(line for line in lines.splitlines() if not line.startswith("#"))
    return str.maketrans(pairs[::2], pairs[1::2])


SIMPLIFIED = _read_table()


def fold(text):
    """Give a text without differences of width, case and Chinese script.

    >>> fold("ＡＢＣ 發票")
    'abc 发票'
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(SIMPLIFIED)


def words(text):
    """Give the words of a text in their order, with repetitions.

    :param text: plain text of any length
    :return: list of strings of letters, digits and dots
    """
    found = []
    for piece in PIECE.finditer(fold(text)):
        if piece["han"]:
            found += pairs(piece["han"])
        else:
            found += latin(piece[0])
    return found


def characters(text):
    """Give the Han characters of a text, each alone.

    They find what pairs cannot: another word with the same character.

    >>> characters("Ａ4 退貨")
    ['退', '货']
    """
    return [sign for sign in fold(text) if HAN_SIGN.match(sign)]


def without_asking(text):
    """Give a folded text without the words that only ask.

    >>> without_asking("请问我的發票什么时候能开？").split()
    ['发票', '能开?']
    """
    return CHINESE.sub(" ", fold(text))


def asked(text):
    """Give the words of a question that say what it is about.

    All words, when it has no others.

    >>> asked("请问我的发票什么时候能开？"), asked("When do I get my refund?")
    (['发票', '能开'], ['refund'])
    >>> asked("怎么办")
    ['怎么', '么办']
    """
    kept = [word for word in words(without_asking(text)) if word not in ENGLISH_STEMS]
    return kept or words(text)


def pairs(run):
    """Give the overlapping pairs of a run of characters, or the only one.

    >>> pairs("发票"), pairs("票"), pairs("开发票")
    (['发票'], ['票'], ['开发', '发票'])
    """
    if len(run) == 1:
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


def latin(piece):
    """Give the words of a piece of text without spaces.

    >>> latin("a-200x"), latin("v2.0"), latin("re-charging"), latin("customer's")
    (['a200x'], ['v2.0'], ['re', 'charg'], ['customer'])
    """
    if any(letter.isdecimal() for letter in piece):
        return [INNER.sub("", piece)[:LONGEST]]
    parts = re.split(r"[-_.]", re.sub(r"['\u2019]s$", "", piece))
    return [stem(re.sub(r"['\u2019]", "", part))[:LONGEST] for part in parts if part]


def stem(word):
    """Give an English word without its ending, others as they are.

    After step 1 of M. F. Porter, "An algorithm for suffix stripping", Program 14 (3),
    1980, 130-137; where Porter puts an e back, here a final e goes.

    >>> [stem(word) for word in "refunds refunded refunding charge charging".split()]
    ['refund', 'refund', 'refund', 'charg', 'charg']
    >>> [stem(word) for word in "deliveries delivery stopped address bus need".split()]
    ['deliveri', 'deliveri', 'stop', 'address', 'bus', 'need']
    """
    if len(word) < 4 or not word.isascii():
        return word
    word = _without_plural(word)
    for ending in ("ed", "ing"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and VOWELS & set(root):
            word = root
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if word.endswith("y") and len(word) > 3:
        return word[:-1] + "i"
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _without_plural(word):
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


#: The same as `ENGLISH`, as they come out of `words`.
ENGLISH_STEMS = frozenset(stem(word) for word in ENGLISH)


def likeness(one, other):
    """Give how much two collections of words have in common, from 0 to 1.

    L. R. Dice, "Measures of the amount of ecologic association between species",
    Ecology 26 (3), 1945, 297-302.

    >>> likeness(words("打印机卡纸"), words("打印機卡紙了")), likeness([], ["a"])
    (0.8888888888888888, 0.0)
    """
    one, other = set(one), set(other)
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))
