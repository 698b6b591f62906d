"""Flags as the morning page shows them: what was asked, of whom, when, how late, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from iep_mail.core.filing.threads import base_subject
from iep_mail.core.letters.counting import late
from iep_mail.core.letters.facts import trimmed
from iep_mail.core.letters.people import name_of, plain_name
from iep_mail.core.letters.sandbox import listed
from iep_mail.core.short_ids import short_ids
from iep_mail.core.tracking.deadlines import working
from iep_mail.data import load
from iep_mail.model import (
    Basis,
    Casebook,
    Effect,
    Family,
    FiledMessage,
    Flag,
    FlagKind,
    Request,
    SchoolCalendar,
    correspondence,
)

_ABOUT_A_REQUEST = (
    FlagKind.OVERDUE_REQUEST,
    FlagKind.REFUSED_REQUEST,
    FlagKind.NOT_DELIVERED,
    FlagKind.DUE_SOON,
    FlagKind.POSSIBLE_ANSWER,
)
YEAR_IS_PLAIN = 180  # days before and after which a date needs its year


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One flag in words. `lines` are sentences; ids are short; texts that do not apply are empty."""

    flag: str
    kind: FlagKind
    heading: str
    title: str
    quote: str = ""
    lines: tuple[str, ...] = ()
    next_step: str = ""
    draft: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What the words of an entry are made from."""

    book: Casebook
    family: Family
    calendar: SchoolCalendar
    short: Mapping[str, str]
    by_sha: Mapping[str, FiledMessage] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_sha", {m.message.sha256: m for m in self.book.messages})

    @classmethod
    def of(cls, book: Casebook, family: Family, calendar: SchoolCalendar | None = None) -> Page:
        return cls(book, family, calendar or SchoolCalendar(), short_ids(book))

    def day(self, day: date) -> str:
        """“Thursday, February 26”, with the year where it is half a year away."""
        return day_words(day, self.book.as_of)

    def name(self, email: str) -> str:
        return plain_name(name_of(email, self.family, self.book.messages)) or email

    def people(self, request: Request) -> str:
        return (
            str(listed([self.name(email) for email in request.asked_of]))
            if request.asked_of
            else "the school"
        )

    def message(self, sha256: str) -> FiledMessage | None:
        return self.by_sha.get(sha256)

    def request(self, flag: Flag) -> Request | None:
        return next((r for r in self.book.requests if r.id == flag.request), None)


def day_words(day: date, today: date) -> str:
    year = f", {day.year}" if abs((day - today).days) > YEAR_IS_PLAIN else ""
    return f"{day:%A}, {day:%B} {day.day}{year}"


def visible_flags(book: Casebook) -> tuple[Flag, ...]:
    """The flags, the most urgent first, each matter once.

    Where the school put off a request to a day that has passed, the request says it all and what the
    school said about that day is not told again; a possible answer is told with its overdue request.
    """
    late_requests = {f.request for f in book.flags if f.kind is FlagKind.OVERDUE_REQUEST}
    said = {
        event.sha256
        for request in book.requests
        if request.id in late_requests
        for event in request.events
        if event.effect is Effect.DEFERRED
    }

    def told_elsewhere(flag: Flag) -> bool:
        if flag.kind is FlagKind.OVERDUE_COMMITMENT:
            return flag.message in said
        return flag.kind is FlagKind.POSSIBLE_ANSWER and flag.request in late_requests

    ordered = sorted(book.flags, key=lambda f: (-f.urgency, f.since, f.id))
    return tuple(f for f in ordered if not told_elsewhere(f))


def entry(flag: Flag, page: Page, *, in_full: bool = False) -> Entry:
    """The flag in words; `in_full` also says by what rule a date was counted, with its source."""
    request = page.request(flag)
    case = next((c for c in page.book.cases if c.id == flag.case), None)
    title, quote, lines = _words(flag, request, page, in_full)
    return Entry(
        flag=page.short.get(flag.id, flag.id),
        kind=flag.kind,
        heading=case.title if case else _subject(flag, page),
        title=title,
        quote=quote,
        lines=lines,
        next_step=flag.next_step,
        draft=page.short.get(flag.draft or "", ""),
        request=page.short.get(request.id, "") if request else "",
    )


def _words(
    flag: Flag, request: Request | None, page: Page, in_full: bool
) -> tuple[str, str, tuple[str, ...]]:
    """Title, quotation and sentences; a flag that is not about a request speaks for itself."""
    if request is None or flag.kind not in _ABOUT_A_REQUEST:
        return flag.reason, "", ()
    quote = trimmed(request.quote)
    if flag.kind is FlagKind.OVERDUE_REQUEST:
        return _title(request, page), quote, _overdue(request, page, in_full)
    if flag.kind is FlagKind.REFUSED_REQUEST:
        title, *lines = _refused(request, page)
        return title, quote, tuple(lines)
    words = load("page")
    if flag.kind is FlagKind.DUE_SOON:
        what, whom = words["what"][str(request.kind)], page.people(request)
        due = words["title"]["due_soon"].format(what=what, whom=whom, day=page.day(request.due_on))
        return str(due), quote, (_asked(request, page),)
    if flag.kind is FlagKind.POSSIBLE_ANSWER and request.candidates:
        return _possible_answer(flag, request, page, quote)
    told = flag.kind is FlagKind.NOT_DELIVERED
    return flag.reason, quote if told else "", (str(words["lines"]["undelivered"]),) if told else ()


def _possible_answer(
    flag: Flag, request: Request, page: Page, quote: str
) -> tuple[str, str, tuple[str, ...]]:
    words, filed = load("page"), page.message(request.candidates[-1].sha256)
    if filed is None:
        return flag.reason, "", ()
    what, sender = words["what"][str(request.kind)], page.name(filed.message.sender.email)
    title = words["title"]["possible_answer"].format(what=what, sender=sender, day=page.day(filed.sent_on))
    said = words["lines"]["wrote"].format(sender=sender, text=trimmed(filed.message.new_text))
    return str(title), quote, (_asked(request, page), str(said)) if filed.message.new_text else ()


def _refused(request: Request, page: Page) -> tuple[str, ...]:
    words = load("page")
    event = next((e for e in reversed(request.events) if e.effect is Effect.REFUSED), None)
    if event is None:
        return (
            str(words["title"]["refused"].format(what=words["what"][str(request.kind)])),
            _asked(request, page),
        )
    filed = page.message(event.sha256)
    by = page.name(filed.message.sender.email) if filed else page.people(request)
    title = words["title"]["refused_by"].format(
        what=words["what"][str(request.kind)], whom=by, day=page.day(event.on)
    )
    said = (words["lines"]["said"].format(quote=trimmed(event.quote)),) if event.quote else ()
    return (str(title), _asked(request, page), *said)


def _title(request: Request, page: Page) -> str:
    catalogue = load("page")
    pattern = catalogue["title"].get(str(request.status), catalogue["title"]["open"])
    return str(pattern.format(what=catalogue["what"][str(request.kind)], whom=_last_word(request, page)))


def _last_word(request: Request, page: Page) -> str:
    """Who acknowledged it or put it off last; while nobody has, those who were asked."""
    if not request.events:
        return page.people(request)
    filed = page.message(request.events[-1].sha256)
    return page.name(filed.message.sender.email) if filed else page.people(request)


def _overdue(request: Request, page: Page, in_full: bool) -> tuple[str, ...]:
    due = load("page")["lines"]["due"].format(
        day=page.day(request.due_on), late=late(request.due_on, page.book.as_of, page.calendar)
    )
    return (_asked(request, page), f"{due} {_counted(request, page, in_full)}", *_candidate(request, page))


def _asked(request: Request, page: Page) -> str:
    words = load("page")["lines"]
    by_sha = correspondence(page.book.messages).by_sha
    reminders = [by_sha[sha] for sha in request.follow_ups if sha in by_sha]
    again = [page.day(m.sent_on) for m in reminders]
    pattern = words["asked_again" if again else "asked"]
    return str(pattern.format(whom=page.people(request), day=page.day(request.asked_on), again=_on(again)))


def _on(days: list[str]) -> str:
    # Each day holds a comma of its own.
    return "on " + (days[0] if len(days) == 1 else f"{'; '.join(days[:-1])} and {days[-1]}") if days else ""


def _counted(request: Request, page: Page, in_full: bool) -> str:
    words, deadline = load("page")["lines"], request.deadline
    if deadline.first_due_on:
        rule = words["deferred"].format(first=page.day(deadline.first_due_on))
    else:
        rule = words["explicit" if deadline.basis is Basis.EXPLICIT else "counted"].format(rule=deadline.rule)
    return " ".join([rule, *working(deadline, in_full=in_full)])


def _candidate(request: Request, page: Page) -> tuple[str, ...]:
    if not request.candidates:
        return ()
    filed = page.message(request.candidates[-1].sha256)
    if filed is None:
        return ()
    sender = page.name(filed.message.sender.email)
    said = load("page")["lines"]["candidate"].format(
        sender=sender, day=page.day(filed.sent_on), id=page.short[request.id]
    )
    return (str(said),)


def _subject(flag: Flag, page: Page) -> str:
    """What a flag without a case is about: the child's own matter, or the subject of its message."""
    duty = next((d for d in page.book.duties if d.id == flag.duty), None)
    if duty:
        return f"{duty.child.split()[0]}: what comes by itself"
    about = next((m.message.subject for m in page.book.messages if m.message.sha256 == flag.message), "")
    return base_subject(about) or ("Your mail" if flag.kind is FlagKind.MAILBOX_NOT_READ else "Other mail")
