"""Due dates: which clock applies, how its days are counted, and how to say so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from iep_mail.core.tracking.federal_holidays import federal_holiday
from iep_mail.core.tracking.school_days import closed_reason, covers
from iep_mail.data import load
from iep_mail.model import (
    Basis,
    ClockClass,
    DateSpan,
    DayKind,
    Deadline,
    Duration,
    RequestKind,
    SchoolCalendar,
    SkippedDay,
)

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
    start: date, duration: Duration, calendar: SchoolCalendar
) -> tuple[date, tuple[SkippedDay, ...], bool]:
    """The day on which `duration` ends, the days that did not count, and whether it is an estimate.

    Day 1 is the day after `start`. Calendar days are not moved off a weekend. School days without a
    calendar, or past its end, are estimated as weekdays less federal holidays.
    """
    if duration.day_kind is DayKind.CALENDAR:
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


def deadline_for(
    kind: RequestKind,
    asked_on: date,
    due: DateSpan | None,
    deadlines: Mapping[str, Duration],
    state: str | None,
    calendar: SchoolCalendar,
) -> Deadline:
    """When a request is due: its own date, else the parent's `[deadlines]`, else the built-in clock.

    `default` of `[deadlines]` gives way to a built-in clock that is a legal one.
    """
    clock = built_in_clock(kind, state)
    if due is not None:
        return _explicit(asked_on, due, clock, calendar)
    duration = deadlines.get(kind) or (
        deadlines.get("default") if clock["class"] != ClockClass.LEGAL else None
    )
    if duration is not None:
        return _counted(asked_on, duration, Basis.TABLE, clock, calendar)
    return _counted(asked_on, parse_duration(clock["limit"]), Basis.BUILT_IN, clock, calendar)


def built_in_clock(kind: RequestKind, state: str | None) -> Mapping[str, Any]:
    """The row of data/clocks.toml for a kind: the state's where it has one, else the federal one."""
    table = load("clocks")
    federal: Mapping[str, Any] = table["federal"][kind]
    row: Mapping[str, Any] | None = table.get("states", {}).get(state or "", {}).get(kind)
    return row or federal


def _explicit(asked_on: date, due: DateSpan, clock: Mapping[str, Any], calendar: SchoolCalendar) -> Deadline:
    skipped: tuple[SkippedDay, ...] = ()
    day, estimated = due.day, False
    if due.count is not None:
        day, skipped, estimated = add_duration(asked_on, due.count, calendar)
    return Deadline(
        day, Basis.EXPLICIT, due.text, asked_on, clock.get("citation"), None, skipped, estimated, due.note
    )


def _counted(
    asked_on: date, duration: Duration, basis: Basis, clock: Mapping[str, Any], calendar: SchoolCalendar
) -> Deadline:
    day, skipped, estimated = add_duration(asked_on, duration, calendar)
    same = parse_duration(clock["limit"]) == duration
    cited = clock["class"] != ClockClass.NUDGE and (same or basis is Basis.BUILT_IN)
    note = "Check this number with your state." if cited and clock.get("confidence") == "low" else ""
    return Deadline(
        day,
        basis,
        str(duration),
        asked_on,
        clock.get("citation") or None,
        ClockClass(clock["class"]) if cited or basis is Basis.BUILT_IN else ClockClass.NUDGE,
        skipped,
        estimated,
        note,
    )


def long_day(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def explain(deadline: Deadline) -> str:
    """How a due date was counted, in plain words: from which day, which days did not count, by what rule."""
    asked, due = long_day(deadline.counted_from), long_day(deadline.due_on)
    if deadline.basis is Basis.EXPLICIT:
        sentences = [f"Asked on {asked}; due on {due} (“{deadline.rule}”)."]
    else:
        sentences = [f"Asked on {asked}; {deadline.rule} after that is {due}."]
    if deadline.first_due_on:
        first = long_day(deadline.first_due_on)
        sentences = [f"Asked on {asked}; it was first due on {first} ({deadline.rule}), now on {due}."]
    return " ".join([*sentences, *working(deadline)])


def working(deadline: Deadline, *, in_full: bool = True) -> list[str]:
    """What `explain` says after the two dates: days that did not count, the rule's source, doubts.

    Without `in_full` of the sources only those in law are named.
    """
    sentences = []
    days = [s for s in deadline.skipped if s.reason != "weekend"]
    if days:
        sentences.append(f"Not counted, besides weekends: {_listed(days)}.")
    if in_full or deadline.clock_class is ClockClass.LEGAL:
        sentences += _authority(deadline)
    if deadline.estimated:
        sentences.append("This is an estimate: the school calendar does not cover all of these days.")
    if deadline.note:
        sentences.append(deadline.note)
    return sentences


def _authority(deadline: Deadline) -> list[str]:
    if deadline.basis is Basis.EXPLICIT:
        return []
    if deadline.clock_class is ClockClass.LEGAL:
        return [f"This is a legal deadline ({deadline.citation})."]
    if deadline.clock_class is ClockClass.STANDARD and deadline.citation:
        return [
            f"The law sets no number of days here ({deadline.citation}); this is a reasonable time to ask again."
        ]
    return ["The law sets no number of days here; this is when it is reasonable to ask again."]


def _listed(days: list[SkippedDay]) -> str:
    """Runs of days with one reason said once: “December 22 to January 2 (Winter Break)”."""
    runs: list[list[SkippedDay]] = []
    for day in days:
        if runs and runs[-1][-1].reason == day.reason and (day.day - runs[-1][-1].day).days <= 3:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "; ".join(_run(run) for run in runs)


def _run(run: list[SkippedDay]) -> str:
    first, last = (f"{s.day:%B} {s.day.day}" for s in (run[0], run[-1]))
    return f"{first if first == last else f'{first} to {last}'} ({run[0].reason})"
