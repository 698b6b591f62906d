"""What is put into the search index of each message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iep_mail.core.decisions.entries import entry_title, person_words
from iep_mail.data import load
from iep_mail.model import Casebook, Channel, Direction, EntryKind, MessageKind, RequestKind, SearchDocument

NOTE = "note"  # the direction of what the parent wrote down for themselves


def documents(book: Casebook) -> Iterator[SearchDocument]:
    """Every message of the casebook, and every note of the parent, private ones too, as the index holds
    it, without its attachments' words."""
    titles = {case.id: case.title for case in book.cases}
    yield from _messages(book, titles)
    yield from _notes(book, titles)


def _messages(book: Casebook, titles: Mapping[str, str]) -> Iterator[SearchDocument]:
    kinds = _request_kinds(book)
    written = {entry.sha256: entry.text for entry in book.entries}
    for filed in book.messages:
        message = filed.message
        yield SearchDocument(
            sha256=message.sha256,
            sent_on=filed.sent_on,
            sender=str(message.sender),
            recipients=", ".join(str(a) for a in message.recipients),
            subject=message.subject,
            # Of what is quoted, the quoted message itself is found; of an entry by hand, what the parent
            # wrote, which nothing else reads where it is private.
            text=written.get(message.sha256)
            or (message.full_text if message.forwarded else message.new_text or message.full_text),
            direction=str(filed.direction),
            kinds=(str(filed.kind), str(message.channel), *kinds.get(message.sha256, ())),
            case=filed.case,
            case_title=titles.get(filed.case or "", ""),
            child=filed.child,
            attachments=tuple(a for a in message.attachments),
        )


def _notes(book: Casebook, titles: Mapping[str, str]) -> Iterator[SearchDocument]:
    for entry in book.entries:
        if entry.kind is EntryKind.COMMUNICATION:
            continue
        yield SearchDocument(
            sha256=entry.sha256,
            sent_on=entry.on,
            sender="",
            recipients=", ".join(person_words(person) for person in entry.people),
            subject=entry_title(entry),
            text=entry.text,
            direction=NOTE,
            kinds=(NOTE, str(entry.kind)),
            case=entry.case,
            case_title=titles.get(entry.case or "", ""),
            child=entry.child,
            attachments=entry.attachments,
        )


def search_kinds() -> tuple[str, ...]:
    """What may follow `kind:`."""
    return (
        *map(str, (*MessageKind, *Channel, *RequestKind, *Direction)),
        *(str(row["name"]) for row in load("observations")["kind"]),
        *("missed_service", "possible_retaliation"),
        NOTE,
        *(str(kind) for kind in EntryKind if kind is not EntryKind.COMMUNICATION),
    )


def _request_kinds(book: Casebook) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for request in book.requests:
        found.setdefault(request.sha256, {})[str(request.kind)] = None
    for seen in book.observations:
        found.setdefault(seen.sha256, {})[seen.kind] = None
    return {sha256: tuple(kinds) for sha256, kinds in found.items()}
