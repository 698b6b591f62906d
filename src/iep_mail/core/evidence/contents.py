"""What a case file holds, as plain values: built by casefile.py, laid out by the adapters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from iep_mail.core.evidence.stats import Stats
from iep_mail.core.services.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitFile:
    """An attachment of an exhibit or of a note, by its number. `label` is “A3”."""

    label: str
    exhibit: int | None = None
    note: int | None = None
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A message as evidence. `at` is None where an entry by hand names no time; `notes` are
    cross-references in words; `original` says why its original is not in the package, "" where it is."""

    number: int
    sha256: str
    at: datetime | None
    on: date
    channel: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[ExhibitFile, ...]
    from_family: bool
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    label: str  # “R2”
    what: str
    quote: str
    asked_of: str
    asked_on: date
    exhibit: int | None
    reminders: tuple[tuple[date, int], ...]  # day and exhibit
    due_on: date
    rule: str
    citation: str
    status: str
    settled_on: date | None
    settled_exhibit: int | None
    days: int  # calendar days from asking to the answer, or to the file's day
    days_late: int

    @property
    def attempts(self) -> int:
        return 1 + len(self.reminders)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRow:
    quote: str
    by: str
    said_on: date
    exhibit: int | None
    due_on: date | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFact:
    """A fact of a plan on which the file relies, with its page."""

    document: str
    page: int | None
    text: str
    relied_on: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    on: date
    what: str
    exhibit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """What the family wrote down of what happened. `label` is “N2”; `entered_on` is when it was written."""

    label: str
    on: date
    entered_on: date
    what: str
    text: str
    people: str
    corrected_on: tuple[date, ...]
    files: tuple[ExhibitFile, ...]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A row of the documentation log. `source` names the exhibits or the note that it rests on."""

    on: date
    issue: str
    person: str
    response: str
    follow_up: str
    exhibits: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """What is counted and listed, and the cover's words. `removals` are sentences on what was left out."""

    requests: tuple[RequestRow, ...]
    commitments: tuple[CommitmentRow, ...]
    ledger: Ledger | None
    picture: str  # SVG, "" without services
    facts: tuple[PlanFact, ...]
    stats: Stats
    timeline: tuple[TimelineRow, ...]
    exhibits: tuple[Exhibit, ...]
    notes: tuple[NoteRow, ...] = ()
    log: tuple[LogLine, ...] = ()
    purpose: str = ""
    title: str = ""
    prepared_for: str = ""
    about: str = ""
    matters: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    as_of: date = date.min
    first: date | None = None
    last: date | None = None
    summary: str = ""
    sections: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    complaint: tuple[tuple[str, str], ...] = ()
    complaint_notes: tuple[str, ...] = ()
    removals: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()  # for the family's eyes alone; not in the file

    @property
    def files(self) -> tuple[ExhibitFile, ...]:
        of_exhibits = [file for exhibit in self.exhibits for file in exhibit.files]
        return (*of_exhibits, *(file for note in self.notes for file in note.files))
