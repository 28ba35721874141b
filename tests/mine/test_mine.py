"""`mine` reads what people have, loses no line without a word, and says what it knows.

The database of the tests' server is used, and left as it was.
"""

import csv
import gzip
import importlib.util
import json
import random
import re
import runpy
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from runner import commands

# takes 40 seconds
ADDON = Path(__file__).resolve().parents[2] / "addons/crm_analytics"
HEADER = "Invoice,SKU,Qty,Unit Price,Order Date,Customer ID".split(",")


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def command():
    return load(ADDON / "cli/mine.py").load()


@pytest.fixture(scope="module")
def rows():
    """Lines of 600 customers of a small distributor."""
    return load(ADDON / "tests/sales_set.py").make_rows(600)


@pytest.fixture
def mine(command, tmp_path, capsys, odoo):
    """Run the command; give its summary, or its words and status where it stops."""
    dsn = f"dbname=postgres host={odoo.cluster.host} user={odoo.cluster.user}"

    def call(path, *options):
        capsys.readouterr()
        status = command.main([str(path), "--json", "--dsn", dsn, *options])
        said = capsys.readouterr()
        return json.loads(said.out) if not status else (status, said.err)

    return call


@pytest.fixture
def read(command, tmp_path):
    """Read sales from text, without the analyses."""
    reader = command.reader
    last = date(2026, 1, 1).toordinal() - date(1970, 1, 1).toordinal()

    def call(text, **options):
        path = tmp_path / "sales.csv"
        path.write_text(text)
        return reader.read(path, reader.Options(last_day=last, **options))

    return call


def write(path, rows, header=HEADER, encoding="utf-8", separator=","):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding=encoding, newline="") as handle:
        table = csv.writer(handle, delimiter=separator)
        if header:
            table.writerow(header)
        table.writerows(rows)
    return path


def left_out(found):
    return {
        reason: (row["lines"], row["first"])
        for reason, row in found["read"]["left_out"].items()
    }


def odd(found):
    return {reason: row["lines"] for reason, row in found["read"]["odd"].items()}


# ------------------------------------------------------------------------ the studies


def test_every_study(mine, rows, tmp_path):
    path = write(tmp_path / "sales.csv", rows)
    found = mine(path, "--out", str(tmp_path / "out"), "--support", "0.05")
    states = {name: study["state"] for name, study in found["studies"].items()}
    assert set(states.values()) == {"done"}, found["studies"]
    assert found["read"]["used"] == found["read"]["lines"] == len(rows)
    for name in ("next", "baskets"):
        judged = found["studies"][name]["judgement"]
        assert judged["quality"] > judged["baseline"]
        assert judged["low"] < judged["quality"] < judged["high"]
    with (tmp_path / "out/customers.csv").open() as handle:
        customers = list(csv.DictReader(handle))
    sums = {}
    for _invoice, _code, quantity, price, _day, who in rows:
        sums[who] = sums.get(who, 0) + quantity * float(price)
    assert {row["customer"]: float(row["revenue"]) for row in customers} == sums
    assert [int(row["place"]) for row in customers] == list(range(1, 601))
    assert all(0 < float(row["chance"]) < 1 for row in customers)
    with (tmp_path / "out/pairs.csv").open() as handle:
        pairs = {(row["product"], row["other"]) for row in csv.DictReader(handle)}
    assert {("TEA", "CUP"), ("CUP", "TEA")} <= pairs
    assert "better" in (tmp_path / "out/report.txt").read_text().lower()


def test_same_again(mine, rows, tmp_path):
    path = write(tmp_path / "sales.csv", rows)
    assert mine(path) == mine(path)


def test_too_little_gives_no_number(mine, rows, tmp_path):
    some = [row for row in rows if row[5] < "K0040"]
    found = mine(write(tmp_path / "few.csv", some))["studies"]
    assert found["value"]["state"] == "done"
    for name in ("next", "lifetime"):
        assert found[name] == {
            "state": "refused",
            "says": ["Not enough data: 40 customers, 200 needed."],
            "have": 40,
            "needed": 200,
        }


