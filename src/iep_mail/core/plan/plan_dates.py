"""The dates of a plan by their labels: in force from and to, meeting, reviews, evaluations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.plan.parts import Part
from iep_mail.core.plan.words import folded, labels

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    r"(?<![\d/])(?P<m>\d{1,2})[/.-](?P<d>\d{1,2})[/.-](?P<y>\d{4}|\d{2})(?![\d/])"
    r"|\b(?P<iy>\d{4})-(?P<im>\d{2})-(?P<id>\d{2})\b"
    rf"|\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b"
    rf"|\b(?P<day2>\d{{1,2}})\s+{_MONTH.replace('month', 'month2')},?\s+(?P<year2>\d{{4}})\b",
    re.I,
)
_REACH = 40  # letters between a label and its date
FIELDS = (
    "effective_from",
    "effective_to",
    "meeting_on",
    "annual_review",
    "last_evaluation",
    "reevaluation_due",
)
_SPOKEN = (
    (
        "meeting_on",
        re.compile(
            r"(?:written|developed|agreed|drawn up) (?:at|by) [\w ]{0,40}?meeting (?:of|on|held on)\s*$"
        ),
    ),
    (
        "effective_from",
        re.compile(
            r"(?:in effect|effective|in force|begins?|starts?|implemented)(?: from| on| beginning)?\s*$"
        ),
    ),
    ("annual_review", re.compile(r"annual review\b[\w ]{0,40}$")),
    ("reevaluation_due", re.compile(r"(?:re-?evaluation|triennial)\b[\w ]{0,40}$")),
    ("last_evaluation", re.compile(r"(?:last|most recent(?:ly)?) (?:re-?)?evaluat(?:ed|ion)\b[\w ]{0,30}$")),
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    field: str
    day: date
    page: int | None
    quote: str


def dates_in(text: str) -> tuple[date, ...]:
    """The full dates of a text, in its order."""
    return tuple(day for day, _, _ in _dates(text))


def first_date(text: str) -> date | None:
    return next(iter(dates_in(text)), None)


def plan_dates(parts: Sequence[Part]) -> tuple[FoundDate, ...]:
    """The first date found for each field; labels win over dates in sentences."""
    found: dict[str, FoundDate] = {}
    texts = [(text, page) for part in parts for text, page in _texts(part)]
    for text, page in texts:
        for field, day in _labelled(text):
            found.setdefault(field, FoundDate(field, day, page, " ".join(text.split())))
    for text, page in texts:
        for field, day in _spoken(text):
            found.setdefault(field, FoundDate(field, day, page, " ".join(text.split())))
    return tuple(found[field] for field in FIELDS if field in found)


def _texts(part: Part) -> Iterator[tuple[str, int | None]]:
    for paragraph in part.paragraphs:
        yield paragraph.text, paragraph.page
    if part.section in ("", "other", "present"):
        for row in part.rows:
            for role, text in row.cells.items():
                yield f"{row.heads.get(role, '')}: {text}", row.page


def _labelled(text: str) -> Iterator[tuple[str, date]]:
    """Each date with the label that ends nearest before it; a second date after “to” is the end."""
    low = folded(text)
    places = _places(low)
    last = 0
    for day, start, end in _dates(low):
        label = max(
            (
                (stop, field)
                for field, begin, stop in places
                if last <= begin and stop <= start and start - stop <= _REACH
            ),
            default=None,
        )
        between = low[label[0] : start] if label else low[last:start]
        if label is None and re.fullmatch(r"\s*(?:to|through|thru|until|-)\s*", between):
            yield "effective_to", day
        elif label and label[1] and re.fullmatch(r"[\s:()\w/.-]{0,40}", between):
            yield label[1], day
        last = end


def _places(low: str) -> list[tuple[str, int, int]]:
    """Where labels stand. Of labels that overlap the longest counts."""
    found = [
        (field, m.start(), m.end())
        for field, words in labels()
        for m in words.finditer(low)
        if m.end() > m.start() and not low[m.end() : m.end() + 1].isalpha()
    ]
    found.sort(key=lambda f: (f[1] - f[2], f[1]))
    kept: list[tuple[str, int, int]] = []
    for field, start, end in found:
        if all(end <= other[1] or start >= other[2] for other in kept):
            kept.append((field, start, end))
    return kept


def _spoken(text: str) -> Iterator[tuple[str, date]]:
    low = folded(text)
    last_field, last = "", 0
    for day, start, end in _dates(low):
        before = low[max(0, start - 80) : start]
        field = next((name for name, words in _SPOKEN if words.search(before)), "")
        if last_field == "effective_from" and re.fullmatch(r"\s*(?:to|through|until|-)\s*", low[last:start]):
            field = "effective_to"
        if field:
            yield field, day
        last_field, last = field, end


def _dates(text: str) -> Iterator[tuple[date, int, int]]:
    for m in _DATE.finditer(text):
        day = _day(m)
        if day is not None:
            yield day, m.start(), m.end()


def _day(m: re.Match[str]) -> date | None:
    if m["m"]:
        year, month, day = int(m["y"]), int(m["m"]), int(m["d"])
        year += 2000 if year < 100 else 0
    elif m["iy"]:
        year, month, day = int(m["iy"]), int(m["im"]), int(m["id"])
    else:
        name = (m["month"] or m["month2"])[:3].lower()
        year, month, day = int(m["year"] or m["year2"]), _MONTHS.index(name) + 1, int(m["day"] or m["day2"])
    try:
        return date(year, month, day)
    except ValueError:
        return None
