"""Which letter answers which flag, to whom, and with which facts.

Nothing is sent from here: a draft waits for the parent, and one with a blank cannot be approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from iep_mail.core.letters.facts import Desk, commitment_facts, missed_facts, request_facts
from iep_mail.core.letters.people import greeting, name_of, with_role, without_full_names
from iep_mail.core.letters.recipients import asked_people, conversation, resend_people, thread_position
from iep_mail.core.letters.templates import LetterTemplate, render
from iep_mail.data import load
from iep_mail.errors import TemplateError
from iep_mail.model import (
    Blank,
    Case,
    Commitment,
    Direction,
    Draft,
    Effect,
    Family,
    FiledMessage,
    Flag,
    FlagKind,
    Iep,
    Observation,
    Request,
    RequestKind,
    SchoolCalendar,
)

# A working week: time for an answer to be written, and not so often that letters go unread.
MIN_GAP_DAYS = 5
# Two documented attempts and then a wider circle; the usual advice is two or three.
SECOND_FOLLOW_UP_FROM = 2
_ABOUT_REQUESTS = (FlagKind.OVERDUE_REQUEST, FlagKind.REFUSED_REQUEST, FlagKind.NOT_DELIVERED)
_ABOUT_SERVICES = (RequestKind.SERVICE_DELIVERY, RequestKind.MAKE_UP_SERVICES)


def propose_drafts(
    flags: Sequence[Flag],
    requests: Sequence[Request],
    commitments: Sequence[Commitment],
    messages: Sequence[FiledMessage],
    cases: Sequence[Case],
    family: Family,
    ieps: Sequence[Iep],
    templates: Mapping[str, LetterTemplate],
    calendar: SchoolCalendar,
    today: date,
    *,
    observations: Sequence[Observation] = (),
    cite: bool = True,
) -> tuple[Draft, ...]:
    """The letters proposed on `today`, in the order of `flags`, at most one for each flag.

    A request and the commitment made about it share one letter, and no letter is proposed within
    MIN_GAP_DAYS calendar days of the parent's last reminder. `observations` give the dates of missed
    sessions; without them those dates are blanks. `cite` False leaves out the lines that quote the law.
    """
    desk = Desk(family, ieps, messages, cases, observations, templates, calendar, today, cite)
    by_id = {r.id: r for r in requests}
    promised = {c.id: c for c in commitments}
    drafts: dict[str, Draft] = {}
    written: list[Request] = []
    returned = {f.request for f in flags if f.kind is FlagKind.NOT_DELIVERED}
    for flag in flags:
        request = by_id.get(flag.request or "")
        if flag.kind is FlagKind.OVERDUE_REQUEST and flag.request in returned:
            continue  # it never arrived, so it is sent again and not chased
        if request and flag.kind in _ABOUT_REQUESTS and not _too_soon(request, desk):
            _keep(drafts, flag, _for_request(flag, request, desk))
            written.append(request)
    for flag in flags:
        commitment = promised.get(flag.commitment or "")
        overdue = flag.kind is FlagKind.OVERDUE_COMMITMENT
        if commitment and overdue and not _same_matter(commitment, requests, written):
            _keep(drafts, flag, _for_commitment(flag, commitment, desk))
    served: set[str] = set()
    for flag in flags:
        matter = flag.case or flag.id
        missed = flag.kind is FlagKind.MISSED_SERVICE and flag.message and matter not in served
        if missed and not _asked_already(flag, requests, desk):
            _keep(drafts, flag, _for_missed(flag, desk))
            served.add(matter)
    return tuple(drafts[f.id] for f in flags if f.id in drafts)


def choose_letter(
    flag: Flag, request: Request | None, has_fact: bool, templates: Mapping[str, object]
) -> str:
    """The name of the letter for a flag: by its kind, the request's kind, and the attempts so far."""
    table = load("letters")["choice"]
    if flag.kind is not FlagKind.OVERDUE_REQUEST or request is None:
        return str(table["other"][str(flag.kind)])
    names: dict[str, str] = table["overdue_request"]
    own = names.get(str(request.kind), names["default"])
    if request.attempts >= SECOND_FOLLOW_UP_FROM and "second-follow-up" in templates:
        return "second-follow-up"
    if own in ("service-not-delivered", "accommodation-not-followed") and not has_fact:
        own = names["default"]
    return own if own in templates else names["default"]


def _keep(drafts: dict[str, Draft], flag: Flag, draft: Draft | None) -> None:
    if draft is not None:
        drafts[flag.id] = draft


def _for_request(flag: Flag, request: Request, desk: Desk) -> Draft | None:
    facts = request_facts(request, desk)
    letter = desk.templates.get(choose_letter(flag, request, "statement" in facts, desk.templates))
    if letter is None:
        return None
    note = ""
    to = asked_people(request, desk.family)
    if flag.kind is FlagKind.NOT_DELIVERED:
        to = resend_people(request, letter.to, desk.family, desk.messages)
        note = load("letters")["sentences"]["note_fallback"] if to else ""
    if letter.name == "service-not-delivered":
        note = load("letters")["sentences"]["note_missed"] if "missed_dates" in facts else ""
    draft = _written(letter, facts, to, request.thread, request.case, desk)
    return replace(
        draft, id=_id(letter.name, request.id, request.attempts), request=request.id, flag=flag.id, note=note
    )


