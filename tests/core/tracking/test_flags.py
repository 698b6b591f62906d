from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.flags import build_flags, days_late
from iep_mail.model import (
    Address,
    Basis,
    Candidate,
    Commitment,
    CommitmentStatus,
    Deadline,
    Direction,
    Effect,
    FiledMessage,
    FlagKind,
    MailboxState,
    Message,
    MessageKind,
    Observation,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
)

TODAY = date(2026, 3, 20)
CALENDAR = SchoolCalendar({date(2026, 3, 17): "Spring break"}, date(2025, 9, 2), date(2026, 6, 10))
LEE = "lee@oakhill.example.org"


def filed(number, on, school=False, kind=MessageKind.PERSONAL, **more):
    mine, theirs = Address("Ana", "ana@mail.example.com"), Address("Ms. Lee", LEE)
    message = Message(
        sha256=f"m{number}",
        message_id=f"<{number}@x.example>",
        date=datetime(on.year, on.month, on.day, 18, tzinfo=UTC),
        sender=theirs if school else mine,
        to=(mine if school else theirs,),
        subject="Speech log",
        **more,
    )
    way = Direction.FROM_SCHOOL if school else Direction.TO_SCHOOL
    return FiledMessage(message, way, kind, on, "t-1", "c-1")


ASK = filed(1, date(2026, 3, 6))
REQUEST = Request(
    id="r-1",
    sha256="m1",
    message_id="<1@x.example>",
    quote="Please send me the speech log.",
    kind=RequestKind.RECORDS,
    child=None,
    case="c-1",
    thread="t-1",
    asked_of=(LEE,),
    asked_on=date(2026, 3, 6),
    deadline=Deadline(date(2026, 3, 13), Basis.TABLE, "5 school days", date(2026, 3, 6)),
    status=RequestStatus.OPEN,
)
PROMISE = Commitment(
    id="k-1",
    sha256="m2",
    message_id="<2@x.example>",
    quote="I will send it by Monday.",
    by="Ms. Lee",
    said_on=date(2026, 3, 12),
    case="c-1",
    thread="t-1",
    due_on=date(2026, 3, 16),
    status=CommitmentStatus.OPEN,
)
REFUSED = replace(
    REQUEST,
    status=RequestStatus.REFUSED,
    events=(RequestEvent("m3", Effect.REFUSED, date(2026, 3, 10), "Ms. Lee", reason="staffing"),),
)


def flags(requests=(), commitments=(), observations=(), messages=(ASK,), mailboxes=(), today=TODAY):
    return build_flags(requests, commitments, observations, messages, mailboxes, today, CALENDAR)


def kinds(*args, **more):
    return [f.kind for f in flags(*args, **more)]


def test_an_overdue_request_says_whom_what_when_and_how_late():
    (flag,) = flags([REQUEST])
    assert flag.kind is FlagKind.OVERDUE_REQUEST
    assert flag.since == date(2026, 3, 14)
    for words in ("Ms. Lee", "March 6, 2026", "March 13, 2026", "7 days late (4 school days)", "speech log"):
        assert words in flag.reason


def test_the_due_day_itself_is_not_late():
    assert kinds([REQUEST], today=date(2026, 3, 13)) == [FlagKind.DUE_SOON]
    assert kinds([REQUEST], today=date(2026, 3, 14)) == [FlagKind.OVERDUE_REQUEST]
    assert kinds([REQUEST], today=date(2026, 3, 9)) == []
    assert kinds([replace(REQUEST, status=RequestStatus.ANSWERED)]) == []


def test_the_second_reminder_goes_one_person_up():
    (first,) = flags([REQUEST])
    (second,) = flags([replace(REQUEST, follow_ups=("m9",))])
    assert "friendly follow-up" in first.next_step
    assert "copy" in second.next_step
    assert first.id == second.id


