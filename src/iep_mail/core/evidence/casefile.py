"""A case file put together: the messages of one or several cases, numbered, with what they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from iep_mail.core.evidence.contents import (
    CaseFile,
    CommitmentRow,
    Exhibit,
    ExhibitFile,
    PlanFact,
    RequestRow,
    TimelineRow,
)
from iep_mail.core.evidence.redaction import Redactor
from iep_mail.core.evidence.stats import answered_on, build_stats
from iep_mail.core.evidence.summary import summary_paragraph
from iep_mail.core.letters.entries import Page
from iep_mail.core.letters.facts import trimmed
from iep_mail.core.letters.iep import facts_in_force, statement_for, wording
from iep_mail.core.services.ledger import Ledger
from iep_mail.core.services.naming import services_meant
from iep_mail.core.services.picture import svg
from iep_mail.core.services.words import day_words
from iep_mail.data import load
from iep_mail.model import (
    Address,
    Basis,
    ClockClass,
    Commitment,
    Direction,
    Effect,
    FiledMessage,
    Iep,
    MessageKind,
    Request,
)

_EFFECTS = {
    Effect.ACKNOWLEDGED: "acknowledges",
    Effect.DEFERRED: "puts off",
    Effect.ANSWERED: "answers",
    Effect.REFUSED: "declines",
}
_KINDS = {
    MessageKind.AUTO_REPLY: "automatic reply",
    MessageKind.BOUNCE: "notice that mail was not delivered",
    MessageKind.PORTAL_NOTICE: "notice of a portal",
    MessageKind.CALENDAR: "calendar invitation",
    MessageKind.BULK: "mass mail",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the parent asked for. `left_out` are hashes of messages, or their beginnings."""

    cases: tuple[str, ...]
    purpose: str = "advocate"
    first: date | None = None
    last: date | None = None
    left_out: tuple[str, ...] = ()
    version: str = ""


class _Desk:
    """The chosen messages with their numbers, and everything that refers to them."""

    def __init__(self, page: Page, wanted: Wanted, redactor: Redactor) -> None:
        book = page.book
        self.page, self.wanted, self.redactor = page, wanted, redactor
        self.zone = ZoneInfo(page.family.timezone)
        self.messages = sorted(
            (m for m in book.messages if m.case in wanted.cases and self._chosen(m)),
            key=lambda m: (m.message.date, m.message.sha256),
        )
        self.number = {m.message.sha256: n for n, m in enumerate(self.messages, 1)}
        by_id = {m.message.message_id: m.message.sha256 for m in self.messages if m.message.message_id}
        self.by_id = by_id
        self.requests = [r for r in book.requests if r.case in wanted.cases and r.sha256 in self.number]
        self.requests.sort(key=lambda r: (self.number[r.sha256], r.id))
        self.label = {r.id: f"R{n}" for n, r in enumerate(self.requests, 1)}
        self.commitments = [c for c in book.commitments if c.case in wanted.cases and c.sha256 in self.number]

    def _chosen(self, filed: FiledMessage) -> bool:
        first, last = self.wanted.first, self.wanted.last
        sha256 = filed.message.sha256
        return (
            (first is None or filed.sent_on >= first)
            and (last is None or filed.sent_on <= last)
            and not any(sha256.startswith(out) for out in self.wanted.left_out)
            and (self.redactor.choice.private or not is_private(filed))
        )

    def clean(self, text: str, where: str) -> str:
        return self.redactor.text(text, where)

    def person(self, address: Address, where: str) -> str:
        """“Ellen Park (case manager) <address>”."""
        contact = self.page.family.contact(address.email)
        name = (contact.name if contact else "") or address.name or ""
        role = f" ({contact.role})" if contact and contact.role else ""
        shown = f"{name}{role} <{address.email}>" if address.email and name else name or address.email
        return self.clean(shown, where)


def is_private(filed: FiledMessage) -> bool:
    """Whether the parent marked a communication entered by hand as private."""
    by_hand = getattr(filed.message, "by_hand", None)
    return bool(by_hand and by_hand.private)


