"""Deadlines as an iCalendar file (RFC 5545) to import or subscribe to, kept up in place.

An entry keeps its UID; its SEQUENCE rises when it changes, and one that is over is cancelled, so that a
calendar that imports the file again changes and removes what it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from iep_mail.adapters.private_file import write_private
from iep_mail.errors import UsageError
from iep_mail.model import CalendarEntry

_PRODUCT = "-//iep-mail//deadlines//EN"
_KEEP_CANCELLED = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class _Known:
    """An entry as it stands in the file that is there already."""

    day: date
    title: str
    text: str
    sequence: int
    stamp: datetime
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Written:
    entries: int
    changed: int
    cancelled: int


def write_calendar(path: Path, entries: Sequence[CalendarEntry], today: date) -> Written:
    """Writes the file, taking up what stands in it already. `today` stamps what is new or changed.

    Raises UsageError where another program's file is there, OSError where it cannot be written.
    """
    known = _read(path)
    raw, written = calendar_bytes(entries, known, today)
    write_private(path, raw)
    return written


def calendar_bytes(
    entries: Sequence[CalendarEntry], known: dict[str, _Known], today: date
) -> tuple[bytes, Written]:
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "School deadlines (iep-mail)")
    stamp = datetime.combine(today, time(12), UTC)
    changed = 0
    for entry in entries:
        before = known.get(entry.uid)
        same = before is not None and _same(entry, before)
        changed += not same
        sequence = 0 if before is None else before.sequence + (not same)
        when = before.stamp if before is not None and same else stamp
        calendar.add_component(_event(icalendar, entry, sequence, when))
    current = {entry.uid for entry in entries}
    gone = {
        uid: old for uid, old in known.items() if uid not in current and old.day >= today - _KEEP_CANCELLED
    }
    for uid, old in sorted(gone.items()):
        entry = CalendarEntry(uid=uid, day=old.day, title=old.title, text=old.text)
        sequence, when = (old.sequence, old.stamp) if old.cancelled else (old.sequence + 1, stamp)
        calendar.add_component(_event(icalendar, entry, sequence, when, cancelled=True))
    fresh = sum(not old.cancelled for old in gone.values())
    raw: bytes = calendar.to_ical()
    return raw, Written(len(entries), changed, fresh)


def _same(entry: CalendarEntry, known: _Known) -> bool:
    return not known.cancelled and (entry.day, entry.title, entry.text) == (
        known.day,
        known.title,
        known.text,
    )


def _event(
    icalendar: Any, entry: CalendarEntry, sequence: int, stamp: datetime, *, cancelled: bool = False
) -> Any:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", sequence)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))  # exclusive (RFC 5545, 3.6.1)
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if entry.alarm_days and not cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", -timedelta(days=entry.alarm_days))
        event.add_component(alarm)
    return event


def _read(path: Path) -> dict[str, _Known]:
    import icalendar

    if not path.exists():
        return {}
    try:
        calendar = icalendar.Calendar.from_ical(path.read_bytes())
        ours = str(calendar.get("PRODID", "")) == _PRODUCT
        return _known(calendar) if ours else _refuse(path)
    except (ValueError, KeyError, IndexError) as error:
        raise UsageError(
            f"{path} is there already and is no calendar.", "Name another file with --out."
        ) from error


def _refuse(path: Path) -> dict[str, _Known]:
    raise UsageError(
        f"{path} is a calendar of another program and was left as it is.", "Name another file with --out."
    )


def _known(calendar: Any) -> dict[str, _Known]:
    return {
        str(event["UID"]): _Known(
            day=event.decoded("DTSTART"),
            title=str(event.get("SUMMARY", "")),
            text=str(event.get("DESCRIPTION", "")),
            sequence=int(event.get("SEQUENCE", 0)),
            stamp=event.decoded("DTSTAMP"),
            cancelled=str(event.get("STATUS", "")) == "CANCELLED",
        )
        for event in calendar.walk("VEVENT")
    }
