"""Reads a file of sales into columns of integers, and counts what it cannot read."""

import csv
import gzip
import re
import zlib
from array import array
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

from ..engines import NONE
from . import columns, sheet

#: Lines from which the columns are guessed, and line numbers that are shown.
SAMPLE, SHOWN = 20_000, 5
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a]")
SEPARATORS = (",", ";", "\t", "|")
#: What a file raises that is not what it seems, or was cut.
_BROKEN = (OSError, EOFError, UnicodeError, zlib.error, csv.Error)
csv.field_size_limit(1_000_000)

#: Why a line is left out.
LEFT_OUT = {
    "columns": "lines that cannot be parted into the columns of the header",
    "no_date": "lines without date",
    "bad_date": "lines whose date cannot be read",
    "later": "lines dated in the future, or after the last day asked for",
    "no_amount": "lines without amount, quantity or price",
    "unreadable": "lines whose amount is no number",
    "infinite": "lines whose amount is infinite",
    "huge": "lines whose amount is too large for money",
    "currency": "lines in another currency, for which there is no rate",
    "dropped": "lines that repeat an earlier one exactly",
    "nothing": "lines with neither customer nor order",
}
#: What is odd about a line that is counted all the same.
ODD = {
    "no_customer": "lines without customer: they count for baskets only",
    "no_product": "lines without product: they count for customers only",
    "no_order": "lines without order: a customer's day stands for one",
    "same_order": "order numbers that come again on another day or for another "
    "customer: another order",
    "return": "returns and negative amounts, counted as such",
    "free": "lines for nothing",
    "bad_cost": "lines whose cost is no number, or too large: not known",
    "repeated": "lines that repeat an earlier one exactly, counted",
}


class Unreadable(Exception):
    """The file cannot be read at all; the text says why."""


@dataclass
class Options:
    """What the user said of the file."""

    wanted: dict = field(default_factory=dict)
    rates: dict = field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    has_header: bool = True
    kind: str | None = None
    day_first: bool | None = None
    comma: bool | None = None
    last_day: int = 0
    drop_repeats: bool = False
    no_goods: frozenset = frozenset()


@dataclass
class Sales:
    """Lines as columns of integers, and what was found on the way."""

    customers: list = field(default_factory=list)
    products: list = field(default_factory=list)
    #: what products are called, by their number, where the file says it
    names: dict = field(default_factory=dict)
    lines: int = 0
    total: Decimal = Decimal(0)
    left_out: dict = field(default_factory=dict)
    odd: dict = field(default_factory=dict)
    described: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)
    #: days of the file, or the order of the baskets where it has none
    has_days: bool = True
    has_amounts: bool = True
    data: dict = field(
        default_factory=lambda: {
            "customer": array("q"),
            "document": array("q"),
            "product": array("q"),
            "day": array("q"),
            "cents": array("q"),
            "margin_cents": array("q"),
            "is_return": array("b"),
        }
    )

    def note(self, found, reason, line, count=1):
        """Count lines by a reason, and keep the first line numbers."""
        row = found.setdefault(reason, [0, []])
        row[0] += count
        if len(row[1]) < SHOWN:
            row[1].append(line)

    def add(self, *cells):
        """Add a line, its cells in the order of the columns."""
        for column, cell in zip(self.data.values(), cells, strict=True):
            column.append(NONE if cell is None else cell)

    def product_name(self, number):
        """Give code and name of a product from its number."""
        called = self.names.get(number)
        return f"{self.products[number - 1]} {called or ''}".strip()

    @property
    def used(self):
        """Number of lines that count."""
        return len(self.data["day"])


# ------------------------------------------------------------------------------ text


def open_text(path, encoding):
    """Open a file, packed or not, as text of a known encoding."""
    opener = gzip.open if _is_packed(path) else open
    return opener(path, "rt", encoding=encoding, newline="")


def _is_packed(path):
    with open(path, "rb") as handle:
        return handle.read(2) == b"\x1f\x8b"


def guess_encoding(path):
    """Find the encoding: UTF-8 if all of the file is, else by pairs of high bytes.

    In GB 18030 text high bytes stand in runs of even length; in Latin-1 mostly alone.
    """
    opener = gzip.open if _is_packed(path) else open
    with opener(path, "rb") as handle:
        start = handle.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding) and (encoding[0] == "u" or _has_pairs(path)):
            return encoding
    return "cp1252" if _decodes(path, "cp1252") else "latin-1"


