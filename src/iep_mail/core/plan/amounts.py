"""How much of a service a plan grants: minutes and how often, in the many ways in which plans write it.

“30 minutes 2x/week”, “60 min/wk”, “two 30-minute sessions per week”, “2 x 30 min / 5-day cycle”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: number for number, word in enumerate(_NAMES, start=1)} | {
    "once": 1, "twice": 2, "thrice": 3, "a": 1, "an": 1, "single": 1,
}  # fmt: skip
_TENS = {
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
}
_WORDS = "|".join(sorted((*_NUMBERS, *_TENS), key=len, reverse=True))
_NUM = rf"(?:\d{{1,4}}(?:\.\d{{1,2}})?|{_WORDS})"
# “thirty (30)”: the figure in brackets says the same again.
_AGAIN = rf"(?:\s*\((?:\d{{1,4}}|{_WORDS})\))?"
_MINUTES = re.compile(
    rf"(?:\b|(?<=\d[x×]))(?P<n>{_NUM}){_AGAIN}(?:\s*(?:-|–|to)\s*(?P<upto>\d{{1,3}}))?\s*-?\s*(?P<unit>minutes?|mins?|hours?|hrs?)\b\.?"
    rf"(?:\s*(?:and\s*)?(?P<more>\d{{1,2}})\s*min(?:ute)?s?\b)?|\b(?P<half>half[- ](?:an[- ])?hour)\b"
    rf"|\b(?P<more_half>{_NUM})\s+(?:and a half|½)\s+hours\b",
    re.I,
)
_PERIOD = (
    r"(?P<period>(?:\d{1,2}|five|six|seven|eight|ten)[- ]?day\s+(?:cycle|rotation|week)s?|cycle|(?:\d{1,2}|six|nine|four)[- ]?weeks?"
    r"(?:\s+(?:grading|reporting|marking) period)?|(?:marking|grading|reporting|progress) (?:period|report)|report card"
    r"|(?:school |instructional |class |consecutive )?(?:day|week|wk|month|mo|quarter|qtr|semester|trimester|year|yr))s?\b\.?"
)
_PER = re.compile(
    r"(?:\b(?:per|each|every(?! other)|a|an|in (?:a|each|one)|over (?:a|each)|(?:during|of) (?:a|each|the)"
    rf"|for the)\b|/)\s*{_PERIOD}",
    re.I,
)
_ADVERB = re.compile(
    r"\b(?P<adverb>daily|weekly|monthly|quarterly|annually|yearly|bi-?weekly|bi-?monthly|every other (?:week|day|month))\b",
    re.I,
)
_ADVERBS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "annually": "year",
    "yearly": "year",
    "biweekly": "2 weeks",
    "every other week": "2 weeks",
    "every other day": "2 days",
    "every other month": "2 months",
    "bimonthly": "2 months",
}
_COUNT = re.compile(
    rf"\b(?P<before>{_NUM}){_AGAIN}\s*(?:x|×|times?|sessions?|visits?|days?|meetings?|lessons?|periods?|classes|blocks?)(?![\w:])"
    rf"|\b(?P<adverbial>once|twice|thrice)\b"
    rf"|(?:^|(?<=[\s,;(]))(?:x|×)\s*(?P<after>\d{{1,2}})\b"
    rf"|\b(?P<of>{_NUM}){_AGAIN}\s*(?:x|×)?\s*(?={_NUM}{_AGAIN}\s*-?\s*(?:minutes?|mins?|hours?|hrs?)\b)"
    rf"|\b(?P<bare>\d{{1,2}})\s*(?=(?:per|/|a)\s*(?:week|wk|month|mo|day|quarter|year|cycle)\b)",
    re.I,
)
_PER_SESSION = re.compile(r"\s*(?:/|per|each|a)\s*(?:session|visit|time|lesson|class|period\b)", re.I)


@dataclass(frozen=True, slots=True)
class Frequency:
    """`count` sessions in each `period`; `total` where the minutes are those of the whole period."""

    count: int
    period: str  # day | week | month | quarter | semester | trimester | year | "5-day cycle" | "2 weeks" …
    total: bool = False

    def __str__(self) -> str:
        if self.total:
            return f"per {self.period}"
        times = "time" if self.count == 1 else "times"
        return f"{self.count} {times} per {self.period}"


@dataclass(frozen=True, slots=True)
class Amount:
    """What a stretch of text grants. `start` and `end` are offsets in it."""

    minutes: int | None
    frequency: Frequency | None
    start: int
    end: int
    doubt: str = ""  # why a reader should look twice


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # minutes | count | period
    value: int | str
    start: int
    end: int
    note: str = ""


def parse_frequency(text: str) -> Frequency | None:
    """The frequency that a plan's `frequency` names, or None where it cannot be counted.

    “per week” alone says that the minutes are those of the whole week.
    """
    found = find_amount(text)
    if found is None or found.frequency is None:
        return None
    return replace(found.frequency, total=text.strip().lower().startswith("per "))


def find_amount(text: str) -> Amount | None:
    """The first amount of `text`: minutes with how often, or one of the two alone."""
    tokens = sorted(_tokens(text), key=lambda t: (t.start, -t.end))
    minutes = [t for t in tokens if t.kind == "minutes"]
    counts = [t for t in tokens if t.kind == "count" and not any(_inside(t, m) for m in minutes)]
    periods = [t for t in tokens if t.kind == "period"]
    session = _session(minutes, text)
    frequency = _frequency(session, counts, periods, text)
    if session is None and frequency is None:
        return None
    used = [t for t in (session, *counts[:1], *periods[:1]) if t is not None]
    return Amount(
        int(session.value) if session else None,
        frequency,
        min(t.start for t in used),
        max(t.end for t in used),
        session.note if session else "",
    )


def _tokens(text: str) -> Iterator[_Token]:
    for m in _MINUTES.finditer(text):
        note = f"the plan gives a range (“{m[0].strip()}”)" if m["upto"] else ""
        yield _Token("minutes", _as_minutes(m), m.start(), m.end(), note)
    for m in _COUNT.finditer(text):
        value = next(v for v in (m["before"], m["adverbial"], m["after"], m["of"], m["bare"]) if v)
        yield _Token("count", int(_number(value)), m.start(), m.end())
    for m in _PER.finditer(text):
        yield _Token("period", _period(m["period"]), m.start(), m.end())
    for m in _ADVERB.finditer(text):
        name = re.sub(r"bi-", "bi", m["adverb"].lower())
        yield _Token("period", _ADVERBS[name], m.start(), m.end())


def _inside(token: _Token, other: _Token) -> bool:
    return other.start <= token.start < other.end


def _session(minutes: list[_Token], text: str) -> _Token | None:
    """The minutes of one session: those said to be “per session”, else the first named."""
    named = [m for m in minutes if _PER_SESSION.match(text, m.end)]
    return next(iter(named or minutes), None)


def _frequency(
    session: _Token | None, counts: list[_Token], periods: list[_Token], text: str
) -> Frequency | None:
    if not periods:
        return None
    count = next((c for c in counts if 0 < int(c.value) <= 40), None)
    if count is None:
        near = _following(session, periods) or periods[0]
        whole = session is not None and _touching(session, near, text)
        return Frequency(1, str(near.value), total=whole)
    after = [p for p in periods if p.start >= count.end]
    period = after[0] if after else periods[-1]
    return Frequency(int(count.value), str(period.value))


def _following(token: _Token | None, periods: list[_Token]) -> _Token | None:
    return next((p for p in periods if token and p.start >= token.end), None)


def _touching(minutes: _Token, period: _Token, text: str) -> bool:
    """“60 minutes per week”, “60 min weekly”: the minutes are the period's, not a session's."""
    if period.start < minutes.end:
        return False
    between = text[minutes.end : period.start]
    return bool(
        re.fullmatch(
            r"[\s.]*(?:of (?:[\w-]+ ){0,5})?(?:(?:total|served|direct|in total|,?\s*totaling)\s*)*",
            between,
            re.I,
        )
    )


def _as_minutes(found: re.Match[str]) -> int:
    if found["half"]:
        return 30
    if found["more_half"]:
        return int(_number(found["more_half"]) * 60) + 30
    number = _number(found["n"])
    if found["unit"].lower().startswith("h"):
        return round(number * 60) + int(found["more"] or 0)
    return round(number)


def _number(text: str) -> float:
    word = text.lower()
    return float(_NUMBERS.get(word) or _TENS.get(word) or word)


def _period(text: str) -> str:
    """“wk” as “week”, “5 day cycle” as “5-day cycle”, “nine weeks” as “9 weeks”."""
    words = re.sub(r"\s+", " ", text.lower().strip(" .")).replace("instructional ", "").replace("school ", "")
    words = re.sub(r"^(?:class|consecutive) ", "", words)
    days = re.match(r"(\w+)[- ]?day (cycle|rotation|week)", words)
    if days:
        return f"{int(_number(days[1]))}-day {days[2]}"
    weeks = re.match(r"(\w+)[- ]?weeks?", words)
    if weeks and words.split()[0] not in ("week", "weeks") and weeks[1] != "":
        try:
            return f"{int(_number(weeks[1]))} weeks"
        except ValueError:
            pass
    short = {"wk": "week", "mo": "month", "qtr": "quarter", "yr": "year"}
    words = words.rstrip("s") if words not in short else words
    words = re.sub(r"^(?:grading|reporting) period$", "marking period", words)
    words = re.sub(r"^progress (?:period|report)$", "marking period", words)
    return short.get(words, words)
