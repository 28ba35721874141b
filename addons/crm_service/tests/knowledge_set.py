"""Realistic articles, and questions as customers ask them, in other words."""

from pathlib import Path
from typing import NamedTuple
from zlib import crc32

FOLDER = Path(__file__).with_name("knowledge")


class Sample(NamedTuple):
    """An article and the questions that it answers."""

    title: str
    keywords: str
    body: str
    lang: str
    questions: tuple


def read_articles():
    """Give all samples of the set."""
    return [sample for lang in ("zh", "en") for sample in _read(lang)]


def _read(lang):
    text = (FOLDER / f"articles_{lang}.txt").read_text("utf-8")
    _head, *pieces = text.split("\n## ")
    for piece in pieces:
        title, *lines = filter(None, piece.splitlines())
        title, keywords = title.split(" | ")
        yield Sample(
            title,
            keywords,
            "".join(f"<p>{line}</p>" for line in lines if not line.startswith("? ")),
            {"zh": "zh_CN", "en": "en_US"}[lang],
            tuple(line[2:] for line in lines if line.startswith("? ")),
        )


def read_synonyms():
    """Give the lines of synonyms."""
    lines = (FOLDER / "synonyms.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def is_held_out(question):
    """Tell whether a question is one of the two in five that nobody tunes on."""
    return crc32(question.encode()) % 5 >= 3
