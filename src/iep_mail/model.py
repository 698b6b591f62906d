"""The nouns of iep-mail: frozen values shared by every floor.

Nothing here reads a clock, a file or the network. All datetimes are aware and in UTC; all
plain dates are days of the family's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol


class Direction(StrEnum):
    TO_SCHOOL = "to_school"
    FROM_SCHOOL = "from_school"


class MessageKind(StrEnum):
    PERSONAL = "personal"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    PORTAL_NOTICE = "portal_notice"
    CALENDAR = "calendar"
    BULK = "bulk"


class Channel(StrEnum):
    EMAIL = "email"
    LETTER = "letter"
    CALL = "call"
    MEETING = "meeting"
    PORTAL = "portal"
    TEXT = "text"
    TALK = "talk"


class RequestKind(StrEnum):
    RECORDS = "records"
    MEETING = "meeting"
    EVALUATION = "evaluation"
    IEE = "iee"
    PRIOR_WRITTEN_NOTICE = "prior_written_notice"
    PROGRESS_DATA = "progress_data"
    MAKE_UP_SERVICES = "make_up_services"
    SERVICE_DELIVERY = "service_delivery"
    ACCOMMODATION = "accommodation"
    INFORMATION = "information"
    AMENDMENT = "amendment"
    FACILITATION = "facilitation"
    MEDIATION = "mediation"
    OTHER = "other"


class Effect(StrEnum):
    """What a school message did to a request."""

    ACKNOWLEDGED = "acknowledged"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    REFUSED = "refused"


class RequestStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def settled(self) -> bool:
        return self in (RequestStatus.ANSWERED, RequestStatus.REFUSED, RequestStatus.WITHDRAWN)


class CommitmentStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


class CaseStatus(StrEnum):
    OPEN = "open"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class DraftStatus(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    DISCARDED = "discarded"


class Basis(StrEnum):
    EXPLICIT = "explicit"
    TABLE = "table"
    BUILT_IN = "built-in"


class DayKind(StrEnum):
    """The three kinds of day that 34 CFR 300.11 defines."""

    CALENDAR = "days"
    BUSINESS = "business days"
    SCHOOL = "school days"


class ClockClass(StrEnum):
    """LEGAL: a number in law. STANDARD: words in law, no number. NUDGE: a habit of ours."""

    LEGAL = "LEGAL"
    STANDARD = "STANDARD"
    NUDGE = "NUDGE"


class FlagKind(StrEnum):
    OVERDUE_REQUEST = "overdue_request"
    OVERDUE_COMMITMENT = "overdue_commitment"
    REFUSED_REQUEST = "refused_request"
    NOT_DELIVERED = "not_delivered"
    DUE_SOON = "due_soon"
    POSSIBLE_ANSWER = "possible_answer"
    MISSED_SERVICE = "missed_service"
    UNREADABLE_MESSAGE = "unreadable_message"
    MAILBOX_NOT_READ = "mailbox_not_read"
    PARENT_DEADLINE = "parent_deadline"
    PROGRESS_REPORT_DUE = "progress_report_due"
    ANNUAL_REVIEW_DUE = "annual_review_due"
    REEVALUATION_DUE = "reevaluation_due"
    COPY_OF_PLAN = "copy_of_plan"
    NOTICE_AFTER_MEETING = "notice_after_meeting"
    SAFEGUARDS_NOTICE = "safeguards_notice"
    SERVICES_NOT_STARTED = "services_not_started"
    CONFIRM_RESOLUTION = "confirm_resolution"
    CHECK_IN = "check_in"
    REOPENED = "reopened"


# --- who we are: the family's configuration -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address; `email` is lower case, `name` as written, both without control characters."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name and self.email else self.name or self.email


@dataclass(frozen=True, slots=True)
class Duration:
    """`5 school days`: a count of one kind of day."""

    count: int
    day_kind: DayKind

    def __str__(self) -> str:
        unit = str(self.day_kind)
        return f"{self.count} {unit[:-1] if self.count == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Parent:
    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    nicknames: tuple[str, ...] = ()
    iep_paths: tuple[str, ...] = ()  # the files that hold the plan's facts, one or several

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that letters may use for the child, the full name first, no repeats."""
        return tuple(dict.fromkeys((self.name, self.name.split()[0], *self.nicknames)))

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split() if part).upper()


