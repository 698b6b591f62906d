"""What a sample plan states, as a careful person would write it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Service:
    name: str  # its telling words
    minutes: int | None
    frequency: str
    page: int
    start: date | None = None
    end: date | None = None
    setting: str = ""  # words that its setting must hold
    provider: str = ""


def service_rows(start: date, end: date, *rows: str) -> tuple[Service, ...]:
    """Services of one time: “name | minutes | how often | page | setting | provider” each; what a row
    leaves empty is not known."""
    found = []
    for row in rows:
        name, minutes, frequency, page, setting, provider = (cell.strip() for cell in row.split("|"))
        known = int(minutes) if minutes else None
        found.append(Service(name, known, frequency, int(page), start, end, setting, provider))
    return tuple(found)


@dataclass(frozen=True)
class Sample:
    name: str
    child: str
    plan: str = "IEP"
    dates: dict[str, date] = field(default_factory=dict)
    services: tuple[Service, ...] = ()
    accommodations: tuple[tuple[str, int], ...] = ()  # text and page
    goals: tuple[tuple[str, int], ...] = ()  # the goal's telling words and page
    singles: dict[str, tuple[str, int]] = field(default_factory=dict)
    progress_every: str = ""