def _decodes(path, encoding):
    try:
        with open_text(path, encoding) as handle:
            while handle.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _has_pairs(path):
    opener = gzip.open if _is_packed(path) else open
    runs = Counter()
    with opener(path, "rb") as handle:
        for run in re.findall(rb"[\x80-\xff]+", handle.read(1 << 20)):
            runs[len(run) % 2] += len(run)
    return runs[0] > 2 * runs[1]


def guess_separator(lines):
    """Give what parts the columns: what parts most of the lines alike."""

    def evenness(separator):
        counts = [len(row) for row in csv.reader(lines, delimiter=separator)]
        usual, times = Counter(counts).most_common(1)[0]
        return (usual > 1) * times * min(usual, 20)

    best = max(SEPARATORS, key=evenness)
    if evenness(best):
        return best
    return None if all(len(line.split()) > 1 for line in lines) else ","


def _rows(handle, separator):
    """Give ``(line number, lines, cells)``; cells are None where the row is broken."""
    if separator is None:
        for number, line in enumerate(handle, 1):
            yield number, 1, line.split()
        return
    reader = csv.reader(handle, delimiter=separator)
    before = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = None
        yield before + 1, reader.line_num - before, row
        before = reader.line_num


# ----------------------------------------------------------------------------- files


def read(path, options):
    """Read a file of sales.

    :raise Unreadable: there is no such file, it is empty, or it holds no sales
    :raise columns.BadColumns: a column is missing
    """
    path = Path(path)
    if not path.is_file():
        raise Unreadable(f"There is no file {path}.")
    try:
        if not sheet.is_sheet(path):
            return _read_text(path, options, path)
        with sheet.as_text(path) as text:
            told = replace(options, encoding="utf-8", separator=",")
            sales = _read_text(text, told, path)
    except (sheet.NoSheet, OSError) as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from None
    sales.described |= {"encoding": "xlsx, first sheet", "separator": "cells"}
    return sales


def _read_text(path, options, name):
    try:
        encoding = options.encoding or guess_encoding(path)
        with open_text(path, encoding) as handle:
            lines = [line for line in islice(handle, SAMPLE) if line.strip()]
        if not lines:
            raise Unreadable(f"{name} is empty.")
        if _CONTROL.search("".join(lines)):
            raise Unreadable(f"{name} is no text file.")
        separator = options.separator or guess_separator(lines[:200])
        kind = options.kind or _guess_kind(lines, separator)
    except (*_BROKEN, LookupError) as error:
        raise Unreadable(f"{name} cannot be read: {error}.") from None
    with open_text(path, encoding) as handle:
        try:
            if kind == "baskets":
                sales = _read_baskets(_rows(handle, separator or ","))
            else:
                sales = _read_lines(handle, lines, separator, kind, options)
        except _BROKEN as error:
            raise Unreadable(f"{name} cannot be read: {error}.") from None
    sales.described = {
        "encoding": encoding.replace("-sig", ""),
        "separator": {"\t": "tab", None: "blanks"}.get(separator, separator),
        **sales.described,
    }
    return sales


def _guess_kind(lines, separator):
    """Tell a table from baskets one a line and from the files of Fader and Hardie."""
    first = lines[0].split() if separator is None else [lines[0]]
    is_numbers = all(map(columns.is_number, first))
    if separator is None and len(first) in (4, 5) and is_numbers:
        return "cdnow"
    rows = list(csv.reader(lines[:200], delimiter=separator or ","))
    usual = Counter(map(len, rows)).most_common(1)[0][1]
    is_even = len(rows) < 3 or usual >= 0.8 * len(rows)
    return "table" if is_even or columns.is_header(rows[0]) else "baskets"


def _read_baskets(rows):
    """Read baskets, one a line, in an order that tells no dates.

    Every fifth one is put a day later, to judge on.
    """
    sales = Sales(has_days=False, has_amounts=False)
    products = {}
    for number, count, row in rows:
        sales.lines += count
        names = {name.strip() for name in row or ()} - {""}
        if not names:
            sales.note(sales.left_out, "columns", number, count)
            continue
        for name in sorted(names):
            at = products.setdefault(name, len(products) + 1)
            sales.add(None, number, at, 2 if number % 5 == 0 else 1, 100, None, 0)
    sales.products = list(products)
    sales.described = {"kind": "baskets, one a line"}
    return sales


#: The files of Fader and Hardie: the customer stands before the date.
_CDNOW = {4: "customer date quantity amount", 5: "- customer date quantity amount"}


