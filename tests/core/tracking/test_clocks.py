"""The table of clocks: every row says where it comes from, and words follow its class."""

from datetime import date, timedelta

import pytest

from iep_mail.core.tracking.clocks import all_clocks, checked_on, clock, clock_for, clocks_of
from iep_mail.core.tracking.deadlines import deadline_for, explain
from iep_mail.core.tracking.durations import add_duration, add_years, last_business_day_before
from iep_mail.data import load
from iep_mail.model import Basis, ClockClass, DayKind, Duration, RequestKind, SchoolCalendar
from world import CALENDAR

STATES = [None, *sorted(load("clocks")["state"])]
TUESDAY = date(2025, 12, 16)


@pytest.mark.parametrize("state", STATES)
def test_every_row_is_whole(state: str | None) -> None:
    for row in all_clocks(state):
        assert row.title
        assert row.source
        assert row.confidence in ("high", "medium", "low")
        assert row.who in ("school", "state", "hearing officer", "both", "parent")
        assert bool(row.count) != bool(row.years), row.id
        assert row.citation or row.clock_class is ClockClass.NUDGE
    assert checked_on() >= date(2026, 1, 1)


def test_only_law_has_a_limit_and_only_habit_a_follow_up() -> None:
    table = load("clocks")
    rows = [*table["clock"].values(), *(row for rows in table["state"].values() for row in rows.values())]
    for row in rows:
        assert ("limit" in row) == (row["class"] == "LEGAL"), row
        assert ("follow_up" in row) == (row["class"] != "LEGAL"), row


def test_every_kind_of_request_has_a_clock() -> None:
    for kind in RequestKind:
        assert clock_for(kind, None).count is not None


def test_a_states_row_takes_the_place_of_the_federal_one() -> None:
    assert clock("records", "CA").words == "5 business days"
    assert clock("records", "TX").words == "45 days"
    assert clock("evaluation", "WA").citation.startswith("WAC")
    assert clock("dp_file", "WI").years == 1
    assert [row.id for row in clocks_of("parent", None)] == [
        "sc_file", "dp_file", "civil_action", "private_placement_notice", "ocr",
    ]  # fmt: skip


def test_a_state_may_have_clocks_that_no_federal_rule_has() -> None:
    for state, name, words in (
        ("PA", "evaluation_report", "10 school days"),
        ("IL", "evaluation_report", "3 school days"),
        ("MI", "iep_offer", "7 school days"),
        ("NY", "placement", "60 school days"),
        ("MD", "iee_hearing", "30 days"),
    ):
        assert (clock(name, state).words, clock(name, state).state) == (words, state)
    assert "120 from the request" in clock("iep_initial_meeting", "OH").note
    assert "every two years" in clock("reeval_triennial", "PA").note


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", list(RequestKind))
def test_only_a_clock_of_law_is_called_a_legal_deadline(kind: RequestKind, state: str | None) -> None:
    deadline = deadline_for(kind, TUESDAY, None, {}, state, CALENDAR)
    text = explain(deadline)
    assert ("legal deadline" in text) == (clock_for(kind, state).clock_class is ClockClass.LEGAL)
    assert "violat" not in text
    assert deadline.basis is Basis.BUILT_IN


def test_an_uncertain_number_of_a_state_says_that_it_wants_checking() -> None:
    assert "check this with your state" in explain(
        deadline_for(RequestKind.EVALUATION, TUESDAY, None, {}, "FL", CALENDAR)
    )
    assert "check this" not in explain(deadline_for(RequestKind.RECORDS, TUESDAY, None, {}, None, CALENDAR))


def test_a_long_vacation_stops_californias_clock_and_a_short_one_does_not() -> None:
    # Winter break of ten weekdays, December 22 to January 2, with the weekends around it.
    due, skipped, estimated = add_duration(TUESDAY, Duration(15, DayKind.CALENDAR), CALENDAR, "breaks")
    assert due == TUESDAY + timedelta(days=15 + 16)
    assert {s.day for s in skipped} == {date(2025, 12, 20) + timedelta(days=n) for n in range(16)}
    assert not estimated
    # Thanksgiving's three days count.
    start = date(2025, 11, 20)
    assert add_duration(start, Duration(10, DayKind.CALENDAR), CALENDAR, "breaks")[0] == date(2025, 11, 30)


def test_new_jersey_leaves_out_school_holidays_and_pennsylvania_the_summer() -> None:
    start = date(2025, 11, 20)
    assert add_duration(start, Duration(10, DayKind.CALENDAR), CALENDAR, "holidays")[0] == date(2025, 12, 3)
    june = date(2026, 6, 1)
    due, _, estimated = add_duration(june, Duration(10, DayKind.CALENDAR), CALENDAR, "summer")
    assert due > date(2026, 8, 20)
    assert estimated


def test_without_a_calendar_a_pause_cannot_be_counted_and_the_date_is_an_estimate() -> None:
    due, skipped, estimated = add_duration(
        TUESDAY, Duration(15, DayKind.CALENDAR), SchoolCalendar(), "breaks"
    )
    assert (due, skipped, estimated) == (TUESDAY + timedelta(days=15), (), True)


def test_years_and_the_last_business_day_before() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert last_business_day_before(date(2027, 1, 19)) == date(2027, 1, 15)  # Martin Luther King Jr. Day
