from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.ladder import STEPS, climb, ladder_of
from iep_mail.model import (
    Basis,
    Case,
    CaseStatus,
    Commitment,
    CommitmentStatus,
    Deadline,
    Decision,
    Effect,
    Observation,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
)

ASKED, TODAY = date(2026, 3, 2), date(2026, 4, 1)
CASE = Case("c-1", "Theo: speech therapy", "speech", "Theo Okafor", ("t-1",))
SETTLED = {RequestStatus.ANSWERED: Effect.ANSWERED, RequestStatus.REFUSED: Effect.REFUSED}


def request(
    number=1, kind=RequestKind.INFORMATION, status=RequestStatus.OPEN, follow_ups=0, on=TODAY, due=None
):
    events = (RequestEvent("e" * 64, SETTLED[status], on),) if status in SETTLED else ()
    return Request(
        id=f"r-{number}",
        sha256=f"{number:064d}",
        message_id="<1@x.example>",
        quote="When is speech?",
        kind=kind,
        child=None,
        case="c-1",
        thread="t-1",
        asked_of=("lee@oakhill.example.org",),
        asked_on=ASKED,
        deadline=Deadline(due or ASKED + timedelta(days=7), Basis.TABLE, "5 school days", ASKED),
        status=status,
        events=events,
        follow_ups=tuple(f"{number}{n}" for n in range(follow_ups)),
    )


def test_a_case_without_requests_stands_at_the_first_step():
    assert (climb(CASE, [], [], TODAY).step, climb(CASE, [], [], TODAY).next_step) == (1, "")


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        (RequestKind.INFORMATION, 1),
        (RequestKind.MEETING, 2),
        (RequestKind.AMENDMENT, 2),
        (RequestKind.FACILITATION, 3),
        (RequestKind.MEDIATION, 4),
    ],
)
def test_the_step_is_the_highest_taken(kind, step):
    assert climb(CASE, [request(), request(2, kind)], [], TODAY).step == step


def test_one_late_request_asks_for_a_reminder_and_two_tries_for_the_next_step():
    once = climb(CASE, [request()], [], TODAY)
    assert "reminder" in once.next_step
    assert "IEP meeting" not in once.next_step
    twice = climb(CASE, [request(follow_ups=1)], [], TODAY)
    assert twice.attempts == 2
    assert "IEP meeting" in twice.next_step
    assert "You can also stay" in twice.next_step


def test_a_request_that_is_not_due_yet_is_no_failed_try():
    waiting = climb(CASE, [request(follow_ups=2, due=TODAY)], [], TODAY)
    assert waiting.attempts == 0
    assert "Nothing to do now" in waiting.next_step


def test_refusal_and_harm_suggest_one_step_more_and_never_two():
    refused = climb(CASE, [request(kind=RequestKind.MEETING, status=RequestStatus.REFUSED)], [], TODAY)
    assert "facilitated" in refused.next_step
    assert "mediation" not in refused.next_step
    harm = climb(CASE, [request(due=TODAY)], [Observation(f"{1:064d}", "harm", "He was hurt.")], TODAY)
    assert "IEP meeting" in harm.next_step


def test_settled_cases_are_watched_for_thirty_days_and_then_resolved():
    answered = request(status=RequestStatus.ANSWERED, on=date(2026, 3, 10))
    assert climb(CASE, [answered], [], date(2026, 3, 11)).status is CaseStatus.MONITORING
    assert climb(CASE, [answered], [], date(2026, 4, 9)).status is CaseStatus.MONITORING
    assert climb(CASE, [answered], [], date(2026, 4, 10)).status is CaseStatus.RESOLVED
    assert climb(CASE, [answered, request(2)], [], date(2026, 5, 10)).status is CaseStatus.OPEN


requests = st.builds(
    request,
    st.integers(1, 99),
    st.sampled_from(RequestKind),
    st.sampled_from([RequestStatus.OPEN, *SETTLED]),
    st.integers(0, 3),
    st.dates(ASKED, TODAY),
)


@given(st.lists(requests, max_size=5, unique_by=lambda r: r.id), st.randoms())
def test_order_does_not_matter_and_suggestions_go_one_step_up(some, random):
    climbed = climb(CASE, some, [], TODAY)
    shuffled = list(some)
    random.shuffle(shuffled)
    assert climb(CASE, shuffled, [], TODAY) == climbed
    assert climbed.step in STEPS
    if "next step is" in climbed.next_step:
        assert "stay" in climbed.next_step


def said(number, kind, value="", on=date(2026, 3, 20)):
    return Decision(number, datetime(on.year, on.month, on.day, 15, tzinfo=UTC), kind, "c-1", value)


def missed(*days):
    return [Observation(f"{1:064d}", "missed_service", "Speech was not held.", day) for day in days]


def test_attempts_are_listed_with_their_dates_and_words():
    ladder = ladder_of(CASE, [request(follow_ups=2)], [], TODAY)
    assert [e.kind for e in ladder.attempts] == ["attempt"] * 3
    assert "March 2, 2026" in ladder.attempts[0].what
    assert "When is speech?" in ladder.attempts[0].what
    assert (ladder.next, ladder.why) == (2, "You have written 3 times about this without an answer")
    assert ladder.takes
    assert ladder.clock
    assert ladder.cost == "nothing"


