"""A small invented family and its mail, for tests of the whole casebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from iep_mail.core.reading.message import read_message
from iep_mail.core.tracking.school_days import build_calendar
from iep_mail.model import (
    CalendarEvent,
    Child,
    Contact,
    DayKind,
    Duration,
    Family,
    Message,
    Parent,
    School,
    SchoolCalendar,
)

PARENT = "Rosa Delgado <rosa@delgado.example.net>"
TEACHER = "Ellen Park <epark@maplehill.example.org>"
DIRECTOR = "Victor Shaw <vshaw@maplehill.example.org>"

FAMILY = Family(
    timezone="America/Chicago",
    parents=(Parent("Rosa Delgado", ("rosa@delgado.example.net",)),),
    children=(Child("Mateo Delgado", ("Teo",)),),
    school=School(
        domains=("maplehill.example.org",),
        contacts=(
            Contact("epark@maplehill.example.org", "Ms. Ellen Park", "case manager"),
            Contact("vshaw@maplehill.example.org", "Mr. Victor Shaw", "director of special education"),
        ),
        portals=("no-reply@notices.example.com",),
    ),
    deadlines={"default": Duration(5, DayKind.SCHOOL), "records": Duration(45, DayKind.CALENDAR)},
)

CALENDAR: SchoolCalendar = build_calendar(
    [
        CalendarEvent(date(2025, 8, 25), date(2025, 8, 25), "First Day of School"),
        CalendarEvent(date(2025, 11, 26), date(2025, 11, 28), "Thanksgiving Break - No School"),
        CalendarEvent(date(2025, 12, 22), date(2026, 1, 2), "Winter Break - No School"),
        CalendarEvent(date(2026, 1, 19), date(2026, 1, 19), "Martin Luther King Jr. Day - No School"),
        CalendarEvent(date(2026, 2, 13), date(2026, 2, 13), "Teacher In-Service - No School for Students"),
        CalendarEvent(date(2026, 6, 5), date(2026, 6, 5), "Last Day of School"),
    ]
)


def mail(
    sender: str,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    *,
    number: int,
    answers: int | None = None,
    cc: str = "",
    headers: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Raw bytes of a mail; `number` becomes its Message-ID, `answers` the one it replies to."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if cc:
        message["Cc"] = cc
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<m{number}@mail.example.net>"
    if answers is not None:
        message["In-Reply-To"] = f"<m{answers}@mail.example.net>"
        message["References"] = f"<m{answers}@mail.example.net>"
    for name, value in headers:
        message[name] = value
    message.set_content(body)
    return message.as_bytes()


def at(text: str) -> datetime:
    """`2026-01-12 15:30` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def speech_story() -> list[bytes]:
    """A question about missed speech, an automatic reply, a reminder; a records request, deferred."""
    return [
        mail(PARENT, TEACHER, "Speech on Monday?",
             "Hi Ms. Park,\n\nTeo says nobody came for him on Monday. "
             "Could you tell me whether speech was held on January 12?\n\nThank you,\nRosa",
             at("2026-01-13 15:00"), number=1),
        mail(TEACHER, PARENT, "Automatic reply: Speech on Monday?",
             "I am out of the office until Thursday and will reply when I return.",
             at("2026-01-13 15:01"), number=2, answers=1, headers=[("Auto-Submitted", "auto-replied")]),
        mail(PARENT, TEACHER, "Re: Speech on Monday?",
             "Hi Ms. Park,\n\nI have not heard back about my question of January 13. "
             "Could you let me know whether speech was held?\n\nRosa",
             at("2026-01-27 15:00"), number=3, answers=1),
        mail(PARENT, DIRECTOR, "Request for records",
             "Dear Mr. Shaw,\n\nI am requesting a copy of all of Mateo's educational records.\n\nRosa Delgado",
             at("2026-01-14 15:00"), number=4),
        mail(DIRECTOR, PARENT, "Re: Request for records",
             "Dear Ms. Delgado,\n\nWe are collecting the file. "
             "We will send the records to you by March 20, 2026.\n\nVictor Shaw",
             at("2026-01-20 15:00"), number=5, answers=4),
        mail("Cousin Ana <ana@cousins.example.net>", PARENT, "Sunday", "Are you coming on Sunday?",
             at("2026-01-15 15:00"), number=6),
    ]  # fmt: skip


def read_all(raws: Sequence[bytes]) -> list[Message]:
    return [read_message(raw) for raw in raws]


def morning(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=11)
