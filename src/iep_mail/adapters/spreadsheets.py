"""Tables for other programs: CSV and XLSX in which no cell of a mail can act as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from iep_mail.errors import UsageError

Value = str | int | float | date | None

_ACTING = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CELL = 32_000  # characters; a spreadsheet's cell holds 32,767
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the format's property has no zone


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def safe(value: Value) -> str:
    """A value as the text of a CSV cell. Text that a spreadsheet would take for a formula gets an
    apostrophe before it (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return str(value)
    text = _UNPRINTABLE.sub("", value)
    return "'" + text if text.startswith(_ACTING) or text.lstrip(" \n").startswith(_ACTING) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """CSV after RFC 4180, lines ending in CR LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """The same with a byte order mark, so that spreadsheet programs read it as UTF-8."""
    return csv_text(header, rows).encode("utf-8-sig")


def xlsx_bytes(tables: Sequence[Table]) -> bytes:
    """One sheet for each table; the same tables give the same bytes. Text is only ever text.

    Raises UsageError where XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise UsageError(
            "Excel files need one more package.", "Install it with: pip install 'iep-mail[evidence]'"
        ) from error
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _MADE})
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EDF2", "border": 1}
    )
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    days = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(table.name))
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(table.header):
            sheet.write_string(0, column, title, head)
            sheet.set_column(column, column, _column_width(table, column))
        for number, row in enumerate(table.rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), days)  # noqa: DTZ001
                elif isinstance(value, str):
                    sheet.write_string(number, column, _UNPRINTABLE.sub("", value)[:_CELL], plain)
                elif value is not None:
                    sheet.write_number(number, column, value, plain)
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.header) - 1)
    book.close()
    return out.getvalue()


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31].strip() or "Table"


def _column_width(table: Table, column: int) -> int:
    longest = max((len(safe(row[column])) for row in table.rows), default=0)
    return min(60, max(10, len(table.header[column]) + 2, longest + 2))
