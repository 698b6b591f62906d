"""What lies near a message: never less than a look through everything would find."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.core.tracking.standing import Own, Standing
from iep_mail.model import (
    Address,
    Basis,
    Deadline,
    Direction,
    FiledMessage,
    Message,
    MessageKind,
    Request,
    RequestKind,
    RequestStatus,
)

FIRST = date(2025, 9, 1)
PLACES = st.sampled_from(["a", "b", "c"])


def message(number: int, day: int, thread: str, case: str | None, direction: Direction) -> FiledMessage:
    on = FIRST + timedelta(days=day)
    mail = Message(
        sha256=f"m{number}",
        message_id=f"<{number}@x>",
        date=datetime.combine(on, time(12), UTC),
        sender=Address("", "jo@family.example.net"),
    )
    return FiledMessage(mail, direction, MessageKind.PERSONAL, on, thread, case)


def request(number: int, asked: FiledMessage, status: RequestStatus) -> Request:
    return Request(
        id=f"r{number}",
        sha256=asked.message.sha256,
        message_id=asked.message.message_id,
        quote="",
        kind=RequestKind.OTHER,
        child=None,
        case=asked.case,
        thread=asked.thread,
        asked_of=(),
        asked_on=asked.sent_on,
        deadline=Deadline(asked.sent_on, Basis.BUILT_IN, "", asked.sent_on),
        status=status,
    )


ASKED = st.tuples(
    st.integers(0, 300), PLACES, st.none() | PLACES, st.sampled_from(list(RequestStatus)), st.integers(0, 9)
)


@settings(deadline=None)
@given(st.lists(ASKED, max_size=12), st.integers(0, 12), st.integers(0, 300), PLACES, st.none() | PLACES)
def test_near_misses_none_that_a_look_through_all_would_find(
    made: list[tuple[int, str, str | None, RequestStatus, int]],
    dropped: int,
    day: int,
    thread: str,
    case: str | None,
) -> None:
    asked = [message(n, on, t, c, Direction.TO_SCHOOL) for n, (on, t, c, _, _) in enumerate(made)]
    filed = {m.message.sha256: m for m in asked}
    standing = Standing(filed)
    requests = [request(n, m, RequestStatus.OPEN) for n, m in enumerate(asked)]
    standing.put_all(requests)
    after = [
        replace(r, status=status, follow_ups=(f"m{again % len(made)}",))
        for r, (*_, status, again) in zip(requests, made, strict=True)
    ]
    standing.put_all(after)
    standing.drop([f"r{dropped}"])
    left = [r for r in after if r.id != f"r{dropped}"]
    reply = message(99, day, thread, case, Direction.FROM_SCHOOL)
    near = standing.near(reply, ["m1"], 120)
    assert standing.all() == left
    assert standing.open() == [r for r in left if not r.status.settled]
    assert [r for r in left if r in near] == near  # in the order in which they were asked
    for one in left:
        asking = (one.sha256, *one.follow_ups)
        reached = (
            (case is not None and one.case == case)
            or one.thread == thread
            or any(filed[s].thread == thread for s in asking)
            or "m1" in asking
            or 0 <= (reply.sent_on - one.asked_on).days <= 120
        )
        assert one.status.settled or one in near or not reached


def test_a_reply_answers_the_message_that_it_names_else_the_last_in_its_thread() -> None:
    first, second, other, late = (
        message(n, day, thread, None, Direction.TO_SCHOOL)
        for n, day, thread in ((1, 1, "a"), (2, 5, "a"), (3, 3, "b"), (4, 9, "a"))
    )
    own = Own([first, second, other, late])
    reply = message(9, 7, "a", None, Direction.FROM_SCHOOL)
    named = replace(reply, message=replace(reply.message, in_reply_to=("<3@x>", "<unknown@x>")))
    assert own.answered_by(reply) == "m2"
    assert own.answered_by(named) == "m3"
    assert own.answered_by(replace(reply, thread="c")) is None
