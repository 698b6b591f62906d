"""The facts that letters are filled with, out of requests, commitments, messages and the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from iep_mail.core.letters.iep import plan_of, service_for, statement_for, wording
from iep_mail.core.letters.people import name_of, plain_name, salutation
from iep_mail.core.letters.sandbox import listed, long_date
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.tracking.deadlines import add_duration
from iep_mail.data import load
from iep_mail.model import (
    Basis,
    Case,
    ClockClass,
    Commitment,
    DayKind,
    Duration,
    Effect,
    Family,
    FiledMessage,
    Iep,
    IepService,
    IepStatement,
    Observation,
    Request,
    RequestKind,
    SchoolCalendar,
)

REPLY_WITHIN = Duration(5, DayKind.SCHOOL)
_LONGEST_QUOTE = 600
_MOST_SCHOOL_DAYS = 400


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a letter is written from."""

    family: Family
    ieps: Sequence[Iep]
    messages: Sequence[FiledMessage]
    cases: Sequence[Case]
    observations: Sequence[Observation]
    templates: Mapping[str, LetterTemplate]
    calendar: SchoolCalendar
    today: date
    cite: bool = True

    def message(self, sha256: str) -> FiledMessage | None:
        return next((m for m in self.messages if m.message.sha256 == sha256), None)


def request_facts(request: Request, desk: Desk) -> dict[str, object]:
    """What any letter about a request may say."""
    refusal = next((e for e in reversed(request.events) if e.effect is Effect.REFUSED), None)
    facts = _common(request.child or _child_of_case(request.case, desk), request.sha256, desk)
    facts |= {
        "quote": trimmed(request.quote),
        "asked_on": request.asked_on,
        "earlier": _earlier(request, desk),
        "waited": late(request.asked_on, desk.today, desk.calendar),
        "bounced": list(request.undelivered_to),
        **_due(request, desk),
        **_plan(request, desk),
    }
    if refusal:
        facts |= {
            "refused_on": refusal.on,
            "refused_by": _person(refusal.by, desk),
            "refusal_quote": trimmed(refusal.quote),
        }
    return facts


def commitment_facts(commitment: Commitment, said: FiledMessage, desk: Desk) -> dict[str, object]:
    """What a reminder of a commitment may say."""
    facts = _common(said.child or _child_of_case(commitment.case, desk), commitment.sha256, desk)
    return facts | {
        "commitment_quote": trimmed(commitment.quote),
        "said_on": commitment.said_on,
        "commitment_due": commitment.due_on,
        "late": late(commitment.due_on, desk.today, desk.calendar) if commitment.due_on else None,
    }


def missed_facts(filed: FiledMessage, desk: Desk) -> dict[str, object]:
    """What a letter about missed sessions may say; the plan's words only where they were in force."""
    seen = [o for o in desk.observations if o.sha256 == filed.message.sha256 and o.kind == "missed_service"]
    quote = seen[0].quote if seen else ""
    day = next((o.on for o in seen if o.on), filed.sent_on)
    child = filed.child or _child_of_case(filed.case, desk)
    text = " ".join(filter(None, (quote, *(o.detail for o in seen))))
    service = service_for(text, desk.ieps, child, day) or service_for(
        f"{filed.message.subject} {text or filed.message.new_text}", desk.ieps, child, day
    )
    sentences = load("letters")["sentences"]
    source = sentences["source_sentence"].format(on=long_date(filed.sent_on), quote=trimmed(quote))
    return _common(child, filed.message.sha256, desk) | {
        **_stated(service, desk, child, day),
        "missed_dates": missed_dates(filed.case, service, desk),
        "source_sentence": source if quote else None,
    }


def missed_dates(case: str | None, service: IepService | None, desk: Desk) -> list[date]:
    """The days on which sessions were missed in a case, of this service as far as they say which."""
    days = set()
    for seen in desk.observations:
        filed = desk.message(seen.sha256)
        if seen.kind != "missed_service" or seen.on is None or filed is None or filed.case != case:
            continue
        spoken = service_for(f"{seen.quote} {seen.detail}", desk.ieps, filed.child, seen.on)
        if service is None or spoken is None or spoken.name == service.name:
            days.add(seen.on)
    return sorted(days)


def late(since: date, today: date, calendar: SchoolCalendar) -> str:
    """“9 days (6 school days)” from `since` to `today`; school days only by a known calendar."""
    days = (today - since).days
    if days <= 0:
        return ""
    sentences = load("letters")["sentences"]
    school = school_days_late(since, today, calendar)
    plain = str(Duration(days, DayKind.CALENDAR))
    if school is None:
        return str(sentences["late_days"].format(days=plain))
    return str(sentences["late_both"].format(days=plain, school=Duration(school, DayKind.SCHOOL)))


