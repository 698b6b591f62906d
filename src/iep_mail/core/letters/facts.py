"""The facts that letters are filled with, out of requests, commitments, messages and the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from iep_mail.core.letters.counting import as_counted, standing
from iep_mail.core.letters.counting import late as late
from iep_mail.core.letters.iep import service_for, statement_for
from iep_mail.core.letters.people import is_office, plain_name, salutation, titled_name
from iep_mail.core.letters.plan_facts import (
    goal_sentence,
    plan_kind,
    plan_names,
    quoted_fact,
    stated,
    stated_sentence,
)
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.letters.wording import counted, listed, long_date
from iep_mail.core.tracking.deadlines import add_duration, parse_duration
from iep_mail.data import load
from iep_mail.model import (
    Case,
    Commitment,
    Direction,
    Duty,
    Effect,
    Family,
    FiledMessage,
    Iep,
    IepService,
    IepStatement,
    Observation,
    ParentDeadline,
    Request,
    RequestEvent,
    RequestKind,
    Resolution,
    SchoolCalendar,
    correspondence,
)

SERVICE_KINDS = frozenset({RequestKind.SERVICE_DELIVERY, RequestKind.MAKE_UP_SERVICES})
_LONGEST_QUOTE = 600
_MISSED = "missed_service"


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a letter is written from. `cite` False leaves out the lines that quote the law."""

    family: Family
    ieps: Sequence[Iep]
    messages: Sequence[FiledMessage]
    cases: Sequence[Case]
    observations: Sequence[Observation]
    templates: Mapping[str, LetterTemplate]
    calendar: SchoolCalendar
    today: date
    cite: bool = True
    requests: Sequence[Request] = ()
    commitments: Sequence[Commitment] = ()
    deadlines: Sequence[ParentDeadline] = ()
    duties: Sequence[Duty] = ()
    resolutions: Sequence[Resolution] = ()
    _named: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def message(self, sha256: str) -> FiledMessage | None:
        return correspondence(self.messages).by_sha.get(sha256)

    def case(self, case_id: str | None) -> Case | None:
        return next((c for c in self.cases if c.id == case_id), None)

    def child_of(self, child: str | None, case_id: str | None) -> str | None:
        """The child a matter is about: as filed, the case's, or the family's only one."""
        case = self.case(case_id)
        only = self.family.children[0].name if len(self.family.children) == 1 else None
        return child or (case.child if case else None) or only

    def person(self, by: str) -> str:
        """“Ms. Raman” for an address, a name, or both (“Raman, Priya <praman@…>”)."""
        email = by.rpartition("<")[2].rstrip(">").strip().lower()
        if "@" in email and email not in self._named:
            self._named[email] = titled_name(email, self.family, self.messages)
        name = self._named.get(email, by) if "@" in email else by
        if not name:
            return email
        called = salutation(plain_name(name))
        plain = is_office(name) and not any(word.isupper() for word in called.split())
        return f"the {called}" if plain and not called.lower().startswith("the ") else called

    def wrote(self, event: RequestEvent | None, to: Sequence[str]) -> bool:
        """Whether a letter to `to` goes to the one person who wrote what an event rests on."""
        filed = self.message(event.sha256) if event else None
        return filed is not None and tuple(to) == (filed.message.sender.email,)

    def asked_how(self, request: Request) -> str:
        """“I asked by phone” for a request that was written down by hand, "" for one by mail."""
        return self._how("asked_how", request.sha256)

    def said_how(self, sha256: str) -> str:
        """“our phone call” for what was written down by hand, "" for a mail."""
        return self._how("said_how", sha256)

    def _how(self, table: str, sha256: str) -> str:
        filed = self.message(sha256)
        by_hand = filed is not None and filed.message.by_hand is not None
        return str(load("letters")[table].get(filed.message.channel, "")) if filed and by_hand else ""

    def people(self, emails: Iterable[str]) -> str:
        """“Ms. Raman and Toby Vance” for addresses; "" for none."""
        names = list(dict.fromkeys(self.person(email) for email in emails))
        return str(listed(names)) if names else ""


