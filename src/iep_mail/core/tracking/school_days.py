"""Which days are school days, by the words of a district's calendar (34 CFR 300.11(c))."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from iep_mail.data import load
from iep_mail.model import CalendarEvent, SchoolCalendar

DAY = timedelta(days=1)
_LONGEST_EVENT = 120  # days; a longer one is a term, not a closure


def build_calendar(events: Iterable[CalendarEvent]) -> SchoolCalendar:
    """The school calendar that the events of a district describe.

    Early release, late start and concerts are school days; breaks, workdays and holidays are not.
    Where it holds several school years, the summers between them are closed. Without a first or last
    day named, the first and last events bound it.
    """
    found = sorted(events, key=lambda e: (e.first, e.last, e.summary))
    closed: dict[date, str] = {}
    opened: set[date] = set()
    for event in found:
        days = list(_days(event))
        if len(days) > _LONGEST_EVENT:
            continue
        if _has(event.summary, "opens"):
            opened.update(days)
        elif _closes(event):
            closed |= {day: _tidy(event.summary) for day in days if day not in closed}
    closed |= _breaks_by_their_edges(found)
    firsts = [e.first for e in found if _bounds(e.summary, "first_day")]
    lasts = [e.last for e in found if _bounds(e.summary, "last_day")]
    for last in lasts:
        following = min((f for f in firsts if f > last), default=None)
        if following and (following - last).days < 150:
            closed |= dict.fromkeys(_span(last + DAY, following - DAY), "summer break")
    return SchoolCalendar(
        closed={day: why for day, why in sorted(closed.items()) if day not in opened},
        first_day=min(firsts, default=found[0].first if found else None),
        last_day=max(lasts, default=max(e.last for e in found) if found else None),
        period_ends=tuple((e.last, _tidy(e.summary)) for e in found if _ends_period(e.summary)),
    )


def is_school_day(day: date, calendar: SchoolCalendar) -> bool:
    """Whether school is in session; outside the calendar's span it is unknown, and False."""
    return closed_reason(day, calendar) is None


def closed_reason(day: date, calendar: SchoolCalendar) -> str | None:
    """Why there is no school on `day`, in the calendar's own words, or None where there is."""
    if day in calendar.closed:
        return calendar.closed[day]
    if day.weekday() >= 5:
        return "weekend"
    return None if covers(day, calendar) else "outside the school year"


def covers(day: date, calendar: SchoolCalendar) -> bool:
    """Whether the calendar speaks of this day."""
    return (
        calendar.first_day is not None
        and calendar.last_day is not None
        and calendar.first_day <= day <= calendar.last_day
    )


def _days(event: CalendarEvent) -> Iterator[date]:
    return _span(event.first, min(event.last, event.first + timedelta(days=_LONGEST_EVENT)))


def _span(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


@cache
def _pattern(table: str) -> re.Pattern[str]:
    words = sorted(load("calendar_words")[table], key=len, reverse=True)
    return re.compile(r"(?<![\w])(?:" + "|".join(re.escape(w) for w in words) + r")(?![\w])")


def _folded(summary: str) -> str:
    return " ".join(summary.lower().replace("’", "'").replace("–", "-").replace("—", "-").split())


def _has(summary: str, table: str) -> bool:
    return bool(_pattern(table).search(_folded(summary)))


_PLAINLY_CLOSED = re.compile(
    r"\b(?:no (?:school|classes|students)|(?:school|schools|offices|district) closed|student holiday)\b"
)


def _closes(event: CalendarEvent) -> bool:
    text = _folded(event.summary)
    if _PLAINLY_CLOSED.search(text):
        return not _FOR_SOME.search(text)
    if _has(text, "in_session") or not _has(text, "closes"):
        return False
    if event.first == event.last and _has(text, "around_a_break"):
        return False
    said = set(_pattern("closes").findall(text)) - set(load("calendar_words")["doubtful"])
    return bool(said) or "holiday" in text


_FOR_SOME = re.compile(
    r"\b(?:pre-?k|preschool|kindergarten|seniors|grades? \d+|\d+(?:th|st|nd|rd) grade)\b[^-–]*\bonly\b"
    r"|\bonly\b[^-–]*\b(?:pre-?k|preschool|kindergarten|seniors)\b"
)
_LONGEST_BREAK = 24  # days from "Winter Break Begins" to "Classes Resume"


def _breaks_by_their_edges(events: list[CalendarEvent]) -> dict[date, str]:
    """The days of breaks of which a calendar names only the beginning and the end or the return."""
    closed: dict[date, str] = {}
    for start in events:
        text = _folded(start.summary)
        if not (_BREAK_BEGINS.search(text) and start.first == start.last):
            continue
        until = min(
            (
                last
                for e in events
                if (last := _last_of_break(e)) and 0 <= (last - start.first).days <= _LONGEST_BREAK
            ),
            default=None,
        )
        if until:
            name = re.sub(r"\s*[-–—:(]*\s*\b(?:begins?|starts?)\b.*$", "", start.summary, flags=re.I)
            closed |= {day: _tidy(name) or _tidy(start.summary) for day in _span(start.first, until)}
    return closed


_BREAK_BEGINS = re.compile(r"\b(?:break|recess|vacation|holidays?)\b.*\b(?:begins?|starts?)\b")
_BREAK_ENDS = re.compile(r"\b(?:break|recess|vacation|holidays?)\b.*\bends?\b")
_RETURN = re.compile(
    r"\b(?:school|classes|students) (?:resumes?|returns?|reopens?|back)\b|\breturn (?:from|to school)\b"
    r"|\bback (?:from|to school)\b(?! night)"
)


def _last_of_break(event: CalendarEvent) -> date | None:
    text = _folded(event.summary)
    if _BREAK_ENDS.search(text):
        return event.last
    return event.first - DAY if _RETURN.search(text) else None


def _bounds(summary: str, table: str) -> bool:
    return _has(summary, table) and not _has(summary, "partial")


def _ends_period(summary: str) -> bool:
    return (
        _has(summary, "period")
        and _has(summary, "period_end")
        and not re.search(r"\b(?:begins?|starts?)\b", _folded(summary))
    )


def _tidy(summary: str) -> str:
    """The calendar's words without the "No School" that is said anyway."""
    text = re.sub(
        r"\s*[-–—:,(]*\s*(?:no school|schools?(?: and offices)? closed)(?: for students)?\)?",
        "",
        summary,
        flags=re.I,
    )
    return text.strip(" -–—:,") or summary.strip()
