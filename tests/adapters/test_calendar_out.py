"""Deadlines for another calendar, as such a calendar reads them."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from iep_mail.adapters.calendar_out import write_calendar
from iep_mail.errors import UsageError
from iep_mail.model import CalendarEntry

TODAY = date(2026, 2, 9)
RECORDS = CalendarEntry(
    uid="request-1@iep-mail", day=date(2026, 3, 1), title="School: records (MD)", text="Asked; by mail, twice"
)
OWN = CalendarEntry(
    uid="own-1@iep-mail", day=date(2027, 1, 2), title="You: a complaint", text="", own=True, alarm_days=14
)


def events(path: Path) -> dict[str, Any]:
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    return {str(e["UID"]): e for e in calendar.walk("VEVENT")}


def test_whole_days_private_and_not_busy(tmp_path: Path) -> None:
    path = tmp_path / "d.ics"
    write_calendar(path, [RECORDS, OWN], TODAY)
    raw = path.read_bytes()
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"DTSTART;VALUE=DATE:20260301" in raw
    assert b"DTEND;VALUE=DATE:20260302" in raw
    event = events(path)["request-1@iep-mail"]
    assert (event["TRANSP"], event["CLASS"], event["SEQUENCE"], event["STATUS"]) == (
        "TRANSPARENT",
        "PRIVATE",
        0,
        "CONFIRMED",
    )
    (alarm,) = events(path)["own-1@iep-mail"].walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(days=-14)


def test_what_moves_rises_what_is_done_is_cancelled_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "d.ics"
    write_calendar(path, [RECORDS, OWN], TODAY)
    before = path.read_bytes()
    assert write_calendar(path, [RECORDS, OWN], TODAY + timedelta(days=3)).changed == 0
    assert path.read_bytes() == before
    done = write_calendar(path, [replace(OWN, day=date(2027, 1, 5))], TODAY + timedelta(days=4))
    assert (done.changed, done.cancelled) == (1, 1)
    found = events(path)
    assert (found["own-1@iep-mail"]["SEQUENCE"], found["own-1@iep-mail"].decoded("DTSTART")) == (
        1,
        date(2027, 1, 5),
    )
    assert (found["request-1@iep-mail"]["SEQUENCE"], found["request-1@iep-mail"]["STATUS"]) == (
        1,
        "CANCELLED",
    )
    back = write_calendar(path, [RECORDS], TODAY + timedelta(days=5))
    assert (back.changed, events(path)["request-1@iep-mail"]["SEQUENCE"]) == (1, 2)
    write_calendar(path, [], TODAY + timedelta(days=900))
    assert events(path) == {}


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    for name, text in (
        ("a.ics", "BEGIN:VCALENDAR\r\nPRODID:-//x//EN\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"),
        ("b.ics", "hello"),
    ):
        (tmp_path / name).write_text(text, newline="")
        with pytest.raises(UsageError):
            write_calendar(tmp_path / name, [RECORDS], TODAY)
        assert (tmp_path / name).read_bytes() == text.encode()
