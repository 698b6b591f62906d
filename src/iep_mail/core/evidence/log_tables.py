"""The documentation log as a table for a spreadsheet and as a page to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from iep_mail.core.decisions.entries import CHANNEL_WORDS, NOTE_WORDS
from iep_mail.core.evidence.layout import CONFIDENTIAL, long_day, short_day
from iep_mail.model import Casebook, LogRow

HEADER = ("Date", "Issue", "Person contacted", "Response", "Follow-up needed")
MORE = ("How", "Case", "Child", "Written down on")
_HOW = {str(kind): words for words_of in (CHANNEL_WORDS, NOTE_WORDS) for kind, words in words_of.items()}

Row = tuple[date | str | None, ...]


def log_table(rows: Sequence[LogRow], book: Casebook) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Header and rows: the five columns of the log, then how it was said, case, child and, of an entry by
    hand, the day on which it was written down."""
    titles = {case.id: case.title for case in book.cases}
    cells = tuple(
        (
            row.on, row.issue, row.person, row.response, row.follow_up, _HOW.get(row.channel, row.channel),
            titles.get(row.case or ""), row.child, row.entered_on,
        )
        for row in rows
    )  # fmt: skip
    return (*HEADER, *MORE), cells


def log_page(
    rows: Sequence[LogRow], book: Casebook, parents: Sequence[str], about: Sequence[str]
) -> dict[str, Any]:
    """What templates/casefile/log.typ shows; `about` says which part of the log it is."""
    return {
        "title": "Documentation log",
        "parents": list(parents),
        "day": [book.as_of.year, book.as_of.month, book.as_of.day],
        "as_of": f"as of {long_day(book.as_of)}",
        "confidential": CONFIDENTIAL,
        "about": list(about),
        "header": list(HEADER),
        "rows": [[short_day(r.on), r.issue + _noted(r), r.person, r.response, r.follow_up] for r in rows],
    }


def _noted(row: LogRow) -> str:
    """When an entry by hand was written down, where that was not within a day."""
    if row.entered_on is None or (row.entered_on - row.on).days <= 1:
        return ""
    return f" (written down {short_day(row.entered_on)})"