def test_no_better_than_the_rule_gives_no_scores(mine, tmp_path):
    """Baskets of products that have nothing to do with each other."""
    rng = random.Random(4)
    path = tmp_path / "noise.csv"
    lines = [
        ",".join(f"P{rng.randint(0, 9)}" for _item in range(rng.randint(2, 6)))
        for _basket in range(900)
    ]
    path.write_text("\n".join(lines))
    out = tmp_path / "out"
    found = mine(path, "--out", str(out))
    assert found["studies"]["baskets"]["state"] == "worse"
    assert "Not better" in found["studies"]["baskets"]["says"][1]
    with (out / "pairs.csv").open() as handle:
        assert not list(csv.DictReader(handle))


def test_rules_against_counting_by_hand(mine, tmp_path):
    rng = random.Random(9)
    baskets = [
        sorted({f"P{min(rng.randint(0, 9), rng.randint(0, 9))}" for _item in range(4)})
        for _basket in range(400)
    ]
    path = tmp_path / "baskets.csv"
    path.write_text("".join(",".join(basket) + "\n" for basket in baskets))
    out = tmp_path / "out"
    options = ("--support", "0.05", "--confidence", "0.3", "--out", str(out))
    mine(path, "--kind", "baskets", *options)
    with (out / "rules.csv").open() as handle:
        rules = list(csv.DictReader(handle))
    assert len(rules) > 20
    for rule in rules:
        left, right = set(rule["products"].split(" + ")), rule["then"]
        held = [basket for basket in baskets if left <= set(basket)]
        both = sum(right in basket for basket in held)
        usual = sum(right in basket for basket in baskets) / len(baskets)
        assert both == int(rule["baskets"]) >= 20
        assert both / len(held) == pytest.approx(float(rule["confidence"]))
        assert both / len(held) / usual == pytest.approx(float(rule["lift"]))


# -------------------------------------------------------------------------- bad lines


def test_each_bad_line_is_named(mine, rows, tmp_path):
    later = (date.today() + timedelta(days=2)).isoformat()
    bad = [
        ("B1", "P01", "inf", "9.5", "2025-03-01", "K0001"),
        ("B2", "P01", "1", "NaN", "2025-03-01", "K0001"),
        ("B3", "P01", "1", "much", "2025-03-01", "K0001"),
        ("B4", "P01", "1e30", "1", "2025-03-01", "K0001"),
        ("B5", "P01", "1", "1", later, "K0001"),
        ("B6", "P01", "1", "1", "2025-02-30", "K0001"),
        ("B7", "P01", "1", "1", "", "K0001"),
        ("B8", "P01", "1", "1"),
        ("", "P01", "1", "1", "2025-03-01", ""),
        ("B9", "P01", "-2", "1", "2025-03-01", "K0001"),
        ("B9", "P01", "-2", "1", "2025-03-01", "K0001"),
        ("BA", "", "1", "0", "2025-03-01", ""),
    ]
    found = mine(write(tmp_path / "bad.csv", [*rows, *bad]))
    at = len(rows) + 2
    assert left_out(found) == {
        "infinite": (1, [at]),
        "no_amount": (1, [at + 1]),
        "unreadable": (1, [at + 2]),
        "huge": (1, [at + 3]),
        "later": (1, [at + 4]),
        "bad_date": (1, [at + 5]),
        "no_date": (1, [at + 6]),
        "columns": (1, [at + 7]),
        "nothing": (1, [at + 8]),
    }
    assert odd(found) == {
        "return": 2,
        "repeated": 1,
        "no_customer": 1,
        "no_product": 1,
        "free": 1,
    }
    assert found["read"]["used"] == len(rows) + 3


