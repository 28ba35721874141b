"""Reading a file of the past: what was written is what is read, once each."""

import csv
import gzip
import io
from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_s10

HEADING = ["单号", "SKU", "Description", "Qty", "Unit Price", "Date", "Customer ID"]
plain = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Z"), exclude_characters="\x00"),
    min_size=1,
    max_size=12,
)
codes = st.from_regex(r"[A-Z][A-Z0-9]{0,6}", fullmatch=True)
amounts = st.decimals(-(10**6), 10**6, places=3, allow_nan=False)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
lines = st.tuples(codes, codes, plain, amounts, amounts, moments, codes)


def reader_of(load, scope=""):
    tool = load("history_file")
    return tool, tool.LineReader(tool.match_columns(HEADING), "year", scope)


def cells_of(line):
    return [*line[:3], str(line[3]), str(line[4]), line[5].isoformat(), line[6]]


@given(rows=st.lists(lines, max_size=8), delimiter=st.sampled_from(",;\t|"))
def test_round_trip(load, rows, delimiter):
    tool, reader = reader_of(load)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([HEADING, *map(cells_of, rows)])
    packed = gzip.compress(text.getvalue().encode("utf-8-sig"))
    cells = tool.read_cells(io.BytesIO(packed), "Past.CSV.gz")
    assert next(cells) == HEADING
    found = [reader.read(row, number) for number, row in enumerate(cells, 2)]
    assert [
        (f.document, f.product, f.description, f.quantity, f.price, f.date, f.customer)
        for f in found
    ] == rows
    assert [f.number for f in found] == list(range(2, len(rows) + 2))


few = st.tuples(
    st.sampled_from(["A", "B\x1f", "A\x1fB", "B"]),
    st.sampled_from(["C", "B\x1fC", "\x1fC"]),
    st.sampled_from(["", "x", "\x1fx"]),
    st.sampled_from(["1", "1.0", "1.00", "10", "1E+1", "0", "-0", "0.0"]),
    st.sampled_from(["2", "2.0", "-2"]),
    st.sampled_from(["2011-01-01", "2011-01-01T00:00:00", "2011/01/02"]),
    st.sampled_from(["7", "7.0", ""]),
)


@given(rows=st.lists(few, max_size=30))
def test_equal_keys_say_the_same_and_are_counted(load, rows):
    """Two lines have one key just when what is stored of them is the same."""
    _tool, reader = reader_of(load)
    found = [reader.read(list(row), number) for number, row in enumerate(rows, 2)]

    def content(row):
        return tuple(row[1:10])

    by_key = {}
    for row in found:
        by_key.setdefault(row.key, set()).add(content(row))
    assert all(len(contents) == 1 for contents in by_key.values())
    assert len(by_key) == len({content(row) for row in found})
    counts = Counter()
    for row in found:
        counts[content(row)] += 1
        assert row.occurrence == counts[content(row)]


@given(line=lines, scopes=st.lists(codes, min_size=2, max_size=2, unique=True))
def test_another_source_is_another_line(load, line, scopes):
    keys = {reader_of(load, scope)[1].read(cells_of(line), 2).key for scope in scopes}
    assert len(keys) == 2


@given(number=st.integers(-(10**11), 10**11), cents=st.integers(0, 999))
def test_numbers_as_people_write_them(load, number, cents):
    parse = load("history_file").parse_number
    sign = "-" if number < 0 else ""
    exact = Decimal(f"{sign}{abs(number)}.{cents:03d}")
    for text in (
        f"{sign}{abs(number)}.{cents:03d}",
        f"{sign}{abs(number):,}.{cents:03d}",
        f" ¥ {sign}{abs(number):,}.{cents:03d} ",
        f"{sign}{abs(number):,}.{cents:03d}".replace(",", " "),
    ):
        assert parse(text) == exact


@given(
    whole=st.integers(0, 10**6), part=st.from_regex(r"\d{1,2}|\d{4}", fullmatch=True)
)
def test_a_decimal_comma_is_refused_and_not_misread(load, whole, part):
    tool = load("history_file")
    grouped = f"{whole:,}".replace(",", ".")
    for text in (f"{whole},{part}", f"{grouped},{part}", f"-{whole},{part}"):
        with pytest.raises(ValueError, match="number"):
            tool.parse_number(text)


@given(text=st.text(max_size=20))
def test_numbers_and_dates_are_read_or_refused(load, text):
    tool = load("history_file")
    for parse, kind in ((tool.parse_number, Decimal), (tool.parse_date, datetime)):
        try:
            assert isinstance(parse(text), kind)
        except ValueError:
            pass


@given(moment=moments)
def test_dates_in_every_order(load, moment):
    tool = load("history_file")
    day = moment.replace(hour=0, minute=0, second=0)
    for order, pattern in (
        ("year", "%Y/%m/%d"),
        ("day", "%d/%m/%Y"),
        ("month", "%m/%d/%Y"),
    ):
        formats = tool.DATE_FORMATS[order]
        assert tool.parse_date(moment.strftime(pattern), formats) == day
        full = moment.strftime(f"{pattern} %H:%M:%S")
        assert tool.parse_date(full, formats) == moment
        assert tool.parse_date(moment.isoformat(), formats) == moment


@given(content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.csv.gz"]))
def test_rubbish_is_refused_with_a_reason(load, content, name):
    tool = load("history_file")
    try:
        list(tool.read_cells(io.BytesIO(content), name))
    except tool.HistoryFileError as error:
        assert name in str(error)
