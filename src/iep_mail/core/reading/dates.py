"""Days named in running text, and the one by which something is to be done."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from iep_mail.core.reading.date_grammar import PATTERNS, month_number, number, weekday_number
from iep_mail.core.tracking.deadlines import add_duration
from iep_mail.core.tracking.school_days import is_school_day
from iep_mail.model import DateSpan, DayKind, Duration, SchoolCalendar

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# A day without a year that lies this little in the past is meant as past, not as next year's.
JUST_PAST = timedelta(days=60)

Found = tuple[date, Duration | None, str]


def find_dates(text: str, sent_on: date, calendar: SchoolCalendar) -> tuple[DateSpan, ...]:
    """Every day that `text` names, in order, none overlapping.

    Relative words count from `sent_on`, a day of the family's zone. A day without a year is the
    nearest one. Of two meanings the earlier day is taken and `note` says so.
    """
    folded = _folded(text)
    spans: list[DateSpan] = []
    taken = bytearray(len(folded))
    for name, pattern in PATTERNS:
        for match in pattern.finditer(folded):
            if any(taken[match.start() : match.end()]):
                continue
            found = _RESOLVERS[name](match, sent_on, calendar)
            if found is None:
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            day, count, note = found
            spans.append(
                DateSpan(text[match.start() : match.end()], match.start(), match.end(), day, count, note)
            )
    return tuple(sorted(spans, key=lambda s: s.start))


_TIME = (
    r"(?:(?:\d{1,2}(?::\d\d)?\s*(?:a\.?m\.?|p\.?m\.?)?|noon|lunch(?:time)?|midnight|the\s+close\s+of\s+(?:business|school)|"
    r"close\s+of\s+(?:business|school)|cob|eod|(?:the\s+)?end\s+of\s+(?:the\s+)?(?:business\s+|school\s+)?day)\s*,?\s*(?:on\s+|of\s+)?)?"
)
_LED = (
    r"(?:no\s+later\s+than|not\s+later\s+than|at\s+the\s+latest(?:\s+by)?|on\s+or\s+before|by|before|prior\s+to|ahead\s+of|"
    r"due(?:\s+(?:on|by|back\s+(?:on|by)))?|deadline\s+(?:is|of)|in\s+time\s+for)"
)
_UP_TO = re.compile(
    rf"(?<!\w)(?P<lead>{_LED})\s+{_TIME}(?:on\s+)?(?:the\s+|this\s+|or\s+on\s+|at\s+)?$", re.IGNORECASE
)
_WITHIN = re.compile(
    r"(?<!\w)(?P<lead>within|in|no\s+later\s+than|not\s+more\s+than|inside\s+of|inside)\s+$", re.IGNORECASE
)
# "before our meeting on 4/2": an event between the word and its date.
_EVENT = re.compile(
    r"(?<!\w)(?P<lead>by|before|prior\s+to|ahead\s+of|in\s+time\s+for)\s+"
    r"(?:(?:the|our|my|his|her|their|your|this|next|that)\s+)?(?:[\w'’-]+\s+){1,6}?(?:on|of|scheduled\s+for|set\s+for|\()\s*$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"(?:written|sent|signed|taught|given|made|done|read|approved|run|provided)\s+$", re.IGNORECASE
)
_NOT_BARE = re.compile(
    r"(?<!\w)(?:every|each|from|since|of|for|about|dated|last|past|until|till|through|after|to|between|and|as\s+of|your|my|'s|week\s+of|missed|on\s+the)\s+$",
    re.IGNORECASE,
)
# In a request the bare words "this week" set a day only right after what is to be done.
_DO_IT = re.compile(
    r"\b(?:send|e-?mail|reply|respond|answer|confirm|provide|forward|share|get\s+back|let\s+(?:me|us)\s+know|call|write)\b"
    r"(?:(?!\b(?:was|were|did|had|went|is|are|held|happened|happens|will|does)\b)[^.?!;])*$",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"(?:this\s+week|today|tomorrow|tonight)", re.IGNORECASE)


def find_due(
    sentence: str, sent_on: date, calendar: SchoolCalendar, *, strict: bool = True
) -> DateSpan | None:
    """The day by which a sentence wants something done, or None.

    Strict, for requests: only a day that "by", "before", "no later than", "within" or the like governs.
    Not strict, for what people say they will do: a plain day ahead counts as well ("on Monday").
    Days before `sent_on` are never due.
    """
    spans = find_dates(sentence, sent_on, calendar)
    for span in spans:
        due = _governed(span, sentence, sent_on, calendar)
        if due is not None and due.day >= sent_on:
            return due
    for span in spans:
        if not strict and _bare(span, sentence, sent_on):
            return _forward(span, sent_on)
        if _PROMPT.fullmatch(span.text) and _DO_IT.search(sentence[: span.start]):
            rest = sentence[span.end :].strip(" .?!,;)")
            if not rest or not strict:
                return span
    return None


def _governed(span: DateSpan, sentence: str, sent_on: date, calendar: SchoolCalendar) -> DateSpan | None:
    before = sentence[: span.start]
    if span.count is not None:
        led = _WITHIN.search(before)
        if led is None or re.search(r"(?:last|past|previous)\s+$", before, re.IGNORECASE):
            return None
        return _from(span, led.start("lead"), sentence)
    led = _UP_TO.search(before) or _EVENT.search(before)
    if led is None or _PASSIVE.search(before[: led.start()]):
        return None
    if _RANGE.search(before[: led.start("lead")]):
        return None
    span = _from(_forward(span, sent_on), led.start("lead"), sentence)
    lead = led["lead"].lower()
    if lead.startswith(("before", "prior", "ahead")) and _BREAK.search(span.text):
        return span
    return span


_RANGE = re.compile(r"\b(?:log|logs|records|data|notes|sessions?)\s+(?:from|for)\s+$", re.IGNORECASE)
_BREAK = re.compile(r"break|recess|vacation|holiday", re.IGNORECASE)


def _from(span: DateSpan, start: int, sentence: str) -> DateSpan:
    return DateSpan(sentence[start : span.end], start, span.end, span.day, span.count, span.note)


def _bare(span: DateSpan, sentence: str, sent_on: date) -> bool:
    before = sentence[: span.start]
    if span.count is not None or _NOT_BARE.search(before) or span.text.lower().startswith(("last", "past")):
        return False
    if re.search(r"'s$", span.text):
        return False
    return _forward(span, sent_on).day >= sent_on


def _forward(span: DateSpan, sent_on: date) -> DateSpan:
    """A day without a year that is long past is next year's, when it is about what is to come."""
    if span.day >= sent_on - JUST_PAST or re.search(r"(?:19|20)\d\d|/\d\d$", span.text):
        return span
    return DateSpan(
        span.text,
        span.start,
        span.end,
        _safe(span.day.year + 1, span.day.month, span.day.day) or span.day,
        span.count,
        span.note,
    )