def test_no_line_is_lost(mine, tmp_path):
    """Whatever stands in the cells, a line is used or counted by a reason."""
    rng = random.Random(11)
    cells = ["", "1", "-3", "x", "2025-01-07", "1e400", "'", '"', "K1", "∞", "0", "\t"]
    rows = [
        [rng.choice(cells) for _cell in range(rng.choice((6, 6, 6, 5, 9)))]
        for _row in range(500)
    ]
    good = [(f"G{n}", "P1", 1, 2, "2025-01-07", f"K{n}") for n in range(30)]
    found = mine(write(tmp_path / "garbage.csv", [*good, *rows]))["read"]
    lost = sum(row["lines"] for row in found["left_out"].values())
    assert found["used"] + lost == found["lines"] == 530


def test_a_quote_that_never_ends(mine, rows, tmp_path):
    path = write(tmp_path / "quote.csv", rows)
    text = path.read_text().splitlines()
    text[100] = '"' + text[100]
    path.write_text("\n".join(text) + "\n")
    found = mine(path)["read"]
    lost = sum(row["lines"] for row in found["left_out"].values())
    assert lost and found["used"] + lost == len(rows)


def test_repeats_dropped_when_asked(mine, rows, tmp_path):
    path = write(tmp_path / "twice.csv", [*rows, *rows[:7]])
    assert mine(path, "--drop-repeats")["read"]["used"] == len(set(rows))


# ------------------------------------------------------------------- ways of writing


def test_encodings_separators_and_dates(mine, rows, tmp_path):
    """The same sales, written in many ways, say the same."""
    chinese = "订单号,商品编号,数量,单价,订单日期,客户编号".split(",")
    turned = [
        (*row[:3], row[3].replace(".", ","), f"{row[4][8:]}.{row[4][5:7]}.{row[4][:4]}")
        + row[5:]
        for row in rows
    ]
    compact = [(*row[:4], row[4].replace("-", ""), row[5]) for row in rows]
    spoken = [(*row[:4], f"{row[4].replace('-', '/')} 10:31", row[5]) for row in rows]
    ways = [
        write(tmp_path / "plain.csv", rows),
        write(tmp_path / "packed.csv.gz", rows, separator="\t"),
        write(tmp_path / "gbk.csv", rows, chinese, encoding="gb18030"),
        write(tmp_path / "latin.csv", rows, [*HEADER[:5], "Cliënt"], "latin-1", "|"),
        write(tmp_path / "wide.csv", spoken, encoding="utf-16"),
        write(tmp_path / "german.csv", turned, separator=";"),
        write(tmp_path / "compact.csv", compact, encoding="utf-8-sig"),
    ]
    options = {"latin.csv": ("--customer", "Cliënt")}
    told = [mine(path, *options.get(path.name, ())) for path in ways]
    for path, found in zip(ways, told, strict=True):
        assert found["read"]["used"] == len(rows), (path.name, found["read"])
        assert found["studies"] == told[0]["studies"], path.name
    encodings = {
        path.name: found["read"]["encoding"]
        for path, found in zip(ways, told, strict=True)
    }
    assert encodings["gbk.csv"] == "gb18030"
    assert encodings["latin.csv"] == "cp1252"


def test_spreadsheet(mine, rows, tmp_path):
    """The first sheet says what the same lines say as text."""
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    for *cells, day, who in rows:
        book.active.append([*cells, date.fromisoformat(day), who])
    book.create_sheet("Notes").append(["nothing to read"])
    book.save(tmp_path / "sales.xlsx")
    found = mine(tmp_path / "sales.xlsx", "--only", "value")
    plain = mine(write(tmp_path / "sales.csv", rows), "--only", "value")
    assert found["read"]["used"] == len(rows)
    assert found["studies"] == plain["studies"]
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes((tmp_path / "sales.xlsx").read_bytes()[:2000])
    status, said = mine(broken)
    assert status == 1 and "no spreadsheet" in said


def edited(path, name, edit):
    """Copy a spreadsheet, one of its parts edited."""
    copy = path.with_stem("edited")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(part, edit(text) if part == name else text)
    return copy


