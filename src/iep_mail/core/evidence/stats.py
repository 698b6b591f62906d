"""The numbers of one case or of all: how soon answers came, what is open and since when.

They are counts of what is on record, each with how many it rests on, and no judgement on a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from iep_mail.model import Casebook, Effect, Request, RequestStatus

AGES = ((30, "up to 30 days"), (60, "31 to 60 days"), (90, "61 to 90 days"), (10_000, "more than 90 days"))
NO_JUDGEMENT = (
    "These are counts of what is on record. A late answer has many possible causes, and few requests make "
    "no pattern: they are no judgement on a person."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Requests of one person or kind. Days are calendar days from asking to the answer or refusal."""

    name: str
    asked: int = 0
    answered: int = 0
    in_time: int = 0  # of those answered or refused
    refused: int = 0
    withdrawn: int = 0
    still_open: int = 0
    overdue: int = 0
    median_days: float | None = None
    longest_days: int | None = None

    @property
    def settled(self) -> int:
        return self.answered + self.refused


@dataclass(frozen=True, slots=True)
class Stats:
    total: Count
    by_kind: tuple[Count, ...]
    by_person: tuple[Count, ...]
    open_by_age: tuple[tuple[str, int], ...]
    reminders: int
    commitments: int
    kept: int
    commitments_overdue: int


def build_stats(book: Casebook, case: str | None = None, name: Callable[[str], str] = str) -> Stats:
    """The numbers as of the casebook's day. `name` turns an address into a person's name."""
    requests = [r for r in book.requests if case is None or r.case == case]
    commitments = [c for c in book.commitments if case is None or c.case == case]
    waiting = [r for r in requests if _is_open(r)]
    ages = [(book.as_of - r.asked_on).days for r in waiting]
    people = sorted({email for r in requests for email in r.asked_of})
    return Stats(
        total=_count("all", requests, book.as_of),
        by_kind=tuple(
            _count(kind, [r for r in requests if str(r.kind) == kind], book.as_of)
            for kind in sorted({str(r.kind) for r in requests})
        ),
        by_person=tuple(
            _count(name(email), [r for r in requests if email in r.asked_of], book.as_of) for email in people
        ),
        open_by_age=tuple(_ages(ages)),
        reminders=sum(len(r.follow_ups) for r in requests),
        commitments=len(commitments),
        kept=sum(c.status == "kept" for c in commitments),
        commitments_overdue=sum(c.overdue(book.as_of) for c in commitments),
    )


def count_sentence(count: Count) -> str:
    """The counts in one or two sentences."""
    said = f"{count.asked} request{'s' * (count.asked != 1)}: {count.answered} answered, {count.refused} declined, "
    said += f"{count.still_open} open ({count.overdue} past the due date)."
    if count.settled:
        said += f" Of the {count.settled} answered or declined, {count.in_time} came in time."
    if count.median_days is not None:
        said += f" Half of the answers came within {count.median_days:g} days; the longest took {count.longest_days}."
    return said


def count_words(count: Count) -> str:
    """The counts in a few words, for one line of many."""
    parts = [f"{count.asked} asked", f"{count.answered} answered"]
    if count.refused:
        parts.append(f"{count.refused} declined")
    if count.settled:
        parts.append(f"{count.in_time} of {count.settled} in time")
    if count.still_open:
        parts.append(f"{count.still_open} open")
    if count.median_days is not None:
        parts.append(f"median {count.median_days:g} day{'s' * (count.median_days != 1)}")
    return ", ".join(parts)


def count_parts(count: Count) -> tuple[tuple[str, int], ...]:
    """What became of the requests, as the parts of a bar: they add up to all that were not withdrawn."""
    return (
        ("held", count.in_time),
        ("apart", count.settled - count.in_time),
        ("not-held", count.overdue),
        ("no-record", count.asked - count.withdrawn - count.settled - count.overdue),
    )


def answered_on(request: Request) -> date | None:
    """The day on which it was answered or refused, where a message did so."""
    settling = [e for e in request.events if e.effect in (Effect.ANSWERED, Effect.REFUSED)]
    return settling[-1].on if settling and _is_settled(request) else None


def _is_settled(request: Request) -> bool:
    return request.status in (RequestStatus.ANSWERED, RequestStatus.REFUSED)


def _is_open(request: Request) -> bool:
    return not request.status.settled


def _count(name: str, requests: Sequence[Request], today: date) -> Count:
    days = [(on - r.asked_on).days for r in requests if (on := answered_on(r))]
    return Count(
        name=name,
        asked=len(requests),
        answered=sum(r.status is RequestStatus.ANSWERED for r in requests),
        in_time=sum(_is_settled(r) and (answered_on(r) or date.min) <= r.recorded_due_on for r in requests),
        refused=sum(r.status is RequestStatus.REFUSED for r in requests),
        withdrawn=sum(r.status is RequestStatus.WITHDRAWN for r in requests),
        still_open=sum(_is_open(r) for r in requests),
        overdue=sum(r.days_overdue(today) > 0 for r in requests),
        median_days=float(median(days)) if days else None,
        longest_days=max(days, default=None),
    )


def _ages(ages: Iterable[int]) -> Iterable[tuple[str, int]]:
    before = -1
    known = list(ages)
    for limit, words in AGES:
        yield words, sum(before < age <= limit for age in known)
        before = limit
