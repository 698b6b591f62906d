"""For each flag the letter that answers it: which one, to whom, with which facts, or why none today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from iep_mail.core.letters.choice import Situation, choose
from iep_mail.core.letters.counting import message_of, standing
from iep_mail.core.letters.facts import (
    SERVICE_KINDS,
    Desk,
    commitment_facts,
    missed_dates,
    missed_facts,
    request_facts,
    topic_of,
    trimmed,
)
from iep_mail.core.letters.pace import answer_named, last_attempt, last_written, too_soon
from iep_mail.core.letters.plan_facts import stated_sentence
from iep_mail.core.letters.recipients import asked_people, resend_people, writable
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.letters.wording import listed, long_date
from iep_mail.core.reading.sentences import content_words
from iep_mail.data import load
from iep_mail.model import (
    Commitment,
    Effect,
    FiledMessage,
    Flag,
    FlagKind,
    Request,
    RequestKind,
    RequestStatus,
    correspondence,
)

ABOUT_REQUESTS = (FlagKind.OVERDUE_REQUEST, FlagKind.REFUSED_REQUEST, FlagKind.NOT_DELIVERED)
RESEND = "undelivered-resend"
_MOST_PEOPLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One letter about one flag, before it is written.

    `about` and `attempts` give the draft its id; `item` is how the matter reads as one point of a
    letter about several.
    """

    flag: Flag
    letter: LetterTemplate
    facts: dict[str, object]
    to: tuple[str, ...]
    thread: str
    case: str | None
    about: str
    attempts: int
    asked_on: date
    request: str | None = None
    requests: tuple[str, ...] = ()  # every request it asks about, where there are several
    item: str = ""
    wait: str = ""  # how long the matter has waited: said once where several have waited alike
    note: str = ""
    others: tuple[Flag, ...] = field(default=())  # further flags that the letter answers


@dataclass(frozen=True, slots=True)
class Waiting:
    """No letter for a flag today, and why, as a sentence for the parent."""

    flag: Flag
    why: str


def for_request(flag: Flag, request: Request, desk: Desk) -> Intent | Waiting | None:
    """The letter about a request: late, refused, or not delivered."""
    if flag.kind is FlagKind.OVERDUE_REQUEST:
        why = answer_named(request, desk) or too_soon(last_attempt(request, desk), desk)
        if why:
            return Waiting(flag, why)
    elif why := too_soon(_after_event(request, desk), desk):
        return Waiting(flag, why)
    to = asked_people(request, desk.family, desk.messages)
    if flag.kind is FlagKind.REFUSED_REQUEST:
        to = tuple(dict.fromkeys((*_refuser(request, desk), *to)))
    facts = request_facts(request, desk, to)
    letter = choose(_situation(flag, request, facts, desk), desk.templates)
    if letter is None:
        return None
    if letter.name == RESEND:
        to = resend_people(request, letter.to, desk.family, desk.messages)
    return Intent(
        flag=flag,
        letter=letter,
        facts=facts | _of_siblings(letter, request, desk) | _of_meeting(letter, request, facts),
        to=to,
        thread=request.thread,
        case=request.case,
        about=request.id,
        attempts=request.attempts,
        asked_on=request.asked_on,
        request=request.id,
        item=_request_item(facts),
        wait=str(facts["standing"]),
        note=_request_note(letter, request, facts, bool(to), desk),
    )


def for_commitment(
    flag: Flag, commitment: Commitment, requests: Sequence[Request], desk: Desk
) -> Intent | Waiting | None:
    """The reminder of what somebody at school said they would do by a day that has passed."""
    letter = choose(Situation(flag=flag.kind), desk.templates)
    said = desk.message(commitment.sha256)
    if letter is None or said is None or _put_off_by(commitment, requests):
        return None
    mine = last_written(commitment.thread, commitment.said_on, desk)
    if why := too_soon(mine, desk):
        return Waiting(flag, why)
    writer = said.message.sender.email
    facts = commitment_facts(commitment, said, desk)
    how = str(facts["said_how"])
    item = load("letters")["sentences"]["item_commitment_spoken" if how else "item_commitment"].format(
        how=how,
        message=message_of(writable(writer, desk.family)),
        said=long_date(commitment.said_on),
        due=long_date(commitment.due_on),
        quote=trimmed(commitment.quote),
    )
    return Intent(
        flag=flag,
        letter=letter,
        facts=facts,
        to=(writer,) if writable(writer, desk.family) else (),
        thread=commitment.thread,
        case=commitment.case,
        about=commitment.id,
        attempts=0 if mine is None else 1,
        asked_on=commitment.said_on,
        item=item,
    )


