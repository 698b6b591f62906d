"""The school calendar, and deadlines for the parent's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event of a school calendar; `last` is inclusive."""

    first: date
    last: date
    summary: str
    all_day: bool = True


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Days without school, with the reason. `first_day` and `last_day` bound what it covers."""

    closed: Mapping[date, str] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    period_ends: tuple[tuple[date, str], ...] = ()  # marking periods: the last day and its name

    def __hash__(self) -> int:
        """By what tells two calendars apart in practice; equality still compares every day."""
        return hash((self.first_day, self.last_day, self.period_ends, len(self.closed)))

    @property
    def known(self) -> bool:
        return self.first_day is not None and self.last_day is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A whole day in the parent's own calendar. `uid` is the same from run to run."""

    uid: str
    day: date
    title: str
    text: str
    own: bool = False  # a day by which the parent, not the school, must act
    alarm_days: int = 0  # a reminder so many days before; 0: none
