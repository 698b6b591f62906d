"""The IEP's facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class IepService:
    """A service as granted. `minutes` are those of one session, or of the whole period where
    `frequency` only names a period ("per week")."""

    name: str
    minutes: int | None = None
    frequency: str = ""
    setting: str = ""
    provider: str = ""
    page: int | None = None
    start: date | None = None
    end: date | None = None
    quote: str = ""  # the document's own words that it rests on


@dataclass(frozen=True, slots=True)
class IepStatement:
    """An accommodation, the placement, the transport or another sentence of the plan.

    `date` is the day from which it holds, where that is later than the plan's own.
    """

    text: str
    page: int | None = None
    date: date | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class IepGoal(IepStatement):
    """A goal with how it is measured (34 CFR 300.320(a)(2), (3))."""

    measure: str = ""
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class ProgressReporting:
    """When progress on the goals is reported (34 CFR 300.320(a)(3)(ii)): on named days, or with every
    report card, marking period, quarter …"""

    text: str = ""
    page: int | None = None
    every: str = ""
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Iep:
    child: str
    plan: str = "IEP"  # IEP | 504
    effective_from: date | None = None
    effective_to: date | None = None
    meeting_on: date | None = None  # the team meeting that wrote it
    annual_review: date | None = None
    last_evaluation: date | None = None
    reevaluation_due: date | None = None
    services: tuple[IepService, ...] = ()
    accommodations: tuple[IepStatement, ...] = ()
    goals: tuple[IepGoal, ...] = ()
    placement: IepStatement | None = None
    behavior_plan: IepStatement | None = None
    transport: IepStatement | None = None
    progress_reports: ProgressReporting | None = None
    document: str = ""

    def in_force(self, day: date) -> bool:
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )
