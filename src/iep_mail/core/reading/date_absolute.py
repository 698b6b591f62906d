"""Days and parts of months: "March 14", "4/2", "the 14th", "the first Friday of May", "mid-March"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from iep_mail.core.reading.date_grammar import day_number, month_number, weekday_number
from iep_mail.core.reading.date_meaning import (
    DAY,
    WEEK,
    Period,
    full_year,
    monday,
    month_end,
    nearest,
    next_such_day,
    safe,
    short,
    single,
    taken_as,
)
from iep_mail.core.tracking.school_days import is_school_day
from iep_mail.model import SchoolCalendar


@lru_cache(maxsize=2048)
def _month_and_day(words: str) -> tuple[int, int] | None:
    """dateparser's reading of a span that names a month and a day; never given more than the span."""
    import dateparser

    parsed: datetime | None = dateparser.parse(
        words,
        languages=["en"],
        settings={
            "DATE_ORDER": "MDY",
            "REQUIRE_PARTS": ["day", "month"],
            "RELATIVE_BASE": datetime(2024, 1, 1),  # noqa: DTZ001 - dateparser wants it naive
        },
    )
    return (parsed.month, parsed.day) if parsed else None


_MODAL_AFTER = re.compile(
    r"\s*(?:i|we|you|he|she|they|it|be|not|have|need|also|result|take|well|only)\b", re.I
)