def same_matter(
    commitment: Commitment, intents: Sequence[Intent], requests: Sequence[Request]
) -> Intent | None:
    """The letter about the late request that the commitment put off, or in whose thread it was made; of
    several the one that has most words in common with it."""
    late = [i for i in intents if i.request and i.flag.kind is FlagKind.OVERDUE_REQUEST]
    off = _put_off_by(commitment, requests)
    here = [i for i in late if i.thread == commitment.thread and commitment.said_on >= i.asked_on]
    near = [i for i in late if i.request in off] or here
    said = content_words(commitment.quote)
    return max(near, key=lambda i: len(said & content_words(str(i.facts["quote"]))), default=None)


def with_promise(intent: Intent, flag: Flag, commitment: Commitment, desk: Desk) -> Intent:
    """The request's letter, which also says what was named for it and when, unless it says so already."""
    others = (*intent.others, flag)
    request = next((r for r in desk.requests if r.id == intent.request), None)
    if request is None or request.id in _put_off_by(commitment, desk.requests):
        return replace(intent, others=others)
    sentences = load("letters")["sentences"]
    said = desk.message(commitment.sha256)
    yours = said is not None and intent.to == (said.message.sender.email,)
    named = sentences["named"].format(
        message=message_of(yours),
        said=long_date(commitment.said_on),
        due=long_date(commitment.due_on),
        quote=trimmed(commitment.quote),
    )
    last = request.events[-1] if request.events else None
    same = last is not None and last.sha256 == commitment.sha256
    by = desk.person(last.by) if last else ""
    waited = standing(
        request, desk.today, desk.calendar, by, yours=desk.wrote(last, intent.to), acknowledged=not same
    )
    waited = waited.replace(sentences["a_reply"], sentences["an_answer"])
    facts = {**intent.facts, "standing": f"{named} {waited}"}
    return replace(intent, facts=facts, wait=str(facts["standing"]), others=others)


def put_off(
    commitment: Commitment, waiting: Sequence[Waiting], requests: Sequence[Request]
) -> Waiting | None:
    """The wait of the request that a commitment put off: both have one reason."""
    off = _put_off_by(commitment, requests)
    return next((w for w in waiting if w.flag.request in off), None)


def _put_off_by(commitment: Commitment, requests: Sequence[Request]) -> frozenset[str]:
    """The open requests for which the commitment named a later day."""
    return frozenset(
        r.id
        for r in requests
        if not r.status.settled
        and any(e.sha256 == commitment.sha256 and e.effect is Effect.DEFERRED for e in r.events)
    )


def about_services(flag: Flag, intents: Sequence[Intent], requests: Sequence[Request]) -> Intent | None:
    """The letter about a late request for services in the case of a missed session: it names the day too."""
    late = {r.id for r in requests if r.case == flag.case and r.kind in SERVICE_KINDS}
    return next((i for i in intents if flag.case and i.request in late), None)


def same_promise(flag: Flag, intents: Sequence[Intent], desk: Desk) -> Intent | None:
    """The reminder of what was said in the thread in which a missed session was told of."""
    filed = desk.message(flag.message or "")
    reminders = [i for i in intents if i.flag.kind is FlagKind.OVERDUE_COMMITMENT]
    return next((i for i in reminders if filed and i.thread == filed.thread), None)


def for_missed(flag: Flag, requests: Sequence[Request], desk: Desk) -> Intent | Waiting | None:
    """The letter about sessions that did not take place."""
    filed = desk.message(flag.message or "")
    if filed is None:
        return None
    if asked := _asked_already(flag, requests):
        told = load("letters")["sentences"]["asked_before"]
        why = told.format(asked=long_date(asked.asked_on), due=long_date(asked.due_on))
        return Waiting(flag, why)
    if why := too_soon(last_written(filed.thread, date.min, desk), desk):
        return Waiting(flag, why)
    facts = missed_facts(filed, desk)
    situation = Situation(
        flag=flag.kind,
        missed=len(missed_dates(flag.case, None, desk)),
        attempts=_attempts_about_services(flag.case, requests),
        known=_known(facts),
        plan=str(facts["plan_kind"]),
    )
    letter = choose(situation, desk.templates)
    if letter is None:
        return None
    note = load("letters")["sentences"]["note_missed"] if facts.get("missed_dates") else ""
    return Intent(
        flag=flag,
        letter=letter,
        facts=facts,
        to=_people_of(filed, desk),
        thread=filed.thread,
        case=flag.case,
        about=filed.message.sha256,
        attempts=1,
        asked_on=filed.sent_on,
        item=_missed_item(facts),
        note=note,
    )


def _situation(flag: Flag, request: Request, facts: dict[str, object], desk: Desk) -> Situation:
    mine = [r for r in desk.requests if r.case and r.case == request.case]
    case = desk.case(request.case)
    refusal = next((e for e in reversed(request.events) if e.effect is Effect.REFUSED), None)
    in_case = correspondence(desk.messages).of_case(request.case) if request.case else ()
    shas = {m.message.sha256 for m in in_case}
    return Situation(
        flag=flag.kind,
        kind=request.kind,
        attempts=request.attempts,
        step=case.step if case else 1,
        missed=len(missed_dates(request.case, None, desk)) if request.case else 0,
        observations=frozenset(o.kind for o in desk.observations if o.sha256 in shas),
        refusal_reason=refusal.reason if refusal else "",
        undelivered=bool(request.undelivered_to) and set(request.asked_of) <= set(request.undelivered_to),
        part_answered=_answered_sibling(request, desk) is not None,
        meeting_asked=any(r.kind is RequestKind.MEETING and not r.status.settled for r in mine),
        known=_known(facts),
        plan=str(facts["plan_kind"]),
    )


