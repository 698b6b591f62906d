"""What was found in a message: days, asks, promises and problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iep_mail.model.family import Duration
from iep_mail.model.kinds import RequestKind


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Words that name a day. `start` and `end` are offsets in the text that was searched.

    `day` is inclusive: "by the end of next week" is that week's Friday. For "within 10 school
    days" `count` holds the duration and `day` the day it ends, counted from the sent day.
    """

    text: str
    start: int
    end: int
    day: date
    count: Duration | None = None
    note: str = ""  # how an ambiguous span was resolved, in words; "" where it is plain


@dataclass(frozen=True, slots=True)
class Ask:
    """A sentence of a parent that asks the school for something."""

    quote: str  # an exact substring of the text
    start: int
    kind: RequestKind
    due: DateSpan | None = None
    chasing: bool = False  # it reminds of something asked before ("I still have not received …")


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence of a school person that says what they will do."""

    quote: str
    start: int
    due: DateSpan | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A problem recognised in a message, with the sentence it rests on."""

    sha256: str
    kind: str  # missed_service | accommodation_not_followed | …
    quote: str
    on: date | None = None
    detail: str = ""
