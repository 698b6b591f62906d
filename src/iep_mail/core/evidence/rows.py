"""The tables of a case file: requests, commitments, services, facts of the plan, timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from iep_mail.core.evidence.contents import (
    CommitmentRow,
    PlanFact,
    RequestRow,
    TimelineRow,
)
from iep_mail.core.evidence.desk import KINDS, Desk
from iep_mail.core.evidence.exhibits import notes_of
from iep_mail.core.evidence.stats import answered_on
from iep_mail.core.letters.facts import trimmed
from iep_mail.core.letters.iep import facts_in_force, statement_for, wording
from iep_mail.core.services.ledger import Ledger
from iep_mail.core.services.naming import services_meant
from iep_mail.core.services.words import day_words
from iep_mail.data import load
from iep_mail.model import (
    Basis,
    ClockClass,
    Commitment,
    Effect,
    FiledMessage,
    Iep,
    Request,
)


def request_row(request: Request, desk: Desk) -> RequestRow:
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


def commitment_row(commitment: Commitment, desk: Desk) -> CommitmentRow:
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


def plan_facts(desk: Desk, ieps: Sequence[Iep], ledger: Ledger | None) -> Iterable[PlanFact]:
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


def concerned(ledger: Ledger, desk: Desk, ieps: Sequence[Iep]) -> Ledger | None:
    """The services that the file's messages speak of; where they name none, those on record."""
    spoken = {name.casefold() for m in desk.messages for name in _services_in(m, desk, ieps)}
    kept = [line for line in ledger.lines if line.service.casefold() in spoken]
    if not kept:
        kept = [c for c in ledger.lines if c.total.missed or c.total.made_up or c.total.delivered]
    return replace(ledger, lines=tuple(kept)) if kept else None


def _services_in(filed: FiledMessage, desk: Desk, ieps: Sequence[Iep]) -> Iterable[str]:
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


def timeline_rows(desk: Desk) -> Iterable[TimelineRow]:
    for filed in desk.messages:
        message, number = filed.message, desk.number[filed.message.sha256]
        where = f"exhibit {number}"
        who = desk.page.name(message.sender.email) or message.sender.name
        to = ", ".join(dict.fromkeys(desk.page.name(a.email) for a in message.to))
        notes = [note.rstrip(".") for note in notes_of(filed, desk) if not note.startswith("Replies")]
        kind = f" ({KINDS[filed.kind]})" if filed.kind in KINDS else ""
        did = "; ".join(n[0].lower() + n[1:] for n in notes) or f"writes: {message.subject or 'no subject'}"
        yield TimelineRow(
            filed.sent_on, desk.clean(f"{who} to {to or 'nobody named'}{kind}: {did}.", where), number
        )
