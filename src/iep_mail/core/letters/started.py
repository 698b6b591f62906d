"""Letters that the parent started: kept as decisions, written anew each day from what is known then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from iep_mail.core.letters.case_facts import case_facts, deadline_fact
from iep_mail.core.letters.drafting import COPIES_FROM, written
from iep_mail.core.letters.facts import (
    Desk,
    common_facts,
    missed_dates,
    reply_by,
    request_facts,
    service_missed,
    total,
)
from iep_mail.core.letters.iep import accommodation_for, statement_for
from iep_mail.core.letters.plan_facts import named_parts, quoted_fact, stated_sentence
from iep_mail.core.letters.recipients import asked_people, by_role, writable
from iep_mail.core.letters.templates import COMMON, LetterTemplate
from iep_mail.core.letters.wording import items_of
from iep_mail.data import load
from iep_mail.model import Case, Decision, Draft, IepService, IepStatement, Request, RequestKind

START_LETTER = "start_letter"
# Only the plan's stored facts may speak for the plan; `service` says which of them is meant.
FROM_THE_PLAN = frozenset(
    {"statement", "iep_page", "stated", "chosen_fact", "goal_sentence", "plan_name", "plan_kind", "team_name",
     "stated_behavior", "stated_placement", "stated_reports", "citation"}
)  # fmt: skip
WHICH_FACT = "service"
# Days that a letter is about: it asks for an answer before them.
_BEFORE = ("meeting_on", "needed_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStart:
    """Which letter, about what, with what the parent knows. `facts` are texts as they were typed."""

    letter: str
    case: str | None = None
    request: str | None = None
    child: str | None = None
    to: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def as_value(start: LetterStart) -> str:
    """The start as the value of a decision."""
    table = {
        "letter": start.letter,
        "case": start.case,
        "request": start.request,
        "child": start.child,
        "to": list(start.to),
        "facts": dict(start.facts),
    }
    return json.dumps(table, ensure_ascii=False, sort_keys=True)


def from_value(value: str) -> LetterStart | None:
    """None for what is no start of a letter."""
    try:
        table = json.loads(value)
    except ValueError:
        return None
    if not isinstance(table, dict) or not isinstance(table.get("letter"), str):
        return None
    facts = table.get("facts")
    return LetterStart(
        letter=table["letter"],
        case=_text(table.get("case")),
        request=_text(table.get("request")),
        child=_text(table.get("child")),
        to=tuple(filter(None, map(_text, table.get("to") or ()))),
        facts={str(k): str(v) for k, v in facts.items()} if isinstance(facts, dict) else {},
    )


def started_letters(decided: Sequence[Decision], desk: Desk) -> tuple[Draft, ...]:
    """The drafts of the letters that the parent started, in the order they were started; each has the
    id that its decision is about."""
    drafts = []
    for decision in decided:
        start = from_value(decision.value) if decision.kind == START_LETTER else None
        letter = desk.templates.get(start.letter) if start else None
        if start and letter:
            drafts.append(replace(write_start(start, letter, desk), id=decision.subject))
    return tuple(drafts)


def write_start(start: LetterStart, letter: LetterTemplate, desk: Desk) -> Draft:
    """The letter as it is today, without an id."""
    asked = next((r for r in desk.requests if r.id == start.request), None)
    case = desk.case(start.case or (asked.case if asked else None))
    request = asked or _only_open(letter, case, desk)
    child = desk.child_of(start.child or (request.child if request else None), case.id if case else None)
    facts = _facts(start, letter, request, case, child, desk)
    about = request or _latest(case, desk)
    to = start.to or _people(letter, request, case, desk)
    thread = about.thread if about else ""
    draft = written(letter, facts, to, thread, _attempts(letter, request, case, desk), desk)
    return replace(
        draft,
        case=case.id if case else None,
        request=request.id if request else None,
        requests=(request.id,) if request else (),
    )


def read_fact(name: str, value: str) -> object:
    """A fact as it was typed: a day as 2026-03-01, days parted by commas, else its text."""
    parts = [part.strip() for part in value.replace(";", ",").split(",")]
    days = [day for part in parts if (day := _day(part))]
    if days and len(days) == len(parts):
        return days if name.endswith("_dates") else days[0] if len(days) == 1 else days
    return items_of(value) if "\n" in value.strip() else value.strip()


def _facts(
    start: LetterStart,
    letter: LetterTemplate,
    request: Request | None,
    case: Case | None,
    child: str | None,
    desk: Desk,
) -> dict[str, object]:
    given = {name: read_fact(name, value) for name, value in start.facts.items() if value.strip()}
    day = _day_it_is_about(given, request, desk)
    facts = common_facts(child, request.sha256 if request else "", day, desk)
    facts["state_name"] = load("states")["codes"].get(desk.family.state or "")
    facts |= named_parts(desk.ieps, child, day)
    if case:
        facts |= {name: value for name, value in case_facts(case, desk).items() if value}
        facts |= deadline_fact(case, desk)
    if request:
        facts.pop("missed_dates", None)  # of the case; the request may be about another matter
        facts |= {
            name: value
            for name, value in request_facts(request, desk, _asked(letter, request, desk)).items()
            if value
        }
        if request.kind not in letter.kinds:  # what the plan states of that request fits another letter
            facts = {name: value for name, value in facts.items() if name not in ("statement", "iep_page")}
    facts |= _plan_words(given, letter, case, child, day, desk)
    facts |= {name: value for name, value in given.items() if name not in FROM_THE_PLAN}
    if "reply_by" not in given:
        facts["reply_by"] = _before_the_day(reply_by(letter.reply_within, desk), facts, desk.today)
    return facts


def _plan_words(
    given: Mapping[str, object],
    letter: LetterTemplate,
    case: Case | None,
    child: str | None,
    day: date,
    desk: Desk,
) -> dict[str, object]:
    """The plan's fact that the parent names, or for a letter about missed sessions the service that was
    missed in the case."""
    named = str(given.get(WHICH_FACT, ""))
    fact: IepService | IepStatement | None
    if named and RequestKind.ACCOMMODATION in letter.kinds and "missed_dates" not in letter.required:
        fact = accommodation_for(named, desk.ieps, child, day)
    elif named:
        fact = statement_for(named, desk.ieps, child, day)
    else:
        missed = case is not None and "missed_dates" in letter.required
        fact = service_missed(case.id, child, desk) if case and missed else None
    if fact is None:
        return {}
    words = quoted_fact(fact, desk.ieps, child, day)
    words["chosen_fact"] = stated_sentence(words) if fact.page else None
    if isinstance(fact, IepService) and case and "missed_dates" in letter.required:
        days = missed_dates(case.id, fact, desk)
        words |= {"missed_dates": days, "missed_total": total(days, fact)}
    return words


def _only_open(letter: LetterTemplate, case: Case | None, desk: Desk) -> Request | None:
    """For a letter that repeats a request: the only one that is open in the case."""
    waiting = [r for r in desk.requests if case and r.case == case.id and not r.status.settled]
    fits = letter.repeats and len(waiting) == 1 and waiting[0].kind in letter.kinds
    return waiting[0] if fits else None


def _latest(case: Case | None, desk: Desk) -> Request | None:
    """The request whose thread a letter about a case goes into: the latest open one, else the latest."""
    mine = [r for r in desk.requests if case and r.case == case.id]
    return max(mine, key=lambda r: (not r.status.settled, r.asked_on, r.id), default=None)


def _people(
    letter: LetterTemplate, request: Request | None, case: Case | None, desk: Desk
) -> tuple[str, ...]:
    """To whom a letter goes: who should answer the request; by the letter's roles; else who was asked
    or wrote last in the case. () for a letter that goes to somebody outside of the school."""
    if request and letter.reply:
        return _asked(letter, request, desk)
    if not letter.to and not letter.reply:
        return ()
    if by_role(letter.to, desk.family):
        return ()
    about = _latest(case, desk)
    asked = asked_people(about, desk.family, desk.messages) if about else ()
    wrote = [
        m.message.sender.email
        for m in desk.messages
        if case and m.case == case.id and writable(m.message.sender.email, desk.family)
    ]
    return asked or tuple(wrote[-1:])


def _asked(letter: LetterTemplate, request: Request, desk: Desk) -> tuple[str, ...]:
    return asked_people(request, desk.family, desk.messages) if letter.reply else ()


def _attempts(letter: LetterTemplate, request: Request | None, case: Case | None, desk: Desk) -> int:
    """Documented attempts: they decide who receives a copy."""
    mine = [r for r in desk.requests if case and r.case == case.id and not r.status.settled]
    made = request.attempts if request else max((r.attempts for r in mine), default=1)
    return max(made, COPIES_FROM) if letter.name == "second-follow-up" else made


def allowed_facts(letter: LetterTemplate) -> tuple[str, ...]:
    """What a parent may say for a letter."""
    names = [*letter.required, *letter.optional, *COMMON]
    own = [n for n in dict.fromkeys(names) if n not in FROM_THE_PLAN and n not in ("greeting", "copied")]
    plan = {"statement", "chosen_fact"} & {*letter.required, *letter.optional}
    return tuple([*own, WHICH_FACT] if plan and WHICH_FACT not in own else own)


def _day_it_is_about(given: Mapping[str, object], request: Request | None, desk: Desk) -> date:
    for name in ("missed_dates", "removal_dates", "happened_on"):
        value = given.get(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, date):
            return first
    return request.asked_on if request else desk.today


def _before_the_day(day: date, facts: Mapping[str, object], today: date) -> date:
    """The day to answer by, moved before a meeting that the letter is about."""
    for name in _BEFORE:
        meeting = facts.get(name)
        if isinstance(meeting, date) and today < meeting <= day:
            before = meeting - timedelta(days=1)
            while before.weekday() >= 5 and before - timedelta(days=1) > today:
                before -= timedelta(days=1)
            return max(before, today + timedelta(days=1)) if before > today else meeting
    return day


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
