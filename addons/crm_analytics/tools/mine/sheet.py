"""Spreadsheets: their first sheet as text, which the reader takes."""

import csv
import tempfile
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

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
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        raise NoSheet(
            "the Python package openpyxl is not installed; save the sheet as CSV"
        ) from None
    with tempfile.TemporaryDirectory(prefix="mine-") as folder:
        text = Path(folder) / "sheet.csv"
        try:
            with (
                open(path, "rb") as handle,
                text.open("w", newline="", encoding="utf-8") as lines,
            ):
                book = load_workbook(handle, read_only=True, data_only=True)
                rows = book.worksheets[0].iter_rows(values_only=True)
                csv.writer(lines).writerows(rows)
        except (BadZipFile, InvalidFileException, KeyError, IndexError) as error:
            raise NoSheet(f"it is no spreadsheet of the kind xlsx ({error})") from None
        yield text