@dataclass(frozen=True, slots=True)
class Contact:
    """A school-side person."""

    address: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class School:
    domains: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    portals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    timezone: str
    parents: tuple[Parent, ...]
    children: tuple[Child, ...]
    school: School
    state: str | None = None
    deadlines: Mapping[str, Duration] = field(default_factory=dict)

    @property
    def own_addresses(self) -> frozenset[str]:
        return frozenset(a.lower() for p in self.parents for a in p.addresses)

    @property
    def portal_addresses(self) -> frozenset[str]:
        return frozenset(a.lower() for a in self.school.portals)

    def contact(self, email: str) -> Contact | None:
        return next((c for c in self.school.contacts if c.address.lower() == email.lower()), None)

    def is_own(self, email: str) -> bool:
        return email.lower() in self.own_addresses

    def is_school(self, email: str) -> bool:
        """Whether an address is the school's: a contact, a portal, or on a school domain or a
        subdomain of one. A parent's own address never is."""
        email = email.lower()
        if self.is_own(email):
            return False
        if email in self.portal_addresses or self.contact(email):
            return True
        host = email.rpartition("@")[2]
        return any(host == d or host.endswith("." + d) for d in map(str.lower, self.school.domains))


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: str = "tls"  # tls | starttls | none


@dataclass(frozen=True, slots=True)
class Auth:
    method: str  # keyring | environment | command | oauth2
    variable: str | None = None
    command: tuple[str, ...] = ()
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    address: str
    imap: Server
    auth: Auth
    user: str
    smtp: Server | None = None
    folders: tuple[str, ...] | None = None  # None: found by SPECIAL-USE and known names


@dataclass(frozen=True, slots=True)
class SendingRules:
    """When an approved letter leaves. `days`: 0 is Monday; times are the family's time zone's."""

    delay_minutes: int = 0
    opens: time | None = None
    closes: time | None = None
    days: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Config:
    family: Family
    mailboxes: tuple[Mailbox, ...]
    calendar: str | None  # a path (absolute after loading) or an https URL
    drafts: str = "store"  # store | mailbox
    filing: str = "store"  # store | folders
    citations: bool = True  # letters have a line that names the rule they rest on
    path: str = ""
    sending: SendingRules = SendingRules()


# --- what arrived ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """Bytes as they came. `received_at` is IMAP's INTERNALDATE, None for imported files."""

    sha256: str
    raw: bytes
    received_at: datetime | None
    folders: tuple[str, ...]
    complete: bool = True  # False: over the size cap, only headers and text parts were fetched
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    size: int
    sha256: str
    readable: bool = True


@dataclass(frozen=True, slots=True)
class HandEntry:
    """What is known of a communication because the parent entered it by hand."""

    id: str  # of the log entry
    direction: Direction
    entered_at: datetime
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One communication, read. Independent of the family's configuration, so it can be cached."""

    sha256: str
    message_id: str  # "<…>", or "" where there is none
    date: datetime  # when it was sent, as far as that can be believed
    sender: Address
    subject: str = ""
    new_text: str = ""  # what this message itself adds
    full_text: str = ""  # everything it shows, quotes and signature too
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    thread_topic: str = ""
    kind: MessageKind = MessageKind.PERSONAL
    channel: Channel = Channel.EMAIL
    attachments: tuple[Attachment, ...] = ()
    failed_recipients: tuple[str, ...] = ()  # of a bounce: to whom it was not delivered
    returned_id: str = ""  # of a bounce: the Message-ID that came back
    forwarded: bool = False  # its text is mostly somebody else's, handed on
    problems: tuple[str, ...] = ()  # what could not be read, one plain sentence each
    folders: tuple[str, ...] = ()
    list_id: str = ""  # of a mailing list (RFC 2919), between the angle brackets
    by_hand: HandEntry | None = None

    @property
    def recipients(self) -> tuple[Address, ...]:
        return self.to + self.cc + self.bcc


