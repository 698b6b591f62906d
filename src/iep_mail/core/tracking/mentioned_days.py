"""Past days that a sentence names, lists too: "1/15, 1/20 and 1/22", "April 14, 15 or 16", "the 8th".

Deadlines look forward and are another matter (core/reading/dates); what did not happen lies behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_MORE = rf"(?P<more>(?:\s*(?:,|&|and|or)+\s*(?:and |or )?{_DAY}(?![\d/:%-])(?!\s*(?:min|x|of|session|time|hour|am|pm|school|%)))*)"
_NAMED = re.compile(rf"\b{_MONTH}\s+(?P<day>{_DAY})(?![\d:]){_MORE}(?:,?\s+(?P<year>20\d\d))?", re.I)
_NUMERIC = re.compile(r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<y>\d{2}|\d{4}))?(?![\d/])")
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_ORDINAL = re.compile(r"\b(?:on )?the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! grade)", re.I)
_WEEKDAY = re.compile(
    r"\b(?:(?P<last>last|this past|this) )?(?P<name>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri)(?:day)?\b(?!,?\s+(?:the |[a-z]+\.? )?\d)",
    re.I,
)
_RELATIVE = re.compile(r"\b(today|this morning|this afternoon|yesterday)\b", re.I)


@dataclass(frozen=True, slots=True)
class DayMention:
    day: date
    start: int


def mentioned_days(sentence: str, sent_on: date) -> list[DayMention]:
    """The days in the order of the sentence; without a year the one nearest before `sent_on`,
    or at most 60 days after it."""
    found: dict[tuple[int, date], DayMention] = {}

    def add(day: date | None, start: int) -> None:
        if day is not None:
            found.setdefault((start, day), DayMention(day, start))

    for m in _ISO.finditer(sentence):
        add(_make(int(m[1]), int(m[2]), int(m[3])), m.start())
    for m in _NAMED.finditer(sentence):
        month = _MONTHS.index(m["month"][:3].lower()) + 1
        for day in re.findall(r"\d{1,2}", f"{m['day']} {m['more']}"):
            add(_resolve(m["year"], month, int(day), sent_on), m.start())
    for m in _NUMERIC.finditer(sentence):
        add(_resolve(m["y"], int(m["m"]), int(m["d"]), sent_on), m.start())
    for m in _ORDINAL.finditer(sentence):
        add(_ordinal(int(m["day"]), sent_on), m.start())
    explicit = bool(found)
    for m in _RELATIVE.finditer(sentence):
        add(sent_on - timedelta(days=m[1].lower() == "yesterday"), m.start())
    if not explicit:
        for m in _WEEKDAY.finditer(sentence):
            add(_weekday(m["name"], m["last"], sent_on), m.start())
    return sorted(found.values(), key=lambda d: (d.start, d.day))


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _resolve(year: str | None, month: int, day: int, sent_on: date) -> date | None:
    if year:
        return _make(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = [d for y in (sent_on.year + 1, sent_on.year, sent_on.year - 1) if (d := _make(y, month, day))]
    return next((d for d in near if d <= sent_on + timedelta(days=60)), None)


def _ordinal(day: int, sent_on: date) -> date | None:
    this = _make(sent_on.year, sent_on.month, day)
    if this and this <= sent_on:
        return this
    last = sent_on.replace(day=1) - timedelta(days=1)
    return _make(last.year, last.month, day)


def _weekday(name: str, last: str | None, sent_on: date) -> date:
    back = (sent_on.weekday() - _WEEKDAYS.index(name[:3].lower())) % 7
    if back == 0 and last and last.lower() == "last":
        back = 7
    return sent_on - timedelta(days=back)
