"""What school people said they would do, and whether a later message shows it done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from iep_mail.core.decisions.commitments import CommitmentWord
from iep_mail.core.reading.promises import find_promises, is_delivery
from iep_mail.core.reading.replies import says
from iep_mail.core.reading.sentences import content_words, split_sentences
from iep_mail.core.tracking.ids import item_id
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
    found: list[Commitment] = []
    for message in messages:
        if message.sent_on > today or message.kind is not MessageKind.PERSONAL:
            continue
        if message.direction is Direction.FROM_SCHOOL:
            found = [_kept(c, message, requests) for c in found]
        new = _promised(message, family, calendar, word)
        found = [_superseded(c, new, message) for c in found]
        known = {c.id for c in found}
        found += [c for c in new if c.id not in known]
    return word.applied(found, {m.message.sha256: m for m in messages})


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


def _near(commitment: Commitment, message: FiledMessage) -> bool:
    return commitment.thread == message.thread or (
        message.case is not None and commitment.case == message.case
    )


def _kept(commitment: Commitment, message: FiledMessage, requests: Sequence[Request]) -> Commitment:
    if commitment.status is not CommitmentStatus.OPEN:
        return commitment
    near = _near(commitment, message)
    if (
        _answers_what_was_put_off(commitment, message, requests)
        or _shows_done(commitment, message, None if near else 3)
        or (near and _answers_whether_done(commitment, message, requests))
        or (near and _hands_over(commitment, message))
    ):
        return replace(commitment, status=CommitmentStatus.KEPT, kept_by=message.message.sha256)
    return commitment


def _answers_what_was_put_off(c: Commitment, message: FiledMessage, requests: Sequence[Request]) -> bool:
    waiting = (Effect.DEFERRED, Effect.ACKNOWLEDGED)
    return is_delivery(c.quote) and any(
        any(e.sha256 == c.sha256 and e.effect in waiting for e in r.events)
        and any(e.sha256 == message.message.sha256 and e.effect is Effect.ANSWERED for e in r.events)
        for r in requests
    )


def _answers_whether_done(c: Commitment, message: FiledMessage, requests: Sequence[Request]) -> bool:
    """The parent asked whether it was done, and the answer says so."""
    words = content_words(c.quote)
    return says("done", message.message.new_text) and any(
        r.asked_on >= c.said_on
        and len(words & content_words(r.quote)) >= 2
        and any(e.sha256 == message.message.sha256 and e.effect is Effect.ANSWERED for e in r.events)
        for r in requests
    )


def _shows_done(commitment: Commitment, message: FiledMessage, least: int | None = None) -> bool:
    """Whether a sentence says that it was done; `least` words of the promise must stand in it."""
    words = content_words(commitment.quote)
    names = (message.message.sender.name, message.message.sender.email)
    same_person = commitment.by in names and (message.sent_on - commitment.said_on).days <= 21
    same_thread = commitment.thread == message.thread
    for sentence in split_sentences(message.message.new_text):
        if not says("done", sentence.text) or sentence.text.endswith("?"):
            continue
        if len(words & content_words(sentence.text)) >= (least or (1 if same_thread or same_person else 2)):
            return True
    return False


def _replaces(new: Commitment, old: Commitment) -> bool:
    """A later day that the same person names in the same thread "instead"."""
    same = new.thread == old.thread and new.by == old.by and new.due_on and old.due_on
    return bool(same and "instead" in new.quote.lower().split(".")[0].split())


def _hands_over(commitment: Commitment, message: FiledMessage) -> bool:
    """Whether what was to be sent is handed over in the same thread, in however few words."""
    if commitment.thread != message.thread or not is_delivery(commitment.quote):
        return False
    files = bool(message.message.attachments)
    return files or any(says("enclosed", s.text) for s in split_sentences(message.message.new_text))


def _superseded(commitment: Commitment, new: Sequence[Commitment], message: FiledMessage) -> Commitment:
    """A new date for the same thing takes the old promise's place."""
    if commitment.status is not CommitmentStatus.OPEN or not _near(commitment, message):
        return commitment
    words = content_words(commitment.quote)
    again = any(
        n.due_on and words and len(words & content_words(n.quote)) >= max(2, 0.6 * len(words)) for n in new
    ) or any(_replaces(n, commitment) for n in new)
    return replace(commitment, status=CommitmentStatus.WITHDRAWN) if again else commitment
