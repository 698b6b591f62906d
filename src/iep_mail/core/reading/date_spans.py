"""Where running text names a day: the grammar's spans, put together where they belong together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from iep_mail.core.reading.date_grammar import NUMBER, UNIT, WEEKDAY, number, patterns_for, weekday_number
from iep_mail.core.reading.date_meaning import DAY, WEEK, Period, friday_of, next_weekday, single, week_of
from iep_mail.core.reading.date_periods import RESOLVERS, school_day_before
from iep_mail.core.reading.date_weeks import duration_of
from iep_mail.core.tracking.deadlines import add_duration
from iep_mail.core.tracking.school_days import is_school_day
from iep_mail.model import DateSpan, DayKind, Duration, SchoolCalendar

MOST_CHARACTERS = 20_000  # of one text that are searched; no sentence is longer
_WINDOW = 100  # characters before a span in which what leads to it is looked for


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A span of the text and the period it names. `shifted`: counted from another day that is named
    too ("two days before 4/2"); `ahead` says that it lies before that day."""

    start: int
    end: int
    period: Period
    shifted: bool = False
    ahead: bool = False

    def span(self, text: str) -> DateSpan:
        p = self.period
        return DateSpan(text[self.start : self.end], self.start, self.end, p.day, p.count, p.note)


def find_dates(text: str, sent_on: date, calendar: SchoolCalendar) -> tuple[DateSpan, ...]:
    """Every day that `text` names, in order, none overlapping.

    Relative words count from `sent_on`, a day of the family's zone. A day without a year is the
    nearest one. Of two meanings the earlier day is taken and `note` says so.
    """
    return tuple(named.span(text) for named in named_days(text, sent_on, calendar))


def named_days(text: str, sent_on: date, calendar: SchoolCalendar) -> list[NamedDay]:
    """What `find_dates` finds, with the whole period."""
    text = folded(text[:MOST_CHARACTERS])
    found: list[NamedDay] = []
    for named in _single_spans(text, sent_on, calendar):
        before = text[max(0, named.start - _WINDOW) : named.start]
        joined = _with_day_end(found, before, named) or _joined(before, named, sent_on, calendar)
        while found and found[-1].start >= joined.start:
            counted = found.pop()
            if counted.period.count is not None and joined is not named:
                joined = replace(counted, end=joined.end, shifted=True)
        found.append(_settled(text, joined))
    return found


def folded(text: str) -> str:
    """Same length as `text`, so that offsets hold."""
    return (
        text.replace("’", "'").replace("\n", " ").replace("\u00a0", " ").replace("–", "-").replace("—", "-")
    )


def _single_spans(text: str, sent_on: date, calendar: SchoolCalendar) -> list[NamedDay]:
    spans: list[NamedDay] = []
    taken = bytearray(len(text))
    for name, pattern in patterns_for(text):
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            period = RESOLVERS[name](match, sent_on, calendar) if name != "none" else None
            if period is None and name != "none":
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            if period is not None:
                spans.append(NamedDay(match.start(), match.end(), period))
    return sorted(spans, key=lambda s: s.start)


# --- what is said before a day and changes it -----------------------------------------------

_EVENT = r"(?:(?:the|our|my|his|her|their|your|this|that)\s+(?:[\w'-]+\s+){0,4}?)?(?:on\s+|of\s+)?"
_AHEAD = r"before|prior\s+to|ahead\s+of|in\s+advance\s+of"
_WAY = rf"(?P<way>{_AHEAD}|after|following|from|past|of)"
_SHIFT = re.compile(
    rf"(?<![\w.:/$-])(?P<count>{NUMBER})\s*[- ]?(?P<unit>{UNIT})?\s*[- ]?(?P<span>day|week|month)s?\s+{_WAY}\s+{_EVENT}$",
    re.I,
)
_NEXT_DAY = re.compile(
    rf"(?:the\s+)?(?:(?P<first>first|last)\s+)?(?P<unit>school\s+)?day\s+(?P<way>{_AHEAD}|after|following|back\s+(?:from|after))\s+{_EVENT}$",
    re.I,
)
_WEEKDAY_BY = re.compile(
    rf"(?:the\s+)?(?:first\s+|last\s+)?(?<!\w)(?P<weekday>{WEEKDAY})\s+(?P<way>{_AHEAD}|after|following)\s+{_EVENT}$",
    re.I,
)
_WEEK_BY = re.compile(
    rf"(?:the\s+)?(?:first\s+|full\s+){{0,2}}week\s+(?P<way>of|beginning|starting|{_AHEAD}|after|following|back\s+(?:from|after))\s+(?:on\s+)?{_EVENT}$",
    re.I,
)


