"""The documents: what they link to exists, and they speak of the product alone."""

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {".git", ".runtime", "node_modules", "dist", "build"}
ADDONS = sorted(path.parent for path in ROOT.glob("addons/*/__manifest__.py"))
MARKDOWN = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not SKIPPED.intersection(path.relative_to(ROOT).parts)
)
DOCUMENTS = [*MARKDOWN, *sorted(ROOT.glob("addons/*/README.rst"))]

#: Pairs of which a reader of one language expects the other.
TRANSLATED = ("README.md", "docs/user-guide.md")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HTML_LINK = re.compile(r"<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
#: Where packages are fetched from is a matter of each machine.
REGISTRY = re.compile(
    r"pypi\.(?:org|python\.org)|pythonhosted\.org|registry\.npmjs|npmjs\.com"
    r"|(?:deb|ftp|archive|security|snapshot)\.(?:debian\.org|ubuntu\.com)"
    r"|index-url|docker\.io|ghcr\.io|crates\.io|rubygems\.org",
    re.IGNORECASE,
)
#: Folders of somebody's own machine; /etc, /opt, /var are where a server keeps things.
OWN_PATH = re.compile(r"(?<![\w.~])/(?:home|root|work|tmp|Users|mnt|workspace)/[\w.]+")


def relative(path):
    return str(path.relative_to(ROOT))


def prose(text):
    """Leave out code, which may show what looks like a link."""
    return CODE.sub("", text)


def anchors(text):
    """Give the anchors of the headings, as code hosts make them."""
    found = set()
    for heading in HEADING.findall(re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        kept = (
            char
            for char in plain.lower()
            if char in " -_" or unicodedata.category(char)[0] in "LN"
        )
        found.add("".join(kept).replace(" ", "-"))
    return found


def targets(text):
    text = prose(text)
    return [*LINK.findall(text), *HTML_LINK.findall(text)]


@pytest.mark.parametrize("document", MARKDOWN, ids=relative)
def test_links_and_pictures_exist(document):
    text = document.read_text()
    broken = []
    for target in targets(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or not file.is_relative_to(ROOT):
            broken.append(target)
        elif anchor and file.suffix == ".md":
            if anchor not in anchors(file.read_text()):
                broken.append(target)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_documents_name_no_registry_and_no_own_path(document):
    text = document.read_text()
    assert REGISTRY.findall(text) == []
    assert OWN_PATH.findall(text) == []


@pytest.mark.parametrize("addon", ADDONS, ids=lambda path: path.name)
def test_every_addon_says_what_it_is(addon):
    readme = addon / "README.rst"
    assert readme.exists()
    lines = readme.read_text().splitlines()
    assert lines[0] == lines[2] == "=" * len(lines[0])
    words = {
        name: (addon / "readme" / f"{name}.md").read_text().strip()
        for name in ("DESCRIPTION", "USAGE")
    }
    assert all(words.values())


@pytest.mark.parametrize("name", TRANSLATED)
def test_documents_for_users_are_in_both_languages(name):
    english = ROOT / name
    chinese = english.with_suffix(".zh_CN.md")
    assert chinese.exists()
    levels = [
        re.findall(r"^(#+) ", prose(path.read_text()), re.MULTILINE)
        for path in (english, chinese)
    ]
    assert levels[0] == levels[1]


def test_pictures_are_in_the_language_of_their_document():
    wrong = []
    for document in MARKDOWN:
        language = "zh_CN" if document.name.endswith(".zh_CN.md") else "en_US"
        for target in targets(document.read_text()):
            tagged = re.search(r"-(en_US|zh_CN)\.png$", target)
            if tagged and tagged[1] != language:
                wrong.append(f"{relative(document)}: {target}")
    assert wrong == []