def absolute(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    groups = match.groupdict()
    year = full_year(groups.get("year") or groups.get("year4"), sent_on)
    named = groups.get("weekday")
    if _not_a_month(match, year) or (not year and not named and _is_fraction(match)):
        return None
    both = _numbers(match["month"], match["day"])
    if both is None:
        return None
    month, day = both
    weekday = weekday_number(named) if named else None
    found = safe(year, month, day) if year else nearest(month, day, sent_on, weekday)
    if found is None:
        return None
    if named and weekday != found.weekday():
        return contradiction(found, named)
    last = _range_end(groups, found)
    if last is not None:
        return Period(day=last, first=found, last=last, before=found, yearless=not year)
    return single(found, yearless=not year)


def _numbers(month: str, day: str) -> tuple[int, int] | None:
    if month.isdigit():
        return int(month), int(day)
    return _month_and_day(f"{month.rstrip('.')} {day_number(day)}") or (month_number(month), day_number(day))


def contradiction(found: date, named: str) -> Period:
    """A weekday that is not the date's: of the two days the earlier, and said."""
    around = [found + n * DAY for n in (-3, -2, -1, 1, 2, 3)]
    other = next(d for d in around if d.weekday() == weekday_number(named))
    taken = min(found, other)
    note = f"{short(found)} is a {found:%A}, though the text says {named}; {taken:%A}, {short(taken)} was taken, the earlier."
    return single(taken, note)


def _range_end(groups: dict[str, str | None], first: date) -> date | None:
    day2, month2 = groups.get("day2"), groups.get("month2")
    if not day2:
        return None
    last = safe(first.year, int(month2) if month2 else first.month, day_number(day2))
    if last and month2 and last < first:
        last = safe(first.year + 1, int(month2), day_number(day2))
    return last if last and first < last <= first + timedelta(days=120) else None


_FRACTIONS = frozenset(["1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "2/5", "3/5", "4/5", "1/8", "9/10", "8/10"])
DATE_LED = re.compile(
    r"(?:\b(?:by|on|before|until|till|due|since|from|after|dated?|through|thru|to|of|and|or|for|meeting|week|deadline)|[,:(;/-]|^)\s*(?:the\s+|our\s+)?$",
    re.I,
)
_SCORE_LED = re.compile(
    r"\b(?:about|only|over|under|nearly|almost|approximately|roughly|another|scored|got|earned|averag\w+|grades?|gr\.?|rooms?|"
    r"pages?|parts?|goals?|k|level|step|ages?|periods?|section|sections|questions?|chapters?)\s+(?:an?\s+)?$",
    re.I,
)


def _is_fraction(match: re.Match[str]) -> bool:
    if not match["month"].isdigit():
        return False
    before = match.string[max(0, match.start() - 30) : match.start()]
    written = match[0].strip("()")
    return bool(_SCORE_LED.search(before)) or (written in _FRACTIONS and not DATE_LED.search(before))


def _not_a_month(match: re.Match[str], year: int | None) -> bool:
    """ "goal 3 may be …", "may first …": without capital, year or ordinal the word is a verb."""
    word = match["month"]
    if word.lower() not in ("may", "march", "mar") or year or word.isdigit():
        return False
    after = match.string[match.end() : match.end() + 12]
    day = match["day"]
    worded = not day[0].isdigit()
    if match.start("day") < match.start("month"):
        plain = day.isdigit() and not re.search(r"\bof\s", match[0], re.I)
        return (plain and word[0].islower()) or bool(_MODAL_AFTER.match(after))
    return worded and word[0].islower() and not re.search(r"the\s", match[0], re.I)


def dashed(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    """ "by 4-22", not "3-5": a date only where a word for a day leads."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    if not re.search(
        r"\b(?:by|on|before|due|until|later\s+than|meeting|dated?)\s+(?:the\s+)?$", before, re.I
    ):
        return None
    found = nearest(int(match["month"]), int(match["day"]), sent_on)
    return single(found, yearless=True) if found else None


def ordinal(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    found = next_such_day(day_number(match["day"]), sent_on)
    return single(found) if found else None


_DAY_LED = re.compile(r"\b(?:by|before|until|till|on|than|due)\s+$", re.I)


def plain_number(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    """ "by the 15", "by the first": believed only after a word that leads to a day."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return ordinal(match, sent_on, calendar) if _DAY_LED.search(before) else None


def ordinal_of_month(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    which, day = match["which"].lower(), day_number(match["day"])
    if which in ("each", "every"):
        return None
    if which == "the":
        found = next_such_day(day, sent_on)
    else:
        start = month_end(sent_on, -1 if which == "this" else 0) + DAY
        found = safe(start.year, start.month, day)
    return single(found) if found else None


def _month_start(match: re.Match[str], sent_on: date) -> date | None:
    groups = match.groupdict()
    which = " ".join((groups.get("which") or "").lower().split())
    if not groups.get("month"):
        return month_end(sent_on, -1 if which in ("the", "this") else 0) + DAY
    month = month_number(match["month"])
    if year := full_year(groups.get("year"), sent_on):
        return date(year, month, 1)
    if which in ("next", "last"):
        passed = month <= sent_on.month if which == "next" else month >= sent_on.month
        ahead = 1 if which == "next" else -1
        return date(sent_on.year + (ahead if passed else 0), month, 1)
    middle = nearest(month, 15, sent_on)
    return middle.replace(day=1) if middle else None


_MONTH_LED = re.compile(
    r"\b(?:in|by|of|until|till|through|thru|since|before|after|during|for|early|mid|late|from|to|between|around|about|than|come|until\s+early|sometime)[\s-]+$",
    re.I,
)
_VERB_LED = re.compile(r"\b(?:in|by|of|until|since|before|during|early|mid|late)[\s-]+$", re.I)


def month(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    """A month alone, after a word that leads to one: "may" and "march" are verbs, April and June people."""
    word = match["month"].rstrip(".")
    before = match.string[max(0, match.start() - 16) : match.start()]
    led = _VERB_LED if word in ("may", "march", "mar") else _MONTH_LED
    if not match["which"] and not match["year"] and not led.search(before):
        return None
    if word.lower() == "may" and _MODAL_AFTER.match(match.string[match.end() :]):
        return None
    start = _month_start(match, sent_on)
    if start is None:
        return None
    return _whole_month(start, match[0], yearless=not match["year"] and not match["which"])


def _whole_month(start: date, words: str, *, yearless: bool = False) -> Period:
    last = month_end(start)
    return Period(
        day=start,
        first=start,
        last=last,
        by=start,
        before=start - DAY,
        note=taken_as(words, start),
        yearless=yearless,
    )


def end_of_month(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    start = _month_start(match, sent_on)
    return single(month_end(start), yearless=not match["year"]) if start else None


def part_of_month(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    start, part = _month_start(match, sent_on), match["part"].lower()
    if start is None:
        return None
    day = 15 if re.search("mid|half", part) else 20 if part == "late" else 1
    return single(start.replace(day=day), taken_as(match[0], start.replace(day=day)), yearless=True)


# A day without a year that lies further back than this is meant as next year's, where it is to come.
LONG_PAST = timedelta(days=60)
NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}


def nth_of_month(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    """ "the first Friday of July", "the last week of May", "the last school day of the month"."""
    start = _month_start(match, sent_on)
    if start is None:
        return None
    if match["month"] and not match["year"] and month_end(start) < sent_on - LONG_PAST:
        start = start.replace(year=start.year + 1)
    nth, what = NTH.get(match["nth"].lower()), " ".join(match["what"].lower().split())
    days = [start + n * DAY for n in range((month_end(start) - start).days + 1)]
    if what == "week":
        return _nth_week(days, nth, match[0])
    if what == "school day":
        days = [d for d in days if d.weekday() < 5 and (not calendar.known or is_school_day(d, calendar))]
    elif what != "day":
        days = [d for d in days if d.weekday() == weekday_number(what)]
    wanted = days[-1:] if nth is None else days[nth - 1 : nth]
    return single(wanted[0]) if wanted else None


def _nth_week(days: list[date], nth: int | None, words: str) -> Period:
    """Weeks run to their Friday; a week that the first of the month cuts counts as the first one."""
    if nth is None:
        last = [d for d in days if d.weekday() < 5][-1]
        return Period(day=last, first=monday(last), last=last)
    friday = next(d for d in days if d.weekday() == 4) + (nth - 1) * WEEK
    cut = days[0].weekday() in (1, 2, 3, 4)
    note = taken_as(words, friday) if cut else ""
    return Period(day=friday, first=max(days[0], monday(friday)), last=friday, note=note)
