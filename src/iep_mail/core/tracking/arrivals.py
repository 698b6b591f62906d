"""Whether mail shows that something owed has come: a report, a notice, a copy, an invitation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from iep_mail.core.tracking.mentioned_days import mentioned_days
from iep_mail.core.tracking.observations import split
from iep_mail.data import load
from iep_mail.model import Channel, Direction, DutyKind, FiledMessage, MessageKind

_NEVER = frozenset({MessageKind.AUTO_REPLY, MessageKind.BOUNCE})
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of the team that mail, or the parent's own note, says was held."""

    on: date
    child: str | None
    sha256: str
    about_plan: bool = True  # a new plan, and a notice, follow from it


def arrival(
    kind: DutyKind, child: str, messages: Iterable[FiledMessage], first: date, last: date
) -> FiledMessage | None:
    """The first message of those days that shows that it came. One that names no child may be about any.

    What is only announced, asked for or said to be missing does not count.
    """
    for filed in sorted(messages, key=lambda m: (m.sent_on, m.message.date)):
        about = filed.child in (None, child) and first <= filed.sent_on <= last
        if about and filed.kind not in _NEVER and _shows(kind, filed):
            return filed
    return None


def meetings_held(messages: Sequence[FiledMessage]) -> tuple[Meeting, ...]:
    """Team meetings that were held, each day once for each child: entered by hand, or told of in mail with
    the day."""
    found: dict[tuple[date, str | None], Meeting] = {}
    for filed in sorted(messages, key=lambda m: (m.sent_on, m.message.date)):
        for day, about_plan in _meeting_days(filed):
            meeting = Meeting(day, filed.child, filed.message.sha256, about_plan)
            known = found.setdefault((day, filed.child), meeting)
            if about_plan and not known.about_plan:
                found[(day, filed.child)] = meeting
    return tuple(found[key] for key in sorted(found, key=lambda k: (k[0], k[1] or "")))


def says_not_started(
    words: str, child: str, messages: Iterable[FiledMessage], first: date
) -> FiledMessage | None:
    """The first message since `first` that says of a service, found by `words`, that it has not begun."""
    not_started, named = _pattern("not_started", "words"), re.compile(words, re.I)
    for filed in sorted(messages, key=lambda m: (m.sent_on, m.message.date)):
        if (
            filed.child not in (None, child)
            or filed.sent_on < first
            or filed.kind is not MessageKind.PERSONAL
        ):
            continue
        for sentence in split(filed.message.new_text):
            if named.search(sentence) and not_started.search(sentence.lower()) and "?" not in sentence:
                return filed
    return None


def _meeting_days(filed: FiledMessage) -> Iterator[tuple[date, bool]]:
    """The days of meetings that a message tells of, with whether each was about the plan itself."""
    message = filed.message
    words, held = _pattern("meeting", "words"), _pattern("meeting", "held")
    plan = _pattern("meeting", "about_plan")
    if message.channel is Channel.MEETING:
        yield filed.sent_on, bool(plan.search(f"{message.subject} {message.new_text}".lower()))
        return
    if filed.kind is not MessageKind.PERSONAL or message.forwarded:
        return
    for sentence in (message.subject, *split(message.new_text)):
        low = sentence.lower()
        if not words.search(low) or not held.search(low) or low.rstrip().endswith("?"):
            continue
        days = [m.day for m in mentioned_days(sentence, filed.sent_on) if m.day <= filed.sent_on]
        if days and filed.sent_on - days[0] <= timedelta(days=45):
            yield days[0], bool(plan.search(low))


def _shows(kind: DutyKind, filed: FiledMessage) -> bool:
    message = filed.message
    if filed.direction is not Direction.FROM_SCHOOL and message.channel is Channel.EMAIL:
        return _said_by_parent(kind, filed)
    table = load("duties")[str(kind)]
    file = re.compile(table["file"])
    names = [a.name.lower() for a in message.attachments]
    drafts = table.get("draft")
    if any(file.search(name) and not (drafts and drafts in name) for name in names):
        return True
    words = _pattern(str(kind), "words")
    sure = _pattern(str(kind), "called") if "called" in table else _pattern("handed", "words")
    later = _pattern("handed", "later") if "called" not in table else None
    if filed.kind is MessageKind.CALENDAR and "called" in table and words.search(message.subject.lower()):
        return True
    for sentence in (message.subject, *split(message.new_text)):
        low = " ".join(sentence.lower().split())
        told = words.search(low) and sure.search(low) and not low.endswith("?")
        if told and not (later and later.search(low)) and not (drafts and drafts in low):
            return True
    return False


def _said_by_parent(kind: DutyKind, filed: FiledMessage) -> bool:
    """The parent's own “Thank you for the progress report” or “We got the invitation”."""
    words, got = _pattern(str(kind), "words"), _pattern("handed", "by_parent")
    lows = [" ".join(s.lower().split()) for s in split(filed.message.new_text)]
    return any(words.search(low) and got.search(low) and not low.endswith("?") for low in lows)


@cache
def _pattern(table: str, key: str) -> re.Pattern[str]:
    return re.compile(load("duties")[table][key])
