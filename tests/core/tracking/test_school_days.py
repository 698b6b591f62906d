"""Which days are school days, by the words of a district's calendar (34 CFR 300.11(c))."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.school_days import build_calendar, closed_reason, covers, is_school_day
from iep_mail.model import CalendarEvent, SchoolCalendar

FIRST, LAST = date(2025, 8, 25), date(2026, 6, 5)
TUESDAY = date(2026, 3, 3)
YEAR = (CalendarEvent(FIRST, FIRST, "First Day of School"), CalendarEvent(LAST, LAST, "Last Day of School"))


def calendar(*events: tuple[str, str, str]) -> SchoolCalendar:
    """The year with these events: first day, last day, words."""
    return build_calendar(
        [
            *YEAR,
            *(CalendarEvent(date.fromisoformat(a), date.fromisoformat(b), words) for a, b, words in events),
        ]
    )


def on_tuesday(words: str) -> SchoolCalendar:
    return calendar((str(TUESDAY), str(TUESDAY), words))


@pytest.mark.parametrize(
    "words",
    [
        "No School", "Schools Closed", "Labor Day - No School", "Winter Break", "Winter Recess", "Mid-Winter Break", "Spring Vacation",
        "Thanksgiving Holiday - Offices Closed", "Teacher Workday", "Teacher Work Day - No Students", "Professional Development - No Students",
        "Staff In-Service", "Teacher In-Service Day - No School for Students", "Learning Improvement Day - No Students", "PD Day",
        "Veterans Day - No School", "Election Day - Student Holiday", "Parent-Teacher Conferences - No School", "Snow Day", "Student/Staff Holiday",
        "Good Friday", "Presidents' Day", "Presidents’ Day", "MLK Day", "Indigenous Peoples' Day / Columbus Day - No School", "Juneteenth - Offices Closed",
        "School Closed - Inclement Weather", "Semester Break", "Emergency Closing", "SPRING BREAK", "No School PK-12", "Superintendent's Conference Day",
    ],
)  # fmt: skip
def test_days_without_school(words: str) -> None:
    assert not is_school_day(TUESDAY, on_tuesday(words))


@pytest.mark.parametrize(
    "words",
    [
        "Early Release", "Early Release (12:30) - Staff Development", "Early Dismissal - Professional Development", "Half Day for Students", "Minimum Day",
        "Late Start - Staff Collaboration", "2-Hour Delay", "Parent-Teacher Conferences - Early Release", "Winter Concert", "Spring Concert 6:00 PM",
        "Picture Day", "PTA Meeting", "School Board Meeting", "Back to School Night", "Book Fair", "Field Day", "State Testing Window", "Red Ribbon Week",
        "100th Day of School", "Homecoming", "Veterans Day Assembly", "Election Day", "Curriculum Night", "End of First Quarter", "Classes Resume",
        "Students Return from Winter Break", "Last Day before Spring Break", "School resumes after Thanksgiving Break", "Half Day before Winter Recess",
        "No School for Pre-K only", "Kindergarten Registration", "Science Fair", "Make-up Day - School in Session", "Virtual Learning Day",
    ],
)  # fmt: skip
def test_days_with_school(words: str) -> None:
    assert is_school_day(TUESDAY, on_tuesday(words))


def test_a_weekend_is_no_school_day_whatever_happens_on_it() -> None:
    saturday = date(2026, 3, 7)
    assert closed_reason(saturday, calendar()) == "weekend"
    assert not is_school_day(saturday, calendar((str(saturday), str(saturday), "Spring Fair")))


def test_a_break_closes_all_of_its_days_and_no_other() -> None:
    found = calendar(("2026-04-06", "2026-04-10", "Spring Break - No School"))
    assert [is_school_day(date(2026, 4, day), found) for day in (3, 6, 7, 8, 9, 10, 13)] == [
        True,
        *[False] * 5,
        True,
    ]


def test_a_break_of_which_only_begin_and_return_are_named_closes_the_days_between() -> None:
    found = calendar(
        ("2025-12-22", "2025-12-22", "Winter Break Begins"), ("2026-01-05", "2026-01-05", "Classes Resume")
    )
    assert closed_reason(date(2025, 12, 22), found) == "Winter Break"
    assert closed_reason(date(2026, 1, 2), found) == "Winter Break"
    assert is_school_day(date(2026, 1, 5), found)
    assert is_school_day(date(2025, 12, 19), found)


def test_a_break_of_which_begin_and_end_are_named_closes_both_and_the_days_between() -> None:
    found = calendar(
        ("2026-04-06", "2026-04-06", "Spring Break Begins"), ("2026-04-10", "2026-04-10", "Spring Break Ends")
    )
    assert not any(is_school_day(date(2026, 4, day), found) for day in range(6, 11))
    assert is_school_day(date(2026, 4, 13), found)


def test_a_make_up_day_opens_what_a_break_closed() -> None:
    found = calendar(
        ("2026-04-06", "2026-04-10", "Spring Break"),
        ("2026-04-06", "2026-04-06", "Snow Make-Up Day: School in Session"),
    )
    assert is_school_day(date(2026, 4, 6), found)
    assert not is_school_day(date(2026, 4, 7), found)


def test_the_reason_is_in_the_calendars_own_words() -> None:
    assert closed_reason(TUESDAY, on_tuesday("Cesar Chavez Day - No School")) == "Cesar Chavez Day"
    assert closed_reason(TUESDAY, on_tuesday("No School")) == "No School"
    assert closed_reason(TUESDAY, calendar()) is None


def test_a_term_is_no_closure() -> None:
    assert is_school_day(
        TUESDAY, calendar(("2026-01-05", "2026-06-05", "Spring Semester (no school on holidays)"))
    )


def test_first_and_last_day_bound_what_is_known() -> None:
    found = calendar()
    assert (found.first_day, found.last_day) == (FIRST, LAST)
    assert not covers(date(2026, 7, 1), found)
    assert closed_reason(date(2026, 7, 1), found) == "outside the school year"


def test_a_first_day_for_some_grades_does_not_bound_the_year() -> None:
    found = calendar(("2025-09-02", "2025-09-02", "First Day of School for Kindergarten"))
    assert found.first_day == FIRST
    assert is_school_day(date(2025, 8, 26), found)


def test_between_two_school_years_is_the_summer() -> None:
    found = calendar(
        ("2026-08-24", "2026-08-24", "First Day of School"),
        ("2027-06-04", "2027-06-04", "Last Day of School"),
    )
    assert closed_reason(date(2026, 7, 1), found) == "summer break"
    assert is_school_day(date(2026, 8, 24), found)


def test_marking_periods_are_known_by_their_ends() -> None:
    found = calendar(
        ("2025-10-31", "2025-10-31", "End of 1st Quarter"),
        ("2026-01-16", "2026-01-16", "Second Marking Period Ends - Early Release"),
        ("2026-01-20", "2026-01-20", "Third Quarter Begins"),
    )
    assert [day for day, _ in found.period_ends] == [date(2025, 10, 31), date(2026, 1, 16)]


def test_an_empty_calendar_knows_nothing() -> None:
    found = build_calendar([])
    assert not found.known
    assert not is_school_day(TUESDAY, found)


EVENTS = st.builds(
    lambda start, length, words: CalendarEvent(start, start + timedelta(days=length), words),
    st.dates(FIRST, LAST),
    st.integers(0, 12),
    st.sampled_from(
        [
            "Winter Break",
            "No School",
            "Early Release",
            "Concert",
            "Teacher Workday",
            "Make-Up Day",
            "Board Meeting",
        ]
    ),
)


@given(st.lists(EVENTS, max_size=8), st.randoms())
def test_the_order_of_events_does_not_matter(events: list[CalendarEvent], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert build_calendar([*YEAR, *events]) == build_calendar([*shuffled, *YEAR])


@given(st.lists(EVENTS, max_size=8))
def test_what_does_not_close_school_changes_no_day(events: list[CalendarEvent]) -> None:
    harmless = [CalendarEvent(e.first, e.last, "Early Release") for e in events]
    plain, with_events = build_calendar(YEAR), build_calendar([*YEAR, *harmless])
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [is_school_day(d, plain) for d in days] == [is_school_day(d, with_events) for d in days]
