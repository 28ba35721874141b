"""What the analyses of a file say: for people, for programs, as tables."""

import csv
import json
from decimal import Decimal
from pathlib import Path

from .analysis import day_text
from .reader import LEFT_OUT, ODD

TITLES = {
    "value": "Value tiers and RFM",
    "next": "Next purchase",
    "lifetime": "Lifetime value",
    "baskets": "Bought together, and one after the other",
    "rules": "Rules of several products",
}
CUSTOMER = (
    "tier place segment r f m recency_days orders first_day last_day revenue margin "
    "chance reason_1 reason_2 reason_3 alive expected_purchases expected_value"
).split()
PAIR = "kind product other baskets support confidence lift lift_at_least".split()
RULE = "products then baskets support confidence lift".split()
CENT = Decimal("0.01")
#: Rows of a table that the text shows.
TOP = 10
#: Separators that could not be seen in a sentence.
_PARTED = {",": "commas", ";": "semicolons", "|": "“|”"}


def summary(path, sales, analysis, told):
    """Give everything but the tables, ready for JSON."""
    return {
        "file": str(path),
        "read": {
            "lines": sales.lines,
            "used": sales.used - analysis.older,
            "older": analysis.older,
            "left_out": _counted(sales.left_out, LEFT_OUT),
            "odd": _counted(sales.odd, ODD),
            "customers": len(sales.customers),
            "products": len(sales.products),
            "total": str(sales.total.quantize(CENT)),
            **sales.described,
            "warnings": sales.warnings,
        },
        "window": {
            name: day_text(day) if sales.has_days else None
            for name, day in analysis.days.items()
        },
        "studies": told,
    }


def _counted(found, texts):
    return {
        reason: {"lines": found[reason][0], "first": found[reason][1], "what": text}
        for reason, text in texts.items()
        if reason in found
    }


def text(found, analysis):
    """Write a summary for people."""
    read = found["read"]
    parts = [_read_text(found["file"], read) + _window_text(found)]
    for name, study in found["studies"].items():
        lines = [TITLES[name], "-" * len(TITLES[name]), *study["says"]]
        if name == "value" and "tiers" in study:
            lines += _tiers(study)
        parts.append("\n".join(lines + _top(name, analysis)))
    return "\n\n".join(parts) + "\n"


def _read_text(path, read):
    lines = [
        _counts_text(path, read),
        f"{read['kind'].capitalize()}; encoding {read['encoding']}, columns parted by "
        f"{_PARTED.get(read['separator'], read['separator'])}, dates "
        f"{read.get('dates', 'none')}.",
    ]
    if "columns" in read:
        named = (f"{role} = {name}" for role, name in read["columns"].items())
        lines.append("Columns: " + ", ".join(named) + ".")
    lines += read["warnings"]
    for title, reasons in (("Left out", read["left_out"]), ("Odd", read["odd"])):
        if reasons:
            lines.append(f"{title}:")
        for reason in reasons.values():
            first = ", ".join(map(str, reason["first"]))
            more = ", …" if reason["lines"] > len(reason["first"]) else ""
            lines.append(
                f"  {reason['lines']:>9,} {reason['what']} (line {first}{more})"
            )
    return "\n".join(lines)


def _window_text(found):
    """Say which days the figures are of, and how many lines are older."""
    window, older = found["window"], found["read"]["older"]
    if not window["from_day"]:
        return ""
    said = f"\nFigures are of the days after {window['from_day']}"
    said += f" to {window['to_day']}"
    if older:
        said += f"; {older:,} lines are older and not in them (--days-back)"
    return f"{said}."


def _counts_text(path, read):
    """Say what is in the file, and nothing of what is not."""
    is_baskets = read["products"] and not read["customers"]
    used = "products in them" if is_baskets else "used"
    parts = [f"{read['lines']:,} lines read, {read['used']:,} {used}"]
    parts += [
        f"{read[name]:,} {name}" for name in ("customers", "products") if read[name]
    ]
    if read["customers"]:
        total = f"{Decimal(read['total']):,} {read.get('currency', '')}".rstrip()
        parts.append(f"{total} in all")
    said = "; ".join(filter(None, (parts[0], ", ".join(parts[1:]))))
    return f"{path}: {said}."


def _tiers(study):
    return [
        f"  {name}: {tier['customers']:>9,} customers {tier['revenue']:>16,.2f}"
        for name, tier in study["tiers"].items()
    ]


def _top(name, analysis):
    """Show the first rows of what a study found."""
    if name == "baskets":
        return [
            f"  {one} -> {two} ({kind}): {both:,} baskets, confidence {sure:.2f}, "
            f"lift {lift:.2f}, at least {low:.2f}"
            for kind, one, two, both, _share, sure, lift, low in analysis.pairs[:TOP]
        ]
    if name == "rules":
        return [
            f"  {left} -> {right}: {both:,} baskets, confidence {sure:.2f}, "
            f"lift {lift:.3f}"
            for left, right, both, _share, sure, lift in analysis.rules[:TOP]
        ]
    return []


def write(folder, found, analysis, said):
    """Write the tables, the summary and the text into a folder."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.txt").write_text(said, encoding="utf-8")
    (folder / "summary.json").write_text(as_json(found), encoding="utf-8")
    names = analysis.sales.customers
    _table(
        folder / "customers.csv",
        ["customer", *CUSTOMER],
        (
            [names[number - 1], *_customer(row)]
            for number, row in sorted(
                analysis.customers.items(),
                key=lambda item: (item[1].get("place", 0), item[0]),
            )
        ),
    )
    _table(folder / "pairs.csv", PAIR, analysis.pairs)
    _table(folder / "rules.csv", RULE, analysis.rules)


def _customer(row):
    shown = dict(row)
    for name, cents in (("revenue", "cents"), ("margin", "margin_cents")):
        if shown.get(cents) is not None:
            shown[name] = f"{shown[cents] / 100:.2f}"
    for name in ("first_day", "last_day"):
        if name in shown:
            shown[name] = day_text(shown[name])
    return [shown.get(name) for name in CUSTOMER]


def _table(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as handle:
        table = csv.writer(handle)
        table.writerow(header)
        table.writerows(rows)


def as_json(found):
    """Write a summary for programs; what is not known is null."""
    return json.dumps(_finite(found), ensure_ascii=False, indent=1) + "\n"


def _finite(value):
    if isinstance(value, dict):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value
