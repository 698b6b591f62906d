from datetime import UTC, date, datetime

import pytest

from iep_mail.core.tracking.commitments import track_commitments
from iep_mail.model import (
    Address,
    Child,
    Commitment,
    CommitmentStatus,
    Direction,
    Family,
    FiledMessage,
    Message,
    MessageKind,
    Parent,
    School,
    SchoolCalendar,
)  # fmt: skip
from tables import rows

FAMILY = Family(
    timezone="America/Chicago",
    parents=(Parent("Ida Moss", ("ida@moss.example.net",)),),
    children=(Child("Ben Moss"),),
    school=School(domains=("school.example.org",)),
)


def said(number: int, day: int, text: str, kind: MessageKind = MessageKind.PERSONAL) -> FiledMessage:
    message = Message(
        sha256=f"{number:064x}", message_id=f"<{number}@school.example.org>", new_text=text, kind=kind,
        date=datetime(2025, 10, day, 15, tzinfo=UTC), sender=Address("Mr. Lee", "lee@school.example.org"),
    )  # fmt: skip
    return FiledMessage(message, Direction.FROM_SCHOOL, kind, date(2025, 10, day), "t1", "case", "Ben Moss")


def track(*messages: FiledMessage) -> tuple[Commitment, ...]:
    return track_commitments(messages, (), FAMILY, SchoolCalendar(), date(2025, 12, 1))


def test_a_dated_promise_is_overdue_after_its_day() -> None:
    [one] = track(said(1, 6, "I'll send the point sheet by October 10, 2025."))
    assert one.due_on == date(2025, 10, 10)
    assert not one.overdue(date(2025, 10, 10))
    assert one.overdue(date(2025, 10, 11))


def test_a_promise_is_kept_by_the_message_that_shows_it_done() -> None:
    [one] = track(
        said(1, 6, "I'll send the point sheet by October 10, 2025."),
        said(2, 9, "Attached is the point sheet."),
    )
    assert (one.status, one.kept_by) == (CommitmentStatus.KEPT, f"{2:064x}")


def test_a_new_date_takes_the_old_ones_place() -> None:
    old, new = track(
        said(1, 6, "I'll send the point sheet by October 10, 2025."),
        said(2, 9, "I will send the point sheet by October 17, 2025."),
    )
    assert old.status is CommitmentStatus.WITHDRAWN
    assert new.due_on == date(2025, 10, 17)


@pytest.mark.parametrize(("promise", "later", "status"), rows("core/tracking/tables/kept.tsv"))
def test_a_promise_is_known_as_kept_in_other_words(promise: str, later: str, status: str) -> None:
    one = track(said(1, 6, promise), said(2, 16, later))[0]
    moved = one.due_on == date(2025, 10, 20)
    assert status == ("moved" if moved else one.status)


def test_an_undated_promise_is_never_overdue() -> None:
    [one] = track(said(1, 6, "We will make up the two sessions."))
    assert not one.overdue(date(2030, 1, 1))


def test_an_automatic_reply_promises_nothing() -> None:
    assert track(said(1, 6, "I'll send it by Friday.", MessageKind.AUTO_REPLY)) == ()
