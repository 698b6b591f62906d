"""What the parents asked, what became of it, and since when an answer is due."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from iep_mail.core.tracking.likeness import LONGEST_DAYS, Rarity, likeness, rarity_of
from iep_mail.core.tracking.outcomes import Outcome, outcomes_of
from iep_mail.core.tracking.shares import Nearness, Waiting
from iep_mail.core.tracking.standing import Own, Standing
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
    word = word or RequestWord()
    filed = {m.message.sha256: m for m in messages}
    known = _Known(family, calendar, wording, sent, word, filed, Own(messages), rarity_of(messages))
    requests = Standing(filed)
    said = timeline = word.in_time(filed)
    for message in messages:
        if message.sent_on > today:
            continue
        if said and said[0][0] < message.message.date:
            settled, said = word.settled(requests.all(), said, message.message.date, filed)
            requests.put_all(settled)
        changed = _changed_by(message, requests, known)
        requests.put_all(word.reviewed(requests.before(changed), changed, message))
        added = [_request(ask, message, family, calendar) for ask in word.added(message, calendar)]
        # What the parent says was asked there is a request of its own, never a reminder of another.
        requests.drop(r.id for r in added)
        requests.put_all(added)
    final, _ = word.settled(requests.all(), timeline, None, filed)
    return word.dated(final)


@dataclass(frozen=True, slots=True)
class _Known:
    """What every message is read with."""

    family: Family
    calendar: SchoolCalendar
    wording: OwnWording | None
    sent: Mapping[str, SentLetter]
    word: RequestWord
    filed: Mapping[str, FiledMessage]
    own: Own
    rarity: Rarity


def _changed_by(message: FiledMessage, requests: Standing, known: _Known) -> list[Request]:
    """The requests that a message makes or moves."""
    if message.kind is MessageKind.BOUNCE:
        moved = [_returned(r, message, known.filed) for r in requests.all()]
    elif message.kind is MessageKind.CALENDAR and message.direction is Direction.FROM_SCHOOL:
        moved = [_invited(r, message) for r in requests.near(message)]
    elif message.kind is not MessageKind.PERSONAL:
        return []
    elif message.direction is Direction.TO_SCHOOL:
        return _asked(requests, message, known)
    else:
        return _replied(requests, message, known)
    return [r for r in moved if requests.get(r.id) is not r]


def _asked(requests: Standing, message: FiledMessage, known: _Known) -> list[Request]:
    text, wording = message.message.new_text, known.wording
    sent = known.sent.get(message.message.sha256)
    letter = wording.letter_of(text) if wording else None
    if wording and sent:
        letter = letter or wording.named(sent.letter)
    asks = known.word.heard(message, find_asks(text, message.sent_on, known.calendar))
    reminded: set[str] = set()
    new: list[Request] = []
    if wording and letter:
        reminded, new = _by_letter(requests, message, letter, wording, sent, known)
        # What else a letter says is the template's; only what the parent added is asked besides.
        asks = tuple(ask for ask in asks if sent and not quotes(sent.body, ask.quote))
    open_ones = [r for r in requests.near(message) if r.sha256 != message.message.sha256]
    chasing = is_chasing(text)
    if sent and not letter:
        reminded |= {i for i in sent.requests if (r := requests.get(i)) and not r.status.settled}
    for ask in asks:
        before = reminded_by_ask(ask, message, chasing, open_ones)
        again = reminded_by_message(message, open_ones) if ask.chasing and not before else ()
        if before:
            reminded.add(before.id)
        elif again:
            reminded |= {r.id for r in again}
        elif not ask.chasing or ask.kind not in (RequestKind.OTHER, RequestKind.INFORMATION):
            new.append(_request(ask, message, known.family, known.calendar))
    if chasing and not reminded and not new and not letter:
        reminded |= {r.id for r in reminded_by_message(message, open_ones)}
    return [*_with_reminders(requests, reminded, message), *_unknown(requests, new)]


def _by_letter(
    requests: Standing,
    message: FiledMessage,
    letter: LetterTemplate,
    wording: OwnWording,
    sent: SentLetter | None,
    known: _Known,
) -> tuple[set[str], list[Request]]:
    """A letter of ours reminds of the open requests that it quotes, and asks what its template asks."""
    text = message.message.new_text
    open_ones = requests.open()
    sure = sent.requests if sent else ()
    reminded = {r.id for r in open_ones if quotes(text, r.quote) or r.id in sure}
    if letter.repeats and not reminded and letter.request is None:
        reminded = {r.id for r in reminded_by_message(message, open_ones)}
    asks = known.word.heard(message, wording.ask_of(text, letter, message.sent_on, known.calendar))
    if letter.repeats and reminded:
        return reminded, []
    return reminded, [_request(ask, message, known.family, known.calendar) for ask in asks]


def _with_reminders(requests: Standing, reminded: set[str], message: FiledMessage) -> list[Request]:
    sha256 = message.message.sha256
    found = (r for identity in sorted(reminded) if (r := requests.get(identity)))
    return [replace(r, follow_ups=(*r.follow_ups, sha256)) for r in found if sha256 not in r.follow_ups]


def _unknown(requests: Standing, new: Sequence[Request]) -> list[Request]:
    return [r for r in new if requests.get(r.id) is None]


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


def _replied(requests: Standing, reply: FiledMessage, known: _Known) -> list[Request]:
    mail, filed = reply.message, known.filed
    answered = known.own.answered_by(reply)
    cited = [m.message.sha256 for m in known.own.named((*mail.in_reply_to, *mail.references))]
    near = requests.near(reply, [*([answered] if answered else []), *cited], LONGEST_DAYS)
    placed = [(r, _nearness(r, reply, answered, filed)) for r in near]
    fresh = all(nearness in (None, Nearness.CASE) for _, nearness in placed)
    refers = fresh and any(
        s.act & Act.REFERS for s in read_reply(mail.new_text, reply.sent_on, known.calendar)
    )
    alikes = {r.id: likeness(reply, r, filed, known.rarity, refers) for r, _ in placed} if fresh else {}
    best = max((a.total for a in alikes.values()), default=0.0)
    looked_into = _looked_into_by(reply, near) if fresh else ""
    waiting = []
    for request, nearness in placed:
        alike = fresh and alikes[request.id].enough and alikes[request.id].total >= _NEARLY_BEST * best
        if nearness or alike:
            text = filed[request.sha256].message.new_text
            waiting.append(
                Waiting(
                    request,
                    nearness or Nearness.CASE,
                    text,
                    _order(request, requests.of_message(request.sha256), text),
                    alike=alike,
                    surely_alike=alike and alikes[request.id].plenty,
                    expected=alike and alikes[request.id].expected,
                    looked_into=request.id == looked_into,
                    referred=refers,
                    subject=content_words(mail.subject),
                )
            )
    outcomes = outcomes_of(reply, waiting, known.calendar)
    return [_with_outcome(r, reply, outcomes[r.id]) for r in near if r.id in outcomes]


def _looked_into_by(reply: FiledMessage, requests: Sequence[Request]) -> str:
    """The one open request that the writer of `reply` had said, last of all, to look into; "" where there is
    none or several."""
    waits, writer = (Effect.ACKNOWLEDGED, Effect.DEFERRED), str(reply.message.sender)
    found = [
        r
        for r in requests
        if not r.status.settled
        and r.case == reply.case
        and r.events
        and r.events[-1].effect in waits
        and r.events[-1].by == writer
    ]
    return found[0].id if len(found) == 1 else ""


def _order(request: Request, siblings: Sequence[Request], text: str) -> int:
    """The number of a request in the list of its message, else its place among its requests, from 1."""
    before = text[: max(0, text.find(request.quote))].rpartition("\n")[2]
    listed = re.match(r"[ \t]*\(?(\d{1,2})[.)]", before)
    if listed:
        return int(listed[1])
    return [r.id for r in siblings].index(request.id) + 1


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


def _returned(request: Request, bounce: FiledMessage, filed: Mapping[str, FiledMessage]) -> Request:
    """A bounce says to whom the message that asked was not delivered."""
    mail = bounce.message
    asked = filed[request.sha256].message
    addresses = {a.email.lower() for a in asked.recipients}
    failed = tuple(a.lower() for a in mail.failed_recipients)
    if mail.returned_id:
        if mail.returned_id != request.message_id:
            return request
        failed = failed or request.asked_of
    elif bounce.thread != request.thread and (bounce.sent_on - request.asked_on).days > 3:
        return request
    hit = tuple(a for a in failed if a in addresses)
    if not hit:
        return request
    return replace(request, undelivered_to=tuple(dict.fromkeys((*request.undelivered_to, *hit))))
