"""The story of a case, message by message, with what each one did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from iep_mail.core.decisions.entries import entry_title
from iep_mail.core.letters.counting import late
from iep_mail.core.letters.entries import Page
from iep_mail.core.letters.facts import trimmed
from iep_mail.data import load
from iep_mail.model import (
    Case,
    Commitment,
    CommitmentStatus,
    Direction,
    EntryKind,
    FiledMessage,
    LogEntry,
    MessageKind,
    Request,
    RequestEvent,
    RequestStatus,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message did. `kind`: asked, reminder, an effect, possible_answer, promise or observed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One message of the story. `note` says what kind of mail it is where no person wrote it."""

    sha256: str
    on: date
    ours: bool
    who: str
    to: str
    subject: str
    note: str
    paragraphs: tuple[str, ...]
    attachments: tuple[str, ...]
    marks: tuple[Mark, ...]


def timeline(case: Case, page: Page) -> tuple[Moment, ...]:
    """The case's messages in the order of time, the parent's own notes among them by their day."""
    told = [_moment(filed, page) for filed in page.book.messages if filed.case == case.id]
    notes = [
        _note(entry)
        for entry in page.book.entries
        if entry.kind is not EntryKind.COMMUNICATION and entry.case in (case.id, *case.former_ids)
    ]
    return tuple(sorted((*told, *notes), key=lambda moment: moment.on))


def _note(entry: LogEntry) -> Moment:
    """What the parent wrote down for themselves."""
    return Moment(
        sha256=entry.id,
        on=entry.on,
        ours=True,
        who="",
        to="yourself",
        subject=entry_title(entry),
        note="private" if entry.private else "",
        paragraphs=_paragraphs(entry.text),
        attachments=tuple(a.name for a in entry.attachments if a.name),
        marks=(),
    )


def request_line(request: Request, page: Page) -> str:
    """One request in a line: what, its id, how it stands and since when."""
    words = load("page")
    due = page.day(request.due_on)
    status = words["status"][str(request.status)].format(day=due)
    settled_on = request.decided_on or (request.events[-1].on if request.events else None)
    if request.status.settled and settled_on:
        status = words["status"][f"{request.status}_on"].format(day=page.day(settled_on))
    behind = (
        late(request.due_on, page.book.as_of, page.calendar) if request.days_overdue(page.book.as_of) else ""
    )
    if behind:
        status = words["status"]["late"].format(day=due, late=behind)
    return f"{words['what'][str(request.kind)]} ({page.short[request.id]}): {status}"


def _moment(filed: FiledMessage, page: Page) -> Moment:
    message = filed.message
    ours = filed.direction is Direction.TO_SCHOOL
    kinds = load("page")["message"]
    entered = next((e for e in page.book.entries if message.by_hand and e.id == message.by_hand.id), None)
    note = "" if filed.kind is MessageKind.PERSONAL else kinds[str(filed.kind)]
    if entered:
        note = f"you wrote this down{', private' if entered.private else ''}"
    return Moment(
        sha256=message.sha256,
        on=filed.sent_on,
        ours=ours,
        who=page.name(message.sender.email) if message.sender.email else message.sender.name,
        to=", ".join(dict.fromkeys(page.name(a.email) for a in message.to)),
        subject=entry_title(entered) if entered else message.subject,
        note=note,
        paragraphs=_paragraphs(entered.text if entered else message.new_text),
        attachments=tuple(a.name for a in message.attachments if a.name),
        marks=tuple(_marks(filed, page)),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(p for part in text.split("\n\n") if (p := " ".join(part.split())))


def _marks(filed: FiledMessage, page: Page) -> Iterator[Mark]:
    sha256 = filed.message.sha256
    words = load("page")["mark"]
    for request in page.book.requests:
        name = page.short[request.id]
        if request.sha256 == sha256:
            yield Mark("asked", f"{request_line(request, page)} “{trimmed(request.quote)}”")
        if sha256 in request.follow_ups:
            yield Mark("reminder", words["reminder"].format(id=name))
        for event in request.events:
            if event.sha256 == sha256:
                yield Mark(str(event.effect), _effect(event, name, page))
        if any(c.sha256 == sha256 for c in request.candidates) and not request.status.settled:
            yield Mark("possible_answer", words["possible_answer"].format(id=name))
    for commitment in page.book.commitments:
        if commitment.sha256 == sha256:
            yield Mark("promise", _promise(commitment, page))
    yield from _observed(sha256, page)


def _observed(sha256: str, page: Page) -> Iterator[Mark]:
    """What the message tells of, each sentence once with all the days that it names."""
    words = load("page")["mark"]["observed"]
    days: dict[tuple[str, str], list[str]] = {}
    for seen in page.book.observations:
        if seen.sha256 == sha256:
            named = days.setdefault((seen.kind, seen.quote), [])
            if seen.on:
                named.append(page.day(seen.on))
    for (kind, quote), named in days.items():
        what = ", ".join([words.get(kind, kind.replace("_", " ")), *(["; ".join(named)] if named else [])])
        yield Mark("observed", f"{what}: “{trimmed(quote)}”")


def _effect(event: RequestEvent, name: str, page: Page) -> str:
    day = page.day(event.new_due_on) if event.new_due_on else ""
    return str(load("page")["mark"][str(event.effect)].format(id=name, day=day))


def _promise(commitment: Commitment, page: Page) -> str:
    words = load("page")["mark"]
    if commitment.status is not CommitmentStatus.OPEN:
        state = words[f"promise_{commitment.status}"]
    elif commitment.due_on is None:
        state = words["promise_undated"]
    else:
        state = words["promise_late" if commitment.overdue(page.book.as_of) else "promise_open"].format(
            day=page.day(commitment.due_on)
        )
    return f"{state} “{trimmed(commitment.quote)}”"


def is_open(request: Request) -> bool:
    return not request.status.settled and request.status is not RequestStatus.WITHDRAWN
