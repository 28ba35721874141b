"""Spreadsheets: their first sheet as text, which the reader takes."""

import csv
import tempfile
from contextlib import contextmanager
from pathlib import Path

#: Begin of a packed file, which those of Excel and LibreOffice are.
_PACKED = b"PK\x03\x04"


class NoSheet(ValueError):
    """The file cannot be read as a spreadsheet; the text says why."""


def is_sheet(path):
    """Tell whether a file could be a spreadsheet."""
    with open(path, "rb") as handle:
        return handle.read(4) == _PACKED


@contextmanager
def as_text(path):
    """Give the path of a file with the lines of the first sheet.

    :raise NoSheet: it is none, or what reads spreadsheets is not installed
    """
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise NoSheet(
            "the Python package openpyxl is not installed; save the sheet as CSV"
        ) from None
    with tempfile.TemporaryDirectory(prefix="mine-") as folder:
        cells, text = Path(folder) / "cells.csv", Path(folder) / "sheet.csv"
        try:
            with open(path, "rb") as handle, _opened(cells, "w") as lines:
                book = load_workbook(handle, read_only=True, data_only=True)
                page = book.worksheets[0]
                # Some writers say that a sheet ends at its first cell.
                page.reset_dimensions()
                width = _write(page.iter_rows(values_only=True), csv.writer(lines))
        except OSError:
            raise
        except Exception as error:  # openpyxl raises whatever its parsers do
            raise NoSheet(f"it is no spreadsheet of the kind xlsx ({error})") from None
        with _opened(cells) as lines, _opened(text, "w") as even:
            csv.writer(even).writerows(
                row and row + [""] * (width - len(row)) for row in csv.reader(lines)
            )
        yield text


def _opened(path, mode="r"):
    return path.open(mode, newline="", encoding="utf-8")


def _write(rows, lines):
    """Write rows without the empty cells at their ends; give the widest one's width."""
    width = 0
    for row in rows:
        filled = len(row)
        while filled and row[filled - 1] is None:
            filled -= 1
        lines.writerow(row[:filled])
        width = max(width, filled)
    return width