def _for_commitment(flag: Flag, commitment: Commitment, desk: Desk) -> Draft | None:
    letter = desk.templates.get(choose_letter(flag, None, False, desk.templates))
    said = desk.message(commitment.sha256)
    if letter is None or said is None:
        return None
    writer = said.message.sender.email
    to = (writer,) if desk.family.is_school(writer) else ()
    reminders = [m for m in conversation(commitment.thread, desk.messages) if m.sent_on > commitment.said_on]
    mine = [m.sent_on for m in reminders if m.direction is Direction.TO_SCHOOL]
    if mine and (desk.today - max(mine)).days < MIN_GAP_DAYS:
        return None
    draft = _written(
        letter, commitment_facts(commitment, said, desk), to, commitment.thread, commitment.case, desk
    )
    return replace(draft, id=_id(letter.name, commitment.id, len(mine)), flag=flag.id)


def _for_missed(flag: Flag, desk: Desk) -> Draft | None:
    letter = desk.templates.get(choose_letter(flag, None, False, desk.templates))
    filed = desk.message(flag.message or "")
    if letter is None or filed is None:
        return None
    people = (filed.message.sender, *filed.message.to)
    to = tuple(dict.fromkeys(a.email for a in people if desk.family.is_school(a.email)))
    to = tuple(a for a in to if a not in desk.family.portal_addresses)[:3]
    facts = missed_facts(filed, desk)
    draft = _written(letter, facts, to, filed.thread, flag.case, desk)
    sentences = load("letters")["sentences"]
    note = sentences["note_missed"] if "missed_dates" in facts else ""
    return replace(draft, id=_id(letter.name, filed.message.sha256, 1), flag=flag.id, note=note)


def _written(
    letter: LetterTemplate,
    facts: dict[str, object],
    to: tuple[str, ...],
    thread: str,
    case: str | None,
    desk: Desk,
) -> Draft:
    """The letter filled in and addressed; what it lacks is a blank, the recipient too."""
    if not to:
        contact = next(
            filter(None, (with_role(desk.family, role) for role in letter.to or ("case manager",))), None
        )
        to = (contact.address.lower(),) if contact else ()
    cc = _copies(letter, to, desk.family)
    names = [name_of(email, desk.family, desk.messages) for email in to]
    position = thread_position(thread, desk.messages) if letter.reply else None
    facts = facts | {
        "greeting": greeting(names) if to else None,
        "copied": [name_of(email, desk.family, desk.messages) for email in cc],
        "thread_subject": position.subject if position else None,
        "cite": desk.cite,
    }
    subject, body, blanks = _rendered(letter, facts)
    if not to:
        blanks = (
            Blank("to", "the address this letter goes to"),
            *(b for b in blanks if b.name != "greeting"),
        )
    return Draft(
        id="",
        case=case,
        request=None,
        letter=letter.name,
        subject=without_full_names(subject, desk.family.children),
        to=to,
        cc=cc,
        body=body,
        in_reply_to=position.in_reply_to if position else "",
        references=position.references if position else (),
        blanks=blanks,
    )


def _rendered(letter: LetterTemplate, facts: dict[str, object]) -> tuple[str, str, tuple[Blank, ...]]:
    """The letter filled in; the built-in one where the parent's own fails with these facts."""
    try:
        return render(letter, facts)
    except TemplateError:
        if letter.built_in is None:
            raise
        return render(letter.built_in, facts)


def _copies(letter: LetterTemplate, to: tuple[str, ...], family: Family) -> tuple[str, ...]:
    """Up to two people who have the letter's copy roles and are not already addressed."""
    found = [contact.address.lower() for role in letter.cc if (contact := with_role(family, role))]
    return tuple(email for email in dict.fromkeys(found) if email not in to)[:2]


def _too_soon(request: Request, desk: Desk) -> bool:
    reminders = [m.sent_on for sha in request.follow_ups if (m := desk.message(sha))]
    return bool(reminders) and (desk.today - max(reminders)).days < MIN_GAP_DAYS


def _same_matter(commitment: Commitment, requests: Sequence[Request], written: Sequence[Request]) -> bool:
    """Whether a request's letter, written or waiting, already asks about what was said."""
    deferred = any(
        not r.status.settled
        and any(e.sha256 == commitment.sha256 and e.effect is Effect.DEFERRED for e in r.events)
        for r in requests
    )
    return deferred or any(r.thread == commitment.thread for r in written)


def _asked_already(flag: Flag, requests: Sequence[Request], desk: Desk) -> bool:
    """The parent has an open request about services in this case, or wrote in it a few days ago."""
    if any(r.case == flag.case and r.kind in _ABOUT_SERVICES and not r.status.settled for r in requests):
        return True
    filed = desk.message(flag.message or "")
    mine = [
        m.sent_on
        for m in desk.messages
        if m.case == flag.case
        and m.direction is Direction.TO_SCHOOL
        and (not filed or m.thread == filed.thread)
    ]
    return bool(mine) and (desk.today - max(mine)).days < MIN_GAP_DAYS


def _id(letter: str, about: str, attempts: int) -> str:
    return hashlib.sha256(f"{letter}\n{about}\n{attempts}".encode()).hexdigest()[:12]
