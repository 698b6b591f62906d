"""A case file as the plain values that its page template shows: words only, no dates, no objects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from iep_mail.core.decisions.entries import CHANNEL_WORDS
from iep_mail.core.evidence.contents import (
    CaseFile,
    CommitmentRow,
    Exhibit,
    ExhibitFile,
    LogLine,
    NoteRow,
    RequestRow,
)
from iep_mail.core.evidence.desk import KINDS
from iep_mail.core.evidence.rows import what_words
from iep_mail.core.evidence.stats import NO_JUDGEMENT, Count
from iep_mail.core.services.ledger import APART, Cell, Line
from iep_mail.core.services.words import STARTING_POINT, line_sentences, line_title
from iep_mail.data import load

DISCLAIMER = (
    "Put together from a family's own mail with the school. It is not legal advice, and a date that has "
    "passed is a question, not proof of a violation."
)
CONFIDENTIAL = "Confidential: education records of a child"

_SENT = frozenset({"email", *KINDS.values()})
CHANNELS = {str(channel): words.lower() for channel, words in CHANNEL_WORDS.items()}


def short_day(day: date) -> str:
    """“Jan 13, 2026”."""
    return f"{day:%b} {day.day}, {day.year}"


def long_day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def pdf_data(file: CaseFile) -> dict[str, Any]:
    """What templates/casefile/casefile.typ shows."""
    titles = load("casefile")["section"]
    return {
        **_frame(file),
        **_services(file),
        "summary": file.summary,
        "removals": list(file.removals),
        "complaint": [list(row) for row in file.complaint],
        "complaint_notes": list(file.complaint_notes),
        "requests": [_request(row) for row in file.requests],
        "commitments": [_commitment(row) for row in file.commitments],
        "facts": [
            {"document": f.document, "page": str(f.page or "–"), "text": f.text, "relied_on": f.relied_on}
            for f in file.facts
        ],
        "numbers": [_numbers(count) for count in (file.stats.total, *file.stats.by_kind)],
        "numbers_note": NO_JUDGEMENT,
        "timeline": [{"on": short_day(t.on), "what": t.what, "exhibit": t.exhibit} for t in file.timeline],
        "log": [_log_line(line) for line in file.log],
        "notes": [_note(note) for note in file.notes],
        "exhibits": [_exhibit(e) for e in file.exhibits],
        "files": [_file(f) for f in file.files],
        "method": list(file.method),
        "sections": [[name, titles[name]] for name in file.sections],
    }


def _frame(file: CaseFile) -> dict[str, Any]:
    """The cover, and what stands at the head and foot of each page."""
    names = ", ".join(file.children) or "the child"
    title = f"{file.title}: {names}"
    return {
        "document_title": title,
        "running_title": title,
        "title": file.title,
        "prepared_for": file.prepared_for,
        "about": file.about,
        "matters": list(file.matters),
        "parents": list(file.parents),
        "day": [file.as_of.year, file.as_of.month, file.as_of.day],
        "as_of": f"as of {long_day(file.as_of)}",
        "confidential": CONFIDENTIAL,
        "disclaimer": DISCLAIMER,
        "cover": [list(row) for row in _cover(file, names)],
    }


def _commitment(row: CommitmentRow) -> dict[str, Any]:
    return {
        "quote": row.quote,
        "by": row.by,
        "said_on": short_day(row.said_on),
        "exhibit": row.exhibit,
        "due_on": short_day(row.due_on) if row.due_on else "no day named",
        "status": row.status,
    }


def _services(file: CaseFile) -> dict[str, Any]:
    return {
        "picture": file.picture,
        "picture_alt": "Minutes held and not held, by service and month; the tables below say the same.",
        "services": [_service(line, file) for line in (file.ledger.lines if file.ledger else ())],
        "services_note": STARTING_POINT,
    }


def _log_line(line: LogLine) -> dict[str, Any]:
    return {
        "on": short_day(line.on),
        "issue": line.issue,
        "person": line.person,
        "response": line.response,
        "follow_up": line.follow_up,
        "exhibits": list(line.exhibits),
        "note": line.source if line.source.startswith("N") else "",
    }


def _note(note: NoteRow) -> dict[str, Any]:
    said = [
        f"written down {short_day(note.entered_on)}"
        if note.entered_on != note.on
        else "written down that day"
    ]
    said += [f"corrected {short_day(day)}" for day in note.corrected_on]
    return {
        "label": note.label,
        "on": short_day(note.on),
        "what": note.what,
        "people": note.people,
        "paragraphs": [part.split("\n") for part in note.text.split("\n\n") if part.strip()],
        "files": [f"{f.label} {f.name} ({size_words(f.size)})" for f in note.files],
        "entered": ", ".join(said),
    }


def _file(f: ExhibitFile) -> dict[str, Any]:
    return {
        "label": f.label,
        "name": f.name,
        "exhibit": f.exhibit,
        "note": f.note,
        "size": size_words(f.size),
        "sha256": f.sha256,
    }


def _cover(file: CaseFile, names: str) -> Iterator[tuple[str, str]]:
    yield "Child", names
    yield "Family", ", ".join(file.parents)
    if file.first and file.last:
        yield "Period", f"{long_day(file.first)} to {long_day(file.last)}"
    yield "As of", long_day(file.as_of)
    counts = (
        (len(file.exhibits), "message"),
        (len(file.files), "attachment"),
        (len(file.requests), "request"),
        *([(len(file.notes), "note")] if file.notes else []),
    )
    yield "It holds", ", ".join(f"{n} {noun}{'s' * (n != 1)}" for n, noun in counts)
    if file.removals:
        yield "Left out", "Some things were left out by the family's choice; the summary says what."


def _request(row: RequestRow) -> dict[str, Any]:
    return {
        "label": row.label,
        "what": row.what,
        "quote": row.quote,
        "asked_of": row.asked_of,
        "asked_on": short_day(row.asked_on),
        "exhibit": row.exhibit,
        "reminders": [[short_day(day), number] for day, number in row.reminders],
        "due_on": short_day(row.due_on),
        "rule": f"{row.rule} ({row.citation})" if row.citation else row.rule,
        "outcome": outcome(row),
        "late": bool(row.days_late) and row.settled_on is None,
        "days": days_words(row),
        "settled_exhibit": row.settled_exhibit,
    }


def outcome(row: RequestRow) -> str:
    """“answered Jan 20, 2026”, or how it stands."""
    return f"{row.status} {short_day(row.settled_on)}" if row.settled_on else row.status


def days_words(row: RequestRow) -> str:
    days = f"{row.days} day{'s' * (row.days != 1)}"
    late = f", {row.days_late} past due" if row.days_late else ""
    return f"{'after' if row.settled_on else 'for'} {days}{late}"


def _service(line: Line, file: CaseFile) -> dict[str, Any]:
    last = file.ledger.last if file.ledger else file.as_of
    shown = [c for c in line.cells if c.granted or c.delivered or c.missed or c.made_up]
    return {
        "title": line_title(line),
        "rows": [_minutes(f"{c.month:%B %Y}" if c.month else "", c) for c in shown]
        + [_minutes("All", line.total)],
        "sentences": list(line_sentences(line, last)),
    }


def _minutes(name: str, cell: Cell) -> list[str]:
    apart = sum(cell.missed[reason].minutes for reason in APART if reason in cell.missed)
    numbers = (
        cell.granted.minutes,
        cell.delivered.minutes,
        cell.to_consider.minutes,
        apart,
        cell.made_up.minutes,
        cell.not_recorded,
    )
    return [name, *(f"{n:,}" for n in numbers)]


def _numbers(count: Count) -> list[str]:
    days = "–" if count.median_days is None else f"{count.median_days:g}"
    numbers = (count.asked, count.answered, count.refused, count.in_time, count.still_open)
    return ["All" if count.name == "all" else what_words(count.name), *map(str, numbers), days]


def _exhibit(e: Exhibit) -> dict[str, Any]:
    head = [["From", e.sender], ["To", "; ".join(e.to)]]
    if e.cc:
        head.append(["Copy", "; ".join(e.cc)])
    when = f"{long_day(e.on)}, {e.at:%H:%M} ({e.at:%Z})" if e.at else long_day(e.on)
    head.append(["Sent" if e.channel in _SENT else "Date", when])
    head.append(["Subject", e.subject or "(none)"])
    if e.channel != "email":
        head.append(["Kind", CHANNELS.get(e.channel, e.channel)])
    kept = f" · original {e.original}" if e.original else ""
    return {
        "number": e.number,
        "on": long_day(e.on),
        "head": head,
        "notes": list(e.notes),
        "paragraphs": [part.split("\n") for part in e.paragraphs],
        "files": [[f.label, f"{f.name} ({size_words(f.size)})"] for f in e.files],
        "foot": f"SHA-256 {e.sha256}{kept}",
    }


def size_words(size: int) -> str:
    if size >= 1024**2:
        return f"{size / 1024**2:.1f} MB"
    return f"{max(1, round(size / 1024))} KB"
