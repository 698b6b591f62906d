"""The service ledger: granted against delivered, missed and made up, by service and month.

It counts what is on record and is a starting point for the team's decision: what makes up for missed
services is decided for each child, not by a sum. Minutes are conserved: in every cell
granted + beyond == delivered + missed + not recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from iep_mail.core.letters.iep import facts_in_force
from iep_mail.core.plan.amounts import parse_frequency
from iep_mail.core.services.granted import Grant, grants, uncounted
from iep_mail.core.services.naming import plan_name
from iep_mail.model import (
    Iep,
    IepService,
    MissedReason,
    SchoolCalendar,
    Session,
    SessionSource,
    SessionStatus,
)

# A child's absence and a closed school are judged case by case, so they stand apart.
APART = frozenset({MissedReason.CHILD_ABSENT, MissedReason.CLOSURE})


@dataclass(frozen=True, slots=True)
class Amount:
    """Sessions and minutes. A session cut short adds minutes to what was missed, but no session."""

    sessions: int = 0
    minutes: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.sessions + other.sessions, self.minutes + other.minutes)

    def __bool__(self) -> bool:
        return bool(self.sessions or self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One service in one month (`month` is its first day), or in all (`month` None).

    `credited` is how much of what was missed in this month was made up, whenever that was; `made_up`
    how much make-up was held in it.
    """

    month: date | None
    granted: Amount = Amount()
    delivered: Amount = Amount()
    missed: Mapping[MissedReason, Amount] = field(default_factory=dict)
    made_up: Amount = Amount()
    credited: int = 0  # minutes
    not_recorded: int = 0  # minutes
    beyond: int = 0  # minutes

    @property
    def missed_minutes(self) -> int:
        return sum(a.minutes for a in self.missed.values())

    @property
    def to_consider(self) -> Amount:
        """What was missed for reasons that do not stand apart."""
        return _sum(a for reason, a in self.missed.items() if reason not in APART)

    @property
    def outstanding(self) -> int:
        """Minutes missed, for reasons that do not stand apart, and not made up so far."""
        return self.to_consider.minutes - self.credited


@dataclass(frozen=True, slots=True)
class Line:
    """One service of one child. `facts` are what the plans grant of it, the newest last."""

    child: str
    service: str
    facts: tuple[IepService, ...]
    cells: tuple[Cell, ...]
    total: Cell
    surplus: int = 0  # minutes made up beyond what was missed


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A day on which the parent's record and the school's log differ; the parent's is counted."""

    ours: Session
    theirs: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    first: date
    last: date
    lines: tuple[Line, ...]
    disagreements: tuple[Disagreement, ...] = ()
    unknown_minutes: int = 0  # sessions whose minutes are not known and count as none
    notes: tuple[str, ...] = ()


def build_ledger(
    ieps: Sequence[Iep],
    calendar: SchoolCalendar,
    sessions: Sequence[Session],
    children: Sequence[str],
    first: date,
    last: date,
) -> Ledger:
    """The ledger of `children` from `first` to `last`, both inclusive.

    A week (or other period) that is not over, or that began before `first`, counts as far as it is on
    record. Without a school calendar nothing is counted as granted, and a note says so.
    """
    lines: list[Line] = []
    differing: list[Disagreement] = []
    notes: list[str] = [] if calendar.known else [NO_CALENDAR]
    unknown = 0
    for child in children:
        own = [_named(s, ieps) for s in sessions if s.child == child and first <= s.on <= last]
        kept, differ = _reconciled(own)
        differing += differ
        granted = grants(ieps, child, calendar)
        names = {g.service.name.casefold(): g.service.name for g in granted}
        names |= {s.service.casefold(): s.service for s in kept if s.service.casefold() not in names}
        for key in sorted(names):
            mine = [g for g in granted if g.service.name.casefold() == key and g.days[0] <= last]
            mine = [g for g in mine if g.days[-1] >= first]
            held = [_with_minutes(s, ieps) for s in kept if s.service.casefold() == key]
            unknown += sum(s.minutes is None for s in held)
            if mine or held:
                lines.append(_line(child, names[key], mine, held, ieps, first, last))
        notes += [_uncounted(s) for s in uncounted(ieps, child, calendar) if calendar.known]
    return Ledger(
        first=first,
        last=last,
        lines=tuple(lines),
        disagreements=tuple(differing),
        unknown_minutes=unknown,
        notes=tuple(dict.fromkeys(notes)),
    )


NO_CALENDAR = (
    "No school calendar is configured, so what the plan grants cannot be counted out over the school "
    "year. Put the district's calendar file into config.toml under [school] calendar."
)


def _uncounted(service: IepService) -> str:
    how = f" (“{service.frequency}”)" if service.frequency else ""
    return (
        f"How often {service.name} is granted{how} cannot be counted out, so only what is on record is shown."
    )


def _named(session: Session, ieps: Sequence[Iep]) -> Session:
    """The session under the name that the plan uses for its service."""
    return replace(session, service=plan_name(session.service, ieps, session.child, session.on))


def _with_minutes(session: Session, ieps: Sequence[Iep]) -> Session:
    """Minutes that were not written down are those of one session as the plan grants it."""
    if session.minutes is not None:
        return session
    return replace(session, minutes=_session_minutes(session, ieps))


def _session_minutes(session: Session, ieps: Sequence[Iep]) -> int | None:
    plans = facts_in_force(ieps, session.child, session.on)
    mine = [s for p in plans for s in p.services if s.name.casefold() == session.service.casefold()]
    each = [s.minutes for s in mine if s.minutes is not None and not _of_the_period(s)]
    return min(each, default=None)


