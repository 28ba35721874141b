"""Reading a file of invoice lines: CSV (plain or gzipped) or XLSX, row by row.

The reader never holds the file's rows in memory. It says for each row what cannot be
used; what is odd but usable is left to the caller, who sees the whole picture.
"""

import csv
import gzip
import hashlib
import io
import re
import zipfile
from collections import Counter
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

ENCODINGS = ("utf-8-sig", "gb18030", "latin-1")
SAMPLE = 1 << 20  # bytes read to guess the encoding and the delimiter
LIMIT_CELL = 2_000  # characters kept of a text
REQUIRED = ("document", "product", "quantity", "price", "date")

# Heading of the file, lower case without spaces and punctuation -> field.
HEADINGS = {
    "document": (
        "invoiceno invoice invoicenumber documentno document orderno order number"
        " 发票号 发票号码 单号 单据号 单据编号 订单号"
    ),
    "product": (
        "stockcode productcode product sku itemcode item articleno defaultcode"
        " 货号 商品编码 产品编码 物料编码 商品代码"
    ),
    "description": (
        "description productname itemname name 品名 商品名称 产品名称 描述 摘要"
    ),
    "quantity": "quantity qty pieces 数量",
    "price": "unitprice price 单价 价格",
    "date": (
        "invoicedate date orderdate documentdate"
        " 日期 发票日期 开票日期 单据日期 订单日期"
    ),
    "customer": (
        "customerid customer customerno customercode accountno"
        " 客户编号 客户编码 客户代码 客户号"
    ),
    "customer_name": "customername company clientname 客户 客户名称 单位名称",
    "country": "country countryname 国家 国家地区",
}
FIELDS = tuple(HEADINGS)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3}|\s\d{3})+(?:\.\d*)?")
DATE_FORMATS = {
    "year": ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    "day": ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"),
    "month": ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m-%d-%Y"),
}


class HistoryFileError(Exception):
    """The file cannot be read at all; the text is for the person who chose it."""


class MissingColumns(HistoryFileError):
    """Columns that every line needs are not in the heading."""

    def __init__(self, missing):
        super().__init__(", ".join(missing))
        self.missing = missing


class Row(NamedTuple):
    """One usable line of the file."""

    number: int  # of the line in the file; the heading is 1
    document: str
    product: str
    description: str
    quantity: Decimal
    price: Decimal
    date: datetime
    customer: str
    customer_name: str
    country: str
    key: str  # hexadecimal; equal for lines that say the same
    occurrence: int  # 1 for the first line that says this, 2 for the second, …


class Refused(NamedTuple):
    """One line that cannot be used, with the field that is wrong."""

    number: int
    field: str
    value: str


def match_columns(heading):
    """Find our fields in the heading of a file.

    :param heading: list of texts
    :return: ``{field: index}``
    :raise MissingColumns: when a required field is not there

    >>> match_columns(["Invoice No", "SKU", "Qty", "Unit Price", "日期"])["price"]
    3
    """
    known = {word: field for field in FIELDS for word in HEADINGS[field].split()}
    columns = {}
    for index, text in enumerate(heading):
        word = "".join(c for c in str(text or "").lower() if c.isalnum())
        field = known.get(word)
        if field and field not in columns:
            columns[field] = index
    missing = [field for field in REQUIRED if field not in columns]
    if missing:
        raise MissingColumns(missing)
    return columns


def read_cells(stream, name):
    """Yield the rows of a file as lists of cells, the heading first.

    :param stream: binary file, seekable
    :param name: file name; its ending tells the kind
    :raise HistoryFileError: when the kind is unknown or the file is damaged
    """
    lower = name.lower()
    try:
        if lower.endswith(".xlsx"):
            yield from _read_xlsx(stream)
        elif lower.endswith((".csv", ".txt", ".csv.gz", ".txt.gz")):
            plain = gzip.open(stream) if lower.endswith(".gz") else stream
            yield from _read_csv(plain)
        else:
            raise HistoryFileError(f"{name}: not a CSV, CSV.GZ or XLSX file")
    except (OSError, EOFError, csv.Error, zipfile.BadZipFile, KeyError) as error:
        raise HistoryFileError(f"{name}: {error}") from error


def _read_csv(stream):
    sample = stream.read(SAMPLE)
    stream.seek(0)
    encoding = guess_encoding(sample)
    first = sample.decode(encoding, "ignore").splitlines()[:1]
    delimiter = max(",;\t|", key=(first[0] if first else "").count)
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    yield from csv.reader(text, delimiter=delimiter)


def guess_encoding(sample):
    """Guess the encoding of the beginning of a file.

    >>> guess_encoding("数量".encode("gb18030")), guess_encoding("数量".encode())
    ('gb18030', 'utf-8-sig')
    """
    for encoding in ENCODINGS:
        try:
            sample.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start > len(sample) - 4:  # a character cut at the sample's end
                return encoding
        else:
            return encoding
    return ENCODINGS[-1]


