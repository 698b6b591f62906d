"""How a later message of the school shows that a promise was kept, and how it only seems to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from iep_mail.core.tracking.commitments import track_commitments
from iep_mail.model import (
    Address,
    Attachment,
    Child,
    CommitmentStatus,
    Direction,
    Family,
    FiledMessage,
    Message,
    MessageKind,
    Parent,
    School,
    SchoolCalendar,
)
from tables import rows

FAMILY = Family(
    timezone="America/Chicago",
    parents=(Parent("Ida Moss", ("ida@moss.example.net",)),),
    children=(Child("Ben Moss"),),
    school=School(domains=("school.example.org",)),
)
LEE, RUIZ = Address("Mr. Lee", "lee@school.example.org"), Address("Dana Ruiz", "ruiz@school.example.org")


def said(number: int, day: int, subject: str, text: str, **more: object) -> FiledMessage:
    who, thread, file = more.get("who", LEE), str(more.get("thread", "t1")), str(more.get("file", "-"))
    message = Message(
        sha256=f"{number:064x}", message_id=f"<{number}@school.example.org>", subject=subject, new_text=text,
        date=datetime(2025, 10, day, 15, tzinfo=UTC), sender=who if isinstance(who, Address) else LEE,
        attachments=() if file == "-" else (Attachment(file, "application/pdf", 1000, "0" * 64, True),),
    )  # fmt: skip
    sent = date(2025, 10, day)
    return FiledMessage(
        message, Direction.FROM_SCHOOL, MessageKind.PERSONAL, sent, thread, "case", "Ben Moss"
    )


@pytest.mark.parametrize(
    ("sign", "where", "who", "file", "promise", "subject", "text"), rows("core/tracking/tables/deeds.tsv")
)
def test_a_promise_is_kept_by_the_deed_and_not_by_talk_of_it(
    sign: str, where: str, who: str, file: str, promise: str, subject: str, text: str
) -> None:
    messages = (
        said(1, 6, subject if where == "thread" else "Ben", promise),
        said(2, 14, subject, text, who=LEE if who == "same" else RUIZ, thread="t1" if where == "thread" else "t2", file=file),
    )  # fmt: skip
    commitments = track_commitments(messages, (), FAMILY, SchoolCalendar(), date(2025, 12, 1))
    [first] = [c for c in commitments if c.sha256 == messages[0].message.sha256]
    assert (first.status is CommitmentStatus.KEPT) is (sign == "K")