def test_spreadsheets_of_bad_writers(command, tmp_path):
    """A wrong size in the file loses no column, and a part that was cut is said."""
    reader, sheet = command.reader, "xl/worksheets/sheet1.xml"
    book = openpyxl.Workbook()
    for row in (HEADER, ["I1", "P", 2, 5, date(2025, 2, 1), "K1"], [], ["I2", "P", 1]):
        book.active.append(row)
    path = tmp_path / "sales.xlsx"
    book.save(path)
    size = rb'<dimension ref="[^"]*"'
    small = edited(path, sheet, lambda text: re.sub(size, b'<dimension ref="A1"', text))
    sales = reader.read(small, reader.Options(last_day=99_999))
    assert (sales.used, sales.total) == (1, 10)
    assert sales.left_out == {"no_date": [1, [4]]}
    for part in (sheet, "xl/styles.xml"):
        cut = edited(path, part, lambda text: text[:300])
        with pytest.raises(reader.Unreadable, match="no spreadsheet"):
            reader.read(cut, reader.Options())


def test_day_or_month_first(mine, tmp_path):
    rows = [(f"I{n}", "P", 1, 5, f"0{n % 9 + 1}/02/2025", f"K{n}") for n in range(40)]
    path = write(tmp_path / "sales.csv", rows)
    unsure = mine(path)
    assert unsure["read"]["dates"] == "month/day/year"
    assert "--day-first" in unsure["read"]["warnings"][0]
    sure = mine(path, "--day-first")
    assert sure["read"]["warnings"] == []
    assert sure["window"]["to_day"] == "2025-02-09"


@pytest.mark.parametrize(
    ("slashed", "days", "warnings"),
    [("13/02/2025", 2, 0), ("02/13/2025", 2, 0), ("03/02/2025", 2, 1), ("soon", 1, 0)],
)
def test_two_ways_of_writing_dates(read, slashed, days, warnings):
    sales = read(f"Customer,Date,Amount\nK,2025-02-14,1\nK,2025-02-15,1\nK,{slashed},1")
    assert (sales.used, len(sales.warnings)) == (days + 1, warnings)


@pytest.mark.parametrize(
    ("column", "cells", "role"),
    [
        ("Country", "France Spain", None),
        ("Discount", "10 20", None),
        ("Account", "7 8", None),
        ("Discount Amount", "10 20", None),
        ("Sales Person", "Ann Bob", None),
        ("Price List", "Retail Retail", None),
        ("Line Count", "1 2", "quantity"),
        ("NetSales", "5.00 6.00", "amount"),
        ("netamount", "5.00 6.00", "amount"),
    ],
)
def test_what_is_only_alike(read, column, cells, role):
    """Whole words of a name, and numbers below it, make a column of numbers."""
    one, two = cells.split()
    sales = read(f"Client,Date,{column}\nK1,2025-01-01,{one}\nK2,2025-01-02,{two}\n")
    wanted = {"customer": "Client", "date": "Date"} | ({role: column} if role else {})
    assert sales.described["columns"] == wanted
    assert sales.used == 2


@pytest.mark.parametrize(
    ("cells", "total", "unreadable", "warnings"),
    [
        (("1.50", "2.75", "1,50"), "4.25", 1, 0),
        (("1,50", "2,75", "1.50", "1.234,50"), "1240.25", 0, 0),
        (("1,234.50", "12,34,567", "2"), "1235803.50", 0, 0),
        (("1.234", "2.500"), "3.734", 0, 1),
        (("1.234", "0.500"), "1.734", 0, 0),
        (("1,234", "2,500"), "3.734", 0, 1),
        (("1,234", "0,500"), "1.734", 0, 0),
        (("1,234", "3.5"), "1237.5", 0, 0),
        (("0,500", "3.5", "4.5"), "8.0", 1, 0),
    ],
)
def test_commas_and_points(read, cells, total, unreadable, warnings):
    """No number is read as a hundred or a thousand times itself without a word."""
    rows = [f"K;2025-01-0{at};{cell}" for at, cell in enumerate(cells, 1)]
    sales = read("\n".join(["Customer;Date;Amount", *rows]))
    assert sales.total == Decimal(total)
    assert sales.left_out.get("unreadable", [0])[0] == unreadable
    assert len(sales.warnings) == warnings