def school_days_late(since: date, today: date, calendar: SchoolCalendar) -> int | None:
    """School days after `since` up to and with `today`; None where the calendar does not tell."""
    count, day = 0, since
    while count < _MOST_SCHOOL_DAYS:
        day, _, estimated = add_duration(day, Duration(1, DayKind.SCHOOL), calendar)
        if day > today:
            return count
        if estimated:
            return None
        count += 1
    return None


def trimmed(quote: str) -> str:
    """A quotation on one line; a very long one ends at a word with an ellipsis."""
    text = " ".join(quote.split())
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _common(child: str | None, sha256: str, desk: Desk) -> dict[str, object]:
    children = desk.family.children
    known = next((c for c in children if c.name == child), children[0] if len(children) == 1 else None)
    reply_by = add_duration(desk.today, REPLY_WITHIN, desk.calendar)[0]
    return {
        "child": known.name.split()[0] if known else None,
        "initials": known.initials if known else None,
        "parent": _signer(sha256, desk),
        "written_on": desk.today,
        "reply_by": reply_by if reply_by > desk.today else desk.today + timedelta(days=7),
    }


def _signer(sha256: str, desk: Desk) -> str:
    """The parent who wrote that message, else the one it was written to, else the first."""
    filed = desk.message(sha256)
    addresses = [filed.message.sender.email, *(a.email for a in filed.message.recipients)] if filed else []
    for email in addresses:
        for parent in desk.family.parents:
            if email in map(str.lower, parent.addresses):
                return parent.name
    return desk.family.parents[0].name if desk.family.parents else ""


def _child_of_case(case: str | None, desk: Desk) -> str | None:
    return next((c.child for c in desk.cases if c.id == case), None)


def _earlier(request: Request, desk: Desk) -> list[str]:
    sentences = load("letters")["sentences"]
    names = [salutation(n) for a in request.asked_of if (n := name_of(a, desk.family, desk.messages))]
    to = listed(names) if names else ", ".join(request.asked_of)
    lines = [sentences["earlier_first"].format(on=long_date(request.asked_on), to=to)]
    days = sorted(m.sent_on for sha in request.follow_ups if (m := desk.message(sha)))
    return lines + [sentences["earlier_again"].format(on=long_date(day)) for day in days]


def _due(request: Request, desk: Desk) -> dict[str, object]:
    """How the due date may be spoken of. Our own follow-up habit is no date of the school's."""
    sentences = load("letters")["sentences"]
    deferral = next(
        (e for e in reversed(request.events) if e.effect is Effect.DEFERRED and e.new_due_on), None
    )
    due = long_date(request.due_on)
    if deferral and deferral.new_due_on == request.due_on:
        text = sentences["due_deferred"].format(said=long_date(deferral.on), due=due)
    elif request.deadline.basis is Basis.EXPLICIT:
        text = sentences["due_explicit"].format(due=due)
    elif request.deadline.clock_class is ClockClass.LEGAL:
        text = sentences["due_counted"].format(rule=request.deadline.rule, due=due)
    else:
        return {}
    return {"due_sentence": text, "late": late(request.due_on, desk.today, desk.calendar)}


def _plan(request: Request, desk: Desk) -> dict[str, object]:
    child = request.child or _child_of_case(request.case, desk)
    if request.kind in (RequestKind.SERVICE_DELIVERY, RequestKind.MAKE_UP_SERVICES):
        service = service_for(request.quote, desk.ieps, child, request.asked_on)
        dates = missed_dates(request.case, service, desk) if service else []
        return {**_stated(service, desk, child, request.asked_on), "missed_dates": dates} if service else {}
    if request.kind is RequestKind.ACCOMMODATION:
        fact = statement_for(request.quote, desk.ieps, child, request.asked_on)
        return _stated(fact, desk, child, request.asked_on) if isinstance(fact, IepStatement) else {}
    return {}


def _stated(
    fact: IepService | IepStatement | None, desk: Desk, child: str | None, day: date
) -> dict[str, object]:
    if fact is None:
        return {}
    return {"statement": wording(fact), "iep_page": fact.page, "plan": plan_of(fact, desk.ieps, child, day)}


def _person(by: str, desk: Desk) -> str:
    """“Ms. Raman” for an address or a name."""
    name = name_of(by.lower(), desk.family, desk.messages) if "@" in by else by
    return salutation(plain_name(name)) if name else by
