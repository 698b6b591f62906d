"""Counting days: calendar, business and school days (34 CFR 300.11), and a state's pauses."""

from __future__ import annotations

import re
from datetime import date, timedelta

from iep_mail.core.tracking.federal_holidays import federal_holiday
from iep_mail.core.tracking.school_days import closed_reason, covers
from iep_mail.model import DayKind, Duration, SchoolCalendar, SkippedDay

DAY = timedelta(days=1)
_MOST_DAYS = 3660  # no clock runs longer than ten years

_DURATION = re.compile(r"(\d{1,4})\s*(calendar|business|working|school|instructional)?\s*(day|week)s?", re.I)
_KINDS = {
    "business": DayKind.BUSINESS,
    "working": DayKind.BUSINESS,
    "school": DayKind.SCHOOL,
    "instructional": DayKind.SCHOOL,
}


def parse_duration(text: str) -> Duration:
    """`5 school days`, `45 days`, `10 business days`, `2 weeks`. Raises ValueError with what would be right."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not int(found[1]):
        raise ValueError(
            f"“{text}” is not a duration; write it like “5 school days”, “10 business days” or “45 days”"
        )
    count, kind, unit = int(found[1]), (found[2] or "").lower(), found[3].lower()
    return Duration(count * (7 if unit == "week" and not kind else 1), _KINDS.get(kind, DayKind.CALENDAR))


def add_duration(
    start: date, duration: Duration, calendar: SchoolCalendar, pauses: str = ""
) -> tuple[date, tuple[SkippedDay, ...], bool]:
    """The day on which `duration` ends, the days that did not count, and whether it is an estimate.

    Day 1 is the day after `start`. Calendar days are not moved off a weekend. School days without a
    calendar, or past its end, are estimated as weekdays less federal holidays. `pauses` names calendar
    days that a state's clock leaves out: "summer", "breaks" (over five school days in a row), "holidays".
    """
    if duration.day_kind is DayKind.CALENDAR:
        if pauses:
            return _add_paused(start, duration.count, calendar, pauses)
        return start + timedelta(days=duration.count), (), False
    day, counted, skipped, estimated = start, 0, [], False
    for _ in range(_MOST_DAYS):
        day += DAY
        known = duration.day_kind is DayKind.BUSINESS or covers(day, calendar) or day in calendar.closed
        reason = _not_counted(day, duration.day_kind, calendar)
        if reason is not None:
            skipped.append(SkippedDay(day, reason))
            continue
        estimated = estimated or not known
        counted += 1
        if counted == duration.count:
            break
    return day, tuple(skipped), estimated


def add_years(start: date, years: int) -> date:
    """The same day `years` later; February 29 becomes February 28 (the earlier, to be safe)."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def last_business_day_before(day: date) -> date:
    """The last Monday to Friday before `day` that is no federal holiday."""
    day -= DAY
    while day.weekday() >= 5 or federal_holiday(day):
        day -= DAY
    return day


def _add_paused(
    start: date, count: int, calendar: SchoolCalendar, pauses: str
) -> tuple[date, tuple[SkippedDay, ...], bool]:
    day, counted, skipped = start, 0, []
    for _ in range(_MOST_DAYS):
        day += DAY
        reason = _paused(day, calendar, pauses)
        if reason is None:
            counted += 1
        else:
            skipped.append(SkippedDay(day, reason))
        if counted == count:
            break
    return day, tuple(skipped), not (calendar.known and covers(day, calendar))


def _paused(day: date, calendar: SchoolCalendar, pauses: str) -> str | None:
    """Why a state's clock stands still on `day`; without a calendar it never does."""
    if not calendar.known:
        return None
    if pauses in ("summer", "breaks") and (
        _in_summer(day, calendar) or calendar.closed.get(day) == "summer break"
    ):
        return "summer break"
    if pauses == "holidays":
        reason = calendar.closed.get(day)
        return reason if reason != "summer break" and day.weekday() < 5 else None
    if pauses == "breaks" and _closed_weekdays_around(day, calendar) > 5:
        return calendar.closed.get(day) or "school vacation"
    return None


def _closed_weekdays_around(day: date, calendar: SchoolCalendar) -> int:
    """The weekdays without school in the unbroken stretch around `day`; 0 where it has school."""

    def off(at: date) -> bool:
        return at.weekday() >= 5 or at in calendar.closed

    if not off(day):
        return 0
    first = last = day
    while off(first - DAY):
        first -= DAY
    while off(last + DAY):
        last += DAY
    stretch = (first + DAY * n for n in range((last - first).days + 1))
    return sum(at.weekday() < 5 for at in stretch)


def _not_counted(day: date, kind: DayKind, calendar: SchoolCalendar) -> str | None:
    if day.weekday() >= 5:
        return "weekend"
    if kind is DayKind.SCHOOL and calendar.known:
        if covers(day, calendar) or day in calendar.closed:
            return closed_reason(day, calendar)
        if calendar.first_day and day < calendar.first_day:
            return "before the school year begins"
        if _in_summer(day, calendar):
            return "summer break"
    return federal_holiday(day)


def _in_summer(day: date, calendar: SchoolCalendar) -> bool:
    """Past the calendar's last day nobody knows when school begins again; a year that ended in May or
    June is taken to go on in the last week of August, which the deadline then calls an estimate."""
    last = calendar.last_day
    return bool(last and last.month in (5, 6) and last < day < date(last.year, 8, 25))