def _read_lines(handle, lines, separator, kind, options):
    has_header = options.has_header and kind != "cdnow"
    sample = [row for _at, _count, row in _rows(iter(lines), separator) if row]
    width = len(sample[0])
    if has_header:
        header = [cell.strip().lstrip("\ufeff") for cell in sample.pop(0)]
    elif kind == "cdnow":
        header = _CDNOW[width].split()
    else:
        header = [str(number) for number in range(1, width + 1)]
    sample = [row for row in sample if len(row) == len(header)]
    places = columns.guess(header, options.wanted, sample)
    table = Table(header, places, sample, replace(options, separator=separator))
    rows = _rows(handle, separator)
    if has_header:
        next((row for row in rows if row[2]), None)
    for number, count, row in rows:
        table.take(number, count, row)
    return table.finish()


class Table:
    """Takes the rows of a table of sales one by one."""

    def __init__(self, header, places, sample, options):
        self.sales, self.options = Sales(), options
        self.header, self.places = header, places
        self._check_columns()
        self.dates = columns.guess_dates(self._cells(sample, "date"), options.day_first)
        self._set_comma(sample)
        self.customers, self.documents, self.products = {}, {}, {}
        self.orders = set()
        self.numbers, self.seen = {}, set()
        self._set_currency(sample)

    def _check_columns(self):
        has = self.places.keys()
        if not {"customer", "order"} & has:
            raise columns.BadColumns(
                "No column for the customer or the order was found. Name one with "
                f"--customer or --order. The columns are: {', '.join(self.header)}."
            )
        if "date" not in has and not {"order", "product"} <= has:
            raise columns.BadColumns(
                "No column for the date was found. Name it with --date. "
                f"The columns are: {', '.join(self.header)}."
            )
        self.sales.has_days = "date" in has
        self.sales.has_amounts = bool({"amount", "price"} & has)
        if not self.sales.has_amounts:
            self.sales.warnings.append(
                "There is no column for the amount: each line counts as 1, so that "
                "values are lines or pieces, not money."
            )

    def _set_comma(self, sample):
        """Find out what decimals come after, and say where nothing tells."""
        self.comma = self.options.comma
        if self.comma is not None:
            return
        money = ("amount", "price", "quantity", "cost", "unit_cost", "margin")
        texts = [text for role in money for text in self._cells(sample, role)]
        self.comma = columns.has_comma(texts)
        if self.comma or not columns.is_either(texts):
            return
        mark = "." if any("." in text for text in texts) else ","
        # Semicolons part the columns where the comma is wanted for the decimals.
        self.comma = mark == "," and self.options.separator == ";"
        taken, other = ("a little over one", "over a thousand")
        if mark == "," and not self.comma:
            taken, other = other, taken
        switch = "--no-decimal-comma" if self.comma else "--decimal-comma"
        self.sales.warnings.append(
            f"Whether 1{mark}234 is a little over one or over a thousand, the numbers "
            f"do not tell: {taken} was taken. With {switch} it is {other}."
        )

    def _set_currency(self, sample):
        """Count in the currency most lines are in, unless rates say more."""
        found = Counter(self._cells(sample, "currency"))
        self.home = found.most_common(1)[0][0] if found else None
        self.rates = {self.home: Decimal(1), **self.options.rates}

    def _cells(self, sample, role):
        place = self.places.get(role)
        if place is None:
            return []
        texts = (row[place].strip() for row in sample)
        return [text for text in texts if text.lower() not in columns.NOTHING]

    def _text(self, row, role):
        """Give a cell, None where there is nothing in it."""
        place = self.places.get(role)
        if place is None:
            return None
        text = row[place].strip()
        return None if text.lower() in columns.NOTHING else text

    def _number(self, row, role):
        place = self.places.get(role)
        if place is None:
            return None
        text = row[place]
        if text not in self.numbers:
            if len(self.numbers) > 200_000:
                self.numbers.clear()
            self.numbers[text] = columns.number(text, self.comma)
        return self.numbers[text]

    def take(self, number, count, row):
        """Count one row of the file, or note why not."""
        sales = self.sales
        if row == []:  # an empty line is no line
            return
        sales.lines += count
        reason = self._row(number, row)
        if reason:
            sales.note(sales.left_out, reason, number, count)

    def _row(self, number, row):
        """Add a row; give the reason where it is left out."""
        if row is None or len(row) != len(self.header):
            return "columns"
        day, reason = self._day(row)
        if reason:
            return reason
        try:
            money = self._money(row)
        except columns.NoNumber as wrong:
            return str(wrong)
        if money is None:
            return "no_amount"
        rate = self._rate(row)
        if rate is None:
            return "currency"
        if abs(money[0] * rate) >= columns.LARGEST:
            return "huge"
        if self._is_repeated(number, row):
            return "dropped"
        return self._add(number, row, day, *money, rate)

    def _day(self, row):
        if not self.sales.has_days:
            return 1, None
        text = self._text(row, "date")
        if text is None:
            return None, "no_date"
        day = self.dates.read(text)
        if day is None:
            return None, "bad_date"
        return day, "later" if day > self.options.last_day else None

    def _money(self, row):
        """Give amount and quantity, None where either is not known."""
        quantity = self._number(row, "quantity")
        if "amount" in self.places:
            amount = self._number(row, "amount")
        elif "price" in self.places:
            amount = self._number(row, "price")
            if amount is not None and "quantity" in self.places:
                amount = None if quantity is None else amount * quantity
        else:
            amount = quantity if "quantity" in self.places else Decimal(1)
        return None if amount is None else (amount, quantity)

    def _rate(self, row):
        if "currency" not in self.places:
            return Decimal(1)
        return self.rates.get(self._text(row, "currency") or self.home)

    def _is_repeated(self, number, row):
        """Tell whether the row is to be dropped as one that was there already."""
        key = hash(tuple(row))
        if key not in self.seen:
            self.seen.add(key)
            return False
        if not self.options.drop_repeats:
            self.sales.note(self.sales.odd, "repeated", number)
        return self.options.drop_repeats

    def _add(self, number, row, day, amount, quantity, rate):
        customer = self._id(row, "customer", self.customers)
        product = self._id(row, "product", self.products)
        if "product_name" in self.places and product not in self.sales.names:
            self._take_name(row, product)
        document = self._document(number, row, customer, day)
        if document is None:
            return "nothing"
        is_return = amount < 0 or (quantity is not None and quantity < 0)
        sales = self.sales
        sales.total += amount * rate
        for reason, is_so in (
            ("no_customer", customer is None),
            ("no_product", product is None and "product" in self.places),
            ("no_order", "order" in self.places and not self._text(row, "order")),
            ("return", is_return),
            ("free", not amount),
        ):
            if is_so:
                sales.note(sales.odd, reason, number)
        if product is not None and self._text(row, "product") in self.options.no_goods:
            product = None
        cents = _cents(amount * rate)
        margin = self._margin(number, row, amount, quantity, rate)
        sales.add(customer, document, product, day, cents, margin, int(is_return))
        return None

    def _id(self, row, role, known):
        text = self._text(row, role)
        if text is None:
            return None
        if text.endswith(".0") and text[:-2].isdigit():
            text = text[:-2]
        return known.setdefault(text, len(known) + 1)

    def _take_name(self, row, product):
        called = self._text(row, "product_name")
        if called and product is not None:
            self.sales.names[product] = called

    def _document(self, number, row, customer, day):
        """Give the number of the document, None where there is none.

        A till may begin to count anew each day: an order is one of a customer and day.
        """
        order = self._text(row, "order")
        if order is None and customer is None:
            return None
        key = order, customer, day
        if order is not None and key not in self.documents:
            if order in self.orders:
                self.sales.note(self.sales.odd, "same_order", number)
            self.orders.add(order)
        return self.documents.setdefault(key, len(self.documents) + 1)

    def _margin(self, number, row, amount, quantity, rate):
        """Give the margin in cents where a cost is known, that is not nothing."""
        try:
            margin = self._plain_margin(row, amount, quantity)
        except columns.NoNumber:
            is_bad = True
        else:
            is_bad = margin is not None and abs(margin * rate) >= columns.LARGEST
        if is_bad:
            self.sales.note(self.sales.odd, "bad_cost", number)
            return None
        return None if margin is None else _cents(margin * rate)

    def _plain_margin(self, row, amount, quantity):
        if "margin" in self.places:
            return self._number(row, "margin")
        if "cost" in self.places:
            cost = self._number(row, "cost")
        else:
            cost = self._number(row, "unit_cost")
            if cost and quantity is not None:
                cost *= quantity
        return amount - cost if cost else None

    def finish(self):
        """Give what was read, described."""
        sales = self.sales
        sales.customers = list(self.customers)
        sales.products = list(self.products)
        sales.described = {
            "kind": "a line of an order each",
            "columns": {
                role: self.header[place] for role, place in self.places.items()
            },
            "dates": self.dates.formats[0] if sales.has_days else "none",
            "decimals": "comma" if self.comma else "point",
            "currency": self.home or "",
        }
        if sales.has_days and self.dates.is_unsure:
            sales.warnings.append(
                "Whether the day or the month comes first, the dates do not tell: the "
                "month was taken. With --day-first it is the day."
            )
        if not sales.has_days:
            _spread(sales.data)
        return sales


def _cents(amount):
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def _spread(data):
    """Put every fifth document of a file without dates a day later, to judge on."""
    for place, document in enumerate(data["document"]):
        data["day"][place] = 2 if document % 5 == 0 else 1