@dataclass(frozen=True, slots=True)
class FiledMessage:
    """A message of the school's correspondence with its place in it."""

    message: Message
    direction: Direction
    kind: MessageKind  # as read, or portal_notice for a configured portal
    sent_on: date  # the day it was sent, in the family's time zone
    thread: str
    case: str | None = None
    child: str | None = None
    because: tuple[str, ...] = ()  # the parent's word that it is read or filed so, in sentences


# --- what was found in it -------------------------------------------------------------------


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
class Thread:
    id: str
    subject: str
    messages: tuple[str, ...]  # sha256, in time order


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


@dataclass(frozen=True, slots=True)
class Observation:
    """A problem recognised in a message, with the sentence it rests on."""

    sha256: str
    kind: str  # missed_service | accommodation_not_followed | …
    quote: str
    on: date | None = None
    detail: str = ""


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


@dataclass(frozen=True, slots=True)
class Blank:
    """A fact that a letter needs and iep-mail does not have."""

    name: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    id: str
    case: str | None
    request: str | None
    letter: str
    subject: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    body: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    flag: str | None = None  # the flag that it answers
    flags: tuple[str, ...] = ()  # every flag that it answers, `flag` first
    requests: tuple[str, ...] = ()  # every request that it asks about, where it is more than one
    blanks: tuple[Blank, ...] = ()
    status: DraftStatus = DraftStatus.DRAFTED
    note: str = ""
    attachments: tuple[Attachment, ...] = ()
    edited: bool = False  # the parent's own words are in it
    standing: str = ""  # one sentence on where it stands, "" where the status says all


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


# --- the IEP's facts ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IepService:
    """A service as granted. `minutes` are those of one session, or of the whole period where
    `frequency` only names a period ("per week")."""

    name: str
    minutes: int | None = None
    frequency: str = ""
    setting: str = ""
    provider: str = ""
    page: int | None = None
    start: date | None = None
    end: date | None = None
    quote: str = ""  # the document's own words that it rests on


@dataclass(frozen=True, slots=True)
class IepStatement:
    """An accommodation, the placement, the transport or another sentence of the plan.

    `date` is the day from which it holds, where that is later than the plan's own.
    """

    text: str
    page: int | None = None
    date: date | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class IepGoal(IepStatement):
    """A goal with how it is measured (34 CFR 300.320(a)(2), (3))."""

    measure: str = ""
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class ProgressReporting:
    """When progress on the goals is reported (34 CFR 300.320(a)(3)(ii)): on named days, or with every
    report card, marking period, quarter …"""

    text: str = ""
    page: int | None = None
    every: str = ""
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Iep:
    child: str
    plan: str = "IEP"  # IEP | 504
    effective_from: date | None = None
    effective_to: date | None = None
    meeting_on: date | None = None  # the team meeting that wrote it
    annual_review: date | None = None
    last_evaluation: date | None = None
    reevaluation_due: date | None = None
    services: tuple[IepService, ...] = ()
    accommodations: tuple[IepStatement, ...] = ()
    goals: tuple[IepGoal, ...] = ()
    placement: IepStatement | None = None
    behavior_plan: IepStatement | None = None
    transport: IepStatement | None = None
    progress_reports: ProgressReporting | None = None
    document: str = ""

    def in_force(self, day: date) -> bool:
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


# --- a plan document that is read for its facts ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in points from its upper left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed line, horizontal or vertical, in points from the page's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page: words with their places, or, where the document keeps them, rows of cells."""

    number: int | None  # as it is counted in the file; None where the document has no pages
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    image: bool = False  # a picture of text: nothing of it can be read


@dataclass(frozen=True, slots=True)
class PlanDocument:
    name: str
    pages: tuple[DocumentPage, ...]
    notes: tuple[str, ...] = ()  # what the parent should know about how it was read


# --- what the parent decided ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the parent said; appended, never changed. `subject` is the id it is about."""

    id: int
    at: datetime
    kind: str  # core/decisions/kinds.py names them
    subject: str
    value: str = ""  # what more was said, as JSON


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """A decision as it stands today. `state`: stands, taken back, or without effect, which is what
    becomes of one about something that no longer exists."""

    decision: Decision
    state: str
    says: str  # one plain sentence
    about: tuple[str, ...] = ()  # ids and hashes of what it was said of
    followed: tuple[str, ...] = ()  # hashes of like mail for which it was followed


