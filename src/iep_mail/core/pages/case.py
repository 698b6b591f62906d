"""What the page of a case shows: where it stands, what was asked, and everything that happened."""

from __future__ import annotations

from dataclasses import dataclass

from iep_mail.core.letters.counting import late
from iep_mail.core.letters.entries import Page, visible_flags
from iep_mail.core.pages.arrangement import PromiseCard, ThreadLine, log_rows, promise_cards, thread_lines
from iep_mail.core.pages.today import FlagCard, card
from iep_mail.core.pages.words import what, without_commands
from iep_mail.core.timeline import Moment, request_line, timeline
from iep_mail.core.tracking.deadlines import explain
from iep_mail.core.tracking.ladder import STEPS
from iep_mail.core.why import why
from iep_mail.model import Case, CaseStatus, Draft, DraftStatus, Ladder, LogRow, Request, Resolution

_AWAY = (DraftStatus.DISCARDED, DraftStatus.SENT)
_LATEST = 8  # messages of a story that are shown unfolded
_GREETING, _BEGINS = 40, 140  # characters
STATUS = {
    CaseStatus.OPEN: "Open",
    CaseStatus.MONITORING: "Settled; watching whether it holds",
    CaseStatus.RESOLVED: "Resolved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCard:
    """A request with how it stands and how its day was counted."""

    request: Request
    what: str
    whom: str
    line: str
    late: str
    counted: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    what: str
    place: str  # passed | here | ahead


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the story. `begins` is how it starts, past the greeting."""

    moment: Moment
    begins: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in the list of cases."""

    case: Case
    status: str
    open: int
    overdue: int
    messages: int
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    case: Case
    status: str
    steps: tuple[Step, ...]
    next_step: str
    ladder: Ladder | None
    flags: tuple[FlagCard, ...]
    drafts: tuple[Draft, ...]
    waiting: tuple[RequestCard, ...]
    settled: tuple[RequestCard, ...]
    earlier: tuple[Told, ...]  # older messages, folded away where the story is long
    latest: tuple[Told, ...]
    promised: tuple[PromiseCard, ...]
    threads: tuple[ThreadLine, ...]
    others: tuple[Case, ...]  # where its threads could go
    resolution: Resolution | None
    log: tuple[LogRow, ...]

    @property
    def suggested(self) -> tuple[ThreadLine, ...]:
        """The threads that may turn to another matter."""
        return tuple(line for line in self.threads if line.split_at)


def case_page(case: Case, page: Page) -> CasePage:
    """Everything that the page of `case` shows."""
    book = page.book
    mine = [request_card(r, page) for r in book.requests if r.case == case.id]
    open_requests = {r.request.id for r in mine if not r.request.status.settled}
    promised = promise_cards(case, page)
    told = open_requests | {p.commitment.id for p in promised}
    # What is only late is told by its request or promise; the rest speaks for itself.
    flags = [f for f in visible_flags(book) if f.case == case.id and not {f.request, f.commitment} & told]
    story = [_told(moment) for moment in timeline(case, page)]
    folded = len(story) - _LATEST if len(story) > _LATEST + 2 else 0
    return CasePage(
        case=case,
        status=STATUS[case.status],
        steps=tuple(Step(n, text, _place(n, case.step)) for n, text in STEPS.items()),
        next_step=without_commands(case.next_step),
        ladder=next((ladder for ladder in book.ladders if ladder.case == case.id), None),
        flags=tuple(card(f, page) for f in flags),
        drafts=tuple(d for d in book.drafts if d.case == case.id and d.status not in _AWAY),
        waiting=tuple(r for r in mine if not r.request.status.settled),
        settled=tuple(r for r in mine if r.request.status.settled),
        earlier=tuple(story[:folded]),
        latest=tuple(story[folded:]),
        promised=promised,
        threads=thread_lines(case, page),
        others=other_cases(page, case.id),
        resolution=next((r for r in book.resolutions if r.case == case.id), None),
        log=log_rows(case, page),
    )


def other_cases(page: Page, but: str = "") -> tuple[Case, ...]:
    """The cases by name, for a choice; without one of them."""
    return tuple(sorted((c for c in page.book.cases if c.id != but), key=lambda c: (c.title, c.id)))


def _told(moment: Moment) -> Told:
    paragraphs = moment.paragraphs
    greeted = len(paragraphs) > 1 and len(paragraphs[0]) <= _GREETING and paragraphs[0][-1] in ",:!."
    begins = paragraphs[1] if greeted else paragraphs[0] if paragraphs else ""
    return Told(moment, begins if len(begins) <= _BEGINS else begins[:_BEGINS].rsplit(" ", 1)[0] + " …")


def request_card(request: Request, page: Page) -> RequestCard:
    words = what(request)
    line = request_line(request, page).partition("): ")[2]
    told = why(page.book, request.id) or ()
    return RequestCard(
        request=request,
        what=words[0].upper() + words[1:],
        whom=page.people(request),
        line=line[0].upper() + line[1:],
        late=late(request.due_on, page.book.as_of, page.calendar) if _overdue(request, page) else "",
        counted=explain(request.deadline),
        why=tuple(without_commands(text) for text in told),
    )


def case_lines(page: Page) -> tuple[CaseLine, ...]:
    """All cases: the open ones first, each group by its latest mail."""
    order = list(CaseStatus)
    last = {m.case: m.message.date for m in page.book.messages if m.case}
    cases = sorted(page.book.cases, key=lambda c: c.id)
    cases = sorted((c for c in cases if c.id in last), key=lambda c: last[c.id], reverse=True)
    return tuple(_line(case, page) for case in sorted(cases, key=lambda c: order.index(c.status)))


def _line(case: Case, page: Page) -> CaseLine:
    messages = [m for m in page.book.messages if m.case == case.id]
    waiting = [r for r in page.book.requests if r.case == case.id and not r.status.settled]
    return CaseLine(
        case=case,
        status=STATUS[case.status],
        open=len(waiting),
        overdue=sum(_overdue(r, page) for r in waiting),
        messages=len(messages),
        last=page.day(messages[-1].sent_on) if messages else "",
    )


def _overdue(request: Request, page: Page) -> bool:
    return request.days_overdue(page.book.as_of) > 0


def _place(number: int, now: int) -> str:
    return "here" if number == now else "passed" if number < now else "ahead"
