"""The table of clocks (data/clocks.toml): federal rows, and a state's where it has its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from iep_mail.core.tracking.durations import parse_duration
from iep_mail.data import load
from iep_mail.model import ClockClass, Duration, RequestKind

_YEARS = re.compile(r"(\d{1,2}) years?")


@dataclass(frozen=True, slots=True)
class Clock:
    """One row. `count` is the number of law for a LEGAL clock, else our own habit of asking again.

    Either `years` is set or `count`. `pauses` names the days that do not count besides.
    """

    id: str
    title: str
    who: str
    clock_class: ClockClass
    count: Duration | None
    years: int
    starts_from: str
    citation: str
    source: str
    confidence: str
    note: str = ""
    pauses: str = ""
    state: str | None = None
    holidays_count: bool = False

    @property
    def words(self) -> str:
        """“45 days”, “1 year”."""
        return str(self.count) if self.count else f"{self.years} year{'s' * (self.years != 1)}"

    @property
    def to_check(self) -> str:
        """What to say where the row is not certain, "" where it is."""
        return "" if self.confidence == "high" else "Please check this with your state."


def clock(name: str, state: str | None) -> Clock:
    """The row of that name: the state's where it has one, else the federal one. Raises KeyError."""
    return _rows(state)[name]


def clock_for(kind: RequestKind, state: str | None) -> Clock:
    """The row of the clock that a request of this kind starts."""
    return clock(_of_requests()[kind], state)


def clocks_of(who: str, state: str | None) -> tuple[Clock, ...]:
    """Every row by whom it binds: school, state, hearing officer, both, parent."""
    return tuple(row for row in _rows(state).values() if row.who == who)


def all_clocks(state: str | None) -> tuple[Clock, ...]:
    """Every row that holds in a state, in the order of the table."""
    return tuple(_rows(state).values())


@cache
def checked_on() -> date:
    """The day on which the rows were last compared with their sources."""
    day: date = load("clocks")["checked_on"]
    return day


@cache
def _of_requests() -> Mapping[str, str]:
    return {row["request"]: name for name, row in load("clocks")["clock"].items() if "request" in row}


@cache
def _rows(state: str | None) -> Mapping[str, Clock]:
    table = load("clocks")
    rows = {name: _clock(name, row, None) for name, row in table["clock"].items()}
    for name, row in table["state"].get(state or "", {}).items():
        federal = table["clock"].get(name, {})
        # Neither the number nor what qualifies it is taken over from the federal row.
        kept = {key: federal[key] for key in ("title", "who", "starts_from") if key in federal}
        rows[name] = _clock(name, kept | row, state)
    return rows


def _clock(name: str, row: Mapping[str, Any], state: str | None) -> Clock:
    given = str(row.get("limit") or row["follow_up"])
    years = _YEARS.fullmatch(given)
    return Clock(
        id=name,
        title=row["title"],
        who=row["who"],
        clock_class=ClockClass(row["class"]),
        count=None if years else parse_duration(given),
        years=int(years[1]) if years else 0,
        starts_from=row.get("starts_from", "the request"),
        citation=row["citation"],
        source=row["source"],
        confidence=row["confidence"],
        note=row.get("note", ""),
        pauses=row.get("pauses", ""),
        state=state,
        holidays_count=bool(row.get("business_holidays_count")),
    )
