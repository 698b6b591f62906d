from datetime import UTC, date, datetime

import pytest

from iep_mail.core.tracking.requests import track_requests
from iep_mail.model import (
    Address,
    Child,
    DayKind,
    Direction,
    Duration,
    Family,
    FiledMessage,
    Message,
    MessageKind,
    Parent,
    Request,
    RequestStatus,
    School,
    SchoolCalendar,
)  # fmt: skip
from tables import rows

FAMILY = Family(
    timezone="America/Chicago",
    parents=(Parent("Ida Moss", ("ida@moss.example.net",)),),
    children=(Child("Ben Moss"),),
    school=School(domains=("school.example.org",)),
    deadlines={"default": Duration(5, DayKind.BUSINESS)},
)

ASKED = "Could you tell me whether speech was held on October 1?"


def filed(
    number: int, day: int, text: str, *, school: bool = False, kind: MessageKind = MessageKind.PERSONAL,
    thread: str = "t1", returned: str = "",
) -> FiledMessage:  # fmt: skip
    parent, teacher = Address("Ida Moss", "ida@moss.example.net"), Address("", "lee@school.example.org")
    message = Message(
        sha256=f"{number:064x}", message_id=f"<{number}@example.net>", new_text=text,
        date=datetime(2025, 10, day, 15, tzinfo=UTC), sender=teacher if school else parent,
        to=(parent if school else teacher,), kind=kind, returned_id=returned,
        failed_recipients=("lee@school.example.org",) if returned else (),
    )  # fmt: skip
    direction = Direction.FROM_SCHOOL if school else Direction.TO_SCHOOL
    return FiledMessage(message, direction, kind, date(2025, 10, day), thread, "case", "Ben Moss")


def track(*messages: FiledMessage) -> tuple[Request, ...]:
    return track_requests(messages, FAMILY, SchoolCalendar(), date(2025, 12, 1))


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("Got it, I'll look into it.", RequestStatus.ACKNOWLEDGED),
        ("Yes, it was held at 10:15 in room 4.", RequestStatus.ANSWERED),
        ("I will let you know by October 20, 2025.", RequestStatus.DEFERRED),
        ("not sure, above my pay grade. the party is on 10/31 at 2, could u bring juice", RequestStatus.OPEN),
    ],
)
def test_a_reply_does_what_it_says(reply: str, status: RequestStatus) -> None:
    [request] = track(filed(1, 2, ASKED), filed(2, 3, reply, school=True))
    assert request.status is status


def test_a_refusal_closes_with_its_reason() -> None:
    ask = "I am requesting a functional behavioral assessment for Ben."
    reply = "The district declines to conduct a functional behavioral assessment, as there is no staff."
    [request] = track(filed(1, 2, ask), filed(2, 3, reply, school=True))
    assert request.status is RequestStatus.REFUSED
    assert request.events[0].reason == "staffing"


@pytest.mark.parametrize("kind", [MessageKind.AUTO_REPLY, MessageKind.BULK, MessageKind.PORTAL_NOTICE])
def test_automatic_and_mass_mail_change_nothing(kind: MessageKind) -> None:
    [request] = track(filed(1, 2, ASKED), filed(2, 3, "Yes, speech was held.", school=True, kind=kind))
    assert request.status is RequestStatus.OPEN
    assert request.events == ()


def test_a_bounce_says_to_whom_it_did_not_go() -> None:
    bounce = filed(2, 2, "failed", school=True, kind=MessageKind.BOUNCE, returned="<1@example.net>")
    [request] = track(filed(1, 2, ASKED), bounce)
    assert request.undelivered_to == ("lee@school.example.org",)


def test_a_reminder_is_no_new_request() -> None:
    again = "I have not heard back about my question. Could you tell me whether speech was held?"
    [request] = track(filed(1, 2, ASKED), filed(2, 14, again))
    assert request.follow_ups == (f"{2:064x}",)


def test_an_answer_to_one_of_two_leaves_the_other_open() -> None:
    two = "Please let Ben finish the spelling quiz with extra time.\n\nWho drives the bus on Fridays?"
    quiz, bus = track(filed(1, 2, two), filed(2, 3, "Yes, he can finish the quiz with me.", school=True))
    assert quiz.status is RequestStatus.ANSWERED
    assert bus.status is RequestStatus.OPEN


@pytest.mark.parametrize(
    ("ask", "reply", "status"),
    rows("core/tracking/tables/replies.tsv") + rows("core/tracking/tables/replies_more.tsv"),
)
def test_what_a_school_writes_back_does_what_it_says(ask: str, reply: str, status: str) -> None:
    requests = track(filed(1, 2, ask), filed(2, 4, reply, school=True))
    assert requests[0].status == status
