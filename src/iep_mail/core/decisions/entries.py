"""What the parent wrote down by hand: calls, meetings, letters by post, texts, and their own notes.

Each entry is one appended decision and each correction another; the first stays. An entry counts from
the day of the event, as mail does, whenever it was written down.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.kinds import Said, details
from iep_mail.model import (
    Address,
    Attachment,
    Channel,
    Contact,
    Correction,
    Decision,
    Direction,
    EntryKind,
    Family,
    HandEntry,
    LogEntry,
    Message,
)

CHANNEL_WORDS = {
    Channel.CALL: "Phone call",
    Channel.LETTER: "Letter by post",
    Channel.MEETING: "Meeting",
    Channel.PORTAL: "Portal message",
    Channel.TEXT: "Text message",
    Channel.TALK: "Talk",
    Channel.EMAIL: "Mail",
}


NOTE_WORDS = {
    EntryKind.INCIDENT: "Incident",
    EntryKind.IMPACT: "How it affects the child",
    EntryKind.CHILD_SAID: "What the child said",
    EntryKind.NOTE: "Note",
    EntryKind.COMMUNICATION: "Communication",
}


def entry_hash(at: datetime, value: str) -> str:
    """The SHA-256 of an entry as it was first written down, and when."""
    return hashlib.sha256(f"{at.astimezone(UTC).isoformat()}\n{value}".encode()).hexdigest()


def entry_id(sha256: str) -> str:
    return f"l-{sha256[:10]}"


def read_entries(decided: Sequence[Decision]) -> tuple[LogEntry, ...]:
    """The entries in `decided` (standing, in their order) as last corrected, by day."""
    found: dict[str, LogEntry] = {}
    values: dict[str, Mapping[str, Any]] = {}
    for decision in decided:
        if decision.kind == Said.LOG:
            values[decision.subject] = details(decision)
            found[decision.subject] = _entry(decision, values[decision.subject])
        elif decision.kind == Said.CORRECT_LOG and decision.subject in found:
            before = found[decision.subject]
            values[decision.subject] = {**values[decision.subject], **details(decision)}
            corrected = _read(before, values[decision.subject])
            change = Correction(decision.at, _difference(before, corrected))
            found[decision.subject] = replace(corrected, corrections=(*before.corrections, change))
    return tuple(sorted(found.values(), key=lambda e: (e.on, e.time, e.decision)))


def _entry(decision: Decision, values: Mapping[str, Any]) -> LogEntry:
    bare = LogEntry(
        id=decision.subject,
        sha256=entry_hash(decision.at, decision.value),
        decision=decision.id,
        kind=EntryKind.NOTE,
        on=date.min,
        entered_at=decision.at,
        text="",
    )
    return _read(bare, values)


def _read(entry: LogEntry, values: Mapping[str, Any]) -> LogEntry:
    return replace(
        entry,
        kind=EntryKind(values.get("kind", EntryKind.COMMUNICATION)),
        on=date.fromisoformat(values["on"]),
        time=values.get("time", ""),
        text=values.get("text", ""),
        channel=Channel(values["channel"]) if values.get("channel") else None,
        direction=Direction(values["direction"]) if values.get("direction") else None,
        people=tuple(Contact(**person) for person in values.get("people", ())),
        case=values.get("case") or None,
        child=values.get("child") or None,
        private=bool(values.get("private")),
        attachments=tuple(Attachment(**a) for a in values.get("attachments", ())),
        answers=values.get("answers") or {},
        asked=tuple(values.get("asked", ())),
        promised=tuple(values.get("promised", ())),
    )


_SHOWN = ("on", "time", "kind", "channel", "direction", "people", "text", "case", "child", "private")


def _difference(before: LogEntry, after: LogEntry) -> str:
    """What stood there before a correction, in words."""
    changed = [name for name in _SHOWN if getattr(before, name) != getattr(after, name)]
    told = (
        f"{name.replace('on', 'day') if name == 'on' else name}: {_words(before, name)}" for name in changed
    )
    return "; ".join(told) or "nothing else"


def _words(entry: LogEntry, name: str) -> str:
    value = getattr(entry, name)
    if name == "people":
        return ", ".join(person_words(p) for p in value) or "nobody"
    if name == "private":
        return "private" if value else "not private"
    return f"“{value}”" if name == "text" else str(value or "none").replace("_", " ")


def person_words(person: Contact) -> str:
    """“Ms. Dana Smith (speech-language pathologist)”."""
    name = person.name or person.address or person.role
    return f"{name} ({person.role})" if person.role and name != person.role else name


def hand_messages(entries: Sequence[LogEntry], family: Family) -> tuple[Message, ...]:
    """The communications among the entries as messages of their channel, dated in the family's zone.

    Where no time is known, what went to the school stands at the day's beginning and what came from it
    at its end, so that an answer of the same day follows what it answers.
    """
    return tuple(_message(e, family) for e in entries if e.kind is EntryKind.COMMUNICATION)


def _message(entry: LogEntry, family: Family) -> Message:
    parent = family.parents[0] if family.parents else None
    own = (
        Address(parent.name, parent.addresses[0].lower() if parent.addresses else "")
        if parent
        else Address("", "")
    )
    people = tuple(Address(p.name or p.role, p.address.lower()) for p in entry.people) or (
        Address("the school", ""),
    )
    outgoing = entry.direction is Direction.TO_SCHOOL
    asked_in = str(entry.answers.get("subject") or "")
    answered = str(entry.answers.get("message_id") or "")
    return Message(
        sha256=entry.sha256,
        message_id="",
        date=_moment(entry, ZoneInfo(family.timezone)),
        sender=own if outgoing else people[0],
        subject=f"Re: {asked_in}" if asked_in else entry_title(entry),
        # A private note is for the parent alone: nothing is concluded or quoted from its words.
        new_text="" if entry.private else entry.text,
        full_text="" if entry.private else entry.text,
        in_reply_to=(answered,) if answered else (),
        to=people if outgoing else (own,),
        cc=() if outgoing else people[1:],
        channel=entry.channel or Channel.TALK,
        attachments=entry.attachments,
        by_hand=HandEntry(
            entry.id, entry.direction or Direction.FROM_SCHOOL, entry.entered_at, entry.private
        ),
    )


def entry_title(entry: LogEntry) -> str:
    """“Phone call with Ms. Dana Smith”, “Your own note (incident)”."""
    if entry.kind is not EntryKind.COMMUNICATION:
        return f"Your own note ({NOTE_WORDS[entry.kind].lower()})"
    names = " and ".join(p.name or p.role or p.address for p in entry.people)
    joint = {Channel.LETTER: "to" if entry.direction is Direction.TO_SCHOOL else "from"}.get(
        entry.channel or Channel.TALK, "with"
    )
    return f"{CHANNEL_WORDS[entry.channel or Channel.TALK]}{f' {joint} {names}' if names else ''}"


def _moment(entry: LogEntry, zone: ZoneInfo) -> datetime:
    usual = time(0, 0) if entry.direction is Direction.TO_SCHOOL else time(23, 59)
    clock = time.fromisoformat(entry.time) if entry.time else usual
    return datetime.combine(entry.on, clock, zone).astimezone(UTC)


def answering(entries: Sequence[LogEntry]) -> tuple[Decision, ...]:
    """What entries that answer a request decide about it: that it was answered, or refused, by them."""
    return tuple(
        Decision(e.decision, e.entered_at, Said.SETTLE, str(e.answers.get("id", "")), _settling(e))
        for e in entries
        if e.answers
    )


def _settling(entry: LogEntry) -> str:
    return json.dumps(
        {
            **{key: entry.answers.get(key, "") for key in ("sha256", "message_id", "quote")},
            "outcome": entry.answers.get("outcome", "answered"),
            "answered_by": {"sha256": entry.sha256},
        }
    )
