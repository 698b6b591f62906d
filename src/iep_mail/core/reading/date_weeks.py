"""Weekdays, weeks, and days counted from the one on which the words were sent."""

from __future__ import annotations

import re
from datetime import date, timedelta

from iep_mail.core.reading.date_absolute import contradiction
from iep_mail.core.reading.date_grammar import day_number, number, weekday_number
from iep_mail.core.reading.date_meaning import (
    DAY,
    WEEK,
    Period,
    friday_of,
    monday,
    month_end,
    next_such_day,
    next_weekday,
    short,
    single,
    taken_as,
    week_of,
    which_one,
)
from iep_mail.core.tracking.deadlines import add_duration
from iep_mail.model import DayKind, Duration, SchoolCalendar

_DAY_BEFORE = re.compile(r"\b(?:by|on|this|next|last|until|till|til|before|after|for|of|and|or)\s+$", re.I)


def _may_be_a_word(match: re.Match[str]) -> bool:
    """ "sat", "sun", "wed" and "mon" are weekdays only in company that says so."""
    word = match["weekday"].rstrip(".")
    if word.lower() not in ("sat", "sun", "wed", "mon") or match["which"] or match["day"]:
        return False
    before = match.string[max(0, match.start() - 10) : match.start()]
    if _DAY_BEFORE.search(before) and not (word == "sun" and re.search(r"\bthe\s+$", before)):
        return bool(word[0].islower() and word.lower() in ("sat", "sun") and re.search(r"and\s+$", before))
    after = match.string[match.end() : match.end() + 3]
    return word[0].islower() or (
        word.lower() in ("sat", "sun") and not re.match(r"\s*(?:[.,;)]|\d|$)", after)
    )