# --- resolving one span ---------------------------------------------------------------------


def _folded(text: str) -> str:
    """Same length as `text`, so that offsets hold."""
    return text.replace("’", "'").replace("\n", " ").replace("\u00a0", " ").replace("–", "-")


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, sent_on: date) -> date | None:
    candidates = [d for y in (-1, 0, 1) if (d := _safe(sent_on.year + y, month, day))]
    return min(candidates, key=lambda d: (abs((d - sent_on).days), d), default=None)


def _year(text: str | None) -> int | None:
    return None if not text else int(text) if len(text) == 4 else 2000 + int(text)


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


def _absolute(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found | None:
    year = _year(match["year"])
    if match["month"].isdigit():
        month, day = int(match["month"]), int(match["day"])
    else:
        both = _month_and_day(f"{match['month'].rstrip('.')} {re.sub('[a-z]', '', match['day'].lower())}")
        if both is None:
            return None
        month, day = both
    found = _safe(year, month, day) if year else _nearest(month, day, sent_on)
    if found is None:
        return None
    return found, None, _weekday_note(match, found)


def _weekday_note(match: re.Match[str], found: date) -> str:
    named = match.groupdict().get("weekday")
    if named and weekday_number(named) != found.weekday():
        return f"{found:%B} {found.day} is a {found:%A}, though the text says {named}; the date was taken."
    return ""


def _next_weekday(weekday: int, sent_on: date) -> date:
    return sent_on + timedelta(days=(weekday - sent_on.weekday() - 1) % 7 + 1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekday(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found | None:
    weekday = weekday_number(match["weekday"])
    which = " ".join((match["which"] or "").lower().split())
    coming = _next_weekday(weekday, sent_on)
    if match["day"]:
        return _of_day(int(match["day"]), sent_on, f"{match['weekday']} the {match['day']}")
    if which in ("last", "past", "this past", "previous"):
        return coming - WEEK if coming - WEEK < sent_on else coming - 2 * WEEK, None, ""
    if which in ("next", "the following") and (coming - sent_on).days <= 2:
        return coming + WEEK, None, ""
    if which == "next" and sent_on.weekday() < 5 and weekday > sent_on.weekday():
        return (
            coming,
            None,
            f"“{match[0]}” can mean {_short(coming)} or {_short(coming + WEEK)}; the earlier was taken.",
        )
    return coming, None, ""


def _short(day: date) -> str:
    return f"{day:%B} {day.day}"


def _weekday_week(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found:
    weekday = weekday_number(match["weekday"] or match["weekday2"])
    which = (match["which"] or match["which2"]).lower()
    start = _monday(sent_on) if which == "this" else _monday(sent_on) + WEEK
    return start + timedelta(days=weekday), None, ""


def _ordinal(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found | None:
    return _of_day(int(match["day"]), sent_on, match[0])


def _of_day(day: int, sent_on: date, _words: str) -> Found | None:
    """ "the 14th": the next one, today's included."""
    year, month = sent_on.year, sent_on.month
    for _ in range(3):
        found = _safe(year, month, day)
        if found and found >= sent_on:
            return found, None, ""
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


def _relative(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found:
    word = match["word"].lower()
    days = 2 if "after" in word else {"tomorrow": 1, "yesterday": -1}.get(word, 0)
    return sent_on + timedelta(days=days), None, ""


_COUNTED = {
    "business": DayKind.BUSINESS,
    "working": DayKind.BUSINESS,
    "school": DayKind.SCHOOL,
    "instructional": DayKind.SCHOOL,
}


def _duration(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Found | None:
    count, span = number(match["count"]), match["span"].lower()
    if not count or count > 400:
        return None
    kind = _COUNTED.get((match["unit"] or "").lower(), DayKind.CALENDAR)
    if span == "hour":
        duration = Duration(max(1, -(-count // 24)), DayKind.CALENDAR)
    elif span == "month":
        duration = Duration(30 * count, DayKind.CALENDAR)
    else:
        duration = Duration(
            count * (5 if kind is not DayKind.CALENDAR else 7) if span == "week" else count, kind
        )
    note = "“A few” is taken as three." if "few" in match["count"].lower() else ""
    return add_duration(sent_on, duration, calendar)[0], duration, note


def _from_day(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found | None:
    start = _named(match["from"], sent_on)
    return (start + number(match["count"]) * WEEK, None, "") if number(match["count"]) else None


def _named(words: str | None, sent_on: date) -> date:
    word = " ".join((words or "today").lower().split())
    if word in ("today", "now"):
        return sent_on
    if word == "tomorrow":
        return sent_on + DAY
    plain = word.removeprefix("this ").removeprefix("next ")
    return _next_weekday(weekday_number(plain), sent_on)


def _friday(sent_on: date, weeks: int = 0) -> date:
    """The Friday of the week of `sent_on`; said at a weekend, "this week" is the one that begins."""
    start = _monday(sent_on) + (WEEK if sent_on.weekday() >= 5 else timedelta(0))
    return start + timedelta(days=4) + weeks * WEEK


def _month_end(day: date, ahead: int = 0) -> date:
    year, month = day.year + (day.month - 1 + ahead) // 12, (day.month - 1 + ahead) % 12 + 1
    return date(year, month, months.monthrange(year, month)[1])


def _end_of(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Found | None:
    groups = match.groupdict()
    period = " ".join(groups["period"].lower().split())
    ahead = 1 if (groups.get("which") or "").strip().lower() in ("next", "following", "coming") else 0
    if period.endswith("day"):
        return _named(groups.get("on"), sent_on), None, ""
    if period.endswith("week"):
        weeks = ahead if sent_on.weekday() < 5 or not ahead else 0
        return _friday(sent_on, weeks), None, ""
    if period == "month":
        return _month_end(sent_on, ahead), None, ""
    if period == "school year":
        last = calendar.last_day
        return (last, None, "") if last and last >= sent_on else None
    if period == "year":
        return date(sent_on.year + ahead, 12, 31), None, ""
    wanted = [day for day, name in calendar.period_ends if day >= sent_on and _same_period(period, name)]
    return (min(wanted), None, "") if wanted else None


def _same_period(period: str, name: str) -> bool:
    word = "period" if "period" in period else period
    return (
        word in name.lower()
        or ("period" in word and "quarter" in name.lower())
        or (word == "quarter" and "marking period" in name.lower())
    )


def _close(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found:
    return _named(match["on"], sent_on), None, ""


def _end_of_month(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found | None:
    month = month_number(match["month"])
    if year := _year(match["year"]):
        return _month_end(date(year, month, 1)), None, ""
    nearest = _nearest(month, 28, sent_on)
    return (_month_end(nearest), None, "") if nearest else None


def _part_of_month(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found | None:
    part = match["part"].lower()
    day = 15 if "mid" in part else 20 if part == "late" else 1
    nearest = _nearest(month_number(match["month"]), day, sent_on)
    return (nearest, None, f"“{match[0]}” is taken as {_short(nearest)}.") if nearest else None


def _month(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found | None:
    nearest = _nearest(month_number(match["month"]), 1, sent_on)
    return (nearest, None, f"“{match[0]}” is taken as {_short(nearest)}.") if nearest else None


def _week(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found:
    which, period, part = match["which"].lower(), match["period"].lower(), (match["part"] or "").lower()
    if period == "month":
        ahead = 0 if which == "this" else -1 if which == "last" else 1
        return _month_end(sent_on, ahead), None, ""
    weeks = 0 if which == "this" else -1 if which == "last" else 1
    if weeks == 1 and sent_on.weekday() >= 5:
        weeks = 0
    friday = _friday(sent_on, weeks)
    if part.startswith(("early", "the beginning")):
        return (
            friday - timedelta(days=3),
            None,
            f"“{match[0]}” is taken as {_short(friday - timedelta(days=3))}.",
        )
    if part.startswith("mid"):
        return friday - timedelta(days=2), None, ""
    return friday, None, ""


def _weekend(match: re.Match[str], sent_on: date, _: SchoolCalendar) -> Found:
    return _friday(sent_on, 1 if match[0].lower().startswith("next") else 0), None, ""


def _break(match: re.Match[str], sent_on: date, calendar: SchoolCalendar) -> Found | None:
    """ "before winter break": the last school day before it."""
    which = match["which"].lower().replace("-", "")
    words = {
        "christmas": ("winter", "christmas", "holiday"),
        "holiday": ("winter", "holiday"),
        "holidays": ("winter", "holiday", "christmas"),
    }
    wanted = words.get(which, (which,))
    for day, reason in sorted(calendar.closed.items()):
        plain = reason.lower().replace("-", "")
        if day > sent_on and any(w in plain for w in wanted):
            while not is_school_day(day, calendar) and day > sent_on:
                day -= DAY
            return day, None, ""
    return None


_RESOLVERS: dict[str, Callable[[re.Match[str], date, SchoolCalendar], Found | None]] = {
    "iso": _absolute,
    "month_day": _absolute,
    "day_month": _absolute,
    "numeric": _absolute,
    "from_day": _from_day,
    "duration": _duration,
    "end_of_month": _end_of_month,
    "part_of_month": _part_of_month,
    "end_of": _end_of,
    "months_end": _end_of,
    "business_close": _close,
    "weekday_week": _weekday_week,
    "weekday": _weekday,
    "ordinal": _ordinal,
    "relative": _relative,
    "week": _week,
    "weekend": _weekend,
    "break": _break,
    "break_plain": _break,
    "month": _month,
}
