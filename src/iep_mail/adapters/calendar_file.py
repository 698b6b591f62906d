"""The district's calendar: an .ics file or an https address, as plain events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from iep_mail.adapters.private_file import write_private
from iep_mail.errors import ConfigError
from iep_mail.model import CalendarEvent

MAX_BYTES = 5_000_000
MAX_EVENTS = 20_000
TIMEOUT = 20  # seconds
_AROUND = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """The events, ordered by day, and a sentence where they are not today's."""

    events: tuple[CalendarEvent, ...]
    note: str = ""


def read_calendar(location: str, cache: Path | None = None, *, refresh: bool = True) -> CalendarRead:
    """Every event of the calendar at `location`, repeating ones spelled out.

    A path, or an https address whose last good copy is kept at `cache` for nights on which it cannot
    be had. Without `refresh` that copy is enough. Raises ConfigError naming the place and what would
    be right.
    """
    if "://" not in location:
        return parse_calendar(_read(Path(location)), location)
    if cache is not None and not refresh and (copy := _copy(cache)):
        return parse_calendar(copy, location)
    try:
        raw = _download(location)
        read = parse_calendar(raw, location)
    except ConfigError:
        copy = _copy(cache) if cache is not None else b""
        if cache is None or not copy:
            raise
        return CalendarRead(parse_calendar(copy, location).events, _old_copy(location, cache))
    if cache is not None:
        write_private(cache, raw)
    return read


@lru_cache(maxsize=4)  # a page asks for it many times between two changes
def parse_calendar(raw: bytes, location: str) -> CalendarRead:
    """The events of .ics bytes; one that cannot be read is left out and counted in the note.

    Raises ConfigError where they are no calendar.
    """
    import icalendar

    try:
        calendar = icalendar.Calendar.from_ical(raw)
        everything = calendar.walk("VEVENT")
        events = [e for e in everything if _is_readable(e)]
        found = _expanded(calendar, events)
    except Exception as error:
        raise _unreadable(location, "is not a calendar that can be read") from error
    if not found:
        raise _unreadable(location, "holds no event that can be read")
    left_out = len(everything) - len(events)
    note = (
        f"{left_out} of {len(everything)} events in the school calendar could not be read."
        if left_out
        else ""
    )
    return CalendarRead(tuple(sorted(set(found), key=lambda e: (e.first, e.last, e.summary))), note)


def _is_readable(event: Any) -> bool:
    try:
        _event(event)
    except Exception:
        return False
    return True


def _expanded(calendar: Any, events: list[Any]) -> list[CalendarEvent]:
    plain = [_event(e) for e in events if not e.get("RRULE") and not e.get("RDATE")]
    if len(plain) == len(events) or (not plain and not events):
        return plain[:MAX_EVENTS]
    import recurring_ical_events

    # The library reads the calendar itself, so what cannot be read must go from it first.
    readable = {id(event) for event in events}
    calendar.subcomponents = [c for c in calendar.subcomponents if c.name != "VEVENT" or id(c) in readable]
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


def _day(moment: object) -> date:
    """Raises TypeError for what icalendar hands on unread."""
    if isinstance(moment, datetime):
        return moment.date()
    if isinstance(moment, date):
        return moment
    raise TypeError(f"{moment!r} is no day")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except FileNotFoundError as error:
        raise _unreadable(str(path), "does not exist") from error
    except OSError as error:
        raise _unreadable(str(path), f"cannot be read ({error.strerror})") from error


def _download(url: str) -> bytes:
    import urllib.request

    if urlsplit(url).scheme.lower() != "https":
        raise _unreadable(url, "does not begin with https")
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 - https only, above
            raw: bytes = answer.read(MAX_BYTES + 1)
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise _unreadable(url, "could not be fetched") from error
    if len(raw) > MAX_BYTES:
        raise _unreadable(url, f"is larger than {MAX_BYTES // 1_000_000} MB")
    return raw


def _copy(cache: Path) -> bytes:
    return _read(cache) if cache.is_file() else b""


def _old_copy(url: str, cache: Path) -> str:
    day = datetime.fromtimestamp(cache.stat().st_mtime, UTC)
    return (
        f"The school calendar {url} could not be fetched or read, so the copy of {day:%B} {day.day}, "
        f"{day.year} is used. School days may be counted wrongly if it has changed since."
    )


def _unreadable(location: str, why: str) -> ConfigError:
    return ConfigError(
        f"The school calendar {location} {why}.",
        "Put an .ics file of the district's calendar there, or correct [school] calendar in config.toml.",
    )
