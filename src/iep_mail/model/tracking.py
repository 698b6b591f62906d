"""What is owed and by when: requests, commitments, duties and the parent's own deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from iep_mail.model.iep import IepService
from iep_mail.model.kinds import Basis, ClockClass, CommitmentStatus, Effect, RequestKind, RequestStatus


@dataclass(frozen=True, slots=True)
class SkippedDay:
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Deadline:
    due_on: date
    basis: Basis
    rule: str  # "5 school days", or the words of the text
    counted_from: date  # the day it was asked; day 1 is the day after
    citation: str | None = None
    clock_class: ClockClass | None = None
    skipped: tuple[SkippedDay, ...] = ()  # weekdays that did not count, with the reason
    estimated: bool = False  # counted past the school calendar's end, or without one
    note: str = ""
    first_due_on: date | None = None  # where the school named a later date: the day it was due before


@dataclass(frozen=True, slots=True)
class RequestEvent:
    sha256: str
    effect: Effect
    on: date
    by: str = ""  # who wrote it
    quote: str = ""
    new_due_on: date | None = None
    reason: str = ""  # of a refusal: staffing, budget, policy …


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that may be an answer; shown beside the open request, never settling it."""

    sha256: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    id: str
    sha256: str
    message_id: str
    quote: str
    kind: RequestKind
    child: str | None
    case: str | None
    thread: str
    asked_of: tuple[str, ...]
    asked_on: date
    deadline: Deadline
    status: RequestStatus
    events: tuple[RequestEvent, ...] = ()
    follow_ups: tuple[str, ...] = ()  # sha256 of the parent's later reminders
    candidates: tuple[Candidate, ...] = ()
    undelivered_to: tuple[str, ...] = ()
    decided_on: date | None = None  # the day from which the parent's word settled it
    note: str = ""  # the parent's own words about it

    @property
    def due_on(self) -> date:
        return self.deadline.due_on

    @property
    def recorded_due_on(self) -> date:
        """The due date for the record: while it is open the day it is due now, once it is settled the
        day it was first due, whatever was put off in between."""
        return (self.deadline.first_due_on or self.due_on) if self.status.settled else self.due_on

    def days_overdue(self, today: date) -> int:
        """Calendar days past the due date, 0 where it is not overdue."""
        return 0 if self.status.settled else max(0, (today - self.due_on).days)

    @property
    def attempts(self) -> int:
        """Documented attempts: the request itself and every reminder of it."""
        return 1 + len(self.follow_ups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    id: str
    sha256: str
    message_id: str
    quote: str
    by: str
    said_on: date
    case: str | None
    thread: str
    due_on: date | None
    status: CommitmentStatus
    kept_by: str | None = None  # sha256

    def overdue(self, today: date) -> bool:
        return self.status is CommitmentStatus.OPEN and self.due_on is not None and today > self.due_on


class DutyKind(StrEnum):
    """What a school owes without being asked."""

    PROGRESS_REPORT = "progress_report"
    ANNUAL_REVIEW = "annual_review"
    REEVALUATION = "reevaluation"
    COPY_OF_PLAN = "copy_of_plan"
    NOTICE_AFTER_MEETING = "notice_after_meeting"
    SAFEGUARDS_NOTICE = "safeguards_notice"
    SERVICES_START = "services_start"


class DutyStatus(StrEnum):
    EXPECTED = "expected"  # its day has not come, or its time is not over
    SOON = "soon"  # worth a look: its day is near and nothing is arranged that mail shows
    ARRIVED = "arrived"
    LATE = "late"
    NOT_OWED = "not_owed"  # the parent says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One thing owed without being asked, with its clock. `late_after` is the last day on which it is
    not late yet."""

    id: str
    kind: DutyKind
    child: str
    title: str
    expected_on: date
    late_after: date
    status: DutyStatus
    because: str  # one sentence: what the day rests on
    citation: str
    clock_class: ClockClass
    arrived_on: date | None = None
    message: str | None = None  # sha256 of what shows that it came, or that it did not
    meeting_on: date | None = None
    service: IepService | None = None
    estimated: bool = False

    def days_late(self, today: date) -> int:
        return max(0, (today - self.expected_on).days) if self.status is DutyStatus.LATE else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentDeadline:
    """A day by which the parent, not the school, must act if they want to go that way.

    `due_on` is the earliest plausible day, a business day before the count runs out on `runs_out_on`.
    """

    id: str
    clock: str  # a row of the table of clocks: sc_file, dp_file, civil_action, ocr, …
    title: str
    case: str | None
    child: str | None
    due_on: date
    runs_out_on: date
    counted_from: date  # what happened, was known, or is planned
    because: str  # one sentence: what that day is, with the words it rests on
    rule: str  # "1 year"
    starts_from: str
    citation: str
    note: str = ""
    passed: int = 0  # how many earlier days of the case have run out already
    message: str | None = None  # sha256

    def days_left(self, today: date) -> int:
        """Calendar days to `due_on`; negative once it has passed."""
        return (self.due_on - today).days
