"""The parent's own deadlines: counted from the earliest thing written down, told early and calmly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.parent_deadlines import (
    deadlines_of_parent,
    explain_parent_deadline,
    flags_ahead,
)
from iep_mail.model import (
    Address,
    Basis,
    Case,
    CaseStatus,
    ClockClass,
    Deadline,
    Decision,
    Direction,
    Effect,
    FiledMessage,
    Iep,
    Message,
    MessageKind,
    Observation,
    ParentDeadline,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
)

CASE = Case("c-1", "Mateo: speech", "speech", "Mateo Delgado", ("t-1",))
TODAY = date(2026, 3, 1)
HELD = date(2026, 1, 15)


def message(sent: date = date(2026, 1, 20)) -> FiledMessage:
    raw = Message(
        sha256="a" * 64,
        message_id="<1@x.example>",
        date=datetime(sent.year, sent.month, sent.day, 15, tzinfo=UTC),
        sender=Address("", "lee@oakhill.example.org"),
    )
    return FiledMessage(raw, Direction.FROM_SCHOOL, MessageKind.PERSONAL, sent, "t-1", "c-1")


def seen(kind: str = "missed_service", on: date | None = HELD) -> Observation:
    return Observation("a" * 64, kind, "Speech was not held.", on)


def found(
    *observations: Observation,
    requests: tuple[Request, ...] = (),
    ieps: tuple[Iep, ...] = (),
    decided: tuple[Decision, ...] = (),
    state: str | None = None,
    today: date = TODAY,
) -> dict[str, ParentDeadline]:
    every = deadlines_of_parent(
        [CASE], requests, observations, [message()], ieps, decided, state, SchoolCalendar(), today
    )
    return {d.clock: d for d in every}


def day_said(event: str, day: str) -> Decision:
    return Decision(1, datetime(2026, 2, 1, tzinfo=UTC), "set_day", "c-1", f"{event} {day}")


def test_a_complaint_to_the_state_is_counted_a_year_from_what_happened() -> None:
    ways = found(seen())
    assert set(ways) == {"sc_file", "dp_file"}
    assert ways["sc_file"].runs_out_on == date(2027, 1, 15)
    assert ways["sc_file"].due_on == date(2027, 1, 14)  # the business day before
    assert ways["dp_file"].due_on == date(2028, 1, 14)  # a Friday; January 15, 2028 is a Saturday
    assert "Speech was not held" in ways["sc_file"].because


def test_without_a_day_the_message_s_own_is_taken() -> None:
    assert found(seen(on=None))["sc_file"].counted_from == date(2026, 1, 20)


def test_the_earliest_day_counts_and_one_that_has_run_out_gives_way_to_the_next() -> None:
    two = (seen(on=date(2025, 2, 3)), seen(on=date(2025, 9, 8)))
    assert found(*two, today=date(2025, 12, 1))["sc_file"].counted_from == date(2025, 2, 3)
    later = found(*two)["sc_file"]
    assert (later.counted_from, later.passed) == (date(2025, 9, 8), 1)
    assert "exceptions" in " ".join(explain_parent_deadline(later, TODAY))


def test_a_states_own_limit_wins() -> None:
    assert found(seen(), state="WI")["dp_file"].runs_out_on == date(2027, 1, 15)
    assert "check this with your state" in found(seen(), state="NC")["dp_file"].note


@pytest.mark.parametrize(
    ("kind", "ways"), [("harm", True), ("possible_retaliation", True), ("refusal", False)]
)
def test_civil_rights_are_spoken_of_only_where_they_may_matter(kind: str, ways: bool) -> None:
    assert ("ocr" in found(seen(kind))) is ways


def test_under_a_section_504_plan_they_always_may() -> None:
    plan = Iep(child="Mateo Delgado", plan="504", effective_from=date(2025, 9, 1))
    ocr = found(seen("accommodation_not_followed"), ieps=(plan,))["ocr"]
    assert ocr.due_on < HELD + timedelta(days=180) == ocr.runs_out_on


def test_a_thing_that_is_no_problem_starts_no_clock() -> None:
    assert found(seen("child_statement"), seen("no_communication")) == {}


def request(**changes: object) -> Request:
    base = Request(
        id="r-1", sha256="b" * 64, message_id="", quote="Please send the file.", kind=RequestKind.RECORDS,
        child=None, case="c-1", thread="t-1", asked_of=(), asked_on=date(2025, 12, 1),
        deadline=Deadline(date(2026, 1, 15), Basis.BUILT_IN, "45 days", date(2025, 12, 1), clock_class=ClockClass.LEGAL),
        status=RequestStatus.OPEN,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def test_an_answer_that_law_gave_a_day_for_and_a_refusal_start_a_clock() -> None:
    assert found(requests=(request(),))["sc_file"].counted_from == date(2026, 1, 16)
    habit = replace(request().deadline, clock_class=ClockClass.NUDGE)
    assert found(requests=(request(deadline=habit),)) == {}
    refused = request(
        deadline=habit,
        status=RequestStatus.REFUSED,
        events=(RequestEvent("c" * 64, Effect.REFUSED, date(2026, 2, 2)),),
    )
    assert found(requests=(refused,))["dp_file"].counted_from == date(2026, 2, 2)


def test_what_the_parent_says_of_a_day() -> None:
    decision = found(decided=(day_said("hearing_decision", "2026-02-20"),))
    assert set(decision) == {"civil_action"}
    assert decision["civil_action"].runs_out_on == date(2026, 5, 21)
    assert found(decided=(day_said("hearing_decision", "2026-02-20"),), state="MO")[
        "civil_action"
    ].runs_out_on == date(2026, 4, 6)
    assert found(decided=(day_said("iep_received", "2026-02-20"),), state="MA")[
        "iep_response"
    ].due_on == date(2026, 3, 20)
    assert found(decided=(day_said("iep_received", "2026-02-20"),)) == {}
    assert found(decided=(day_said("happened", "yesterday"),)) == {}


def test_notice_before_a_private_placement_is_counted_backwards_holidays_too() -> None:
    # Leaving Monday, June 1, 2026: ten business days before it, Memorial Day among them, is May 18.
    notice = found(decided=(day_said("leaving", "2026-06-01"),))["private_placement_notice"]
    assert notice.runs_out_on == date(2026, 5, 18)
    assert notice.due_on == date(2026, 5, 15)


@pytest.mark.parametrize(
    ("before", "urgency"), [(61, None), (60, 18), (31, 18), (30, 46), (15, 46), (14, 88), (0, 88), (-1, None)]
)
def test_it_is_told_sixty_thirty_and_fourteen_days_ahead(before: int, urgency: int | None) -> None:
    own = found(seen())["sc_file"]
    flags = flags_ahead([own], [CASE], own.due_on - timedelta(days=before))
    assert [f.urgency for f in flags] == ([urgency] if urgency else [])
    for flag in flags:
        assert "Nothing has to be filed" in flag.next_step
        assert "violat" not in flag.reason


def test_a_resolved_case_is_not_brought_up_again() -> None:
    own = found(seen())["sc_file"]
    resolved = replace(CASE, status=CaseStatus.RESOLVED)
    assert flags_ahead([own], [resolved], own.due_on) == ()


@given(st.dates(date(2020, 1, 1), date(2026, 2, 1)), st.sampled_from([None, "WI", "NC", "CA"]))
def test_the_day_shown_lies_before_the_one_that_law_gives(day: date, state: str | None) -> None:
    for deadline in found(seen("harm", day), state=state).values():
        assert deadline.due_on < deadline.runs_out_on
        assert deadline.due_on.weekday() < 5
        assert deadline.counted_from == day
