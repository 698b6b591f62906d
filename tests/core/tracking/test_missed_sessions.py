"""Sentences of families and schools that say a session was not held, and those that only look so."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from iep_mail.core.tracking.observations import observe
from iep_mail.model import (
    Address,
    Child,
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
    "America/Chicago", (Parent("Ana", ("ana@mail.example.com",)),), (Child("Theo Okafor"),), School()
)
SENT = date(2026, 3, 18)  # a Wednesday


@pytest.mark.parametrize(("side", "days", "text", "subject"), rows("core/tracking/tables/missed.tsv"))
def test_the_days_on_which_a_session_was_not_held(side: str, days: str, text: str, subject: str) -> None:
    school = side == "school"
    message = Message(
        sha256="0" * 64, message_id="<1@oakhill.example.org>", date=datetime(2026, 3, 18, 18, tzinfo=UTC),
        sender=Address("", "lee@oakhill.example.org" if school else "ana@mail.example.com"),
        subject=subject, new_text=text.replace("\\n", "\n"),
    )  # fmt: skip
    way = Direction.FROM_SCHOOL if school else Direction.TO_SCHOOL
    filed = FiledMessage(message, way, MessageKind.PERSONAL, SENT, "t", "c")
    seen = observe([filed], FAMILY, SchoolCalendar())
    missed = sorted(f"{o.on:%m-%d}" for o in seen if o.kind == "missed_service" and o.on)
    assert missed == ([] if days == "-" else days.split(","))