@pytest.mark.parametrize(("comma", "total"), [(None, 3734), (True, "3.734")])
def test_commas_in_cells_with_quotes(read, comma, total):
    """Where commas part the columns they part thousands too, and the report says so."""
    text = 'Customer,Date,Amount\nK,2025-01-01,"1,234"\nK,2025-01-02,"2,500"\n'
    sales = read(text, comma=comma)
    assert sales.total == Decimal(total)
    assert len(sales.warnings) == (comma is None)


def test_order_numbers_that_begin_anew_each_day(read):
    """Two tickets of one number are not one basket."""
    rows = [
        f"{ticket},P{ticket},2025-01-0{day},K{day}{ticket},5"
        for day in (1, 2, 3)
        for ticket in (1, 2)
        for _line in (1, 2)
    ]
    sales = read("\n".join(["Order,Product,Date,Customer,Amount", *rows]))
    assert len(set(sales.data["document"])) == 6
    assert sales.odd["same_order"][0] == 4


def test_lines_older_than_the_days_looked_at(command, mine, rows, tmp_path, capsys):
    """They are counted apart, and the days are named."""
    old = [("OLD", "P01", 1, "9.5", f"2020-01-{day:02}", "OLD") for day in range(1, 6)]
    path = write(tmp_path / "old.csv", [*rows, *old])
    found = mine(path, "--only", "value")
    assert (found["read"]["used"], found["read"]["older"]) == (len(rows), 5)
    said = command.report.text(found, None)
    assert "5 lines are older and not in them (--days-back)" in said
    assert found["window"]["from_day"] in said


def test_currencies(mine, rows, tmp_path):
    foreign = [(*row, "USD") for row in rows[:50]]
    home = [(*row, "EUR") for row in rows[50:]]
    path = write(tmp_path / "money.csv", [*home, *foreign], [*HEADER, "Currency"])
    found = mine(path)
    assert found["read"]["left_out"]["currency"]["lines"] == 50
    counted = mine(path, "--rate", "USD=0.5")["read"]
    assert counted["used"] == len(rows)
    expected = sum(
        row[2] * float(row[3]) * (0.5 if at < 50 else 1) for at, row in enumerate(rows)
    )
    assert float(counted["total"]) == pytest.approx(expected)


def test_what_is_too_large_when_multiplied(read):
    header, most = "Customer,Date,Qty,Unit Price,Unit Cost,Currency\n", 10**13 - 1
    rows = f"K,2025-01-01,99999,2,{most},EUR\nK,2025-01-02,1,{most},1,USD\n"
    sales = read(header + rows, rates={"USD": Decimal("1e9")})
    assert sales.odd == {"bad_cost": [1, [2]]}
    assert sales.left_out == {"huge": [1, [3]]}
    assert sales.used == 1


def test_cost_of_nothing_is_not_known(mine, tmp_path):
    rows = [
        (f"I{n}", "P", 2, 5, "2025-02-01", f"K{n:02}", cost)
        for n, cost in enumerate([3] * 30 + [0] * 5 + ["?"] * 5)
    ]
    path = write(tmp_path / "cost.csv", rows, [*HEADER, "Unit Cost"])
    found = mine(path, "--out", str(tmp_path / "out"))
    assert odd(found) == {"bad_cost": 5}
    with (tmp_path / "out/customers.csv").open() as handle:
        margins = {row["customer"]: row["margin"] for row in csv.DictReader(handle)}
    assert [margins[f"K{n:02}"] for n in (0, 29, 30, 39)] == ["4.00", "4.00", "", ""]


