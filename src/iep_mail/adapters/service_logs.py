"""A school's service log on disk: a CSV file, as rows with their line numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from iep_mail.errors import UsageError

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
_OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel or Word file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
}


@dataclass(frozen=True, slots=True)
class LogFile:
    """`rows` are (line number, cells); the header is not among them."""

    name: str
    raw: bytes
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_service_log(path: Path) -> LogFile:
    """The rows of a CSV file: commas, semicolons or tabs; UTF-8, UTF-16 or Windows letters.

    Raises UsageError where the file is missing, of another format, too large or without rows.
    """
    raw = _read(path)
    for magic, what in _OTHER_FORMATS.items():
        if raw.startswith(magic):
            raise UsageError(
                f"{path.name} is {what}, not a CSV file.",
                "Open it in a spreadsheet program and save it as CSV, or type the sessions in with: "
                "iep-mail services add",
            )
    text = _decoded(raw)
    if "\0" in text:
        raise UsageError(f"{path.name} is not a CSV file.", "Ask the school for the log as CSV or Excel.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for cells in reader:
            filled = tuple(cell.strip() for cell in cells)
            if not any(filled):
                continue
            if header is None:
                # A title above the table has one cell; the table's head has several.
                header = filled if sum(map(bool, filled)) > 1 else None
            else:
                rows.append((reader.line_num, filled))
            if len(rows) > MOST_ROWS:
                raise UsageError(f"{path.name} has more than {MOST_ROWS:,} rows.", "Split it by school year.")
    except csv.Error as error:
        raise UsageError(
            f"{path.name}, line {reader.line_num}: this is not a table ({error}).",
            "Open it in a spreadsheet program and save it as CSV again.",
        ) from error
    if header is None or not rows:
        raise UsageError(
            f"{path.name} holds no table with a row of column names and rows under it.",
            "Check that it is the log, and that its first row names the columns (Date, Service, Minutes …).",
        )
    return LogFile(path.name, raw, header, tuple(rows))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                f"{path.name} is larger than {MOST_BYTES // 1024**2} MB.", "Split it by school year."
            )
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}.", "Check the spelling of the path.") from error
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Check that it is a file and that you may read it."
        ) from error
    if not raw.strip():
        raise UsageError(f"{path.name} is empty.", "Download it again, or ask the school to send it again.")
    return raw


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """The separator that most lines of the beginning hold, and most evenly."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return max(",;\t|", key=lambda mark: (sum(mark in line for line in lines), text[:4000].count(mark)))
