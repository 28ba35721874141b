"""Merge and check translation files (needs polib; runs in the virtual environment)."""

import re
import sys
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%\(\w+\)[sdfr]|%[sd]|\$\{\w+\}|\{\w*\}")


def platform_terms(tree, language):
    """Give ``{english: chinese}`` of the platform, for inherited terms."""
    terms = {}
    for module in ("account", "crm", "sale", "mail", "web", "base"):
        path = tree / "odoo/addons" / module / f"i18n/{language}.po"
        if path.exists():
            for entry in polib.pofile(str(path)):
                if entry.msgstr and not entry.fuzzy:
                    terms[entry.msgid] = entry.msgstr
    return terms


def merge(tree, pot_path, po_path):
    """Bring a translation up to its template; keep translations, drop dead terms."""
    pot = polib.pofile(str(pot_path), wrapwidth=78)
    old = polib.pofile(str(po_path)) if po_path.exists() else []
    known = {
        entry.msgid: entry.msgstr for entry in old if entry.msgstr and not entry.fuzzy
    }
    if any(entry.msgid not in known for entry in pot):
        known = {**platform_terms(tree, po_path.stem), **known}
    for entry in pot:
        entry.msgstr = known.get(entry.msgid, "")
    pot.metadata["Language"] = po_path.stem
    pot.metadata["Plural-Forms"] = "nplurals=1; plural=0;"
    text = str(pot)
    if not po_path.exists() or po_path.read_text().rstrip("\n") != text.rstrip("\n"):
        po_path.write_text(text.rstrip("\n") + "\n")


def check(_tree, pot_path, po_path):
    """Print what is empty, fuzzy, missing or lost a placeholder."""
    wanted = {entry.msgid for entry in polib.pofile(str(pot_path))}
    entries = {entry.msgid: entry for entry in polib.pofile(str(po_path))}
    name = f"{po_path.parent.parent.name}/i18n/{po_path.name}"
    problems = [f"{name}: not in the file: {term!r}" for term in wanted - set(entries)]
    for term, entry in entries.items():
        if not entry.msgstr:
            problems.append(f"{name}: not translated: {term!r}")
        elif entry.fuzzy:
            problems.append(f"{name}: fuzzy: {term!r}")
        elif sorted(PLACEHOLDER.findall(term)) != sorted(
            PLACEHOLDER.findall(entry.msgstr)
        ):
            problems.append(f"{name}: placeholders differ: {term!r}")
    print("\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    {"merge": merge, "check": check}[sys.argv[1]](*map(Path, sys.argv[2:]))