def weekday(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    if _may_be_a_word(match):
        return None
    weekday, which = weekday_number(match["weekday"]), which_one(match)
    coming = next_weekday(weekday, sent_on)
    if match["day"]:
        return _weekday_the(match, weekday, sent_on)
    if which in ("last", "past", "this past", "previous"):
        return single(coming - WEEK if coming - WEEK < sent_on else coming - 2 * WEEK)
    if which in ("next", "the following") and (coming - sent_on).days <= 2:
        return single(coming + WEEK)
    if which == "next" and sent_on.weekday() < 5 and weekday > sent_on.weekday():
        return single(
            coming,
            f"“{match[0]}” can mean {short(coming)} or {short(coming + WEEK)}; the earlier was taken.",
        )
    return single(coming)


def _weekday_the(match: re.Match[str], weekday: int, sent_on: date) -> Period | None:
    found = next_such_day(day_number(match["day"]), sent_on, weekday)
    if found is None:
        return None
    return single(found) if found.weekday() == weekday else contradiction(found, match["weekday"])


def weekday_week(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    weekday = weekday_number(match["weekday"] or match["weekday2"])
    weeks = {"this": 0, "last": -1}.get(which_one(match), 1)
    start = monday(sent_on)
    if sent_on.weekday() >= 5 and weeks == 0:
        start += WEEK
    return single(start + weeks * WEEK + timedelta(days=weekday))


def after_next(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    what = match["what"].lower()
    if what == "week":
        return week_of(friday_of(sent_on, 2 if sent_on.weekday() < 5 else 1))
    return single(next_weekday(weekday_number(what), sent_on) + WEEK)


def weekdays_on(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    """ "two Mondays from now": the second of those to come."""
    count = number(match["count"])
    coming = next_weekday(weekday_number(match["weekday"].rstrip("sS")), sent_on)
    return single(coming + (count - 1) * WEEK) if 0 < count <= 52 else None


def week(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    which, part = which_one(match), (match["part"] or "").lower()
    weeks = {"this": 0, "the": 0, "last": -1}.get(which, 1)
    if match["period"].lower() == "month":
        return _this_month(which, part, weeks, sent_on, match[0])
    if which == "the" and not part:
        return _the_week(match, sent_on)
    if weeks == 1 and sent_on.weekday() >= 5:
        weeks = 0
    return _part_of_week(friday_of(sent_on, weeks), part, sent_on, match[0])


def _part_of_week(friday: date, part: str, sent_on: date, words: str) -> Period:
    if re.search(r"early|first part", part):
        day = friday - 3 * DAY
        return Period(day=day, first=friday - 4 * DAY, last=day, note=taken_as(words, day))
    if re.search(r"beginning|start|first of", " ".join(part.split())):
        day = friday - 4 * DAY
        return single(day if day > sent_on else friday - 3 * DAY, taken_as(words, day))
    if re.search(r"mid|half", part):
        return single(friday - 2 * DAY)
    return week_of(friday)


def _the_week(match: re.Match[str], sent_on: date) -> Period | None:
    """ "within the week": ambiguous, so the earlier of its Friday and seven days."""
    before = match.string[max(0, match.start() - 10) : match.start()]
    if not re.search(r"\b(?:within|during|in)\s+$", before, re.I):
        return None
    friday = friday_of(sent_on)
    return single(friday, taken_as(match[0], friday))


def _this_month(which: str, part: str, ahead: int, sent_on: date, words: str) -> Period | None:
    last = month_end(sent_on, ahead)
    start = last.replace(day=1)
    if which == "the" and not part:
        return None
    if not part or part.startswith("late"):
        return Period(day=last, first=start, last=last, before=start - DAY)
    day = start.replace(day=15 if re.search("mid|half", part) else 1)
    return single(day, taken_as(words, day))


def this_time(_match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    return single(sent_on + WEEK)


def week_out(_match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    return single(friday_of(sent_on))


def midweek(_match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    return single(next_weekday(2, sent_on))


def weekend(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    which = match[0].lower().split()[0]
    start = monday(sent_on)
    weeks = {"next": 1, "last": -1}.get(which, 0)
    if sent_on.weekday() >= 5 and which == "the":
        weeks = 0
    saturday = start + 5 * DAY + weeks * WEEK
    friday = saturday - DAY
    return Period(day=saturday + DAY, first=saturday, last=saturday + DAY, by=friday, before=friday)


def relative(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period:
    word = match["word"].lower()
    later = bool(re.search(r"tomor|tommor|tmr|tmw", word))
    if re.search(r"\bbefore\b", word):
        return single(sent_on - 2 * DAY if "yesterday" in word else sent_on)
    if re.search(r"\bafter\b", word):
        return single(sent_on + 2 * DAY if later else sent_on)
    return single(sent_on + DAY if later else sent_on - DAY if word == "yesterday" else sent_on)


_KIND_OF_DAY = {
    "business": DayKind.BUSINESS,
    "biz": DayKind.BUSINESS,
    "working": DayKind.BUSINESS,
    "work": DayKind.BUSINESS,
    "school": DayKind.SCHOOL,
    "instructional": DayKind.SCHOOL,
}


def duration_of(count: int, unit: str, span: str, start: date) -> Duration:
    """`two`, `school`, `weeks` as days of one kind; months are calendar months from `start`."""
    kind = _KIND_OF_DAY.get(unit.lower(), DayKind.CALENDAR)
    span = span.lower()
    if span in ("hour", "hr"):
        return Duration(max(1, -(-count // 24)), DayKind.CALENDAR)
    if span == "month":
        end = month_end(start, count)
        return Duration((min(end, end.replace(day=min(start.day, end.day))) - start).days, DayKind.CALENDAR)
    each = 1 if span == "day" else 7 if kind is DayKind.CALENDAR else 5
    return Duration(count * each, kind)


_LED = re.compile(
    r"\b(?:within|inside(?:\s+of)?|in|no\s+(?:later|more|longer)\s+than|not\s+(?:later|more)\s+than|under|over|during|by|after"
    r"|will\s+be|'ll\s+be|give\s+(?:me|us|him|her|them)|allow(?:\s+(?:me|us|up\s+to|at\s+least))?|take|takes|need|needs)"
    r"(?:\s+(?:about|around|just|only|another|approximately|roughly|maybe|at\s+most|up\s+to|less\s+than|under|no\s+more\s+than|probably|at\s+least))?\s+$",
    re.I,
)
_LOOKS_BACK = re.compile(
    r"(?:\b(?:(?<!will\s)(?<!'ll\s)(?<!would\s)(?<!should\s)(?<!to\s)(?<!could\s)(?<!can\s)(?<!please\s)have|has|had|hasn't|haven't|hadn't|was|were|been|did|didn't|once|twice|times?|sessions?|minutes|missed|only|first|second|third"
    r"|last|past|previous|prior)\b(?:(?!\b(?:will|would|can|could|please|send|reply|respond|want|need|request\w*|ask\w*|get|be|expect)\b)[^.;,]){0,60}\s(?:in|over|during|within)\s+(?:the\s+)?"
    r"|\b(?:last|past|previous|prior)\s+)$",
    re.I,
)
_OWN = re.compile(
    r"\s+(?:of|from|after|following)\s+(?:(?:the\s+)?(?:date|day|time)\s+(?:of|that|on|when|you)\s+)?(?:the\s+)?(?:receipt|receiving|today|now|this\b(?!\s+(?:meeting|coming|friday|evaluation))"
    r"|when\s+(?:you|i)|my\s+(?:request|letter|e-?mail|message|written|sending)|your\s+(?:receipt|receiving)|getting\s+(?:this|my)|being|it\b|request\b|date\s+of\s+(?:this|my|receipt))",
    re.I,
)
_ANCHORED = re.compile(r"\s+(?:of|from|after|following|before|prior\s+to|ahead\s+of)\s+", re.I)


def duration(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    before = match.string[max(0, match.start() - 90) : match.start()]
    after = match.string[match.end() : match.end() + 60]
    own = _OWN.match(after)
    if (not own and _ANCHORED.match(after)) or _LOOKS_BACK.search(before):
        return None
    led = _LED.search(before)
    if not own and not led and not match["from"]:
        return None
    count = number(match["count"])
    most = number(match["most"] or "")
    if not count or count > 400:
        return None
    duration = duration_of(count, match["unit"] or "", match["span"], sent_on)
    note = "“A few” is taken as three." if "few" in match["count"].lower() else ""
    if most > count or re.search(r"\bor\s+two$", match[0], re.I):
        note = f"“{match[0]}”: the shorter time was taken."
    if match["from"] and not led:
        return single(add_duration(sent_on, duration, calendar)[0], note)
    return _counted(sent_on, duration, calendar, note)


def _counted(sent_on: date, duration: Duration, calendar: SchoolCalendar, note: str = "") -> Period:
    day = add_duration(sent_on, duration, calendar)[0]
    return Period(day=day, first=day, last=day, count=duration, note=note)


def coming_span(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Period | None:
    before = match.string[max(0, match.start() - 12) : match.start()]
    if not re.search(r"\b(?:within|in|over|during|inside)\s+$", before, re.I):
        return None
    note = f"“{match[0]}”: the shorter time was taken." if match[0].lower().endswith("two") else ""
    return _counted(sent_on, duration_of(1, match["unit"] or "", match["span"], sent_on), calendar, note)


def ago(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Period | None:
    count = number(match["count"])
    if not count or count > 400:
        return None
    if match["span"].lower() == "month":
        end = month_end(sent_on, -count)
        return single(end.replace(day=min(sent_on.day, end.day)))
    return single(
        sent_on - timedelta(days=duration_of(count, "", match["span"], sent_on).count)
        if match["span"].lower() not in ("hour", "hr")
        else sent_on
    )