def test_file_without_header_and_cdnow(mine, rows, tmp_path):
    path = write(tmp_path / "bare.csv", rows, header=None)
    numbered = "order=1 product=2 quantity=3 price=4 date=5 customer=6".split()
    options = [f"--{option}" for option in numbered]
    assert mine(path, "--no-header", *options)["read"]["used"] == len(rows)
    lines = [
        f" {row[5][1:]} {row[4].replace('-', '')} {row[2]:2d} {float(row[3]):8.2f}"
        for row in rows
    ]
    (tmp_path / "cdnow.txt").write_text("\n".join(lines))
    found = mine(tmp_path / "cdnow.txt")
    assert (found["read"]["used"], found["read"]["customers"]) == (len(rows), 600)


def test_no_amounts_are_no_money(mine, rows, tmp_path):
    bare = [(row[0], row[1], row[4], row[5]) for row in rows]
    header = [HEADER[at] for at in (0, 1, 4, 5)]
    found = mine(write(tmp_path / "bare.csv", bare, header))
    assert "not money" in found["read"]["warnings"][0]
    assert found["studies"]["lifetime"]["says"] == [
        "It cannot be told: the file has no amounts."
    ]


def test_report_names_only_what_is_there(command, read):
    sales = read("Order,Date,Amount\nI1,2025-01-01,5\nI2,2025-01-02,6\n")
    told = {"lines": sales.lines, "used": sales.used, "customers": 0, "products": 0}
    said = command.report._counts_text("sales.csv", told)
    assert said == "sales.csv: 2 lines read, 2 used."


# ------------------------------------------------------------------------ bad use


def test_bad_files(mine, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.touch()
    strange = write(tmp_path / "strange.csv", [("a", "b")], ("x", "y"))
    nothing = write(tmp_path / "none.csv", [("I", "P", 1, 1, "soon", "K")])
    picture = tmp_path / "picture.csv"
    picture.write_bytes(bytes(range(256)) * 9)
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(b"a,b\n" * 999)[:40])
    packed = bytearray(gzip.compress(bytes(range(65, 91)) * 999))
    packed[12:20] = b"\xff" * 8
    spoilt = tmp_path / "spoilt.csv.gz"
    spoilt.write_bytes(packed)
    endless = tmp_path / "endless.json"
    endless.write_text(f'[{{"customer": "{"x" * 1_200_000}", "amount": 1}}]')
    for path, words in (
        (tmp_path / "missing.csv", "There is no file"),
        (tmp_path, "There is no file"),
        (empty, "is empty"),
        (picture, "is no text file"),
        (strange, "No column for the customer or the order"),
        (nothing, "No line of"),
        (broken, "cannot be read"),
        (spoilt, "cannot be read"),
        (endless, "cannot be read"),
    ):
        status, said = mine(path)
        assert status == 1 and words in said, (path, said)
    status, said = mine(write(tmp_path / "s.csv", []), "--customer", "Nobody")
    assert status == 1 and "There is no column “Nobody”" in said


@pytest.mark.parametrize(
    "options",
    [
        ("--only", "magic"),
        ("--support", "2"),
        ("--days-ahead", "800"),
        ("--rate", "USD"),
        ("--rate", "USD=1e999999"),
        ("--until", "tomorrow"),
        ("--separator", ";;"),
        (),
    ],
)
def test_bad_command_lines(command, options, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main([*([str(tmp_path)] if options else []), *options])
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_no_database(command, rows, tmp_path, capsys):
    path = write(tmp_path / "sales.csv", rows[:50])
    dsn = f"dbname=postgres host={tmp_path}"
    assert command.main([str(path), "--dsn", dsn]) == 1
    assert "PostgreSQL does not answer" in capsys.readouterr().err


def test_runner_passes_options_on():
    given = ["--json", "sales.csv", "--out", "results", "-h"]
    assert commands.parser().parse_args(["mine", *given]).arguments == given


def test_module_runs_alone(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["mine.py", "--help"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(ADDON / "cli/mine.py"), run_name="__main__")
    assert stopped.value.code == 0
    assert "--days-ahead" in capsys.readouterr().out