def _known(facts: dict[str, object]) -> frozenset[str]:
    return frozenset(name for name, value in facts.items() if value not in (None, "", [], ()))


def _refuser(request: Request, desk: Desk) -> tuple[str, ...]:
    """Who said no: they can say why."""
    refusal = next((e for e in reversed(request.events) if e.effect is Effect.REFUSED), None)
    filed = desk.message(refusal.sha256) if refusal else None
    email = filed.message.sender.email if filed else ""
    return (email,) if email and writable(email, desk.family) else ()


def _answered_sibling(request: Request, desk: Desk) -> Request | None:
    """Another request of the same message that has its answer, where this one had no reminder yet."""
    if request.follow_ups:
        return None
    return next(
        (
            r
            for r in desk.requests
            if r.sha256 == request.sha256 and r.id != request.id and r.status is RequestStatus.ANSWERED
        ),
        None,
    )


def _of_siblings(letter: LetterTemplate, request: Request, desk: Desk) -> dict[str, object]:
    sibling = _answered_sibling(request, desk)
    if sibling is None or "still_open" not in letter.required:
        return {}
    answer = next((e for e in reversed(sibling.events) if e.effect is Effect.ANSWERED), None)
    return {
        "received": f"“{trimmed(sibling.quote)}”",
        "still_open": [f"“{trimmed(request.quote)}”"],
        "answered_on": answer.on if answer else None,
    }


def _of_meeting(letter: LetterTemplate, request: Request, facts: dict[str, object]) -> dict[str, object]:
    return {"topics": [topic_of(request)]} if "topics" in letter.required else {}


def _request_item(facts: dict[str, object]) -> str:
    text = load("letters")["sentences"]["item_request"]
    how = facts.get("asked_how") or load("letters")["sentences"]["wrote"]
    parts = [text.format(on=long_date(facts["asked_on"]), how=how, quote=facts["quote"]), facts.get("stated")]
    return " ".join(str(part) for part in parts if part)


def _missed_item(facts: dict[str, object]) -> str:
    days = facts.get("missed_dates")
    if not days:
        return ""
    sentences = load("letters")["sentences"]
    told = []
    if facts.get("statement") and facts.get("iep_page"):
        told.append(stated_sentence(facts))
    named = "item_missed" if told else "item_missed_named"
    shown = listed(days, "and" if told else "or")
    told.append(
        sentences[named].format(
            child=facts["child"], days=shown, service=facts.get("missed_service", "the session")
        )
    )
    return " ".join(told)


def _request_note(
    letter: LetterTemplate, request: Request, facts: dict[str, object], addressed: bool, desk: Desk
) -> str:
    """What the parent should look at first."""
    sentences = load("letters")["sentences"]
    told = []
    if "refused_on" in letter.required and letter.law("IEP") == "":
        told.append(sentences["note_reasons"])
    if letter.name == RESEND and addressed:
        told.append(sentences["note_fallback"])
    if "missed_dates" in letter.required and facts.get("missed_dates"):
        told.append(sentences["note_missed"])
    candidate = desk.message(request.candidates[-1].sha256) if request.candidates else None
    if candidate and not request.status.settled:
        by = desk.person(candidate.message.sender.email)
        told.append(sentences["note_candidate"].format(by=by, on=long_date(candidate.sent_on)))
    return " ".join(told)


def _after_event(request: Request, desk: Desk) -> date | None:
    """When the parent last wrote in the thread after a refusal or a bounce."""
    since = request.events[-1].on if request.events else request.asked_on
    return last_written(request.thread, since, desk)


def _asked_already(flag: Flag, requests: Sequence[Request]) -> Request | None:
    """The open request about services in the flag's case, the latest."""
    mine = [r for r in requests if r.case == flag.case and r.kind in SERVICE_KINDS and not r.status.settled]
    return max(mine, key=lambda r: (r.asked_on, r.id), default=None)


def _attempts_about_services(case: str | None, requests: Sequence[Request]) -> int:
    return sum(r.attempts for r in requests if case and r.case == case and r.kind in SERVICE_KINDS)


def _people_of(filed: FiledMessage, desk: Desk) -> tuple[str, ...]:
    people = (filed.message.sender, *filed.message.to)
    found = dict.fromkeys(a.email.lower() for a in people if writable(a.email, desk.family))
    return tuple(found)[:_MOST_PEOPLE]
