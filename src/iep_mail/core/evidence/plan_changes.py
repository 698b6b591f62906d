"""Two versions of a plan compared: what was added, taken out and changed, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from iep_mail.core.evidence.documents import Document
from iep_mail.core.letters.iep import wording
from iep_mail.model import Casebook, Channel, FiledMessage, Iep, IepService, IepStatement, MessageKind

_ALIKE = 0.72  # from which two sentences are one that was reworded
_BEFORE, _AFTER = timedelta(days=60), timedelta(days=14)
_MEETING = re.compile(
    r"\b(?:iep|ard|504|team|annual review|cse|pps)\b[^.\n]{0,30}\bmeeting\b|\bmeeting\b[^.\n]{0,30}\biep\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Change:
    """`before` or `after` is "" where something was added or taken out; `less` marks a service with
    fewer minutes or sessions than before."""

    what: str  # service | accommodation | goal | placement | behavior plan | transport
    before: str
    after: str
    less: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What is on record around a change: meetings and notices, each in a few words with its day."""

    since: date | None
    meetings: tuple[tuple[date, str], ...] = ()
    notices: tuple[tuple[date, str], ...] = ()


def compare(old: Iep, new: Iep) -> tuple[Change, ...]:
    """Every difference in what the two plans state. Pages, quotes and order do not count."""
    return (
        *_services(old.services, new.services),
        *_statements("accommodation", old.accommodations, new.accommodations),
        *_statements("goal", old.goals, new.goals),
        *_single("placement", old.placement, new.placement),
        *_single("behavior plan", old.behavior_plan, new.behavior_plan),
        *_single("transport", old.transport, new.transport),
    )


def _services(old: Sequence[IepService], new: Sequence[IepService]) -> Iterator[Change]:
    rest = list(new)
    for before in old:
        same = [s for s in rest if s.name.casefold() == before.name.casefold()]
        after = next((s for s in same if _granted(s) == _granted(before)), same[0] if same else None)
        if after is None:
            yield Change("service", _said(before), "", less=True)
            continue
        rest.remove(after)
        if _granted(after) != _granted(before):
            yield Change("service", _said(before), _said(after), less=_less(before, after))
    for added in rest:
        yield Change("service", "", _said(added))


def _granted(service: IepService) -> tuple[object, ...]:
    return service.minutes, _plain(service.frequency), _plain(service.setting)


def _said(service: IepService) -> str:
    return wording(service) + (f" ({service.setting})" if service.setting else "")


def _less(before: IepService, after: IepService) -> bool:
    """Whether fewer minutes a week are granted, as far as both can be counted."""
    weekly = _weekly(before), _weekly(after)
    return weekly[0] is not None and weekly[1] is not None and weekly[1] < weekly[0]


def _weekly(service: IepService) -> float | None:
    from iep_mail.core.plan.amounts import parse_frequency

    frequency = parse_frequency(service.frequency)
    weeks = {"day": 0.2, "week": 1.0, "2 weeks": 2.0, "month": 4.33, "quarter": 9.0, "year": 36.0}
    if frequency is None or service.minutes is None or frequency.period not in weeks:
        return None
    count = 1 if frequency.total else frequency.count
    return service.minutes * count / weeks[frequency.period]


def _statements(what: str, old: Sequence[IepStatement], new: Sequence[IepStatement]) -> Iterator[Change]:
    before = [s for s in old if _plain(s.text) not in {_plain(n.text) for n in new}]
    after = [s for s in new if _plain(s.text) not in {_plain(o.text) for o in old}]
    for gone in before:
        alike = max(after, key=lambda s: _likeness(gone.text, s.text), default=None)
        if alike is not None and _likeness(gone.text, alike.text) >= _ALIKE:
            after.remove(alike)
            yield Change(what, gone.text, alike.text)
        else:
            yield Change(what, gone.text, "")
    for added in after:
        yield Change(what, "", added.text)


def _single(what: str, old: IepStatement | None, new: IepStatement | None) -> Iterator[Change]:
    before, after = old.text if old else "", new.text if new else ""
    if _plain(before) != _plain(after):
        yield Change(what, before, after)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _plain(one), _plain(other)).ratio()


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def beside(new: Iep, book: Casebook, documents: Sequence[Document]) -> Beside:
    """The meetings and prior written notices on record around the day from which `new` holds
    (34 CFR 300.324(a)(4), 300.503)."""
    since = new.effective_from
    if since is None:
        return Beside(None)
    first, last = since - _BEFORE, since + _AFTER
    meetings = [
        (filed.sent_on, filed.message.subject or "a message")
        for filed in book.messages
        if first <= filed.sent_on <= last and _about_meeting(filed)
    ]
    if new.meeting_on:
        meetings.append((new.meeting_on, "the meeting that the plan names"))
    notices = [
        (d.arrived_on, d.name)
        for d in documents
        if d.kind == "prior_written_notice" and first <= d.arrived_on <= last
    ]
    return Beside(since, tuple(sorted(meetings)), tuple(sorted(notices)))


def _about_meeting(filed: FiledMessage) -> bool:
    if filed.message.channel is Channel.MEETING:  # written down by hand
        return True
    text = f"{filed.message.subject} {filed.message.new_text[:500]}"
    return filed.kind in (MessageKind.PERSONAL, MessageKind.CALENDAR) and bool(_MEETING.search(text))
