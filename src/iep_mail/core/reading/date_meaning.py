"""What a day or a stretch of days is, and the reckoning that the words for them share."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from iep_mail.model import Duration, SchoolCalendar

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day, or a stretch of days, that words name.

    `by` and `before` are the days meant where those words lead; None where they are `day` too.
    """

    day: date
    first: date
    last: date
    by: date | None = None
    before: date | None = None
    note: str = ""
    count: Duration | None = None
    yearless: bool = False


def single(day: date, note: str = "", *, yearless: bool = False) -> Period:
    return Period(day=day, first=day, last=day, note=note, yearless=yearless)


def week_of(friday: date, note: str = "") -> Period:
    """Monday to Friday; due on the Friday."""
    return Period(day=friday, first=friday - 4 * DAY, last=friday, before=friday - WEEK, note=note)


Resolver = Callable[[re.Match[str], date, SchoolCalendar], Period | None]


def short(day: date) -> str:
    return f"{day:%B} {day.day}"


def taken_as(words: str, day: date) -> str:
    return f"“{' '.join(words.split())}” is taken as {short(day)}."


def safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_weekday(weekday: int, sent_on: date) -> date:
    return sent_on + timedelta(days=(weekday - sent_on.weekday() - 1) % 7 + 1)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def friday_of(sent_on: date, weeks: int = 0) -> date:
    """The Friday of the week of `sent_on`; said at a weekend, "this week" is the one that begins."""
    start = monday(sent_on) + (WEEK if sent_on.weekday() >= 5 else timedelta(0))
    return start + timedelta(days=4) + weeks * WEEK


def month_end(day: date, ahead: int = 0) -> date:
    index = day.year * 12 + day.month - 1 + ahead
    year, month = divmod(index, 12)
    return date(year, month + 1, months.monthrange(year, month + 1)[1])


_CLEARLY = timedelta(days=90)


def nearest(month: int, day: int, sent_on: date, weekday: int | None = None) -> date | None:
    """The nearest such day; where that is far off and not on the named weekday, a year's in which it is."""
    near = [d for y in (-1, 0, 1) if (d := safe(sent_on.year + y, month, day))]
    found = min(near, key=lambda d: (abs((d - sent_on).days), d), default=None)
    if found is None or weekday in (None, found.weekday()) or abs(found - sent_on) < _CLEARLY:
        return found
    return next((d for d in near if d.weekday() == weekday), found)


def next_such_day(day: int, sent_on: date, weekday: int | None = None) -> date | None:
    """ "the 14th": the next one, today's included; with a weekday, the nearest that fits."""
    index = sent_on.year * 12 + sent_on.month - 1
    months_ahead = [divmod(index + n, 12) for n in range(-2, 4)]
    days = [d for year, month in months_ahead if (d := safe(year, month + 1, day))]
    coming = [d for d in days if d >= sent_on]
    fitting = [d for d in days if d.weekday() == weekday and abs((d - sent_on).days) < 46]
    if fitting:
        return min(fitting, key=lambda d: abs((d - sent_on).days))
    return coming[0] if coming else None


def full_year(text: str | None, sent_on: date) -> int | None:
    if not text:
        return None
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if 2000 + year <= sent_on.year + 20 else 1900 + year


def which_one(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return " ".join((groups.get("which") or groups.get("which2") or "").lower().split())