def _joined(before: str, named: NamedDay, sent_on: date, calendar: SchoolCalendar) -> NamedDay:
    """The span together with "two days before", "the Friday after", "the week of" and the like."""
    for pattern, resolve in (
        (_SHIFT, _shifted),
        (_WEEKDAY_BY, _weekday_by),
        (_WEEK_BY, _week_by),
        (_NEXT_DAY, _next_day),
    ):
        found = pattern.search(before)
        if found is None:
            continue
        period = resolve(found, named.period, calendar)
        if period is not None:
            start = named.start - len(before) + found.start()
            ahead = bool(re.match(r"before|prior|ahead|in\s", found["way"], re.I))
            return NamedDay(start, named.end, replace(period, yearless=named.period.yearless), True, ahead)
    return named


def _shifted(found: re.Match[str], period: Period, calendar: SchoolCalendar) -> Period | None:
    count = number(found["count"])
    if not count or count > 400:
        return None
    way = found["way"].lower()
    if way in ("after", "following", "from", "past", "of"):
        start = period.last
        return single(
            add_duration(start, duration_of(count, found["unit"] or "", found["span"], start), calendar)[0]
        )
    back = duration_of(count, found["unit"] or "", found["span"], period.first)
    return single(_counted_back(period.first, back, calendar))


def _counted_back(day: date, duration: Duration, calendar: SchoolCalendar) -> date:
    """The latest day from which `duration` ends no later than `day`."""
    start = day - duration.count * DAY
    while add_duration(start, duration, calendar)[0] > day:
        start -= DAY
    return start if duration.day_kind is DayKind.CALENDAR else school_day_before(start + DAY, calendar)


def _weekday_by(found: re.Match[str], period: Period, _: SchoolCalendar) -> Period:
    weekday = weekday_number(found["weekday"])
    if found["way"].lower() in ("after", "following"):
        return single(next_weekday(weekday, period.last))
    return single(next_weekday(weekday, period.first - 8 * DAY))


def _week_by(found: re.Match[str], period: Period, calendar: SchoolCalendar) -> Period:
    way = found["way"].lower()
    friday = friday_of(period.first)
    if re.match(r"after|following|back", way):
        return week_of(friday_of(period.last) + (WEEK if period.last.weekday() < 5 else 0 * DAY))
    if re.match(_AHEAD, way):
        last = school_day_before(period.first, calendar)
        return week_of(min(friday_of(last), last)) if period.first != period.last else week_of(friday - WEEK)
    return week_of(friday)


def _next_day(found: re.Match[str], period: Period, calendar: SchoolCalendar) -> Period:
    if re.match(_AHEAD, found["way"], re.I):
        school = found["unit"] or period.first != period.last
        return single(school_day_before(period.first, calendar) if school else period.first - DAY)
    day = period.last + DAY
    if found["unit"] or found["first"] or period.first != period.last:
        while day.weekday() >= 5 or (
            calendar.known and day in calendar.closed and not is_school_day(day, calendar)
        ):
            day += DAY
    return single(day)


_DAY_END = re.compile(r"end\s+of|close\s+of|^(?:cob|eob|eod)$", re.I)


def _with_day_end(found: list[NamedDay], before: str, named: NamedDay) -> NamedDay | None:
    """ "close of business on March 3" is one span: the day that follows."""
    if not found or named.start - found[-1].end > 12:
        return None
    last = found[-1]
    words = before[len(before) - (named.start - last.start) :][: last.end - last.start]
    between = before[len(before) - (named.start - last.end) :] if named.start > last.end else ""
    if not re.fullmatch(r"\s*,?\s*\(?(?:on\s+|of\s+|the\s+)*", between) or not _DAY_END.search(words):
        return None
    if (
        not re.search(r"day|business|school|cob|eob|eod", words, re.I)
        or last.period.first != last.period.last
    ):
        return None
    return replace(named, start=last.start)


_BY = re.compile(r"\b(?:by|than|on\s+or\s+before)\s+(?:the\s+|this\s+|or\s+before\s+)?$", re.I)
_BEFORE = re.compile(r"\b(?:before|prior\s+to|ahead\s+of)\s+(?:the\s+)?$", re.I)
_DURING = re.compile(r"\b(?:in|during|over|throughout|sometime|within|on|through|thru)\s+(?:the\s+)?$", re.I)


def _settled(text: str, named: NamedDay) -> NamedDay:
    """With the day that the word before the span means: "by March" is its first day, "in March" its last."""
    p, before = named.period, text[max(0, named.start - 24) : named.start]
    day, note = p.day, p.note
    if _BY.search(before):
        day = p.by or p.day
    elif _BEFORE.search(before):
        day = p.before or p.by or p.day
    elif _DURING.search(before) and p.first != p.last:
        day, note = p.last, ""
    return named if day == p.day else replace(named, period=replace(p, day=day, note=note))