def _of_the_period(service: IepService) -> bool:
    """Whether the plan's minutes are those of a whole week or month, not of one session."""
    frequency = parse_frequency(service.frequency)
    return frequency is not None and frequency.total


def _reconciled(sessions: Sequence[Session]) -> tuple[list[Session], list[Disagreement]]:
    """The parent's record of a day before the school's; where they differ, both are told."""
    days: dict[tuple[str, date, bool], list[Session]] = {}
    for s in sessions:
        days.setdefault((s.service.casefold(), s.on, s.status is SessionStatus.MAKE_UP), []).append(s)
    kept: list[Session] = []
    differ: list[Disagreement] = []
    for together in days.values():
        ours = [s for s in together if s.source is not SessionSource.SCHOOL_LOG]
        theirs = [s for s in together if s.source is SessionSource.SCHOOL_LOG]
        kept += ours or theirs
        if ours and theirs and {s.status for s in ours} != {s.status for s in theirs}:
            differ.append(Disagreement(ours[0], theirs[0]))
    return kept, differ


def _line(
    child: str,
    service: str,
    granted: Sequence[Grant],
    held: Sequence[Session],
    ieps: Sequence[Iep],
    first: date,
    last: date,
) -> Line:
    parts = _periods(granted, held)
    cells: dict[date, list[Cell]] = {}
    for grant, own in parts:
        day = grant[0].days[0] if grant else own[0].on
        cells.setdefault(day.replace(day=1), []).append(_cell(grant, own, ieps, first, last))
    months = [_joined(month, cells[month]) for month in sorted(cells)]
    months, surplus = _credit(months)
    facts = tuple(dict.fromkeys(g.service for g in granted))
    return Line(child, service, facts, tuple(months), _joined(None, months), surplus)


def _periods(granted: Sequence[Grant], held: Sequence[Session]) -> list[tuple[list[Grant], list[Session]]]:
    """What is granted and what is on record, by the period that it falls into.

    Parts of one period (where a plan changed in it) and grants of the same days belong together.
    """
    spans: list[tuple[date, date, list[Grant]]] = []
    for grant in sorted(granted, key=lambda g: (g.days[0], g.days[-1])):
        if spans and grant.days[0] <= spans[-1][1]:
            start, end, together = spans[-1]
            spans[-1] = (start, max(end, grant.days[-1]), [*together, grant])
        else:
            spans.append((grant.days[0], grant.days[-1], [grant]))
    found: list[tuple[list[Grant], list[Session]]] = [(grants_, []) for _, _, grants_ in spans]
    alone: dict[date, list[Session]] = {}
    for session in held:
        at = next((n for n, (a, b, _) in enumerate(spans) if a <= session.on <= b), None)
        if at is None:
            alone.setdefault(session.on, []).append(session)
        else:
            found[at][1].append(session)
    return found + [([], together) for together in alone.values()]


def _cell(
    granted: Sequence[Grant], held: Sequence[Session], ieps: Sequence[Iep], first: date, last: date
) -> Cell:
    delivered = _sum(Amount(1, s.minutes or 0) for s in held if s.status is SessionStatus.DELIVERED)
    missed: dict[MissedReason, Amount] = {}
    for session in held:
        for reason, amount in _missed(session, ieps):
            missed[reason] = missed.get(reason, Amount()) + amount
    on_record = delivered + _sum(missed.values())
    whole = _sum(Amount(g.sessions, g.minutes or 0) for g in granted)
    complete = bool(granted) and granted[0].days[0] >= first and max(g.days[-1] for g in granted) <= last
    if not complete:
        whole = Amount(min(whole.sessions, on_record.sessions), min(whole.minutes, on_record.minutes))
    open_minutes = whole.minutes - on_record.minutes
    return Cell(
        month=None,
        granted=whole,
        delivered=delivered,
        missed=missed,
        made_up=_sum(Amount(1, s.minutes or 0) for s in held if s.status is SessionStatus.MAKE_UP),
        not_recorded=max(0, open_minutes),
        beyond=max(0, -open_minutes),
    )


def _missed(session: Session, ieps: Sequence[Iep]) -> Iterable[tuple[MissedReason, Amount]]:
    if session.status is SessionStatus.MISSED:
        yield session.reason or MissedReason.UNKNOWN, Amount(1, session.minutes or 0)
    elif session.status is SessionStatus.DELIVERED and session.minutes is not None:
        short = (_session_minutes(session, ieps) or 0) - session.minutes
        if short > 0:
            yield MissedReason.CUT_SHORT, Amount(0, short)


def _joined(month: date | None, cells: Sequence[Cell]) -> Cell:
    missed: Counter[MissedReason] = Counter()
    sessions: Counter[MissedReason] = Counter()
    for cell in cells:
        for reason, amount in cell.missed.items():
            missed[reason] += amount.minutes
            sessions[reason] += amount.sessions
    return Cell(
        month=month,
        granted=_sum(c.granted for c in cells),
        delivered=_sum(c.delivered for c in cells),
        missed={r: Amount(sessions[r], missed[r]) for r in MissedReason if sessions[r] or missed[r]},
        made_up=_sum(c.made_up for c in cells),
        credited=sum(c.credited for c in cells),
        not_recorded=sum(c.not_recorded for c in cells),
        beyond=sum(c.beyond for c in cells),
    )


def _credit(months: Sequence[Cell]) -> tuple[list[Cell], int]:
    """Make-up minutes are credited to the oldest missed ones; what is left over is the surplus."""
    left = sum(c.made_up.minutes for c in months)
    credited = []
    for cell in months:
        part = min(left, cell.to_consider.minutes)
        credited.append(replace(cell, credited=part))
        left -= part
    return credited, left


def _sum(amounts: Iterable[Amount]) -> Amount:
    total = Amount()
    for amount in amounts:
        total += amount
    return total