# --- what the parent wrote down -------------------------------------------------------------


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


# --- what was put out -----------------------------------------------------------------------


class OutboxStep(StrEnum):
    """One event in a letter's life outside of iep-mail's proposals; appended, never changed."""

    APPROVED = "approved"
    VOIDED = "voided"  # the approval no longer holds: the letter was changed or taken back
    QUEUED = "queued"  # the parent said "send"; it goes out at `not_before`
    CANCELLED = "cancelled"
    SENDING = "sending"  # on disk before the connection is opened
    TRANSMITTING = "transmitting"  # on disk before the final dot: from here on it may be sent
    SENT = "sent"
    FAILED = "failed"  # surely not sent
    UNKNOWN = "unknown"
    FILED = "filed"  # its copy lies in the Sent folder
    UNFILED = "unfiled"  # sent, but without a copy in Sent so far
    APPENDING = "appending"  # about to be put into the Drafts folder
    APPENDED = "appended"
    CHANGED_THERE = "changed_there"
    DELETED_THERE = "deleted_there"
    SENT_THERE = "sent_there"  # from any mail app
    TAKEN_BACK = "taken_back"  # our own untouched copy was removed from Drafts
    RESTORED = "restored"  # taken up again after it was discarded


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """`id` rises with time. `binding` names the approval, `sha256` a message of the store."""

    id: int
    draft_id: str
    step: OutboxStep
    at: datetime
    message_id: str = ""
    account: str = ""
    reason: str = ""
    binding: str = ""
    sha256: str = ""
    not_before: datetime | None = None
    refused: tuple[str, ...] = ()
    retry: bool = False  # of a failure: trying again later may help


@dataclass(frozen=True, slots=True)
class LetterVersion:
    """The whole letter after one change. `origin`: edited | filled | addressed | attached | placed |
    mail_app | approved | written."""

    id: int
    draft_id: str
    at: datetime
    origin: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the parent approved: the exact bytes and envelope, bound by one SHA-256."""

    binding: str
    draft_id: str
    version: int
    at: datetime
    account: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    size: int  # bytes
    seen: tuple[str, ...] = ()  # sha256 of the school's messages that were known in the matter


@dataclass(frozen=True, slots=True)
class SentLetter:
    """What is known of a letter of ours that was sent: the requests it follows up, the template it was
    written from, and its text as it was proposed."""

    requests: tuple[str, ...]
    letter: str
    body: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The outbox as it was kept: the letters' versions, what was approved, and every event."""

    versions: tuple[LetterVersion, ...] = ()
    entries: tuple[OutboxEntry, ...] = ()
    approvals: tuple[Approval, ...] = ()


# --- the school calendar --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event of a school calendar; `last` is inclusive."""

    first: date
    last: date
    summary: str
    all_day: bool = True


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Days without school, with the reason. `first_day` and `last_day` bound what it covers."""

    closed: Mapping[date, str] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    period_ends: tuple[tuple[date, str], ...] = ()  # marking periods: the last day and its name

    def __hash__(self) -> int:
        """By what tells two calendars apart in practice; equality still compares every day."""
        return hash((self.first_day, self.last_day, self.period_ends, len(self.closed)))

    @property
    def known(self) -> bool:
        return self.first_day is not None and self.last_day is not None


# --- services: what was delivered and missed ------------------------------------------------


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


# --- deadlines for another calendar ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A whole day in the parent's own calendar. `uid` is the same from run to run."""

    uid: str
    day: date
    title: str
    text: str
    own: bool = False  # a day by which the parent, not the school, must act
    alarm_days: int = 0  # a reminder so many days before; 0: none


