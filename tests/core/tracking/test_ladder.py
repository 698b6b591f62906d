from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.ladder import STEPS, climb
from iep_mail.model import (
    Basis,
    Case,
    CaseStatus,
    Deadline,
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
