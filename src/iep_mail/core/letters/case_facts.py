"""A case told in lines, each with its day: for an advocate, a meeting or a complaint."""

from __future__ import annotations

import re
from datetime import date

from iep_mail.core.letters.facts import Desk, earlier, missed_dates, service_missed, topic_of, trimmed
from iep_mail.core.letters.plan_facts import stated
from iep_mail.core.letters.wording import counted, long_date
from iep_mail.data import load
from iep_mail.model import Case, Direction, Effect, Request, RequestStatus

_MOST_LINES = 24
_CONFIDENTIAL = re.compile(r"\bmediat(?:ion|or|e|ed|ing)\b", re.I)


def case_facts(case: Case, desk: Desk) -> dict[str, object]:
    """What a letter about a whole case may say: of what is open, declined or came late, not of the rest."""
    child = desk.child_of(case.child, case.id)
    waiting = [r for r in desk.requests if r.case == case.id and not r.status.settled]
    service = service_missed(case.id, child, desk)
    texts = [(r.quote, r.asked_on) for r in waiting]
    days = missed_dates(case.id, service, desk)
    if service and days:
        texts.append((service.name, days[-1]))
    return {
        "topics": [topic_of(r) for r in waiting],
        "earlier": [line for r in waiting for line in earlier(r, desk)][:_MOST_LINES],
        "stated": stated(texts, desk.ieps, child),
        "missed_dates": days,
        "timeline": timeline(case, desk),
        "summary": summary(case, desk),
    }


def unsettled(case: Case, desk: Desk) -> list[Request]:
    """The requests of a case that went wrong: open, declined, or settled after their day; all where none is."""
    mine = [r for r in desk.requests if r.case == case.id]
    wrong = [
        r
        for r in mine
        if not r.status.settled
        or r.status is RequestStatus.REFUSED
        or (r.events and r.events[-1].on > (r.deadline.first_due_on or r.due_on))
    ]
    return wrong or mine


def deadline_fact(case: Case, desk: Desk) -> dict[str, object]:
    """The parent's own next day in a case, with what it is."""
    ahead = [d for d in desk.deadlines if d.case == case.id and d.due_on >= desk.today]
    if not ahead:
        return {}
    first = min(ahead, key=lambda d: (d.due_on, d.id))
    text = load("letters")["sentences"]["next_deadline"]
    return {"next_deadline": text.format(day=long_date(first.due_on), title=first.title)}


def timeline(case: Case, desk: Desk) -> list[str]:
    """What was asked, what came back and what did not take place, in order of time.

    Nothing is quoted from mail about mediation: what is said there is confidential (34 CFR 300.506(b)(8)).
    """
    lines: list[tuple[date, int, str]] = []
    for request in unsettled(case, desk):
        lines += _of_request(request, desk)
    sentences = load("letters")["timeline"]
    days: dict[date, str] = {}
    for seen in desk.observations:
        filed = desk.message(seen.sha256)
        if seen.kind == "missed_service" and seen.on and filed and filed.case == case.id:
            days.setdefault(seen.on, seen.detail.split(";")[0])
    lines += [(day, 0, sentences["missed"].format(service=what or "a session")) for day, what in days.items()]
    ordered = sorted(dict.fromkeys(lines))
    return [f"{long_date(day)}: {text}" for day, _, text in ordered[-_MOST_LINES:]]


def _of_request(request: Request, desk: Desk) -> list[tuple[date, int, str]]:
    sentences = load("letters")["timeline"]
    quoted = not _confidential(request.sha256, desk)
    to = desk.people(request.asked_of) or "the school"
    asked = sentences["asked_spoken" if desk.asked_how(request).startswith("I asked") else "asked"].format(
        to=to, quote=trimmed(request.quote)
    )
    lines = [(request.asked_on, 1, asked if quoted else sentences["asked_mediation"].format(to=to))]
    for sha in request.follow_ups:
        if filed := desk.message(sha):
            people = [a.email for a in filed.message.to if desk.family.is_school(a.email)]
            text = sentences["again"].format(to=desk.people(people) or to)
            lines.append((filed.sent_on, 2, text))
    for event in request.events:
        if event.effect is Effect.ACKNOWLEDGED:
            continue
        words = {"by": desk.person(event.by) if event.by else "the school", "quote": trimmed(event.quote)}
        words["due"] = str(long_date(event.new_due_on)) if event.new_due_on else "a later day"
        shown = bool(words["quote"]) and not _confidential(event.sha256, desk)
        name = str(event.effect) + ("_quoted" if shown else "")
        lines.append((event.on, 3, sentences[name].format(**words)))
    return lines


def summary(case: Case, desk: Desk) -> str:
    """The case in counted facts: how often was written, what was asked, what is open and since when."""
    requests = unsettled(case, desk)
    if not requests:
        return ""
    sentences = load("letters")["timeline"]
    since = min(r.asked_on for r in requests)
    written = [
        m
        for m in desk.messages
        if m.case == case.id and m.direction is Direction.TO_SCHOOL and m.sent_on >= since
    ]
    waiting = [r for r in requests if not r.status.settled]
    refused = sum(r.status is RequestStatus.REFUSED for r in requests)
    told = [
        sentences["written"].format(
            first=long_date(since),
            messages=counted(len(written), "message"),
            requests=counted(len(requests), "request"),
        )
    ]
    if waiting:
        oldest = min(waiting, key=lambda r: (r.asked_on, r.id))
        form = "only" if len(requests) == 1 else "one" if len(waiting) == 1 else "many"
        told.append(
            sentences[f"waiting_{form}"].format(
                open=len(waiting), since=long_date(oldest.asked_on), quote=trimmed(oldest.quote)
            )
        )
    elif not refused:
        told.append(sentences["all_answered"])
    if refused:
        told.append(sentences["some_refused"].format(refused=counted(refused, "request")))
    days = missed_dates(case.id, None, desk)
    if days:
        told.append(sentences["some_missed"].format(days=counted(len(days), "day")))
    return " ".join(told)


def _confidential(sha256: str, desk: Desk) -> bool:
    filed = desk.message(sha256)
    return bool(filed and _CONFIDENTIAL.search(f"{filed.message.subject} {filed.message.new_text}"))
