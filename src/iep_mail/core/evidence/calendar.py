"""The deadlines of the school and of the parent as entries for the parent's own calendar.

Titles name the child by initials only, for calendars are shared and shown on locked screens.
"""

from __future__ import annotations

from collections.abc import Iterator

from iep_mail.core.evidence.rows import what_words
from iep_mail.core.letters.entries import Page
from iep_mail.core.letters.facts import trimmed
from iep_mail.core.letters.people import without_names
from iep_mail.model import CalendarEntry, CaseStatus

_OWN_ALARM = 14  # days


def calendar_entries(page: Page) -> tuple[CalendarEntry, ...]:
    """What is open, as of the casebook's day, in the order of time."""
    found = [*_requests(page), *_commitments(page), *_own(page)]
    return tuple(sorted(found, key=lambda e: (e.day, e.uid)))


def _requests(page: Page) -> Iterator[CalendarEntry]:
    for request in page.book.requests:
        if request.status.settled:
            continue
        what = what_words(str(request.kind))
        yield CalendarEntry(
            uid=f"request-{request.id}@iep-mail",
            day=request.due_on,
            title=f"School: {what[0].lower()}{what[1:]}{_initials(request.child, page)}",
            text=_hidden(
                f"Asked of {page.people(request)} on {request.asked_on.isoformat()}: “{trimmed(request.quote)}” "
                f"Counted as {request.deadline.rule}. See: iep-mail why {page.short.get(request.id, request.id)}",
                page,
            ),
        )


def _commitments(page: Page) -> Iterator[CalendarEntry]:
    for commitment in page.book.commitments:
        if commitment.status != "open" or commitment.due_on is None:
            continue
        yield CalendarEntry(
            uid=f"commitment-{commitment.id}@iep-mail",
            day=commitment.due_on,
            title=f"School: what {page.name(commitment.by)} said they would do",
            text=_hidden(f"Said on {commitment.said_on.isoformat()}: “{trimmed(commitment.quote)}”", page),
        )


def _own(page: Page) -> Iterator[CalendarEntry]:
    over = {case.id for case in page.book.cases if case.status is CaseStatus.RESOLVED}
    for deadline in page.book.deadlines_of_parent:
        if deadline.case in over or deadline.days_left(page.book.as_of) < 0:
            continue
        yield CalendarEntry(
            uid=f"own-{deadline.id}@iep-mail",
            day=deadline.due_on,
            title=f"You: {deadline.title}, at the latest{_initials(deadline.child, page)}",
            text=_hidden(
                f"{deadline.because} {deadline.rule} ({deadline.citation}). Nothing has to be filed; this is an "
                "estimate: check it with your state's parent center or a lawyer.",
                page,
            ),
            own=True,
            alarm_days=_OWN_ALARM,
        )


def _initials(child: str | None, page: Page) -> str:
    known = next((c for c in page.family.children if c.name == child), None)
    return f" ({known.initials})" if known else ""


def _hidden(text: str, page: Page) -> str:
    return without_names(text, page.family.children)
