"""Which day people mean: a table of spans, and laws that hold for any text."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.reading.dates import find_dates, find_due
from iep_mail.core.tracking.school_days import build_calendar
from iep_mail.model import CalendarEvent, DateSpan, DayKind, Duration, SchoolCalendar


def closed(first: str, last: str, summary: str) -> CalendarEvent:
    return CalendarEvent(date.fromisoformat(first), date.fromisoformat(last), summary)


CALENDAR = build_calendar(
    [
        closed("2025-08-25", "2025-08-25", "First Day of School"),
        closed("2025-09-01", "2025-09-01", "Labor Day - No School"),
        closed("2025-10-13", "2025-10-13", "Columbus Day - No School"),
        closed("2025-10-31", "2025-10-31", "End of 1st Quarter"),
        closed("2025-11-26", "2025-11-28", "Thanksgiving Break - No School"),
        closed("2025-12-22", "2026-01-02", "Winter Break - No School"),
        closed("2026-01-16", "2026-01-16", "End of 2nd Quarter"),
        closed("2026-01-19", "2026-01-19", "Martin Luther King Jr. Day - No School"),
        closed("2026-02-16", "2026-02-16", "Presidents' Day - No School"),
        closed("2026-03-27", "2026-03-27", "End of 3rd Quarter"),
        closed("2026-04-03", "2026-04-10", "Spring Break - No School"),
        closed("2026-05-25", "2026-05-25", "Memorial Day - No School"),
        closed("2026-06-05", "2026-06-05", "Last Day of School"),
    ]
)
WEDNESDAY = date(2026, 3, 4)


class Case(NamedTuple):
    asked: str
    sent: date
    expected: tuple[str, ...]
    text: str


def _cases() -> list[Case]:
    lines = Path(__file__).with_name("dates.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [
        Case(asked, date.fromisoformat(sent), tuple(d for d in expected.split() if d != "-"), text)
        for asked, sent, expected, text in rows
    ]


def _found(case: Case) -> tuple[DateSpan, ...]:
    if case.asked == "day":
        return find_dates(case.text, case.sent, CALENDAR)
    due = find_due(case.text, case.sent, CALENDAR, strict=case.asked == "request")
    return (due,) if due else ()


def test_the_table_is_large() -> None:
    assert len(_cases()) >= 250
    assert {case.asked for case in _cases()} == {"day", "request", "promise"}


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case.sent} {case.text}")
def test_days_of_the_table(case: Case) -> None:
    spans = _found(case)
    assert tuple(str(s.day) for s in spans) == tuple(day.rstrip("?") for day in case.expected)
    for span, wanted in zip(spans, case.expected, strict=True):
        assert span.text == case.text[span.start : span.end]
        assert not wanted.endswith("?") or span.note, "an ambiguous day is said to be one"


# --- laws -----------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "by",
        "before",
        "the",
        "a",
        "may",
        "march",
        "monday",
        "sat",
        "friday",
        "3",
        "14th",
        "1/2",
        "4/2",
        "3-5",
        "school",
        "days",
        "within",
        "of",
        "next",
        "week",
        "end",
        "first",
        "second",
        "tomorrow",
        "two",
        "from",
        "our",
        "meeting",
        "on",
        "and",
        ",",
        ".",
        "2026",
        "break",
        "spring",
        "please",
        "send",
        "it",
        "10",
        "minutes",
    ]
)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)), DAYS)
def test_spans_are_parts_of_the_text_in_order_and_apart(text: str, sent: date) -> None:
    end = 0
    for span in find_dates(text, sent, CALENDAR):
        assert span.start >= end
        assert text[span.start : span.end] == span.text != ""
        end = span.end


@given(st.lists(WORDS, max_size=25).map(" ".join), DAYS, st.booleans())
def test_nothing_is_due_before_it_was_asked(text: str, sent: date, strict: bool) -> None:
    due = find_due(text, sent, CALENDAR, strict=strict)
    assert due is None or due.day >= sent


@given(
    DAYS, st.integers(-150, 150), st.sampled_from(["{0:%B} {0.day}", "{0:%b} {0.day}", "{0.month}/{0.day}"])
)
def test_a_day_without_a_year_is_the_nearest(sent: date, away: int, form: str) -> None:
    day = sent + timedelta(days=away)
    if (day.month, day.day) != (2, 29):
        assert [s.day for s in find_dates(f"We met on {form.format(day)}.", sent, CALENDAR)] == [day]


@given(
    DAYS,
    DAYS,
    st.sampled_from(["{0:%A}, {0:%B} {0.day}, {0.year}", "{0.month}/{0.day}/{0.year}", "{0:%Y-%m-%d}"]),
)
def test_a_whole_date_is_itself_whenever_it_was_written(sent: date, day: date, form: str) -> None:
    assert [s.day for s in find_dates(f"We met on {form.format(day)}.", sent, CALENDAR)] == [day]


@given(DAYS, st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]))
def test_a_weekday_is_the_next_one_to_come(sent: date, weekday: str) -> None:
    due = find_due(f"Please reply by {weekday}.", sent, CALENDAR)
    assert due is not None
    assert f"{due.day:%A}" == weekday
    assert 1 <= (due.day - sent).days <= 7


@given(DAYS, st.integers(1, 60))
def test_a_counted_deadline_keeps_its_count_so_that_the_working_can_be_shown(sent: date, days: int) -> None:
    due = find_due(f"Please reply within {days} school days.", sent, SchoolCalendar())
    assert due is not None
    assert due.count == Duration(days, DayKind.SCHOOL)


@pytest.mark.parametrize(
    "piece", ["the first ", "monday,", "1/2 ", "march 3 ", "a day or ", "(", " ", "before the x x ", "1-"]
)
def test_a_very_long_sentence_costs_little(piece: str) -> None:
    started = time.perf_counter()
    find_due(piece * (20_000 // len(piece)), WEDNESDAY, CALENDAR)
    assert time.perf_counter() - started < 4  # about 0.4 s; a quadratic pattern takes minutes


def test_what_lies_beyond_any_sentence_is_not_searched() -> None:
    assert find_dates("x " * 10_000 + "by Friday", WEDNESDAY, CALENDAR) == ()