def test_an_overdue_commitment_quotes_the_promise():
    (flag,) = flags(commitments=[PROMISE])
    assert flag.kind is FlagKind.OVERDUE_COMMITMENT
    assert "4 days ago" in flag.reason
    assert PROMISE.quote in flag.reason
    assert kinds(commitments=[replace(PROMISE, due_on=None)]) == []


def test_a_refusal_points_to_prior_written_notice_until_it_is_asked_for():
    (flag,) = flags([REFUSED])
    assert flag.kind is FlagKind.REFUSED_REQUEST
    assert "34 CFR 300.503" in flag.next_step
    assert "staffing" in flag.reason
    notice = replace(
        REQUEST,
        id="r-2",
        kind=RequestKind.PRIOR_WRITTEN_NOTICE,
        asked_on=date(2026, 3, 11),
        status=RequestStatus.ANSWERED,
    )
    assert kinds([REFUSED, notice]) == []
    assert kinds([REFUSED], today=date(2026, 4, 10)) == []


def test_a_bounce_says_to_whom_until_it_was_sent_again():
    bounce = filed(
        5, date(2026, 3, 7), True, MessageKind.BOUNCE, failed_recipients=(LEE,), returned_id="<1@x.example>"
    )
    (flag,) = flags(messages=[ASK, bounce])
    assert flag.kind is FlagKind.NOT_DELIVERED
    assert LEE in flag.reason
    assert "address" in flag.next_step
    assert kinds(messages=[ASK, bounce, filed(6, date(2026, 3, 8))]) == []


def test_a_possible_answer_is_shown_beside_the_open_request():
    asked = replace(REQUEST, candidates=(Candidate("m4", "same subject"),))
    found = flags([asked], messages=[ASK, filed(4, date(2026, 3, 12), True)])
    assert [f.kind for f in found] == [FlagKind.OVERDUE_REQUEST, FlagKind.POSSIBLE_ANSWER]
    assert found[1].message == "m4"


def test_a_missed_service_until_a_make_up_is_asked_for():
    missed = Observation(
        "m1", "missed_service", "No speech on 3/4.", date(2026, 3, 4), "speech-language therapy; 30 minutes"
    )
    (flag,) = flags(observations=[missed])
    assert flag.kind is FlagKind.MISSED_SERVICE
    assert "March 4, 2026" in flag.reason
    later = replace(REQUEST, kind=RequestKind.MAKE_UP_SERVICES, status=RequestStatus.ANSWERED)
    assert kinds([later], observations=[missed]) == []
    assert kinds(observations=[missed], today=date(2026, 4, 20)) == []


def test_unreadable_mail_and_unread_mailboxes():
    broken = replace(ASK, message=replace(ASK.message, problems=("its attachment is damaged",)))
    assert kinds(messages=[broken]) == [FlagKind.UNREADABLE_MESSAGE]
    fresh = MailboxState("ana@mail.example.com", datetime(2026, 3, 20, 6, tzinfo=UTC))
    assert kinds(mailboxes=[fresh]) == []
    for state in (replace(fresh, problem="no login"), replace(fresh, read_at=None)):
        assert kinds(mailboxes=[state]) == [FlagKind.MAILBOX_NOT_READ]


@pytest.mark.parametrize(
    ("days", "school", "text"),
    [(1, False, "1 day late"), (7, False, "7 days late"), (7, True, "7 days late (4 school days)")],
)
def test_days_late_in_words(days, school, text):
    assert days_late(date(2026, 3, 13), date(2026, 3, 13) + timedelta(days=days), CALENDAR, school) == text


@given(
    st.permutations([REQUEST, replace(REQUEST, id="r-3"), REFUSED]),
    st.dates(date(2026, 3, 1), date(2026, 6, 1)),
)
def test_order_does_not_matter_and_ids_are_unique(requests, today):
    found = flags(requests, today=today)
    assert found == flags([REQUEST, replace(REQUEST, id="r-3"), REFUSED], today=today)
    assert len({f.id for f in found}) == len(found)
    assert [f.urgency for f in found] == sorted((f.urgency for f in found), reverse=True)
