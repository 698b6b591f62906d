"""The district's calendar: an .ics file or an https address, as plain events."""

from __future__ import annotations

import logging
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from iep_mail.errors import ConfigError
from iep_mail.model import CalendarEvent

MAX_BYTES = 5_000_000
MAX_EVENTS = 20_000
TIMEOUT = 20  # seconds
_AROUND = timedelta(days=731)


def read_calendar(location: str, cache: Path | None = None) -> tuple[CalendarEvent, ...]:
    """Every event of the calendar at `location`, repeating ones spelled out, ordered by day.

    A path, or an https address whose last good copy is kept at `cache` for nights without network.
    Raises ConfigError naming the place and what would be right.
    """
    raw = _download(location, cache) if "://" in location else _read(Path(location))
    return parse_calendar(raw, location)


def parse_calendar(raw: bytes, location: str) -> tuple[CalendarEvent, ...]:
    """The events of .ics bytes. Raises ConfigError where they are no calendar."""
    import icalendar

    try:
        calendar = icalendar.Calendar.from_ical(raw)
        events = [e for e in calendar.walk("VEVENT") if e.get("DTSTART") is not None]
        found = _expanded(calendar, events)
    except Exception as error:
        raise _unreadable(location, "is not a calendar that can be read") from error
    if not found:
        raise _unreadable(location, "holds no events")
    return tuple(sorted(set(found), key=lambda e: (e.first, e.last, e.summary)))


def _expanded(calendar: Any, events: list[Any]) -> list[CalendarEvent]:
    plain = [_event(e) for e in events if not e.get("RRULE") and not e.get("RDATE")]
    if len(plain) == len(events) or (not plain and not events):
        return plain[:MAX_EVENTS]
    import recurring_ical_events

    days = [_day(e.decoded("DTSTART")) for e in events]
    query = recurring_ical_events.of(calendar).between(min(days) - _AROUND, max(days) + _AROUND)
    return [_event(e) for e in query[:MAX_EVENTS]]


def _event(event: Any) -> CalendarEvent:
    start = event.decoded("DTSTART")
    all_day = not isinstance(start, datetime)
    end = event.decoded("DTEND") if event.get("DTEND") is not None else None
    if end is None and event.get("DURATION") is not None:
        end = start + event.decoded("DURATION")
    first = _day(start)
    last = _day(end) if end is not None else first
    if all_day and end is not None:
        last -= timedelta(days=1)  # DTEND of a day is exclusive (RFC 5545, 3.6.1)
    return CalendarEvent(first, max(first, last), str(event.get("SUMMARY", "")).strip(), all_day)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except FileNotFoundError as error:
        raise _unreadable(str(path), "does not exist") from error
    except OSError as error:
        raise _unreadable(str(path), f"cannot be read ({error.strerror})") from error


def _download(url: str, cache: Path | None) -> bytes:
    import urllib.request

    if urlsplit(url).scheme != "https":
        raise _unreadable(url, "does not begin with https")
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 - https only, above
            raw: bytes = answer.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES or b"BEGIN:VCALENDAR" not in raw[:2000]:
            raise ValueError("no calendar came back")
    except (URLError, OSError, ValueError) as error:
        if cache is not None and cache.is_file():
            logging.getLogger(__name__).info("calendar not reached, the last copy is used")
            return cache.read_bytes()
        raise _unreadable(url, "could not be fetched") from error
    if cache is not None:
        part = cache.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
        part.replace(cache)
    return raw


def _unreadable(location: str, why: str) -> ConfigError:
    return ConfigError(
        f"The school calendar {location} {why}.",
        "Put an .ics file of the district's calendar there, or correct [school] calendar in config.toml.",
    )
