"""What the parents asked, what became of it, and since when an answer is due."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from iep_mail.core.decisions.requests import RequestWord
from iep_mail.core.letters.own_wording import OwnWording, quotes
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.reading.asks import find_asks, is_chasing
from iep_mail.core.reading.replies import Act, read_reply
from iep_mail.core.reading.sentences import content_words
from iep_mail.core.tracking.deadlines import deadline_for, long_day
from iep_mail.core.tracking.follow_ups import reminded_by_ask, reminded_by_message
from iep_mail.core.tracking.ids import item_id
from iep_mail.core.tracking.likeness import Rarity, likeness, rarity_of
from iep_mail.core.tracking.outcomes import Nearness, Outcome, Waiting, outcomes_of
from iep_mail.model import (
    Ask,
    Candidate,
    Direction,
    Effect,
    Family,
    FiledMessage,
    Message,
    MessageKind,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
    SentLetter,
)

_NEARLY_BEST = 0.7  # of two requests that a message may be about, how near the second must come


def track_requests(
    messages: Sequence[FiledMessage],
    family: Family,
    calendar: SchoolCalendar,
    today: date,
    wording: OwnWording | None = None,
    sent: Mapping[str, SentLetter] = MappingProxyType({}),
    word: RequestWord | None = None,
) -> tuple[Request, ...]:
    """The requests in `messages` (filed, in time order) as they stand at the end of `today`.

    `wording` knows our own letters again: such a letter asks what its template says that it asks.
    `sent` names the messages (sha256) that are surely letters of ours, however much the parent changed
    their words. The parent's `word` is heard in its time: what they settled is settled from then on.
    Only what a person at the school wrote settles or moves one; where that is in doubt the request
    stays open with the message as a candidate.
    """
    requests: list[Request] = []
    word = word or RequestWord()
    filed = {m.message.sha256: m for m in messages}
    rarity = rarity_of(messages)
    said = timeline = word.in_time(filed)
    for message in messages:
        if message.sent_on > today:
            continue
        requests, said = word.settled(requests, said, message.message.date, filed)
        before = requests
        if message.kind is MessageKind.BOUNCE:
            requests = [_returned(r, message, messages) for r in requests]
        elif message.kind is MessageKind.CALENDAR and message.direction is Direction.FROM_SCHOOL:
            requests = [_invited(r, message) for r in requests]
        elif message.kind is MessageKind.PERSONAL:
            if message.direction is Direction.TO_SCHOOL:
                ours = sent.get(message.message.sha256)
                requests = _asked(requests, message, family, calendar, wording, ours, word)
            else:
                requests = _replied(requests, message, filed, calendar, rarity)
        requests = word.reviewed(before, requests, message)
        requests = _added(requests, message, family, calendar, word)
    requests, _ = word.settled(requests, timeline, None, filed)
    return word.dated(requests)


def _asked(
    requests: list[Request],
    message: FiledMessage,
    family: Family,
    calendar: SchoolCalendar,
    wording: OwnWording | None,
    sent: SentLetter | None,
    word: RequestWord,
) -> list[Request]:
    text = message.message.new_text
    letter = wording.letter_of(text) if wording else None
    if wording and sent:
        letter = letter or wording.named(sent.letter)
    asks = word.heard(message, find_asks(text, message.sent_on, calendar))
    if wording and letter:
        requests = _by_letter(requests, message, letter, wording, family, calendar, sent, word)
        # What else a letter says is the template's; only what the parent added is asked besides.
        asks = tuple(ask for ask in asks if sent and not quotes(sent.body, ask.quote))
    open_ones = [r for r in requests if not r.status.settled and r.sha256 != message.message.sha256]
    chasing = is_chasing(text)
    reminded = {r.id for r in open_ones if sent and not letter and r.id in sent.requests}
    new: list[Request] = []
    for ask in asks:
        before = reminded_by_ask(ask, message, chasing, open_ones)
        again = reminded_by_message(message, open_ones) if ask.chasing and not before else ()
        if before:
            reminded.add(before.id)
        elif again:
            reminded |= {r.id for r in again}
        elif not ask.chasing or ask.kind not in (RequestKind.OTHER, RequestKind.INFORMATION):
            new.append(_request(ask, message, family, calendar))
    if chasing and not reminded and not new and not letter:
        reminded |= {r.id for r in reminded_by_message(message, open_ones)}
    return _with_reminders(requests, reminded, new, message)


def _by_letter(
    requests: list[Request],
    message: FiledMessage,
    letter: LetterTemplate,
    wording: OwnWording,
    family: Family,
    calendar: SchoolCalendar,
    sent: SentLetter | None,
    word: RequestWord,
) -> list[Request]:
    """A letter of ours reminds of the open requests that it quotes, and asks what its template asks."""
    text = message.message.new_text
    open_ones = [r for r in requests if not r.status.settled]
    sure = sent.requests if sent else ()
    reminded = {r.id for r in open_ones if quotes(text, r.quote) or r.id in sure}
    if letter.repeats and not reminded and letter.request is None:
        reminded = {r.id for r in reminded_by_message(message, open_ones)}
    asks = word.heard(message, wording.ask_of(text, letter, message.sent_on, calendar))
    new = [_request(ask, message, family, calendar) for ask in asks if not (letter.repeats and reminded)]
    return _with_reminders(requests, reminded, new, message)


def _with_reminders(
    requests: list[Request], reminded: set[str], new: Sequence[Request], message: FiledMessage
) -> list[Request]:
    sha256 = message.message.sha256
    marked = [
        replace(r, follow_ups=(*r.follow_ups, sha256))
        if r.id in reminded and sha256 not in r.follow_ups
        else r
        for r in requests
    ]
    known = {r.id for r in marked}
    return marked + [r for r in new if r.id not in known]


def _added(
    requests: list[Request],
    message: FiledMessage,
    family: Family,
    calendar: SchoolCalendar,
    word: RequestWord,
) -> list[Request]:
    """What the parent says was asked there is a request of its own, never a reminder of another."""
    new = [_request(ask, message, family, calendar) for ask in word.added(message, calendar)]
    known = {r.id for r in new}
    return [r for r in requests if r.id not in known] + new if new else requests


def _request(ask: Ask, message: FiledMessage, family: Family, calendar: SchoolCalendar) -> Request:
    mail = message.message
    return Request(
        id=item_id(mail.message_id or mail.sha256, ask.quote),
        sha256=mail.sha256,
        message_id=mail.message_id,
        quote=ask.quote,
        kind=ask.kind,
        child=message.child,
        case=message.case,
        thread=message.thread,
        asked_of=_asked_of(mail, family),
        asked_on=message.sent_on,
        deadline=deadline_for(ask.kind, message.sent_on, ask.due, family.deadlines, family.state, calendar),
        status=RequestStatus.OPEN,
    )


def _asked_of(mail: Message, family: Family) -> tuple[str, ...]:
    """Whom it was asked of: the school's people it was written to; of a talk, those it was with."""
    people = (*mail.to, mail.sender) if mail.by_hand else mail.to
    asked = (a.email for a in people if a.email and not family.is_own(a.email))
    return tuple(dict.fromkeys(email for email in asked if mail.by_hand or family.is_school(email)))


