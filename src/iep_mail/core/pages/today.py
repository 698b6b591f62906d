"""What the first page shows: the one thing for today, then the rest in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from iep_mail.core.letters.digest import AHEAD_DAYS, MAJOR
from iep_mail.core.letters.entries import Entry, Page, entry, visible_flags
from iep_mail.core.letters.facts import trimmed
from iep_mail.core.letters.people import plain_name
from iep_mail.core.pages.words import without_commands
from iep_mail.model import CommitmentStatus, Direction, Draft, DraftStatus, Effect, Flag, FlagKind

_GRAVE = frozenset({FlagKind.OVERDUE_REQUEST, FlagKind.OVERDUE_COMMITMENT, FlagKind.NOT_DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCard:
    """One flag, ready to be shown. Ids are whole; what does not apply is empty."""

    id: str
    kind: str
    label: str  # in a word or two, for those who do not see the colour
    mood: str  # late | refused | look
    case: str
    case_title: str
    title: str
    quote: str
    lines: tuple[str, ...]
    next_step: str
    request: str
    message: str
    draft: str
    commitment: str = ""
    duty: str = ""
    answer: str = ""  # the message that may answer the request


@dataclass(frozen=True, slots=True)
class Due:
    """Something that the school is to do by a day."""

    on: date
    who: str
    quote: str
    case: str
    promised: bool = False  # they said so themselves; else it was asked of them


@dataclass(frozen=True, slots=True)
class CaseGroup:
    case: str
    title: str
    cards: tuple[FlagCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    day: date
    first: FlagCard | None
    letter: Draft | None  # the one that is ready for `first`
    rest: tuple[CaseGroup, ...]
    minor: tuple[FlagCard, ...]
    due: tuple[Due, ...]
    waiting: tuple[Draft, ...]  # approved, on their way, or in doubt
    notes: tuple[str, ...]
    matters: int


def todays_page(page: Page) -> Today:
    """Everything that the first page shows, as of the page's day."""
    book = page.book
    flags = visible_flags(book)
    major = [card(f, page) for f in flags if f.urgency >= MAJOR]
    first = major[0] if major else None
    return Today(
        day=book.as_of,
        first=first,
        letter=next((d for d in book.drafts if first and d.id == first.draft), None),
        rest=_grouped(major[1:]),
        minor=tuple(card(f, page) for f in flags if f.urgency < MAJOR and f.kind is not FlagKind.DUE_SOON),
        due=coming_due(page),
        waiting=tuple(d for d in book.drafts if d.status in _UNDER_WAY),
        notes=tuple(without_commands(note) for note in book.notes),
        matters=len(major),
    )


_UNDER_WAY = (DraftStatus.APPROVED, DraftStatus.SENDING, DraftStatus.UNKNOWN)
_LABELS = {
    FlagKind.OVERDUE_REQUEST: "No answer",
    FlagKind.OVERDUE_COMMITMENT: "Not seen yet",
    FlagKind.REFUSED_REQUEST: "They said no",
    FlagKind.NOT_DELIVERED: "Not delivered",
    FlagKind.DUE_SOON: "Due soon",
    FlagKind.POSSIBLE_ANSWER: "Perhaps answered",
    FlagKind.MISSED_SERVICE: "Missed session",
    FlagKind.UNREADABLE_MESSAGE: "Not readable",
    FlagKind.MAILBOX_NOT_READ: "Mail not read",
    FlagKind.PARENT_DEADLINE: "Your own deadline",
    FlagKind.PROGRESS_REPORT_DUE: "Progress report",
    FlagKind.ANNUAL_REVIEW_DUE: "Yearly review",
    FlagKind.REEVALUATION_DUE: "Reevaluation",
    FlagKind.COPY_OF_PLAN: "Copy of the plan",
    FlagKind.NOTICE_AFTER_MEETING: "Written notice",
    FlagKind.SAFEGUARDS_NOTICE: "Your rights",
    FlagKind.SERVICES_NOT_STARTED: "Not started",
    FlagKind.PROGRESS_REPORT_DUE: "Progress report",
    FlagKind.ANNUAL_REVIEW_DUE: "Annual review",
    FlagKind.REEVALUATION_DUE: "Re-evaluation",
    FlagKind.COPY_OF_PLAN: "Copy of the plan",
    FlagKind.NOTICE_AFTER_MEETING: "Written notice",
    FlagKind.SAFEGUARDS_NOTICE: "Your rights",
    FlagKind.SERVICES_NOT_STARTED: "Not begun yet",
    FlagKind.CONFIRM_RESOLUTION: "Put it in writing",
    FlagKind.CHECK_IN: "Does it hold?",
    FlagKind.REOPENED: "Open again",
}