def common_facts(child: str | None, sha256: str, day: date, desk: Desk) -> dict[str, object]:
    """What every letter may say; `day` is the one that the letter is about."""
    known = next((c for c in desk.family.children if c.name == child), None)
    return {
        "child": known.name.split()[0] if known else None,
        "child_full": known.name if known else None,
        "initials": known.initials if known else None,
        "parent": _signer(sha256, desk),
        "written_on": desk.today,
        "reply_by": reply_by("", desk),
        "cite": desk.cite,
        **plan_names(plan_kind(desk.ieps, child, day)),
    }


def reply_by(within: str, desk: Desk) -> date:
    """The weekday by which a letter asks for an answer: `within` after today, or the usual time."""
    pace = load("letters")["pace"]
    duration = parse_duration(within or pace["reply_within"])
    latest = desk.today + timedelta(days=pace["reply_within_at_most_days"])
    day = min(add_duration(desk.today, duration, desk.calendar)[0], latest)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def request_facts(request: Request, desk: Desk, to: Sequence[str] = ()) -> dict[str, object]:
    """What any letter about a request may say; `to` are those it goes to, as far as that is settled."""
    child = desk.child_of(request.child, request.case)
    refusal = next((e for e in reversed(request.events) if e.effect is Effect.REFUSED), None)
    last = request.events[-1] if request.events else None
    told_by = desk.person(last.by) if last else ""
    facts = common_facts(child, request.sha256, request.asked_on, desk) | {
        "quote": trimmed(request.quote),
        "asked_on": request.asked_on,
        "asked_whom": desk.people(request.asked_of),
        "earlier": earlier(request, desk),
        "asked_how": desk.asked_how(request),
        "standing": standing(
            request,
            desk.today,
            desk.calendar,
            told_by,
            yours=desk.wrote(last, to),
            spoken=desk.asked_how(request).startswith("I asked"),
        ),
        "bounced": list(request.undelivered_to),
        "stated": stated([(request.quote, request.asked_on)], desk.ieps, child),
        **_plan(request, child, desk),
    }
    if not facts["stated"] and facts.get("statement") and facts.get("iep_page"):
        facts["stated"] = stated_sentence(facts)
    if refusal:
        facts |= {
            "refused_on": refusal.on,
            "refused_by": "you" if desk.wrote(refusal, to) else desk.person(refusal.by),
            "refusal_quote": trimmed(refusal.quote),
        }
    return facts


def commitment_facts(commitment: Commitment, said: FiledMessage, desk: Desk) -> dict[str, object]:
    """What a reminder of a commitment may say."""
    child = desk.child_of(said.child, commitment.case)
    due = commitment.due_on
    return common_facts(child, commitment.sha256, commitment.said_on, desk) | {
        "commitment_quote": trimmed(commitment.quote),
        "said_on": commitment.said_on,
        "said_how": desk.said_how(commitment.sha256),
        "commitment_due": due,
        "late": as_counted(due, desk.today, None, desk.calendar) if due else None,
    }


def missed_facts(filed: FiledMessage, desk: Desk) -> dict[str, object]:
    """What a letter about missed sessions may say; the plan's words only where they were in force."""
    seen = [o for o in desk.observations if o.sha256 == filed.message.sha256 and o.kind == _MISSED]
    quote = seen[0].quote if seen else ""
    day = next((o.on for o in seen if o.on), filed.sent_on)
    child = desk.child_of(filed.child, filed.case)
    text = " ".join(filter(None, (quote, *(o.detail for o in seen))))
    service = service_for(text, desk.ieps, child, day) or service_for(
        f"{filed.message.subject} {text or filed.message.new_text}", desk.ieps, child, day
    )
    days = missed_dates(filed.case, service, desk)
    return common_facts(child, filed.message.sha256, day, desk) | {
        **quoted_fact(service, desk.ieps, child, day),
        "missed_dates": days,
        "missed_total": total(days, service),
        "source_sentence": _source(filed, quote, desk.said_how(filed.message.sha256)),
        "missed_service": next((o.detail.split(";")[0] for o in seen if o.detail), "the session"),
    }


