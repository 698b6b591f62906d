"""Ends of weeks, months and marking periods, breaks and days with a name; and which words mean what."""

from __future__ import annotations

import re
from datetime import date, timedelta

from iep_mail.core.reading import date_absolute as absolute
from iep_mail.core.reading import date_weeks as weeks
from iep_mail.core.reading.date_grammar import weekday_number
from iep_mail.core.reading.date_meaning import (
    DAY,
    Period,
    Resolver,
    friday_of,
    month_end,
    next_weekday,
    short,
    single,
    taken_as,
)
from iep_mail.core.tracking.federal_holidays import holiday_in
from iep_mail.data import load
from iep_mail.model import SchoolCalendar


def _named(words: str | None, sent_on: date) -> date:
    word = " ".join((words or "today").lower().split())
    if word == "today":
        return sent_on
    if word == "tomorrow":
        return sent_on + DAY
    return next_weekday(weekday_number(word.removeprefix("this ").removeprefix("next ")), sent_on)


def _end_of(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    groups = match.groupdict()
    period = " ".join(groups["period"].lower().split())
    ahead = 1 if (groups.get("which") or "").strip().lower() in ("next", "following", "coming") else 0
    if period.endswith("day"):
        return single(sent_on + DAY if ahead else _named(groups.get("on"), sent_on))
    if period.endswith("week") or period == "eow":
        return single(friday_of(sent_on, ahead if sent_on.weekday() < 5 else 0))
    if period in ("month", "eom"):
        return single(month_end(sent_on, ahead))
    if period == "school year":
        last = calendar.last_day
        return single(last) if last and last >= sent_on else None
    return _end_of_year(match[0], sent_on, ahead, calendar, of_calendar=period.startswith("calendar"))


def _end_of_year(
    words: str, sent_on: date, ahead: int, calendar: SchoolCalendar, *, of_calendar: bool
) -> Period:
    """The year is the school's or the calendar's: the end that comes first."""
    december, june = date(sent_on.year + ahead, 12, 31), calendar.last_day
    if june and not ahead and not of_calendar and sent_on <= june < december:
        return single(june, f"“{words}” is taken as the end of the school year, {short(june)}.")
    return single(december)


def _end_of_period(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    nth = (match["nth"] or match["nth2"] or "").lower()
    period = " ".join(match["period"].lower().split())
    ends = [(day, name.lower()) for day, name in calendar.period_ends if _same_period(period, name.lower())]
    if nth:
        digit = str(absolute.NTH.get(nth, nth))
        words = [w for w, n in absolute.NTH.items() if str(n) == digit] + [digit, nth]
        marked = re.compile(
            r"\b(?:" + "|".join(map(re.escape, words)) + r")\b|\b[qt]" + re.escape(digit) + r"\b"
        )
        ends = [(day, name) for day, name in ends if marked.search(name)]
    wanted = [day for day, _ in ends if day >= sent_on]
    return single(min(wanted)) if wanted else None


def _same_period(period: str, name: str) -> bool:
    if "period" in period or period in ("quarter", "nine weeks", "six weeks"):
        return bool(re.search("period|quarter|nine weeks|six weeks", name)) or bool(
            re.search(r"\bq[1-4]\b", name)
        )
    return period in name or (period == "term" and bool(re.search("trimester|semester", name)))


def _close(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    return single(_named(match["on"], sent_on))


def _closures(words: tuple[str, ...], calendar: SchoolCalendar) -> list[tuple[date, date]]:
    """First and last day of each closure whose reason holds one of the words."""
    runs: list[tuple[date, date]] = []
    for day, reason in sorted(calendar.closed.items()):
        plain = reason.lower().replace("-", "")
        if not any(re.search(rf"\b{w}", plain) for w in words):
            continue
        if runs and (day - runs[-1][1]).days <= 3:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


_BREAK_WORDS = {
    "christmas": ("winter", "christmas", "holiday break"),
    "holiday": ("winter", "holiday break", "christmas"),
    "holidays": ("winter", "holiday break", "christmas"),
    "new years": ("winter", "christmas", "holiday break"),
    "midwinter": ("midwinter", "mid winter", "february"),
    "autumn": ("fall",),
    "break": ("break", "recess", "vacation"),
    "february": ("february", "midwinter", "winter"),
    "april": ("april", "spring"),
    "easter": ("easter", "spring"),
}


def _break(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    """ "before winter break", "by break": the last school day before it."""
    which = match["which"].lower().replace("-", "").replace("'", "")
    if which == "break" and not absolute.DATE_LED.search(
        match.string[max(0, match.start() - 10) : match.start()]
    ):
        return None
    edge = " ".join((match.groupdict().get("edge") or "").lower().split())
    if which == "summer" and calendar.last_day and calendar.last_day >= sent_on:
        last = calendar.last_day
        return Period(day=last, first=last + DAY, last=last + timedelta(days=60))
    for first, last in _closures(_BREAK_WORDS.get(which, (which,)), calendar):
        if edge in ("end", "last day") and last >= sent_on:
            return single(last)
        if first > sent_on and not (which == "break" and last == first):
            day = first if edge == "first day" else school_day_before(first, calendar)
            return Period(day=day, first=first, last=last)
    name = {"thanksgiving": "thanksgiving", "christmas": "christmas", "easter": "easter"}.get(which)
    return _holiday(name, sent_on) if name and not edge else None


def school_day_before(day: date, calendar: SchoolCalendar) -> date:
    day -= DAY
    while day.weekday() >= 5 or (calendar.first_day and day > calendar.first_day and day in calendar.closed):
        day -= DAY
    return day


def _holiday(name: str, sent_on: date) -> Period | None:
    full = load("calendar_words")["named_days"][name]
    near = [d for y in (-1, 0, 1) if (d := holiday_in(full, sent_on.year + y))]
    found = min(near, key=lambda d: abs((d - sent_on).days), default=None)
    return single(found, yearless=True) if found else None


def _named_day(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    """ "by Thanksgiving": where school closes around it, the last school day before that, and said."""
    written = " ".join(match["which"].lower().split())
    names = load("calendar_words")["named_days"]
    name = next((n for n in names if n.replace("'", "") == written.replace("'", "")), None)
    found = _holiday(name, sent_on) if name else None
    if found is None:
        return None
    around = [d for d in calendar.closed if abs((d - found.day).days) <= 14]
    if found.day not in around or found.day < sent_on:
        return found
    first = found.day
    while first - DAY in calendar.closed or (first - DAY).weekday() >= 5:
        first -= DAY
    last_before = school_day_before(first, calendar)
    if last_before < sent_on:
        return found
    return Period(
        day=found.day,
        first=found.day,
        last=found.day,
        by=last_before,
        before=last_before,
        note=taken_as(match[0], last_before),
    )


def _school_edge(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    edge = match["edge"].lower()
    day = calendar.first_day if re.match(r"first|start|begin", edge) else calendar.last_day
    return single(day) if day and day >= sent_on else None


RESOLVERS: dict[str, Resolver] = {
    "iso": absolute.absolute,
    "month_day": absolute.absolute,
    "day_month": absolute.absolute,
    "numeric": absolute.absolute,
    "dashed": absolute.dashed,
    "ordinal_of_month": absolute.ordinal_of_month,
    "ago": weeks.ago,
    "duration": weeks.duration,
    "coming_span": weeks.coming_span,
    "end_of_month": absolute.end_of_month,
    "part_of_month": absolute.part_of_month,
    "nth_of_month": absolute.nth_of_month,
    "end_of_period": _end_of_period,
    "end_of": _end_of,
    "months_end": _end_of,
    "end_short": _end_of,
    "business_close": _close,
    "weekday_week": weeks.weekday_week,
    "this_time": weeks.this_time,
    "week_out": weeks.week_out,
    "weekdays_on": weeks.weekdays_on,
    "after_next": weeks.after_next,
    "weekday": weeks.weekday,
    "ordinal": absolute.ordinal,
    "plain_number": absolute.plain_number,
    "relative": weeks.relative,
    "week": weeks.week,
    "midweek": weeks.midweek,
    "weekend": weeks.weekend,
    "break": _break,
    "break_plain": _break,
    "school_edge": _school_edge,
    "named_day": _named_day,
    "month": absolute.month,
}
