"""Services: what was delivered and missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SessionStatus(StrEnum):
    DELIVERED = "delivered"
    MISSED = "missed"
    MAKE_UP = "make_up"  # delivered in place of one that was missed


class MissedReason(StrEnum):
    """Why a session was not held; kept apart because what follows from it differs."""

    PROVIDER_ABSENT = "provider_absent"
    VACANCY = "vacancy"
    SCHOOL_EVENT = "school_event"
    CHILD_ABSENT = "child_absent"
    CLOSURE = "closure"
    CUT_SHORT = "cut_short"  # held, for fewer minutes than the plan grants
    UNKNOWN = "unknown"


class SessionSource(StrEnum):
    HAND = "hand"
    SCHOOL_LOG = "school_log"
    MAIL = "mail"  # seen in a message and confirmed by the parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One occurrence of a service as it is on record. `minutes` are those held, or, of a missed one,
    those that were not; None where they are not known."""

    child: str
    service: str
    on: date
    status: SessionStatus
    minutes: int | None = None
    reason: MissedReason | None = None  # of a missed one
    note: str = ""
    source: SessionSource = SessionSource.HAND
    decision: int = 0  # the number of the decision that holds it
    messages: tuple[str, ...] = ()  # sha256 of those it rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleMiss:
    """A missed session told of in mail; it counts only once the parent confirms it."""

    id: str
    child: str | None
    service: str
    on: date | None
    quote: str
    minutes: int | None = None
    messages: tuple[str, ...] = ()