def build_casefile(
    page: Page,
    wanted: Wanted,
    ieps: Sequence[Iep],
    ledger: Ledger | None,
    redactor: Redactor,
) -> CaseFile:
    """The case file of `wanted` as of the casebook's day. What `redactor` takes out is told in it."""
    desk = _Desk(page, wanted, redactor)
    book, words = page.book, load("casefile")
    purpose = words["purpose"][wanted.purpose]
    chosen = [case for case in book.cases if case.id in wanted.cases]
    children = tuple(dict.fromkeys(filter(None, (c.child for c in chosen))))
    requests = tuple(_request_row(r, desk) for r in desk.requests)
    narrowed = replace(
        book,
        requests=tuple(desk.requests),
        commitments=tuple(desk.commitments),
        messages=tuple(desk.messages),
    )
    ledger = _concerned(ledger, desk, ieps) if ledger else None
    exhibits = tuple(_exhibits(desk))
    file = CaseFile(
        purpose=wanted.purpose,
        title=purpose["title"],
        prepared_for=purpose["for"],
        about=purpose["about"],
        matters=tuple(desk.clean(case.title, "the cover") for case in chosen),
        children=children,
        parents=tuple(parent.name for parent in page.family.parents),
        as_of=book.as_of,
        first=wanted.first or (desk.messages[0].sent_on if desk.messages else None),
        last=wanted.last or (desk.messages[-1].sent_on if desk.messages else None),
        summary="",
        sections=tuple(purpose["sections"]),
        requests=requests,
        commitments=tuple(_commitment_row(c, desk) for c in desk.commitments),
        ledger=ledger,
        picture=svg(ledger) if ledger and ledger.lines else "",
        facts=tuple(_facts(desk, ieps, ledger)),
        stats=build_stats(narrowed, name=page.name),
        timeline=tuple(_timeline(desk)),
        exhibits=exhibits,
        method=tuple(
            line.format(version=wanted.version, as_of=day_words(book.as_of))
            for line in words["method"]["lines"]
        ),
    )
    if wanted.purpose == "state-complaint":
        file = replace(
            file,
            complaint=tuple((what, where) for what, where in words["complaint"]["lines"]),
            complaint_notes=tuple(_complaint_notes(desk, words["complaint"])),
        )
    file = replace(file, summary=summary_paragraph(file))
    return replace(file, removals=removal_sentences(redactor, _withheld(desk)))


def _exhibits(desk: _Desk) -> Iterable[Exhibit]:
    count = 0
    for filed in desk.messages:
        message, number = filed.message, desk.number[filed.message.sha256]
        where = f"exhibit {number}"
        files = []
        for attachment in message.attachments:
            count += 1
            files.append(
                ExhibitFile(
                    label=f"A{count}",
                    exhibit=number,
                    name=desk.clean(attachment.name, where),
                    content_type=attachment.content_type,
                    size=attachment.size,
                    sha256=attachment.sha256,
                )
            )
        exhibit = Exhibit(
            number=number,
            sha256=message.sha256,
            at=message.date.astimezone(desk.zone),
            on=filed.sent_on,
            channel=_KINDS.get(filed.kind, str(message.channel)),
            sender=desk.person(message.sender, where),
            to=tuple(desk.person(a, where) for a in message.to),
            cc=tuple(desk.person(a, where) for a in message.cc),
            subject=desk.clean(message.subject, where),
            paragraphs=_paragraphs(desk.clean(message.new_text or message.full_text, where)),
            notes=tuple(_notes(filed, desk)),
            files=tuple(files),
            from_family=filed.direction is Direction.TO_SCHOOL,
        )
        yield replace(exhibit, original=_kept_back(filed, where, desk))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\n") for part in text.split("\n\n") if part.strip())


def _kept_back(filed: FiledMessage, where: str, desk: _Desk) -> str:
    """Why the original is not in the package; what it hides in quotes counts too."""
    if where in desk.redactor.removed or desk.redactor.holds_hidden(filed.message.full_text):
        return "kept back: something in it was chosen to be left out"
    if filed.message.bcc:
        return "kept back: it names people who received it as a blind copy"
    return ""


