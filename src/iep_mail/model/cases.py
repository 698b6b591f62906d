"""A matter about a child: where it stands, what speaks for going further, what wants the parent's eye."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iep_mail.model.kinds import CaseStatus, FlagKind


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    title: str
    topic: str
    child: str | None
    threads: tuple[str, ...]
    status: CaseStatus = CaseStatus.OPEN
    step: int = 1
    attempts: int = 0
    next_step: str = ""
    opened_on: date | None = None
    former_ids: tuple[str, ...] = ()  # of cases that were merged into it
    grounds: tuple[tuple[str, str], ...] = ()  # why a thread lies in it: its id, a clause without its subject


@dataclass(frozen=True, slots=True)
class SplitSuggestion:
    """A thread that turns to another matter: from which message on, and why."""

    thread: str
    sha256: str
    case: str
    reason: str  # one plain sentence


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something on record that a step of a case rests on."""

    kind: str  # attempt | refusal | resources | missed | harm | retaliation | broken
    on: date
    what: str  # one sentence
    sha256: str | None = None  # the message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Where a case stands on the six steps, and the lowest next one that could work.

    `next` is None where nothing speaks for going further, or the parent holds the step.
    """

    case: str
    step: int
    title: str
    set_by_parent: bool = False
    held: bool = False
    attempts: tuple[Evidence, ...] = ()  # documented, without a real answer
    reasons: tuple[Evidence, ...] = ()  # why a further step is in question
    next: int | None = None
    next_title: str = ""
    why: str = ""  # one sentence
    how: str = ""
    takes: tuple[str, ...] = ()
    clock: str = ""
    cost: str = ""
    commits: str = ""
    help: tuple[str, ...] = ()  # why help would be wise now
    where: tuple[str, ...] = ()  # where it is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was agreed in a case, as the parent wrote it down, and how it has held since."""

    case: str
    on: date  # the day it was agreed
    said_on: date  # the day the parent wrote it down
    agreed: tuple[str, ...]
    checks: tuple[date, ...]  # days on which to look whether it holds
    until: date  # the end of the first weeks
    confirmed_on: date | None = None  # the parent wrote to the school after it
    checked_on: date | None = None  # the last day on which the parent said that it holds
    reopened_on: date | None = None
    because: str = ""  # what shows that it does not hold, one sentence
    message: str | None = None  # sha256 of the message that shows it
    trail: tuple[Evidence, ...] = ()  # what led to it: the old requests and reminders

    @property
    def holds(self) -> bool:
        return self.reopened_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    id: str
    kind: FlagKind
    case: str | None
    since: date
    reason: str  # one plain sentence
    next_step: str
    urgency: int  # higher is shown first
    request: str | None = None
    commitment: str | None = None
    duty: str | None = None
    message: str | None = None  # sha256
    draft: str | None = None