def _replied(
    requests: list[Request],
    reply: FiledMessage,
    filed: Mapping[str, FiledMessage],
    calendar: SchoolCalendar,
    rarity: Rarity,
) -> list[Request]:
    answered = _answered_message(reply, filed)
    placed = [(r, _nearness(r, reply, answered, filed)) for r in requests if not r.status.settled]
    fresh = all(nearness in (None, Nearness.CASE) for _, nearness in placed)
    refers = fresh and any(
        s.act & Act.REFERS for s in read_reply(reply.message.new_text, reply.sent_on, calendar)
    )
    alikes = {r.id: likeness(reply, r, filed, rarity, refers) for r, _ in placed} if fresh else {}
    best = max((a.total for a in alikes.values()), default=0.0)
    waiting = []
    for request, nearness in placed:
        asked = filed[request.sha256]
        alike = fresh and alikes[request.id].enough and alikes[request.id].total >= _NEARLY_BEST * best
        if nearness or alike:
            text = asked.message.new_text
            order = _order(request, requests, text)
            waiting.append(
                Waiting(
                    request,
                    nearness or Nearness.CASE,
                    text,
                    order,
                    alike=alike,
                    expected=alike and alikes[request.id].expected,
                    referred=refers,
                    subject=content_words(reply.message.subject),
                )
            )
    outcomes = outcomes_of(reply, waiting, calendar)
    return [_with_outcome(r, reply, outcomes[r.id]) if r.id in outcomes else r for r in requests]


def _order(request: Request, requests: Sequence[Request], text: str) -> int:
    """The number of a request in the list of its message, else its place among the requests, from 1."""
    before = text[: max(0, text.find(request.quote))].rpartition("\n")[2]
    listed = re.match(r"[ \t]*\(?(\d{1,2})[.)]", before)
    if listed:
        return int(listed[1])
    return [r.id for r in requests if r.sha256 == request.sha256].index(request.id) + 1


def _answered_message(reply: FiledMessage, filed: Mapping[str, FiledMessage]) -> str | None:
    """The parent's message that a reply answers: the one it names, else the last one in its thread."""
    own = [
        m
        for m in filed.values()
        if m.direction is Direction.TO_SCHOOL and m.message.date < reply.message.date
    ]
    cited = [m for m in own if m.message.message_id and m.message.message_id in reply.message.in_reply_to]
    in_thread = [m for m in own if m.thread == reply.thread]
    last = max(cited or in_thread, key=lambda m: (m.message.date, m.message.sha256), default=None)
    return last.message.sha256 if last else None


def _nearness(
    request: Request, reply: FiledMessage, answered: str | None, filed: Mapping[str, FiledMessage]
) -> Nearness | None:
    asking = (request.sha256, *request.follow_ups)
    if answered in asking:
        return Nearness.DIRECT
    cited = (*reply.message.in_reply_to, *reply.message.references)
    own = [filed[sha256] for sha256 in asking]
    if any(m.thread == reply.thread or (m.message.message_id in cited and m.message.message_id) for m in own):
        return Nearness.THREAD
    return Nearness.CASE if reply.case is not None and request.case == reply.case else None


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
        note = f"The school named this day on {long_day(reply.sent_on)}."
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