def test_missed_sessions_without_a_make_up_plan_speak_for_a_meeting():
    two = missed(date(2026, 3, 10), date(2026, 3, 17))
    waiting = request(due=TODAY)
    assert ladder_of(CASE, [waiting], two[:1], TODAY).next is None
    ladder = ladder_of(CASE, [waiting], two, TODAY)
    assert ladder.next == 2
    assert "missed on 2 days" in ladder.why
    assert [e.on for e in ladder.reasons] == [date(2026, 3, 10), date(2026, 3, 17)]


@pytest.mark.parametrize(
    ("due", "status", "next_step"),
    [
        (date(2026, 5, 1), CommitmentStatus.OPEN, None),
        (date(2026, 3, 20), CommitmentStatus.OPEN, 2),
        (date(2026, 3, 20), CommitmentStatus.KEPT, None),
        (date(2026, 5, 1), CommitmentStatus.WITHDRAWN, 2),
    ],
)
def test_a_make_up_plan_that_is_kept_speaks_against_it(due, status, next_step):
    plan = Commitment(
        id="k-1", sha256="f" * 64, message_id="", quote="We will make up both sessions.", by="Lee",
        said_on=date(2026, 3, 18), case="c-1", thread="t-1", due_on=due, status=status,
    )  # fmt: skip
    two = missed(date(2026, 3, 10), date(2026, 3, 17))
    assert ladder_of(CASE, [request(due=TODAY)], two, TODAY, commitments=[plan]).next == next_step


def test_a_refusal_for_want_of_staff_says_that_the_plan_is_owed_all_the_same():
    refused = request(status=RequestStatus.REFUSED)
    event = RequestEvent("e" * 64, Effect.REFUSED, TODAY, reason="staffing")
    ladder = ladder_of(CASE, [replace(refused, events=(event,))], [], TODAY)
    assert "staff or money" in ladder.why
    assert ladder.reasons[0].kind == "resources"


def test_a_cause_that_is_named_while_nothing_is_missed_is_no_reason():
    told = [Observation(f"{1:064d}", "lack_of_resources", "We have no substitute.")]
    assert ladder_of(CASE, [request(due=TODAY)], told, TODAY).why == ""


def test_a_meeting_that_was_agreed_on_gets_its_time():
    agreed = request(kind=RequestKind.MEETING, status=RequestStatus.ANSWERED, on=TODAY - timedelta(days=10))
    tries = [request(2, follow_ups=1), agreed]
    assert ladder_of(CASE, tries, [], TODAY).next is None
    assert ladder_of(CASE, tries, [], TODAY + timedelta(days=20)).next == 3
    harm = [Observation(f"{2:064d}", "harm", "He was hurt.", TODAY)]
    assert ladder_of(CASE, tries, harm, TODAY).next == 3


def test_the_parent_sets_holds_and_skips():
    tries = [request(follow_ups=1)]
    assert ladder_of(CASE, tries, [], TODAY, decided=[said(1, "set_step", "4")]).step == 4
    held = ladder_of(CASE, tries, [], TODAY, decided=[said(1, "hold_step")])
    assert (held.held, held.next) == (True, None)
    assert held.why  # what speaks for going on is still shown
    freed = ladder_of(CASE, tries, [], TODAY, decided=[said(1, "hold_step"), said(2, "hold_step", "off")])
    assert freed.next == 2
    assert ladder_of(CASE, tries, [], TODAY, decided=[said(1, "skip_step", "2")]).next == 3
    lower = ladder_of(
        CASE, [request(kind=RequestKind.MEDIATION)], [], TODAY, decided=[said(1, "set_step", "2")]
    )
    assert (lower.step, lower.set_by_parent) == (2, True)


@pytest.mark.parametrize("value", ["", "0", "7", "two", "-1"])
def test_a_step_that_there_is_not_changes_nothing(value):
    assert ladder_of(CASE, [request()], [], TODAY, decided=[said(1, "set_step", value)]).step == 1


def test_help_is_named_when_it_would_be_wise_and_where_the_family_lives():
    assert ladder_of(CASE, [request(follow_ups=1)], [], TODAY).help == ()
    silent = ladder_of(CASE, [request(follow_ups=3)], [], TODAY, state="MN")
    assert "three times" in silent.help[0]
    assert "PACER" in silent.where[0]
    formal = ladder_of(CASE, [request(kind=RequestKind.MEDIATION, follow_ups=1)], [], TODAY)
    assert any("formal" in reason for reason in formal.help)
    assert "parentcenterhub.org" in formal.where[0]


def test_a_states_own_time_is_named():
    assert "30 days" in ladder_of(CASE, [request(follow_ups=1)], [], TODAY, state="CA").clock


@given(
    st.lists(requests, max_size=4, unique_by=lambda r: r.id),
    st.lists(
        st.builds(
            said,
            st.integers(1, 9),
            st.sampled_from(["set_step", "hold_step", "skip_step"]),
            st.sampled_from(["", "1", "3", "6", "off"]),
        ),
        max_size=3,
    ),
)
def test_never_more_than_one_step_that_is_not_skipped(some, decisions):
    ladder = ladder_of(CASE, some, [], TODAY, decided=decisions)
    skipped = {int(d.value) for d in decisions if d.kind == "skip_step" and d.value.isdigit()}
    if ladder.next is not None:
        assert ladder.why
        assert ladder.next not in skipped
        assert all(n in skipped for n in range(ladder.step + 1, ladder.next))