def _notes(filed: FiledMessage, desk: _Desk) -> Iterable[str]:
    """What the message did, and which other exhibits belong to it."""
    sha256 = filed.message.sha256
    asks = [desk.label[r.id] for r in desk.requests if r.sha256 == sha256]
    if asks:
        yield f"Makes request {_listed(asks)}."
    reminds = [desk.label[r.id] for r in desk.requests if sha256 in r.follow_ups]
    if reminds:
        yield f"Reminds of request {_listed(reminds)}."
    for effect, verb in _EFFECTS.items():
        hit = [
            f"{desk.label[r.id]} (exhibit {desk.number[r.sha256]})"
            for r in desk.requests
            if any(e.sha256 == sha256 and e.effect is effect for e in r.events)
        ]
        if hit:
            yield f"{verb.capitalize()} request {_listed(hit)}."
    if any(c.sha256 == sha256 for c in desk.commitments):
        yield "Says what the school will do."
    for seen in desk.page.book.observations:
        if seen.sha256 == sha256 and seen.kind == "missed_service":
            day = f" on {day_words(seen.on)}" if seen.on else ""
            yield f"Tells of a session that was not held{day}."
    before = [desk.number[desk.by_id[i]] for i in filed.message.in_reply_to if i in desk.by_id]
    if before:
        yield f"Replies to exhibit {_listed([str(n) for n in sorted(set(before))])}."


def _request_row(request: Request, desk: _Desk) -> RequestRow:
    number = desk.number[request.sha256]
    settled = answered_on(request)
    event = next((e for e in reversed(request.events) if e.effect in (Effect.ANSWERED, Effect.REFUSED)), None)
    until = settled or desk.page.book.as_of
    days = {m.message.sha256: m.sent_on for m in desk.messages}
    words = load("casefile")["status"]
    return RequestRow(
        label=desk.label[request.id],
        what=what_words(str(request.kind)),
        quote=desk.clean(trimmed(request.quote), f"exhibit {number}"),
        asked_of=desk.clean(desk.page.people(request), f"exhibit {number}"),
        asked_on=request.asked_on,
        exhibit=number,
        reminders=tuple((days[s], desk.number[s]) for s in request.follow_ups if s in desk.number),
        due_on=request.recorded_due_on,
        rule=_rule(request),
        citation=(request.deadline.citation or "") if _legal(request) else "",
        status=words[str(request.status)],
        settled_on=settled,
        settled_exhibit=desk.number.get(event.sha256) if event and settled else None,
        days=(until - request.asked_on).days,
        days_late=max(0, (until - request.recorded_due_on).days) if request.status != "withdrawn" else 0,
    )


def what_words(kind: str) -> str:
    """What a kind of request is called in a file that strangers read."""
    own = load("casefile")["what"]
    return str(own.get(kind) or load("page")["what"].get(kind, kind.replace("_", " ")))


def _legal(request: Request) -> bool:
    return request.deadline.clock_class is ClockClass.LEGAL and request.deadline.basis is Basis.BUILT_IN


def _rule(request: Request) -> str:
    """By what the due date was counted; a number that is not in law is never shown as one."""
    words, deadline = load("casefile")["rule"], request.deadline
    if deadline.basis is Basis.EXPLICIT:
        return str(words["explicit"])
    if _legal(request):
        return deadline.rule
    return str(words["table" if deadline.basis is Basis.TABLE else "no_limit"].format(rule=deadline.rule))


def _commitment_row(commitment: Commitment, desk: _Desk) -> CommitmentRow:
    number = desk.number[commitment.sha256]
    status = load("casefile")["commitment_status"][str(commitment.status)]
    late = commitment.overdue(desk.page.book.as_of)
    return CommitmentRow(
        quote=desk.clean(trimmed(commitment.quote), f"exhibit {number}"),
        by=desk.clean(desk.page.name(commitment.by), f"exhibit {number}"),
        said_on=commitment.said_on,
        exhibit=number,
        due_on=commitment.due_on,
        status=f"{status}, its day has passed" if late else status,
    )


