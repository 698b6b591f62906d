"""What the page of an entry of the log shows: what was written, and what was taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iep_mail.core.decisions.entries import CHANNEL_WORDS, NOTE_WORDS, entry_title, person_words
from iep_mail.core.letters.entries import Page
from iep_mail.model import Commitment, EntryKind, LogEntry, Request


@dataclass(frozen=True, slots=True)
class Corrected:
    on: date
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    entry: LogEntry
    title: str
    what: str
    people: tuple[str, ...]
    case_title: str
    requests: tuple[Request, ...]
    commitments: tuple[Commitment, ...]
    corrections: tuple[Corrected, ...]


def entry_page(entry: LogEntry, page: Page) -> EntryPage:
    """Everything that the page of `entry` shows."""
    book = page.book
    noted = entry.kind is not EntryKind.COMMUNICATION or entry.channel is None
    # The message that stands for the entry; corrected ones have another hash than the first words.
    hashes = {entry.sha256} | {
        m.message.sha256 for m in book.messages if m.message.by_hand and m.message.by_hand.id == entry.id
    }
    case = next((m.case for m in book.messages if m.message.sha256 in hashes and m.case), entry.case)
    return EntryPage(
        entry=entry,
        title=entry_title(entry),
        what=NOTE_WORDS[entry.kind] if noted or entry.channel is None else CHANNEL_WORDS[entry.channel],
        people=tuple(person_words(p) for p in entry.people),
        case_title=next((c.title for c in book.cases if c.id == case), ""),
        requests=tuple(r for r in book.requests if r.sha256 in hashes),
        commitments=tuple(c for c in book.commitments if c.sha256 in hashes),
        corrections=tuple(Corrected(c.at.date(), c.before) for c in entry.corrections),
    )
