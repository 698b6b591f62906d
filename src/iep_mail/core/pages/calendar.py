"""A month of deadlines over the school calendar."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from iep_mail.core.letters.entries import Page
from iep_mail.core.pages.today import Due, every_due
from iep_mail.core.tracking.school_days import closed_reason, covers
from iep_mail.model import CaseStatus, Duty, DutyStatus, ParentDeadline

_WANTED = (DutyStatus.LATE, DutyStatus.SOON)
_SUNDAY_FIRST = Calendar(firstweekday=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`closed` says why there is no school, "" where there is or nobody knows; `school`: there is."""

    on: date
    inside: bool  # of the month that is shown
    today: bool
    school: bool
    closed: str
    due: tuple[Due, ...] = ()
    own: tuple[ParentDeadline, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.due or self.own or self.today or (self.closed and self.closed != "weekend"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    first: date
    before: date
    after: date
    weeks: tuple[tuple[Day, ...], ...]
    late: tuple[Due, ...]  # of days past, the oldest first
    ahead: tuple[Due, ...]
    own: tuple[ParentDeadline, ...]
    owed: tuple[Duty, ...]  # what the school owes without being asked, and has not come
    covered: bool  # the school calendar speaks of this month


def month_page(page: Page, month: date) -> MonthPage:
    """The month that holds `month`, Sunday first, with everything that is due in it."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    due = sorted(every_due(page), key=lambda d: (d.on, d.who, d.quote))
    own = own_deadlines(page)
    weeks = tuple(
        tuple(_day(day, first, page, due, own) for day in week)
        for week in _SUNDAY_FIRST.monthdatescalendar(first.year, first.month)
    )
    today = page.book.as_of
    return MonthPage(
        first=first,
        before=before,
        after=after,
        weeks=weeks,
        late=tuple(d for d in due if d.on < today),
        ahead=tuple(d for d in due if d.on >= today),
        own=own,
        owed=tuple(d for d in page.book.duties if d.status in _WANTED or _ahead(d, today)),
        covered=any(covers(day.on, page.calendar) for week in weeks for day in week if day.inside),
    )


def _ahead(duty: Duty, today: date) -> bool:
    return duty.status is DutyStatus.EXPECTED and duty.expected_on >= today


def own_deadlines(page: Page) -> tuple[ParentDeadline, ...]:
    """The parent's own days that lie ahead, of cases that are not resolved."""
    over = {c.id for c in page.book.cases if c.status is CaseStatus.RESOLVED}
    ahead = [
        d for d in page.book.deadlines_of_parent if d.days_left(page.book.as_of) >= 0 and d.case not in over
    ]
    return tuple(sorted(ahead, key=lambda d: (d.due_on, d.id)))


def _day(day: date, first: date, page: Page, due: list[Due], own: tuple[ParentDeadline, ...]) -> Day:
    known = covers(day, page.calendar) or day in page.calendar.closed or day.weekday() >= 5
    reason = closed_reason(day, page.calendar) if known else None
    return Day(
        on=day,
        inside=(day.year, day.month) == (first.year, first.month),
        today=day == page.book.as_of,
        school=known and reason is None,
        closed=reason or "",
        due=tuple(d for d in due if d.on == day),
        own=tuple(d for d in own if d.due_on == day),
    )