def _facts(desk: _Desk, ieps: Sequence[Iep], ledger: Ledger | None) -> Iterable[PlanFact]:
    """The plan's facts that requests speak of and that the ledger counts, each once."""
    relied: dict[tuple[str, int | None, str], list[str]] = {}
    for request in desk.requests:
        fact = statement_for(request.quote, ieps, request.child, request.asked_on)
        for plan in facts_in_force(ieps, request.child, request.asked_on):
            if fact and (fact in plan.services or fact in plan.accommodations):
                key = (_document(plan), fact.page, wording(fact))
                relied.setdefault(key, []).append(f"request {desk.label[request.id]}")
    for line in ledger.lines if ledger else ():
        for service in line.facts:
            for plan in ieps:
                if plan.child == line.child and service in plan.services:
                    relied.setdefault((_document(plan), service.page, wording(service)), []).append(
                        "services"
                    )
    for (document, page, text), why in sorted(relied.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        yield PlanFact(document=document, page=page, text=text, relied_on=", ".join(dict.fromkeys(why)))


def _document(plan: Iep) -> str:
    name = "Section 504 plan" if plan.plan == "504" else "IEP"
    since = f" in force from {day_words(plan.effective_from)}" if plan.effective_from else ""
    return plan.document or f"{name}{since}"


def _concerned(ledger: Ledger, desk: _Desk, ieps: Sequence[Iep]) -> Ledger | None:
    """The services that the file's messages speak of; where they name none, those on record."""
    spoken = {name.casefold() for m in desk.messages for name in _services_in(m, desk, ieps)}
    kept = [line for line in ledger.lines if line.service.casefold() in spoken]
    if not kept:
        kept = [c for c in ledger.lines if c.total.missed or c.total.made_up or c.total.delivered]
    return replace(ledger, lines=tuple(kept)) if kept else None


def _services_in(filed: FiledMessage, desk: _Desk, ieps: Sequence[Iep]) -> Iterable[str]:
    """The services named in a message's subject, in its requests and in what was observed in it."""
    sha256 = filed.message.sha256
    texts = [filed.message.subject]
    texts += [r.quote for r in desk.requests if r.sha256 == sha256]
    for seen in desk.page.book.observations:
        if seen.sha256 == sha256 and seen.kind == "missed_service":
            texts += [seen.quote, seen.detail.partition(";")[0]]
    for text in texts:
        names = services_meant(text, ieps, filed.child, filed.sent_on)
        yield from names if len(names) == 1 else ()


def _timeline(desk: _Desk) -> Iterable[TimelineRow]:
    for filed in desk.messages:
        message, number = filed.message, desk.number[filed.message.sha256]
        where = f"exhibit {number}"
        who = desk.page.name(message.sender.email) or message.sender.name
        to = ", ".join(dict.fromkeys(desk.page.name(a.email) for a in message.to))
        notes = [note.rstrip(".") for note in _notes(filed, desk) if not note.startswith("Replies")]
        kind = f" ({_KINDS[filed.kind]})" if filed.kind in _KINDS else ""
        did = "; ".join(n[0].lower() + n[1:] for n in notes) or f"writes: {message.subject or 'no subject'}"
        yield TimelineRow(
            filed.sent_on, desk.clean(f"{who} to {to or 'nobody named'}{kind}: {did}.", where), number
        )


def _complaint_notes(desk: _Desk, words: Mapping[str, str]) -> Iterable[str]:
    as_of = desk.page.book.as_of
    since = _year_before(as_of)
    yield words["year"].format(as_of=day_words(as_of), since=day_words(since))
    yield words["copy"]
    mediated = [
        str(desk.number[m.message.sha256])
        for m in desk.messages
        if "mediat" in f"{m.message.subject} {m.message.new_text}".casefold()
    ]
    if mediated:
        yield words["mediation"].format(exhibits=_listed(mediated))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # February 29
        return day.replace(year=day.year - 1, day=28)


def _withheld(desk: _Desk) -> Sequence[str]:
    book, wanted = desk.page.book, desk.wanted
    mine = [m for m in book.messages if m.case in wanted.cases]
    private = sum(is_private(m) for m in mine) if not desk.redactor.choice.private else 0
    out = sum(any(m.message.sha256.startswith(o) for o in wanted.left_out) for m in mine)
    said = []
    if private:
        said.append(
            f"{private} private note{'s' * (private != 1)} of the family {'is' if private == 1 else 'are'} left out."
        )
    if out:
        said.append(
            f"{out} message{'s' * (out != 1)} {'was' if out == 1 else 'were'} left out by the family's choice."
        )
    return said


def removal_sentences(redactor: Redactor, more: Sequence[str] = ()) -> tuple[str, ...]:
    """What was taken out, where and how often; never what it said."""
    said = []
    for where, found in sorted(redactor.removed.items(), key=lambda item: _order(item[0])):
        places = sum(found.values())
        said.append(f"In {where}, {places} place{'s were' if places != 1 else ' was'} taken out.")
    return (*said, *more)


def _order(where: str) -> tuple[int, str]:
    digits = "".join(c for c in where if c.isdigit())
    return int(digits) if digits else 0, where


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
