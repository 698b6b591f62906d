"""When a letter may be proposed: not while an answer is named for a later day, and not too often."""

from __future__ import annotations

from datetime import date, timedelta

from iep_mail.core.letters.facts import Desk
from iep_mail.core.letters.wording import long_date
from iep_mail.core.reading.sentences import content_words
from iep_mail.core.tracking.deadlines import add_duration, parse_duration
from iep_mail.data import load
from iep_mail.model import Commitment, CommitmentStatus, Direction, MessageKind, Request, correspondence


def too_soon(last: date | None, desk: Desk) -> str:
    """Why no letter should follow the last one yet, as a sentence for the parent; "" where it may."""
    if last is None:
        return ""
    again = again_from(last, desk)
    if desk.today >= again:
        return ""
    text = load("letters")["sentences"]["held_gap"]
    return str(text.format(last=long_date(last), again=long_date(again)))


def again_from(last: date, desk: Desk) -> date:
    """The first day for another letter after one of `last`: the gap in school days, over a long break
    no more than so many calendar days."""
    pace = load("letters")["pace"]
    after_gap = add_duration(last, parse_duration(pace["gap"]), desk.calendar)[0]
    day = min(after_gap, last + timedelta(days=pace["gap_at_most_days"]))
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= 5 else 0)


def last_attempt(request: Request, desk: Desk) -> date | None:
    """The day of the last reminder of a request, None where there was none."""
    days = [m.sent_on for sha in request.follow_ups if (m := desk.message(sha))]
    return max(days, default=None)


def last_written(thread: str, since: date, desk: Desk) -> date | None:
    """The day on which a parent last wrote in a thread after `since`."""
    days = [
        m.sent_on
        for m in correspondence(desk.messages).of_thread(thread)
        if m.direction is Direction.TO_SCHOOL and m.kind is MessageKind.PERSONAL and m.sent_on > since
    ]
    return max(days, default=None)


def answer_named(request: Request, desk: Desk) -> str:
    """Why to wait: somebody at school named a day for this that is still to come; "" where nobody did."""
    ahead = [
        c
        for c in desk.commitments
        if c.status is CommitmentStatus.OPEN
        and c.due_on is not None
        and c.due_on >= desk.today
        and c.said_on >= request.asked_on
        and _about(c, request)
    ]
    if not ahead:
        return ""
    named = max(ahead, key=lambda c: (c.due_on or date.min, c.id))
    text = load("letters")["sentences"]["held_named"]
    return str(text.format(said=long_date(named.said_on), due=long_date(named.due_on)))


def _about(commitment: Commitment, request: Request) -> bool:
    """Said in the message that put the request off, or in its thread in the request's own words."""
    if any(event.sha256 == commitment.sha256 for event in request.events):
        return True
    shared = content_words(commitment.quote) & content_words(request.quote)
    return commitment.thread == request.thread and len(shared) >= 2
