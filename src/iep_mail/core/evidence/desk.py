"""The chosen messages of a case file with their numbers, and everything that refers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from iep_mail.core.evidence.redaction import Redactor
from iep_mail.core.letters.entries import Page
from iep_mail.core.letters.people import plain_name
from iep_mail.model import (
    Address,
    Casebook,
    EntryKind,
    FiledMessage,
    LogEntry,
    MessageKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the parent asked for. `left_out` are hashes of messages, or their beginnings."""

    cases: tuple[str, ...]
    purpose: str = "advocate"
    first: date | None = None
    last: date | None = None
    left_out: tuple[str, ...] = ()
    version: str = ""


class Desk:
    """The chosen messages with their numbers, and everything that refers to them."""

    def __init__(self, page: Page, wanted: Wanted, redactor: Redactor) -> None:
        book = page.book
        self.page, self.wanted, self.redactor = page, wanted, redactor
        self.entries = {e.sha256: e for e in book.entries if e.kind is EntryKind.COMMUNICATION}
        self.zone = ZoneInfo(page.family.timezone)
        self.messages = sorted(
            (m for m in book.messages if m.case in wanted.cases and self._chosen(m)),
            key=lambda m: (m.message.date, m.message.sha256),
        )
        self.number = {m.message.sha256: n for n, m in enumerate(self.messages, 1)}
        by_id = {m.message.message_id: m.message.sha256 for m in self.messages if m.message.message_id}
        self.by_id = by_id
        self.requests = [r for r in book.requests if r.case in wanted.cases and r.sha256 in self.number]
        self.requests.sort(key=lambda r: (self.number[r.sha256], r.id))
        self.label = {r.id: f"R{n}" for n, r in enumerate(self.requests, 1)}
        self.commitments = [c for c in book.commitments if c.case in wanted.cases and c.sha256 in self.number]
        self.notes = [e for e in notes_of_cases(book, wanted) if redactor.choice.private or not e.private]

    def _chosen(self, filed: FiledMessage) -> bool:
        first, last = self.wanted.first, self.wanted.last
        sha256 = filed.message.sha256
        return (
            (first is None or filed.sent_on >= first)
            and (last is None or filed.sent_on <= last)
            and not any(sha256.startswith(out) for out in self.wanted.left_out)
            and (self.redactor.choice.private or not is_private(filed))
        )

    def text(self, filed: FiledMessage) -> str:
        """What a message says; of one entered by hand, what the parent wrote, which nothing else reads
        where it is private."""
        entry = self.entries.get(filed.message.sha256)
        return entry.text if entry else filed.message.new_text or filed.message.full_text

    def has_time(self, filed: FiledMessage) -> bool:
        """Whether the time of day is known; of what was entered by hand it often is not."""
        entry = self.entries.get(filed.message.sha256)
        return entry is None or bool(entry.time)

    def clean(self, text: str, where: str) -> str:
        return self.redactor.text(text, where)

    def person(self, address: Address, where: str) -> str:
        """“Ellen Park (case manager) <address>”."""
        contact = self.page.family.contact(address.email)
        name = (plain_name(contact.name) if contact else "") or address.name or ""
        role = f" ({contact.role})" if contact and contact.role else ""
        shown = f"{name}{role} <{address.email}>" if address.email and name else name or address.email
        return self.clean(shown, where)


def notes_of_cases(book: Casebook, wanted: Wanted) -> list[LogEntry]:
    """The parent's own notes of the wanted cases and days, private ones too; a note of no case belongs to
    a file of all cases."""
    everything = {case.id for case in book.cases} <= set(wanted.cases)
    return [
        e
        for e in book.entries
        if e.kind is not EntryKind.COMMUNICATION
        and (e.case in wanted.cases or (everything and e.case is None))
        and (wanted.first is None or e.on >= wanted.first)
        and (wanted.last is None or e.on <= wanted.last)
    ]


def is_private(filed: FiledMessage) -> bool:
    """Whether the parent marked a communication entered by hand as private."""
    by_hand = getattr(filed.message, "by_hand", None)
    return bool(by_hand and by_hand.private)


def listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


KINDS = {
    MessageKind.AUTO_REPLY: "automatic reply",
    MessageKind.BOUNCE: "notice that mail was not delivered",
    MessageKind.PORTAL_NOTICE: "notice of a portal",
    MessageKind.CALENDAR: "calendar invitation",
    MessageKind.BULK: "mass mail",
}
