"""A case file as tables for a spreadsheet; the same rows as CSV files and as sheets of one book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iep_mail.core.evidence.contents import CaseFile, NoteRow
from iep_mail.core.services.tables import LEDGER_HEADER, ledger_rows

Value = str | int | float | date | None
Rows = tuple[tuple[Value, ...], ...]


def tables(file: CaseFile) -> tuple[tuple[str, tuple[str, ...], Rows], ...]:
    """(name, header, rows) of each table; `name` is a file's name without its ending."""
    return (
        ("requests", _REQUESTS, _requests(file)),
        (
            "commitments",
            ("What was said", "By", "Said on", "Exhibit", "Due on", "Status"),
            tuple((c.quote, c.by, c.said_on, c.exhibit, c.due_on, c.status) for c in file.commitments),
        ),
        ("services", LEDGER_HEADER, tuple(ledger_rows(file.ledger)) if file.ledger else ()),
        (
            "timeline",
            ("Date", "What happened", "Exhibit"),
            tuple((t.on, t.what, t.exhibit) for t in file.timeline),
        ),
        ("exhibits", _EXHIBITS, _exhibits(file)),
        (
            "attachments",
            ("No.", "Name", "Exhibit", "Note", "Type", "Bytes", "SHA-256"),
            tuple(
                (
                    f.label,
                    f.name,
                    f.exhibit,
                    f"N{f.note}" if f.note else None,
                    f.content_type,
                    f.size,
                    f.sha256,
                )
                for f in file.files
            ),
        ),
        (
            "plan facts",
            ("Document", "Page", "What it states", "Relied on for"),
            tuple((f.document, f.page, f.text, f.relied_on) for f in file.facts),
        ),
        *_written_down(file),
    )


def _written_down(file: CaseFile) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
    """The log, where the file's purpose has it, and the family's notes, where there are any."""
    if "log" in file.sections:
        rows = ((x.on, x.issue, x.person, x.response, x.follow_up, x.source) for x in file.log)
        yield "log", ("Date", "Issue", "Person", "Response", "Follow-up needed", "Rests on"), tuple(rows)
    if file.notes:
        yield "notes", _NOTES, tuple(_note(n) for n in file.notes)


def _note(n: NoteRow) -> tuple[Value, ...]:
    corrected = ", ".join(day.isoformat() for day in n.corrected_on)
    return (
        n.label,
        n.on,
        n.what,
        n.text,
        n.people,
        n.entered_on,
        corrected,
        ", ".join(f.label for f in n.files),
    )


_REQUESTS = (
    "No.", "What", "Quote", "Asked of", "Asked on", "Exhibit", "Attempts", "Reminders", "Due on", "Counted as",
    "Source", "Status", "Settled on", "Settled in exhibit", "Days", "Days past due",
)  # fmt: skip
_NOTES = ("No.", "Date", "Kind", "Text", "Who", "Written down on", "Corrected on", "Attachments")
_EXHIBITS = (
    "Exhibit", "Date", "Time", "Kind", "From", "To", "Copy", "Subject", "What it does", "Attachments", "SHA-256",
    "Original",
)  # fmt: skip


def _requests(file: CaseFile) -> Rows:
    return tuple(
        (
            r.label,
            r.what,
            r.quote,
            r.asked_of,
            r.asked_on,
            r.exhibit,
            r.attempts,
            "; ".join(f"{day.isoformat()} (exhibit {n})" for day, n in r.reminders),
            r.due_on,
            r.rule,
            r.citation,
            r.status,
            r.settled_on,
            r.settled_exhibit,
            r.days,
            r.days_late,
        )
        for r in file.requests
    )


def _exhibits(file: CaseFile) -> Rows:
    return tuple(
        (
            e.number,
            e.on,
            f"{e.at:%H:%M %Z}" if e.at else None,
            e.channel,
            e.sender,
            "; ".join(e.to),
            "; ".join(e.cc),
            e.subject,
            " ".join(e.notes),
            ", ".join(f.label for f in e.files),
            e.sha256,
            e.original or "in this package",
        )
        for e in file.exhibits
    )
