"""What a plan grants, period by period, on the days on which school is in session.

A week (month, cycle …) without a school day grants nothing; never more sessions are granted than it has
school days. Where a plan begins, ends or changes inside a period, its sessions are shared out over the
period's school days, so that the parts add up to the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from iep_mail.core.letters.iep import facts_in_force
from iep_mail.core.plan.amounts import Frequency, parse_frequency
from iep_mail.core.tracking.school_days import is_school_day
from iep_mail.model import Iep, IepService, SchoolCalendar

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one service grants in one period. `days` are the period's school days on which it is in
    force; `minutes` is None where the plan names none."""

    service: IepService
    days: tuple[date, ...]
    sessions: int
    minutes: int | None


def school_days(calendar: SchoolCalendar) -> tuple[date, ...]:
    """Every day of the calendar on which school is in session."""
    if calendar.first_day is None or calendar.last_day is None:
        return ()
    count = (calendar.last_day - calendar.first_day).days + 1
    days = (calendar.first_day + timedelta(days=n) for n in range(count))
    return tuple(day for day in days if is_school_day(day, calendar))


def grants(ieps: Sequence[Iep], child: str, calendar: SchoolCalendar) -> tuple[Grant, ...]:
    """Every service of the child's plans in every period of the calendar, in time order."""
    days = school_days(calendar)
    in_force = _days_in_force(ieps, child, days)
    found: list[Grant] = []
    for service, own in in_force.items():
        frequency = parse_frequency(service.frequency)
        for period in periods(frequency.period, days, calendar) if frequency else ():
            if grant := _grant(service, frequency, period, own) if frequency else None:
                found.append(grant)
    return tuple(sorted(found, key=lambda g: (g.days[0], g.service.name, g.service.page or 0)))


def uncounted(ieps: Sequence[Iep], child: str, calendar: SchoolCalendar) -> tuple[IepService, ...]:
    """The services whose amount cannot be counted out: no frequency that can be read, or a marking
    period whose days the calendar does not name."""
    days = school_days(calendar)

    def countable(service: IepService) -> bool:
        frequency = parse_frequency(service.frequency)
        return frequency is not None and bool(periods(frequency.period, days, calendar))

    mine = (s for iep in ieps if iep.child == child for s in iep.services)
    return tuple(s for s in dict.fromkeys(mine) if not countable(s))


def _days_in_force(
    ieps: Sequence[Iep], child: str, days: Sequence[date]
) -> dict[IepService, frozenset[date]]:
    found: dict[IepService, set[date]] = {}
    for day in days:
        for iep in facts_in_force(ieps, child, day):
            for service in iep.services:
                found.setdefault(service, set()).add(day)
    return {service: frozenset(own) for service, own in found.items()}


def _grant(
    service: IepService, frequency: Frequency, period: Sequence[date], own: frozenset[date]
) -> Grant | None:
    held = [n for n, day in enumerate(period) if day in own]
    if not held:
        return None
    whole = min(frequency.count, len(period))
    sessions = sum(share(whole, len(period), n) for n in held)
    if service.minutes is None:
        minutes = None
    elif frequency.total:
        minutes = sum(share(service.minutes, len(period), n) for n in held)
    else:
        minutes = sessions * service.minutes
    return Grant(service, tuple(period[n] for n in held), sessions, minutes)


def share(whole: int, days: int, position: int) -> int:
    """The part of `whole` that falls to the school day at `position` of `days`; the parts add up."""
    return whole * (position + 1) // days - whole * position // days


def periods(period: str, days: Sequence[date], calendar: SchoolCalendar) -> tuple[tuple[date, ...], ...]:
    """The school days in the periods that a plan names (“week”, “month”, “6-day cycle” …); () where
    the calendar does not tell them apart."""
    cycle = re.fullmatch(r"(\d+)-day (?:cycle|rotation|week)", period)
    if cycle:
        return tuple(_cycles(days, int(cycle[1])))
    several = re.fullmatch(r"(\d+) (weeks|days|months)", period)
    if several and several[2] == "days":
        return tuple(_cycles(days, int(several[1])))
    if several and several[2] == "weeks":
        return _grouped(days, lambda day: (school_year(day), _week(day, days) // int(several[1])))
    keys: dict[str, Callable[[date], object]] = {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=day.weekday()),
        "month": lambda day: (day.year, day.month),
        "year": school_year,
    }
    if period in keys:
        return _grouped(days, keys[period])
    if period in ("marking period", "quarter", "trimester", "semester") and calendar.period_ends:
        return _marking_periods(days, calendar)
    return ()


def _grouped(days: Sequence[date], key: Callable[[date], object]) -> tuple[tuple[date, ...], ...]:
    return tuple(tuple(group) for _, group in groupby(days, key=key))


def school_year(day: date) -> int:
    """The year in which the school year of `day` began: it turns on July 1."""
    return day.year if day.month >= 7 else day.year - 1


def _week(day: date, days: Sequence[date]) -> int:
    """How many weeks after the first week of its school year a day lies."""
    first = next(d for d in days if school_year(d) == school_year(day))
    return ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7


def _cycles(days: Sequence[date], length: int) -> Iterator[tuple[date, ...]]:
    """Cycles run on over weekends and closed days, and begin anew with each school year."""
    for _, year in groupby(days, key=school_year):
        own = tuple(year)
        for start in range(0, len(own), length):
            yield own[start : start + length]


def _marking_periods(days: Sequence[date], calendar: SchoolCalendar) -> tuple[tuple[date, ...], ...]:
    ends = sorted({end for end, _ in calendar.period_ends})
    return _grouped(days, lambda day: (school_year(day), sum(end < day for end in ends)))
