"""Counting days against a naive count by hand, and what a due date says of itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.reading.dates import find_due
from iep_mail.core.tracking.deadlines import deadline_for, explain
from iep_mail.core.tracking.durations import add_duration, parse_duration
from iep_mail.core.tracking.federal_holidays import federal_holiday, holiday_in
from iep_mail.core.tracking.school_days import build_calendar
from iep_mail.model import (
    Basis,
    CalendarEvent,
    DateSpan,
    DayKind,
    Duration,
    RequestKind,
    SchoolCalendar,
)

DAY = timedelta(days=1)
FIRST, LAST = date(2025, 8, 25), date(2026, 6, 5)
SNOW = date(2026, 1, 28)


def year(*closed: tuple[date, date]) -> SchoolCalendar:
    return build_calendar(
        [
            CalendarEvent(FIRST, FIRST, "First Day of School"),
            CalendarEvent(LAST, LAST, "Last Day of School"),
            CalendarEvent(FIRST, FIRST, "Fall Concert"),
            CalendarEvent(date(2025, 10, 8), date(2025, 10, 8), "Early Release - Staff Development"),
            *(CalendarEvent(first, last, "No School") for first, last in closed),
        ]
    )


CLOSURES = st.lists(
    st.builds(lambda d, n: (d, d + n * DAY), st.dates(FIRST, LAST - 30 * DAY), st.integers(0, 11)), max_size=6
)
STARTS = st.dates(FIRST - DAY, date(2025, 12, 31))


def by_hand(start: date, count: int, closed: list[tuple[date, date]]) -> date:
    """The naive model: strike out weekends and closed days, then put a finger on one day after another."""
    shut = {first + n * DAY for first, last in closed for n in range((last - first).days + 1)}
    left = [d for n in range(1, 400) if (d := start + n * DAY).weekday() < 5 and d not in shut]
    return left[count - 1]


@given(STARTS, st.integers(1, 30), CLOSURES)
def test_school_days_are_counted_as_by_hand(start: date, count: int, closed: list[tuple[date, date]]) -> None:
    due, _, estimated = add_duration(start, Duration(count, DayKind.SCHOOL), year(*closed))
    expected = by_hand(start, count, closed)
    if expected <= LAST:
        assert due == expected
        assert not estimated


@given(STARTS, st.integers(1, 30), CLOSURES)
def test_the_working_shows_every_day(start: date, count: int, closed: list[tuple[date, date]]) -> None:
    due, skipped, _ = add_duration(start, Duration(count, DayKind.SCHOOL), year(*closed))
    days = {start + n * DAY for n in range(1, (due - start).days + 1)}
    left_out = {s.day for s in skipped}
    assert left_out < days
    assert len(days - left_out) == count
    assert due not in left_out
    assert all(s.reason for s in skipped)


@given(STARTS, st.integers(1, 25), CLOSURES, st.dates(FIRST, LAST))
def test_a_snow_day_never_brings_a_due_date_nearer(
    start: date, count: int, closed: list[tuple[date, date]], snow: date
) -> None:
    duration = Duration(count, DayKind.SCHOOL)
    before = add_duration(start, duration, year(*closed))[0]
    after = add_duration(start, duration, year(*closed, (snow, snow)))[0]
    assert after >= before
    if snow > before:
        assert after == before


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_business_days_are_counted_as_by_hand(start: date, count: int) -> None:
    due, _, estimated = add_duration(start, Duration(count, DayKind.BUSINESS), SchoolCalendar())
    left = [d for n in range(1, 200) if (d := start + n * DAY).weekday() < 5 and not federal_holiday(d)]
    assert due == left[count - 1]
    assert not estimated


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 400))
def test_calendar_days_are_not_moved_off_a_weekend(start: date, count: int) -> None:
    assert add_duration(start, Duration(count, DayKind.CALENDAR), year())[0] == start + count * DAY


@given(STARTS, st.integers(1, 30), st.sampled_from(list(DayKind)), CLOSURES)
def test_more_days_are_due_later(
    start: date, count: int, kind: DayKind, closed: list[tuple[date, date]]
) -> None:
    fewer = add_duration(start, Duration(count, kind), year(*closed))[0]
    more = add_duration(start, Duration(count + 1, kind), year(*closed))[0]
    assert start < fewer < more


# --- single days ----------------------------------------------------------------------------


def due(start: date, count: int, calendar: SchoolCalendar) -> date:
    return add_duration(start, Duration(count, DayKind.SCHOOL), calendar)[0]


def test_day_one_is_the_day_after() -> None:
    assert due(date(2026, 3, 3), 1, year()) == date(2026, 3, 4)
    assert due(date(2026, 3, 6), 1, year()) == date(2026, 3, 9)


def test_an_early_release_day_counts_and_so_does_the_day_of_a_concert() -> None:
    assert due(date(2025, 10, 7), 1, year()) == date(2025, 10, 8)
    assert due(FIRST - DAY, 1, year()) == FIRST


def test_a_snow_day_moves_the_due_date_by_one_school_day() -> None:
    assert due(date(2026, 1, 26), 3, year()) == date(2026, 1, 29)
    assert due(date(2026, 1, 26), 3, year((SNOW, SNOW))) == date(2026, 1, 30)


def test_what_is_asked_in_the_summer_counts_from_the_first_day_of_school() -> None:
    found, skipped, _ = add_duration(date(2025, 8, 1), Duration(2, DayKind.SCHOOL), year())
    assert found == date(2025, 8, 26)
    assert {s.reason for s in skipped} == {"weekend", "before the school year begins"}


def test_past_the_calendar_a_due_date_is_an_estimate_and_says_so() -> None:
    found, _, estimated = add_duration(date(2026, 6, 4), Duration(3, DayKind.SCHOOL), year())
    assert estimated
    assert found >= date(2026, 8, 25)


def test_without_a_calendar_school_days_are_weekdays_less_holidays_and_an_estimate() -> None:
    found, skipped, estimated = add_duration(date(2026, 1, 15), Duration(2, DayKind.SCHOOL), SchoolCalendar())
    assert (found, estimated) == (date(2026, 1, 20), True)
    assert "Martin Luther King Jr. Day" in [s.reason for s in skipped]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("5 school days", Duration(5, DayKind.SCHOOL)),
        ("10 business days", Duration(10, DayKind.BUSINESS)),
        ("45 days", Duration(45, DayKind.CALENDAR)),
        ("45 calendar days", Duration(45, DayKind.CALENDAR)),
        ("2 weeks", Duration(14, DayKind.CALENDAR)),
        (" 1 School Day ", Duration(1, DayKind.SCHOOL)),
    ],
)
def test_durations_as_a_parent_writes_them(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "soon", "0 days", "five days", "5", "5 school", "-3 days", "5 days please"]
)
def test_what_is_no_duration_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="write it like “5 school days”"):
        parse_duration(text)


# --- holidays -------------------------------------------------------------------------------


def test_federal_holidays_are_those_observed() -> None:
    assert federal_holiday(date(2026, 7, 3)) is not None, "July 4, 2026 is a Saturday"
    assert federal_holiday(date(2025, 11, 27)) == "Thanksgiving Day"
    assert federal_holiday(date(2021, 12, 31)) is not None, "for January 1, 2022, a Saturday"
    assert federal_holiday(date(2026, 10, 31)) is None


def test_days_that_people_go_by() -> None:
    assert holiday_in("Halloween", 2026) == date(2026, 10, 31)
    assert holiday_in("Independence Day", 2026) == date(2026, 7, 4), "the day itself, not the one observed"
    assert holiday_in("Easter Sunday", 2026) == date(2026, 4, 5)
    assert holiday_in("No Such Day", 2026) is None


# --- which clock ----------------------------------------------------------------------------

ASKED = date(2026, 3, 3)
TABLE = {"default": Duration(5, DayKind.SCHOOL), "records": Duration(30, DayKind.CALENDAR)}


def test_a_date_in_the_words_of_the_request_wins() -> None:
    wanted = find_due("Please send the records by Friday.", ASKED, year())
    assert wanted is not None
    deadline = deadline_for(RequestKind.RECORDS, ASKED, wanted, TABLE, None, year())
    assert (deadline.due_on, deadline.basis) == (date(2026, 3, 6), Basis.EXPLICIT)
    assert "by Friday" in explain(deadline)


def test_counted_words_are_counted_with_the_calendar_of_the_day() -> None:
    wanted = find_due("Please answer within 3 school days.", date(2026, 1, 26), year())
    assert wanted is not None
    later = deadline_for(RequestKind.INFORMATION, date(2026, 1, 26), wanted, {}, None, year((SNOW, SNOW)))
    assert (wanted.day, later.due_on) == (date(2026, 1, 29), date(2026, 1, 30))
    assert SNOW in [s.day for s in later.skipped]


def test_the_parents_table_wins_over_the_built_in_clock() -> None:
    deadline = deadline_for(RequestKind.RECORDS, ASKED, None, TABLE, None, year())
    assert (deadline.due_on, deadline.basis) == (ASKED + 30 * DAY, Basis.TABLE)


def test_a_legal_clock_wins_over_the_tables_default() -> None:
    deadline = deadline_for(
        RequestKind.RECORDS, ASKED, None, {"default": Duration(5, DayKind.SCHOOL)}, None, year()
    )
    assert (deadline.due_on, deadline.basis) == (ASKED + 45 * DAY, Basis.BUILT_IN)
    assert deadline_for(RequestKind.INFORMATION, ASKED, None, TABLE, None, year()).due_on == date(2026, 3, 10)


def test_an_ambiguous_day_says_so_in_its_explanation() -> None:
    note = "“next Friday” can mean March 6 or March 13; the earlier was taken."
    span = DateSpan("by next Friday", 0, 14, date(2026, 3, 6), None, note)
    assert note in explain(deadline_for(RequestKind.OTHER, ASKED, span, {}, None, year()))