def _read_xlsx(stream):
    from openpyxl import load_workbook  # slow to import, and seldom needed

    sheet = load_workbook(stream, read_only=True, data_only=True).active
    for cells in sheet.iter_rows(values_only=True):
        yield list(cells)


class LineReader:
    """Turn cells into :class:`Row` and :class:`Refused`.

    :param columns: ``{field: index}`` of :func:`match_columns`
    :param order: which part of an ambiguous date comes first: year, day or month
    :param scope: text that parts equal lines of different sources
    """

    def __init__(self, columns, order="year", scope=""):
        self.columns = columns
        self.formats = DATE_FORMATS[order]
        self.scope = scope
        self.seen = Counter()

    def read(self, cells, number):
        """Read one line.

        :param cells: list of texts, numbers or dates
        :param number: of the line in the file
        """
        text = {f: self._text(cells, f) for f in FIELDS if f in self.columns}
        for field in ("document", "product"):
            if not text[field]:
                return Refused(number, field, "")
        try:
            quantity = parse_number(self._cell(cells, "quantity"))
        except ValueError:
            return Refused(number, "quantity", text["quantity"])
        try:
            price = parse_number(self._cell(cells, "price"))
        except ValueError:
            return Refused(number, "price", text["price"])
        try:
            when = parse_date(self._cell(cells, "date"), self.formats)
        except ValueError:
            return Refused(number, "date", text["date"])
        customer = strip_float(text.get("customer", ""))
        parts = (
            self.scope,
            strip_float(text["document"]),
            strip_float(text["product"]),
            text.get("description", ""),
            str((quantity + 0).normalize()),  # plus zero: -0 is 0
            str((price + 0).normalize()),
            when.isoformat(),
            customer,
            text.get("country", ""),
        )
        key = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
        self.seen[key] += 1
        return Row(
            number,
            parts[1],
            parts[2],
            parts[3],
            quantity,
            price,
            when,
            customer,
            text.get("customer_name", ""),
            parts[8],
            key.hex(),
            self.seen[key],
        )

    def _cell(self, cells, field):
        index = self.columns[field]
        return cells[index] if index < len(cells) else None

    def _text(self, cells, field):
        value = self._cell(cells, field)
        if value is None:
            return ""
        # PostgreSQL's text holds every character but the first one; the second one
        # parts the pieces of a key.
        text = str(value).replace("\x00", "").replace("\x1f", " ")
        return text.strip()[:LIMIT_CELL]


def strip_float(text):
    """Undo a spreadsheet's habit of writing numbers for codes.

    >>> strip_float("17850.0"), strip_float("85123A"), strip_float("1.5")
    ('17850', '85123A', '1.5')
    """
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def parse_number(value):
    """Read a number as people and spreadsheets write it.

    Commas and blanks may part thousands only: 1,5 is refused, since whoever wrote it
    means one and a half.

    :raise ValueError: when it is none

    >>> parse_number("1,234.50"), parse_number(" ¥ 3 "), parse_number(2.55)
    (Decimal('1234.50'), Decimal('3'), Decimal('2.55'))
    """
    text = str(value if value is not None else "").strip().strip("¥￥$€£ ")
    try:
        number = Decimal(text)
    except InvalidOperation:
        try:
            number = Decimal(_without_groups(text))
        except (InvalidOperation, ValueError):
            raise ValueError(f"not a number: {value!r}") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise ValueError(f"not a usable number: {value!r}")
    return number


def _without_groups(text):
    """Take the marks between thousands out of a number.

    >>> _without_groups("-1,234,567.5"), _without_groups("12 345")
    ('-1234567.5', '12345')
    """
    if not _GROUPED.fullmatch(text):
        raise ValueError(f"not a number: {text!r}")
    return re.sub(r"[,\s]", "", text)


def parse_date(value, formats=DATE_FORMATS["year"]):
    """Read a date or a time, without time zone.

    :raise ValueError: when it is none

    >>> parse_date("2010-12-01T08:26:00"), parse_date("01/12/2010", DATE_FORMATS["day"])
    (datetime.datetime(2010, 12, 1, 8, 26), datetime.datetime(2010, 12, 1, 0, 0))
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    text = str(value or "").strip()
    # Python 3.10 reads neither a short fraction nor a trailing Z.
    patterns = ("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ", *formats)
    for read in (
        datetime.fromisoformat,
        *(lambda text, p=p: datetime.strptime(text, p) for p in patterns),
    ):
        try:
            return read(text).replace(tzinfo=None)
        except ValueError:
            continue
    raise ValueError(f"not a date: {value!r}")
