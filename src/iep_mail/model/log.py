"""What the parent wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from iep_mail.model.family import Contact
from iep_mail.model.kinds import Channel, Direction
from iep_mail.model.messages import Attachment


class EntryKind(StrEnum):
    """A communication becomes a message; the others are the parent's own notes, private by default."""

    COMMUNICATION = "communication"
    INCIDENT = "incident"
    IMPACT = "impact"
    CHILD_SAID = "child_said"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Correction:
    """One later correction of an entry: when it was made, and what stood there before."""

    at: datetime
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Something the parent wrote down. `on` is the family's day of the event, `entered_at` when it was
    written down. `request` names what it answers by id, message and sentence."""

    id: str
    sha256: str  # of the entry as it was first written
    decision: int  # the number of the decision that holds it
    kind: EntryKind
    on: date
    entered_at: datetime
    text: str
    time: str = ""  # HH:MM in the family's zone, "" where it is not known
    channel: Channel | None = None
    direction: Direction | None = None
    people: tuple[Contact, ...] = ()
    case: str | None = None
    child: str | None = None
    private: bool = False
    attachments: tuple[Attachment, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """A row of the documentation log; built anew each time, except what stands in entries."""

    id: str
    on: date
    issue: str
    person: str  # name with role
    response: str
    follow_up: str
    channel: str  # a channel, or the kind of a note
    case: str | None = None
    child: str | None = None
    messages: tuple[str, ...] = ()  # sha256 of those it rests on
    by_hand: bool = False
    private: bool = False
    entered_on: date | None = None  # of a hand-made entry: the day it was written down
    minor: bool = False  # a message that asks, says and settles nothing; shown on demand