def _source(filed: FiledMessage, quote: str, how: str) -> str | None:
    """Where it is known from: the school's own words, or the parent's message."""
    sentences = load("letters")["sentences"]
    if filed.direction is Direction.TO_SCHOOL:
        return str(sentences["source_own"].format(on=long_date(filed.sent_on)))
    if not quote:
        return None
    name = "source_spoken" if how else "source_sentence"
    return str(sentences[name].format(how=how, on=long_date(filed.sent_on), quote=trimmed(quote)))


def missed_dates(case: str | None, service: IepService | None, desk: Desk) -> list[date]:
    """The days on which sessions were missed in a case, of this service as far as they say which."""
    days = set()
    for seen in desk.observations:
        filed = desk.message(seen.sha256)
        if seen.kind != _MISSED or seen.on is None or filed is None or filed.case != case:
            continue
        spoken = service_for(f"{seen.quote} {seen.detail}", desk.ieps, filed.child, seen.on)
        if service is None or spoken is None or spoken.name == service.name:
            days.add(seen.on)
    return sorted(days)


def earlier(request: Request, desk: Desk) -> list[str]:
    """The documented attempts, each with its day and to whom it went."""
    sentences = load("letters")["sentences"]
    to = desk.people(request.asked_of)
    lines = [sentences["earlier_first"].format(on=long_date(request.asked_on), to=to)]
    reminders = sorted(
        (m for sha in request.follow_ups if (m := desk.message(sha))),
        key=lambda m: (m.message.date, m.message.sha256),
    )
    for reminder in reminders:
        people = [a.email for a in reminder.message.to if desk.family.is_school(a.email)]
        name = desk.people(people) or to
        lines.append(sentences["earlier_again"].format(on=long_date(reminder.sent_on), to=name))
    return [line.replace(" to :", ":").removesuffix(" to ") for line in lines]


def topic_of(request: Request) -> str:
    """A request as a line of a letter's list."""
    text = load("letters")["sentences"]["topic"]
    return str(text.format(on=long_date(request.asked_on), quote=trimmed(request.quote)))


def trimmed(quote: str) -> str:
    """A quotation on one line; a very long one ends at a word with an ellipsis."""
    text = " ".join(quote.split())
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _plan(request: Request, child: str | None, desk: Desk) -> dict[str, object]:
    text, day = request.quote, request.asked_on
    if request.kind in SERVICE_KINDS:
        service = service_for(text, desk.ieps, child, day) or service_missed(request.case, child, desk)
        days = missed_dates(request.case, service, desk) if request.case else []
        found = quoted_fact(service, desk.ieps, child, day)
        return {**found, "missed_dates": days, "missed_total": total(days, service)}
    if request.kind is RequestKind.ACCOMMODATION:
        fact = statement_for(text, desk.ieps, child, day)
        return quoted_fact(fact, desk.ieps, child, day) if isinstance(fact, IepStatement) else {}
    if request.kind is RequestKind.PROGRESS_DATA:
        return {"goal_sentence": goal_sentence(text, desk.ieps, child, day)}
    return {}


def service_missed(case: str | None, child: str | None, desk: Desk) -> IepService | None:
    """The one service whose sessions were missed in a case, None where there are more or none."""
    found = [
        service_for(f"{seen.quote} {seen.detail}", desk.ieps, child, seen.on)
        for seen in desk.observations
        if case and seen.kind == _MISSED and seen.on and (m := desk.message(seen.sha256)) and m.case == case
    ]
    names = {service.name for service in found if service}
    return next((s for s in found if s), None) if len(names) == 1 else None


def total(days: Sequence[date], service: IepService | None) -> str:
    """“3 sessions, or 90 minutes”; the minutes only where the plan gives them for one session."""
    if not days:
        return ""
    sessions = counted(len(days), "session")
    per_period = service is not None and service.frequency.startswith("per ")
    if service is None or not service.minutes or per_period:
        return sessions
    return f"{sessions}, or {counted(len(days) * service.minutes, 'minute')}"


def _signer(sha256: str, desk: Desk) -> str:
    """The parent who wrote that message, else the one it was written to, else the first."""
    filed = desk.message(sha256)
    addresses = [filed.message.sender.email, *(a.email for a in filed.message.recipients)] if filed else []
    for email in addresses:
        for parent in desk.family.parents:
            if email in map(str.lower, parent.addresses):
                return parent.name
    return desk.family.parents[0].name if desk.family.parents else ""
