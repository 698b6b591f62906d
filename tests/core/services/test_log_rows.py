"""A school's service log as it really comes: columns of any name, words, minutes and dates."""

from datetime import date

import pytest

from iep_mail.core.services.log_rows import (
    DayOrder,
    day_order,
    guess_columns,
    is_minutes,
    map_columns,
    order_matters,
    parse_minutes,
    read_rows,
)
from iep_mail.model import MissedReason, SessionStatus
from world import FAMILY

COLUMNS = {"date": 0, "service": 1, "minutes": 2, "status": 3, "reason": 4}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("30", 30), ("30 min", 30), ("30 minutes", 30), ("0:45", 45), ("1:15", 75), ("1 hr", 60), ("half hour", 30),
     ("22.5", 22), ("", None), ("n/a", None)],
)  # fmt: skip
def test_minutes_in_the_ways_logs_write_them(text: str, minutes: int | None) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize("text", ["-30", "soon", "30-ish or so", "9999", "=30", "3o"])
def test_what_is_not_minutes_is_never_guessed(text: str) -> None:
    assert not is_minutes(text)


@pytest.mark.parametrize(
    ("status", "reason", "meant", "why"),
    [
        ("Delivered", "", SessionStatus.DELIVERED, None),
        ("", "", SessionStatus.DELIVERED, None),
        ("Student Absent", "", SessionStatus.MISSED, MissedReason.CHILD_ABSENT),
        ("Not held", "SLP out sick", SessionStatus.MISSED, MissedReason.PROVIDER_ABSENT),
        ("Cancelled", "snow day", SessionStatus.MISSED, MissedReason.CLOSURE),
        ("Missed", "state testing", SessionStatus.MISSED, MissedReason.SCHOOL_EVENT),
        ("No", "vacant position", SessionStatus.MISSED, MissedReason.VACANCY),
        ("missed", "", SessionStatus.MISSED, MissedReason.UNKNOWN),
        ("Make-Up", "", SessionStatus.MAKE_UP, None),
    ],
)
def test_whether_and_why(status: str, reason: str, meant: SessionStatus, why: MissedReason | None) -> None:
    row = [(2, ("2026-01-12", "Speech", "30", status, reason))]
    read = read_rows(row, COLUMNS, DayOrder.MONTH_FIRST, FAMILY)
    assert [(s.status, s.reason) for s in read.sessions] == [(meant, why)]


def test_zero_minutes_delivered_is_a_missed_session() -> None:
    read = read_rows([(2, ("2026-01-12", "OT", "0", "", ""))], COLUMNS, DayOrder.MONTH_FIRST, FAMILY)
    assert [(s.status, s.minutes) for s in read.sessions] == [(SessionStatus.MISSED, None)]


def test_a_row_that_is_not_understood_is_told_by_line_and_never_guessed() -> None:
    rows = [
        (2, ("2026-13-45", "OT", "30", "Held", "")),
        (3, ("1/12/2026", "OT", "a while", "Held", "")),
        (4, ("1/13/2026", "OT", "30", "perhaps", "")),
        (5, ("1/14/2026", "", "30", "Held", "")),
        (6, ("", "OT", "30", "Held", "")),
    ]
    read = read_rows(rows, COLUMNS, DayOrder.MONTH_FIRST, FAMILY)
    assert read.sessions == ()
    assert [p.line for p in read.problems] == [2, 3, 4, 5, 6]
    assert "“a while” is not a number of minutes" in read.problems[1].why


def test_dates_tell_their_order_contradict_or_leave_it_open() -> None:
    assert day_order(["1/12/2026", "1/13/2026"]) == (DayOrder.MONTH_FIRST, None)
    assert day_order(["13/1/2026", "1/2/2026"]) == (DayOrder.DAY_FIRST, None)
    assert day_order(["1/2/2026", "3/4/2026"]) == (None, None)
    assert day_order(["1/13/2026", "13/1/2026"]) == (None, ("1/13/2026", "13/1/2026"))
    assert order_matters(["1/2/2026"])
    assert not order_matters(["2026-01-02", "1/1/2026", "Jan 3, 2026"])


@pytest.mark.parametrize("text", ["2026-01-12", "1/12/2026", "01/12/26", "January 12, 2026", "12-Jan-2026"])
def test_the_same_day_in_many_ways(text: str) -> None:
    read = read_rows([(2, (text, "OT", "30", "", ""))], COLUMNS, DayOrder.MONTH_FIRST, FAMILY)
    assert [s.on for s in read.sessions] == [date(2026, 1, 12)]


def test_another_childs_rows_are_left_out_and_the_familys_found_by_any_name() -> None:
    columns = {**COLUMNS, "child": 5}
    rows = [
        (n, ("2026-01-12", "OT", "30", "", "", name))
        for n, name in enumerate(["Delgado, Mateo", "Teo", "M.D.", "Ann Smith", "mateo delgado"], 2)
    ]
    read = read_rows(rows, columns, DayOrder.MONTH_FIRST, FAMILY)
    assert (len(read.sessions), read.others) == (4, 1)


def test_columns_are_found_by_their_usual_names_and_named_by_the_parent() -> None:
    header = ("Student Name", "Date of Service", "Duration (min)", "Outcome", "Svc", "Comments")
    assert guess_columns(header) == {"child": 0, "date": 1, "minutes": 2, "status": 3, "reason": 5}
    columns, problems = map_columns(header, {"service": "svc"})
    assert (columns["service"], problems) == (4, ())
    _, problems = map_columns(header, {"minutes": "Lenght", "colour": "Svc"})
    assert "There is no column “Lenght”; the file has: Student Name" in problems[0]
    assert "“colour” is not one of" in problems[1]
