"""What school people said they would do, and whether a later message shows it done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from iep_mail.core.decisions.commitments import CommitmentWord
from iep_mail.core.reading.promises import find_promises
from iep_mail.core.reading.sentences import content_words
from iep_mail.core.tracking.deeds import reaches_far, shows_deed
from iep_mail.core.tracking.ids import item_id
from iep_mail.core.tracking.keeping import moved_to, shows_kept, tells_of_doing
from iep_mail.model import (
    Commitment,
    CommitmentStatus,
    Direction,
    Effect,
    Family,
    FiledMessage,
    MessageKind,
    Request,
    SchoolCalendar,
)

_ANYWHERE = ""


def track_commitments(
    messages: Sequence[FiledMessage],
    requests: Sequence[Request],
    family: Family,
    calendar: SchoolCalendar,
    today: date,
    word: CommitmentWord | None = None,
) -> tuple[Commitment, ...]:
    """The school people's promises as they stand at the end of `today`; undated ones are never overdue.

    The parent's `word` adds promises, and is the last one on each.
    """
    word = word or CommitmentWord()
    found = _Promises()
    answered = _answered_by(requests)
    by_digest = {m.message.sha256: m for m in messages}
    for message in messages:
        if message.sent_on > today or message.kind is not MessageKind.PERSONAL:
            continue
        if message.direction is Direction.FROM_SCHOOL:
            settled = answered.get(message.message.sha256, ())
            reached = found.reached_by(message, settled)
            found.put([_kept(c, by_digest[c.sha256], message, settled, calendar) for c in reached])
        new = _promised(message, family, calendar, word)
        if new:
            found.put([_superseded(c, new, message) for c in found.near(message)])
            found.put([c for c in new if c.id not in found.all])
    return word.applied(list(found.all.values()), by_digest)


_SETTLES = (Effect.ANSWERED, Effect.REFUSED)


class _Promises:
    """The commitments so far, in order, with the open ones at hand by message, thread and case."""

    def __init__(self) -> None:
        self.all: dict[str, Commitment] = {}
        self._open: dict[str, dict[str, None]] = {}

    def put(self, commitments: Sequence[Commitment]) -> None:
        for c in commitments:
            self.all[c.id] = c
            for place in (_ANYWHERE, c.sha256, c.thread, c.case or c.thread):
                if c.status is CommitmentStatus.OPEN:
                    self._open.setdefault(place, {})[c.id] = None
                else:
                    self._open.get(place, {}).pop(c.id, None)

    def near(self, message: FiledMessage) -> list[Commitment]:
        return self._at(message.thread, message.case or message.thread)

    def reached_by(self, message: FiledMessage, settled: Sequence[Request]) -> list[Commitment]:
        """Those that `message`, which answered `settled`, can show to be kept."""
        if message.message.attachments or tells_of_doing(message) or reaches_far(message.message.new_text):
            return self._at(_ANYWHERE)
        return self._at(
            message.thread, message.case or message.thread, *(e.sha256 for r in settled for e in r.events)
        )

    def _at(self, *places: str) -> list[Commitment]:
        found = dict.fromkeys(i for place in places for i in self._open.get(place, ()))
        return [self.all[i] for i in found]


def _answered_by(requests: Sequence[Request]) -> dict[str, list[Request]]:
    """The requests that each message settled."""
    found: dict[str, list[Request]] = {}
    for request in requests:
        for sha256 in {e.sha256 for e in request.events if e.effect in _SETTLES}:
            found.setdefault(sha256, []).append(request)
    return found


def _promised(
    message: FiledMessage, family: Family, calendar: SchoolCalendar, word: CommitmentWord
) -> list[Commitment]:
    mail = message.message
    incoming = message.direction is Direction.FROM_SCHOOL
    person = mail.sender if incoming or not mail.to else mail.to[0]
    contact = family.contact(person.email)
    heard = find_promises(mail.new_text, message.sent_on, calendar) if incoming else ()
    return [
        Commitment(
            id=item_id(mail.message_id or mail.sha256, promise.quote),
            sha256=mail.sha256,
            message_id=mail.message_id,
            quote=promise.quote,
            by=(contact.name if contact else "") or person.name or person.email,
            said_on=message.sent_on,
            case=message.case,
            thread=message.thread,
            due_on=promise.due.day if promise.due else None,
            status=CommitmentStatus.OPEN,
        )
        for promise in word.promised(message, heard, calendar)
    ]


def _kept(
    commitment: Commitment,
    origin: FiledMessage,
    message: FiledMessage,
    settled: Sequence[Request],
    calendar: SchoolCalendar,
) -> Commitment:
    """`settled` are the requests that the message answered."""
    later = moved_to(commitment, message, calendar)
    if later:
        return replace(commitment, due_on=later)
    kept = shows_kept(commitment, message, settled, calendar)
    if kept or shows_deed(commitment, origin, message, calendar):
        return replace(commitment, status=CommitmentStatus.KEPT, kept_by=message.message.sha256)
    return commitment


def _replaces(new: Commitment, old: Commitment) -> bool:
    """A later day that the same person names in the same thread "instead", or for what shares a word."""
    same = new.thread == old.thread and new.by == old.by and new.id != old.id
    if not (same and new.due_on and old.due_on and new.due_on > old.due_on):
        return False
    instead = "instead" in new.quote.lower().split(".")[0].split()
    return instead or bool(content_words(new.quote) & content_words(old.quote))


def _superseded(commitment: Commitment, new: Sequence[Commitment], message: FiledMessage) -> Commitment:
    """A new date for the same thing takes the old promise's place."""
    words = content_words(commitment.quote)
    again = any(
        n.due_on and words and len(words & content_words(n.quote)) >= max(2, 0.6 * len(words)) for n in new
    ) or any(_replaces(n, commitment) for n in new)
    return replace(commitment, status=CommitmentStatus.WITHDRAWN) if again else commitment