def card(flag: Flag, page: Page) -> FlagCard:
    """A flag with everything that its buttons need."""
    words = _plainer(entry(flag, page), flag, page)
    mood = "late" if flag.kind in _GRAVE else "refused" if flag.kind is FlagKind.REFUSED_REQUEST else "look"
    return FlagCard(
        id=flag.id,
        kind=str(flag.kind),
        label=_LABELS.get(flag.kind, "Please look"),
        mood=mood,
        case=flag.case or "",
        case_title=words.heading,
        title=without_commands(words.title),
        quote=words.quote,
        lines=tuple(without_commands(line) for line in words.lines),
        next_step=without_commands(words.next_step),
        request=flag.request or "",
        message=flag.message or "",
        draft=flag.draft or "",
        commitment=flag.commitment or "",
        duty=flag.duty or "",
        answer=_possible_answer(flag, page),
    )


def _plainer(words: Entry, flag: Flag, page: Page) -> Entry:
    """A short title with the sentence that it rests on below, where the flag says all in one sentence."""
    if flag.kind is FlagKind.OVERDUE_COMMITMENT:
        promise = next((c for c in page.book.commitments if c.id == flag.commitment), None)
        if promise and promise.due_on:
            title = f"{plain_name(promise.by) or 'The school'}: not seen done by {page.day(promise.due_on)}."
            said = f"They said so on {page.day(promise.said_on)}."
            return replace(words, title=title, quote=trimmed(promise.quote), lines=(said,))
    if flag.kind is FlagKind.MISSED_SERVICE:
        filed = page.message(flag.message or "")
        seen = [o for o in page.book.observations if o.sha256 == flag.message and o.kind == flag.kind]
        days = "; ".join(page.day(o.on) for o in seen if o.on)
        if filed and seen and len({o.quote for o in seen}) == 1:
            wrote = "You" if filed.direction is Direction.TO_SCHOOL else page.name(filed.message.sender.email)
            title = f"A session was not held{f' on {days}' if days else ''}."
            line = f"{wrote} wrote so on {page.day(filed.sent_on)}. No make-up has been asked for since."
            return replace(words, title=title, quote=trimmed(seen[0].quote), lines=(line,))
    return words


def _possible_answer(flag: Flag, page: Page) -> str:
    request = page.request(flag)
    if request is None or request.status.settled or not request.candidates:
        return ""
    return request.candidates[-1].sha256


def _grouped(cards: Sequence[FlagCard]) -> tuple[CaseGroup, ...]:
    groups: dict[tuple[str, str], list[FlagCard]] = {}
    for each in cards:
        groups.setdefault((each.case, each.case_title), []).append(each)
    return tuple(CaseGroup(case, title, tuple(inside)) for (case, title), inside in groups.items())


def coming_due(page: Page) -> tuple[Due, ...]:
    """What the school is to do in the next days, asked or promised, the soonest first."""
    today = page.book.as_of
    until = today + timedelta(days=AHEAD_DAYS)
    found = [d for d in every_due(page) if today <= d.on and (d.promised or d.on <= until)]
    return tuple(sorted(found, key=lambda d: (d.on, d.who, d.quote)))


def every_due(page: Page) -> Iterable[Due]:
    """Every open request and commitment that has a day. A day to which the school put a request off is
    told once, with the request."""
    open_requests = [r for r in page.book.requests if not r.status.settled]
    said = {e.sha256 for r in open_requests for e in r.events if e.effect is Effect.DEFERRED}
    for r in open_requests:
        yield Due(r.due_on, page.people(r), trimmed(r.quote), r.case or "")
    for c in page.book.commitments:
        if c.status is CommitmentStatus.OPEN and c.due_on and c.sha256 not in said:
            by = plain_name(c.by) or "the school"
            yield Due(c.due_on, by, trimmed(c.quote), c.case or "", promised=True)