# --- searching ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A word or phrase. `column`: only in the subject or in a file's name; `either`: or the one before."""

    text: str
    phrase: bool = False
    prefix: bool = False
    negated: bool = False
    column: str = ""
    either: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All parts must hold. `after` is inclusive, `before` exclusive."""

    terms: tuple[SearchTerm, ...] = ()
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    attachment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """A message as the search index holds it."""

    sha256: str
    sent_on: date
    sender: str
    recipients: str
    subject: str
    text: str
    direction: str
    kinds: tuple[str, ...]
    case: str | None
    case_title: str
    child: str | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A message found. In `lines` what matched stands between \\x02 and \\x03; `files` are the names of
    the attachments in which it matched, each with such lines."""

    sha256: str
    sent_on: date
    sender: str
    recipients: str
    subject: str
    direction: str
    case: str | None
    case_title: str
    child: str | None
    lines: tuple[str, ...] = ()
    files: tuple[tuple[str, tuple[str, ...]], ...] = ()
    attached: tuple[str, ...] = ()  # the names of all its attachments


# --- reading a mailbox ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Envelope:
    """The header fields that decide whether a message is the school's."""

    addresses: tuple[str, ...]  # From, Sender, Reply-To, To, Cc, Bcc: lower case
    sender: str
    message_id: str
    related: tuple[str, ...]  # In-Reply-To and References
    subject: str = ""


@dataclass(frozen=True, slots=True)
class FetchedMessage:
    uid: int
    raw: bytes
    received_at: datetime | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FolderPosition:
    """How far a folder was read: every UID up to `last_uid` was looked at."""

    uidvalidity: int
    last_uid: int
    searched: frozenset[str] = frozenset()  # domains and addresses searched from the first UID


@dataclass(frozen=True, slots=True)
class FetchedBatch:
    """What one transaction stores: the messages and the position that they bring."""

    account: str
    folder: str
    position: FolderPosition
    messages: tuple[FetchedMessage, ...] = ()


class MailMemory(Protocol):
    """What the poller asks of the store; every `keep` is one transaction."""

    def position(self, account: str, folder: str) -> FolderPosition | None: ...

    def known_uids(self, account: str, folder: str, uidvalidity: int) -> frozenset[int]: ...

    def known_message_ids(self, ids: Iterable[str]) -> frozenset[str]: ...

    def known_folders(self, account: str) -> frozenset[str]:
        """Every folder that was read and has a position."""
        ...

    def forget_folder(self, account: str, folder: str) -> None:
        """Drops the position of a folder that is gone; its messages stay."""
        ...

    def keep(self, batch: FetchedBatch) -> int:
        """Stores the batch; returns how many messages were new to the store."""
        ...


@dataclass(frozen=True, slots=True)
class FolderReport:
    folder: str
    new: int = 0
    unfetched: int = 0
    problem: str = ""  # one sentence for the parent, "" where all went well


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """How one night's reading of one mailbox went."""

    account: str
    complete: bool
    folders: tuple[FolderReport, ...] = ()
    problem: str = ""
    remedy: str = ""

    @property
    def new(self) -> int:
        return sum(f.new for f in self.folders)


@dataclass(frozen=True, slots=True)
class MailboxState:
    """When a mailbox was last read to its end, as the store remembers it."""

    account: str
    read_at: datetime | None
    problem: str = ""


# --- everything computed --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Casebook:
    """All that follows from messages and decisions, as of a day."""

    as_of: date
    messages: tuple[FiledMessage, ...]
    threads: tuple[Thread, ...]
    cases: tuple[Case, ...]
    requests: tuple[Request, ...]
    commitments: tuple[Commitment, ...]
    flags: tuple[Flag, ...]
    drafts: tuple[Draft, ...]
    observations: tuple[Observation, ...] = ()
    deadlines_of_parent: tuple[ParentDeadline, ...] = ()
    ladders: tuple[Ladder, ...] = ()  # one for each case, in their order
    duties: tuple[Duty, ...] = ()  # what the school owes without being asked
    resolutions: tuple[Resolution, ...] = ()
    notes: tuple[str, ...] = ()  # what the parent should know about how this was computed
    entries: tuple[LogEntry, ...] = ()
    log: tuple[LogRow, ...] = ()
    decisions: tuple[DecisionReport, ...] = ()
    suggestions: tuple[SplitSuggestion, ...] = ()

    def message(self, sha256: str) -> FiledMessage:
        return next(m for m in self.messages if m.message.sha256 == sha256)
