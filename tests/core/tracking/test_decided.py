from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.decided import apply_to_requests, in_effect
from iep_mail.model import Basis, Deadline, Decision, Request, RequestKind, RequestStatus

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def decision(number: int, kind: str, subject: str = "r1", value: str = "") -> Decision:
    return Decision(number, AT, kind, subject, value)


def a_request(status: RequestStatus = RequestStatus.OPEN) -> Request:
    return Request(
        id="r1",
        sha256="a" * 64,
        message_id="<1@example.net>",
        quote="Could you send the log?",
        kind=RequestKind.RECORDS,
        child=None,
        case=None,
        thread="t1",
        asked_of=("lee@school.example.org",),
        asked_on=date(2026, 2, 2),
        deadline=Deadline(date(2026, 2, 9), Basis.TABLE, "5 school days", date(2026, 2, 2)),
        status=status,
    )


def test_the_last_word_counts() -> None:
    decided = in_effect([decision(1, "settle"), decision(2, "reopen")])
    assert apply_to_requests([a_request()], decided)[0].status is RequestStatus.OPEN


def test_an_undo_takes_back_what_it_names_and_can_be_undone_itself() -> None:
    settled, undone = decision(1, "settle"), decision(2, "undo", subject="1")
    assert in_effect([settled, undone]) == ()
    assert in_effect([settled, undone, decision(3, "undo", subject="2")]) == (settled,)


def test_a_date_the_parent_sets_replaces_the_counted_one() -> None:
    (request,) = apply_to_requests([a_request()], [decision(1, "set_due", value="2026-03-20")])
    assert request.due_on == date(2026, 3, 20)
    assert request.days_overdue(date(2026, 3, 21)) == 1


def test_what_is_no_request_is_gone() -> None:
    assert apply_to_requests([a_request()], [decision(1, "not_request")]) == ()


def test_a_decision_about_another_request_changes_nothing() -> None:
    assert apply_to_requests([a_request()], [decision(1, "settle", subject="r2")]) == (a_request(),)


@given(st.permutations([decision(1, "settle"), decision(2, "undo", "1"), decision(3, "withdraw")]))
def test_the_order_in_which_decisions_are_handed_over_does_not_matter(decisions: list[Decision]) -> None:
    assert [d.kind for d in in_effect(decisions)] == ["withdraw"]
