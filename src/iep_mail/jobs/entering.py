"""What the parent writes down by hand, and its corrections; papers and photos kept beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from iep_mail.adapters.attachments import keep_file, keep_named
from iep_mail.core.decisions.entries import entry_hash, entry_id
from iep_mail.core.decisions.kinds import Said
from iep_mail.core.decisions.words import sentence
from iep_mail.errors import UsageError
from iep_mail.jobs.deciding import Told, check_day
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import (
    Case,
    Casebook,
    Channel,
    Contact,
    Direction,
    EntryKind,
    Family,
    LogEntry,
    Request,
)

_TITLE = re.compile(r"^(?:mr|mrs|ms|mx|miss|dr|prof)\.?$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An entry as the parent gives it; None is what was not given."""

    on: date | None = None
    clock: time | None = None
    kind: EntryKind = EntryKind.COMMUNICATION
    channel: Channel | None = None
    direction: Direction | None = None
    people: tuple[Contact, ...] = ()
    text: str | None = None
    case: Case | None = None
    child: str | None = None
    private: bool | None = None
    files: tuple[Path, ...] = ()
    contents: tuple[tuple[str, bytes], ...] = ()  # files that were handed over as name and bytes
    answers: Request | None = None
    refused: bool = False
    asked: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()


def add_entry(workspace: Workspace, book: Casebook, written: Written, now: datetime) -> Told:
    """Appends an entry. Raises UsageError for a day that has not come, or one before the request that it
    answers; nothing is kept then."""
    on = written.on or book.as_of
    check_day(on, written.answers.asked_on if written.answers else date.min, book.as_of, "it was asked")
    if not (
        written.text
        or written.files
        or written.contents
        or written.asked
        or written.promised
        or written.answers
    ):
        raise UsageError("There is nothing written in it.", "Say what it was about, with --about.")
    values = _values(written, workspace.data, book) | {"on": on.isoformat(), "kind": str(written.kind)}
    value = json.dumps(values, sort_keys=True)
    decision = workspace.decide(Said.LOG, entry_id(entry_hash(now, value)), value, now)
    return Told(decision, sentence(decision))


def correct_entry(
    workspace: Workspace, book: Casebook, entry: LogEntry, written: Written, now: datetime
) -> Told:
    """Appends a correction; the entry as it was first written stays. Raises UsageError where nothing
    would change."""
    check_day(written.on, date.min, book.as_of, "")
    values = _values(written, workspace.data, book)
    if written.on is not None:
        values["on"] = written.on.isoformat()
    if written.files:
        values["attachments"] = [*map(_attached, entry.attachments), *values["attachments"]]
    if not values:
        raise UsageError("Nothing was given that would change it.", "Say what is right, e.g. with --about.")
    decision = workspace.decide(Said.CORRECT_LOG, entry.id, json.dumps(values, sort_keys=True), now)
    return Told(decision, sentence(decision))


def _values(written: Written, data: Path, book: Casebook) -> dict[str, Any]:
    values: dict[str, Any] = {
        "time": written.clock.strftime("%H:%M") if written.clock else None,
        "channel": written.channel,
        "direction": written.direction,
        "people": [{"name": p.name, "role": p.role, "address": p.address} for p in written.people],
        "text": _plain(written.text) if written.text is not None else None,
        "case": written.case.id if written.case else None,
        "child": written.child,
        "asked": [_plain(words) for words in written.asked],
        "promised": [_plain(words) for words in written.promised],
        "answers": _answers(written, book) if written.answers else None,
        # Last, when all else is known to be right.
        "attachments": [
            *(_attached(keep_file(path, data)) for path in written.files),
            *(_attached(keep_named(name, content, data)) for name, content in written.contents),
        ],
    }
    kept = {key: value for key, value in values.items() if value not in (None, [], "")}
    return kept | ({"private": written.private} if written.private is not None else {})


def _attached(attachment: Any) -> dict[str, Any]:
    return {
        "name": _plain(attachment.name),
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def _answers(written: Written, book: Casebook) -> Mapping[str, str]:
    request = written.answers
    assert request is not None
    return {
        "id": request.id,
        "sha256": request.sha256,
        "message_id": request.message_id,
        "quote": request.quote,
        "subject": book.message(request.sha256).message.subject,
        "outcome": "refused" if written.refused else "answered",
    }


def _plain(text: str) -> str:
    """Text that can be stored and shown: no lone surrogates, no control characters but line ends."""
    whole = text.encode("utf-8", "replace").decode("utf-8").strip()
    return "".join(c for c in whole if c in "\n\t" or c.isprintable() or ord(c) > 0x9F)


def people_named(texts: Sequence[str], family: Family, book: Casebook) -> tuple[Contact, ...]:
    """Whom the parent means: a contact by name, role or address, else somebody new by what was written.

    "Ms. Lopez, school nurse" and "Ms. Lopez (school nurse)" give a name with a role. Raises UsageError
    where a name fits several contacts.
    """
    return tuple(_person(" ".join(text.split()), family, book) for text in texts if text.strip())


def _person(text: str, family: Family, book: Casebook) -> Contact:
    name, address = parseaddr(text) if "@" in text else ("", "")
    if address and "@" in address:
        known = family.contact(address)
        return known or Contact(address.lower(), name or _name_in_mail(address, book))
    hits = [c for c in family.school.contacts if _is_called(text, c)]
    title = text.split()[0].rstrip(".").casefold()
    if len(hits) > 1 and _TITLE.match(title):
        hits = [c for c in hits if c.name.split()[0].rstrip(".").casefold() == title] or hits
    if len(hits) > 1:
        listed = "; ".join(f"{c.name or c.address}{f', {c.role}' if c.role else ''}" for c in hits)
        raise UsageError(
            f"“{text}” fits more than one person: {listed}.", "Write the address, or the whole name."
        )
    if hits:
        return hits[0]
    found = re.fullmatch(r"(.+?)\s*(?:,\s*(.+)|\((.+)\))", text)
    if not found:
        return Contact("", text)
    bare = [c for c in family.school.contacts if _is_called(found[1], c)]
    role = found[2] or found[3]
    return Contact(bare[0].address, bare[0].name, role) if len(bare) == 1 else Contact("", found[1], role)


def _is_called(text: str, contact: Contact) -> bool:
    if contact.role and text.casefold() == contact.role.casefold():
        return True
    words = [w for w in re.findall(r"[\w'’-]+", text.casefold()) if not _TITLE.match(w)]
    return bool(words) and set(words) <= set(re.findall(r"[\w'’-]+", contact.name.casefold()))


def _name_in_mail(address: str, book: Casebook) -> str:
    everyone = (a for m in book.messages for a in (m.message.sender, *m.message.recipients))
    return next((a.name for a in everyone if a.email == address.lower() and a.name), "")
