"""What the parents asked, what became of it, and since when an answer is due."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from iep_mail.core.reading.asks import find_asks, is_chasing
from iep_mail.core.tracking.deadlines import deadline_for
from iep_mail.core.tracking.follow_ups import reminded_by_ask, reminded_by_message
from iep_mail.core.tracking.outcomes import Outcome, outcome_of
from iep_mail.model import (
    Ask,
    Candidate,
    Direction,
    Effect,
    Family,
    FiledMessage,
    MessageKind,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
)


def track_requests(
    messages: Sequence[FiledMessage], family: Family, calendar: SchoolCalendar, today: date
) -> tuple[Request, ...]:
    """The requests in `messages` (filed, in time order) as they stand at the end of `today`.

    Only what a person at the school wrote settles or moves one; where that is in doubt the request
    stays open with the message as a candidate.
    """
    requests: list[Request] = []
    filed = {m.message.sha256: m for m in messages}
    for message in messages:
        if message.sent_on > today:
            continue
        if message.kind is MessageKind.BOUNCE:
            requests = [_returned(r, message, messages) for r in requests]
        elif message.kind is MessageKind.CALENDAR and message.direction is Direction.FROM_SCHOOL:
            requests = [_invited(r, message) for r in requests]
        elif message.kind is MessageKind.PERSONAL and not message.message.forwarded:
            if message.direction is Direction.TO_SCHOOL:
                requests = _asked(requests, message, family, calendar)
            else:
                requests = _replied(requests, message, filed, calendar)
    return tuple(requests)


def item_id(sha256: str, quote: str) -> str:
    """A short id that depends on the message and the sentence only."""
    return hashlib.sha256(f"{sha256}\n{' '.join(quote.lower().split())}".encode()).hexdigest()[:10]


def _asked(
    requests: list[Request], message: FiledMessage, family: Family, calendar: SchoolCalendar
) -> list[Request]:
    open_ones = [r for r in requests if not r.status.settled]
    text = message.message.new_text
    chasing = is_chasing(text)
    reminded: set[str] = set()
    new: list[Request] = []
    for ask in find_asks(text, message.sent_on, calendar):
        before = reminded_by_ask(ask, message, chasing, open_ones)
        if before:
            reminded.add(before.id)
        elif not ask.chasing or ask.kind not in (RequestKind.OTHER, RequestKind.INFORMATION):
            new.append(_request(ask, message, family, calendar))
    if chasing and not reminded:
        reminded |= {r.id for r in reminded_by_message(message, open_ones)}
    sha256 = message.message.sha256
    marked = [replace(r, follow_ups=(*r.follow_ups, sha256)) if r.id in reminded else r for r in requests]
    known = {r.id for r in marked}
    return marked + [r for r in new if r.id not in known]


def _request(ask: Ask, message: FiledMessage, family: Family, calendar: SchoolCalendar) -> Request:
    mail = message.message
    return Request(
        id=item_id(mail.sha256, ask.quote),
        sha256=mail.sha256,
        message_id=mail.message_id,
        quote=ask.quote,
        kind=ask.kind,
        child=message.child,
        case=message.case,
        thread=message.thread,
        asked_of=tuple(dict.fromkeys(a.email for a in mail.to if family.is_school(a.email))),
        asked_on=message.sent_on,
        deadline=deadline_for(ask.kind, message.sent_on, ask.due, family.deadlines, family.state, calendar),
        status=RequestStatus.OPEN,
    )


def _replied(
    requests: list[Request], reply: FiledMessage, filed: Mapping[str, FiledMessage], calendar: SchoolCalendar
) -> list[Request]:
    open_here = [r for r in requests if not r.status.settled and _in_reach(r, reply, filed)]
    result = []
    for request in requests:
        if request in open_here:
            near = _is_near(request, reply, filed)
            alone = sum(_is_near(r, reply, filed) for r in open_here) == 1
            matter = filed[request.sha256].message.new_text
            outcome = outcome_of(reply, request, matter, near, alone, calendar)
            request = _with_outcome(request, reply, outcome) if outcome else request
        result.append(request)
    return result


def _in_reach(request: Request, reply: FiledMessage, filed: Mapping[str, FiledMessage]) -> bool:
    return _is_near(request, reply, filed) or (reply.case is not None and request.case == reply.case)


def _is_near(request: Request, reply: FiledMessage, filed: Mapping[str, FiledMessage]) -> bool:
    """Whether the reply stands in the thread of the request or of a reminder of it."""
    own = [filed[sha256] for sha256 in (request.sha256, *request.follow_ups)]
    cited = (*reply.message.in_reply_to, *reply.message.references)
    return any(
        m.thread == reply.thread or (m.message.message_id in cited and m.message.message_id) for m in own
    )


def _invited(request: Request, invitation: FiledMessage) -> Request:
    """A calendar invitation answers a request to meet; it says nothing about any other."""
    mail = invitation.message
    cancelled = mail.subject.lower().startswith(("cancel", "declined"))
    if request.kind is not RequestKind.MEETING or request.status.settled or cancelled:
        return request
    if request.thread != invitation.thread and (not request.case or request.case != invitation.case):
        return request
    return _with_outcome(request, invitation, Outcome(Effect.ANSWERED, mail.subject))


def _with_outcome(request: Request, reply: FiledMessage, outcome: Outcome) -> Request:
    sha256 = reply.message.sha256
    if outcome.effect is None:
        candidate = Candidate(sha256, "It may answer this request, but does not clearly say so.")
        return replace(request, candidates=(*request.candidates, candidate))
    event = RequestEvent(
        sha256,
        outcome.effect,
        reply.sent_on,
        str(reply.message.sender),
        outcome.quote,
        outcome.new_due_on,
        outcome.reason,
    )
    deadline = request.deadline
    if outcome.effect is Effect.DEFERRED and outcome.new_due_on:
        note = f"The school named this day on {reply.sent_on.isoformat()}."
        deadline = replace(
            deadline,
            due_on=outcome.new_due_on,
            first_due_on=deadline.first_due_on or deadline.due_on,
            skipped=(),
            estimated=False,
            note=note,
        )
    status = RequestStatus(outcome.effect.value)
    if outcome.effect is Effect.ACKNOWLEDGED and request.status is RequestStatus.DEFERRED:
        status = RequestStatus.DEFERRED
    return replace(request, events=(*request.events, event), deadline=deadline, status=status)


def _returned(request: Request, bounce: FiledMessage, messages: Sequence[FiledMessage]) -> Request:
    """A bounce says to whom the message that asked was not delivered."""
    mail = bounce.message
    asked = next(m.message for m in messages if m.message.sha256 == request.sha256)
    addresses = {a.email.lower() for a in asked.recipients}
    failed = tuple(a.lower() for a in mail.failed_recipients)
    if mail.returned_id:
        if mail.returned_id != request.message_id:
            return request
        failed = failed or request.asked_of
    elif bounce.thread != request.thread and (bounce.sent_on - request.asked_on).days > 3:
        return request
    hit = tuple(a for a in failed if a in addresses)
    return replace(request, undelivered_to=tuple(dict.fromkeys((*request.undelivered_to, *hit))))
