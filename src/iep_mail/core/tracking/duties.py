"""What the school owes without being asked, from the plan and the calendar; each with a clock.

Progress reports (34 CFR 300.320(a)(3)(ii)), annual review (300.324(b)), re-evaluation (300.303(b)(2)), a copy
of the plan (300.322(f)) and prior written notice (300.503) after a meeting, the yearly safeguards notice
(300.504(a)), services of a new plan (300.323(c)(2)). Nothing is expected without a fact to count from, and what
mail cannot show is asked about, not called late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from iep_mail.core.tracking.arrivals import Meeting, arrival, meetings_held, says_not_started
from iep_mail.core.tracking.clocks import Clock, clock
from iep_mail.core.tracking.durations import add_duration, add_years
from iep_mail.core.tracking.wording import plain_day
from iep_mail.data import load
from iep_mail.model import (
    ClockClass,
    DayKind,
    Decision,
    Duration,
    Duty,
    DutyKind,
    DutyStatus,
    FiledMessage,
    Iep,
    IepService,
    SchoolCalendar,
)

DAY = timedelta(days=1)
DUTY_ARRIVED, DUTY_NOT_OWED = "duty_arrived", "duty_not_owed"

_AHEAD = {DutyKind.ANNUAL_REVIEW: 30, DutyKind.REEVALUATION: 60, DutyKind.SAFEGUARDS_NOTICE: 30}
_LOOK_BACK = 60  # days before its day that a thing may come early
_FORGET = 120  # days after which a thing that never showed is no news
# Report cards and the reports with them go out some days after the end of a marking period.
_AFTER_PERIOD = Duration(10, DayKind.SCHOOL)
_WITH_PERIODS = frozenset({"report card", "marking period", "quarter", "trimester", "semester"})


@dataclass(frozen=True, slots=True)
class _World:
    messages: Sequence[FiledMessage]
    calendar: SchoolCalendar
    state: str | None
    today: date


def standing_duties(
    ieps: Sequence[Iep],
    messages: Sequence[FiledMessage],
    decided: Sequence[Decision],
    calendar: SchoolCalendar,
    state: str | None,
    today: date,
) -> tuple[Duty, ...]:
    """Every duty whose day has come or is near, the soonest first. Plans under Section 504 have none of
    these by number."""
    world = _World(messages, calendar, state, today)
    plans = [plan for plan in ieps if plan.plan != "504"]
    found: list[Duty] = []
    for plan in plans:
        later = [p for p in plans if p.child == plan.child and _starts(p) > _starts(plan)]
        found += _progress_reports(plan, world)
        found += _reviews(plan, later, world)
        found += _services(plan, world)
    found += _after_meetings(plans, world)
    found += _safeguards(plans, world)
    said = _said(decided)
    unique = {duty.id: _as_said(duty, said) for duty in found}
    return tuple(sorted(unique.values(), key=lambda d: (d.expected_on, d.kind, d.id)))


def _starts(plan: Iep) -> date:
    return plan.effective_from or plan.meeting_on or date.min


# --- each kind ------------------------------------------------------------------------------------


def _progress_reports(plan: Iep, world: _World) -> Iterator[Duty]:
    reporting = plan.progress_reports
    if reporting is None:
        return
    row = clock("progress_report", world.state)
    for day, because, estimated in _report_days(plan, world.calendar):
        if not plan.in_force(day) or day > world.today + DAY * 30 or world.today - day > DAY * _FORGET:
            continue
        late_after, _, unsure = add_duration(day, row.count or _AFTER_PERIOD, world.calendar)
        duty = _duty(DutyKind.PROGRESS_REPORT, plan.child, day, late_after, because, row, world)
        yield _arrived(replace(duty, estimated=estimated or unsure), world, back=21)


def _report_days(plan: Iep, calendar: SchoolCalendar) -> Iterator[tuple[date, str, bool]]:
    """The days by which a report is expected, with what each rests on and whether it is an estimate."""
    reporting = plan.progress_reports
    if reporting is None:
        return
    page = f" (page {reporting.page})" if reporting.page else ""
    if reporting.dates:
        for day in reporting.dates:
            yield day, f"The plan names {plain_day(day)} for it{page}.", False
    elif reporting.every in _WITH_PERIODS:
        for end, name in calendar.period_ends:
            day, _, estimated = add_duration(end, _AFTER_PERIOD, calendar)
            because = (
                f"The plan states a report every {reporting.every}{page}; “{name}” ended on {plain_day(end)}, "
                f"and reports usually come within {_AFTER_PERIOD}."
            )
            yield day, because, estimated


def _reviews(plan: Iep, later: Sequence[Iep], world: _World) -> Iterator[Duty]:
    """The annual review and the re-evaluation; a later plan shows that they were held."""
    if plan.annual_review:
        row = clock("iep_annual", world.state)
        because = f"The plan gives {plain_day(plan.annual_review)} for its annual review."
        yield from _one_review(DutyKind.ANNUAL_REVIEW, plan, plan.annual_review, because, row, later, world)
    last = plan.last_evaluation
    due = plan.reevaluation_due or (add_years(last, 3) if last else None)
    if due:
        row = clock("reeval_triennial", world.state)
        because = (
            f"The plan gives {plain_day(due)} for it."
            if plan.reevaluation_due
            else f"The last evaluation was on {plain_day(last or due)}, three years before."
        )
        evaluated = [p for p in later if p.last_evaluation and p.last_evaluation > (last or due - DAY * 200)]
        yield from _one_review(DutyKind.REEVALUATION, plan, due, because, row, evaluated, world)


def _one_review(
    kind: DutyKind, plan: Iep, due: date, because: str, row: Clock, later: Sequence[Iep], world: _World
) -> Iterator[Duty]:
    if due > world.today + DAY * _AHEAD[kind] or world.today - due > DAY * _FORGET:
        return
    duty = _duty(kind, plan.child, due, due, because, row, world)
    if later:
        held = min(_starts(p) for p in later)
        yield replace(duty, status=DutyStatus.ARRIVED, arrived_on=held)
    else:
        yield _arrived(duty, world, back=150)


def _services(plan: Iep, world: _World) -> Iterator[Duty]:
    """Services of a plan that began lately. Late only where mail says that they have not begun."""
    row = clock("iep_implement", world.state)
    for service in plan.services:
        start = service.start or plan.effective_from
        if start is None or not start <= world.today <= start + DAY * _FORGET:
            continue
        late_after, _, estimated = add_duration(start, row.count or _AFTER_PERIOD, world.calendar)
        where = f" (page {service.page})" if service.page else ""
        because = f"The plan states {service.name}{where} from {plain_day(start)} on."
        duty = _duty(
            DutyKind.SERVICES_START, plan.child, start, late_after, because, row, world, service.name
        )
        says = says_not_started(_words_of(service), plan.child, world.messages, start)
        late = says is not None and world.today > late_after
        yield replace(
            duty,
            status=DutyStatus.LATE if late else DutyStatus.EXPECTED,
            message=says.message.sha256 if says else None,
            service=service,
            estimated=estimated,
        )


def _words_of(service: IepService) -> str:
    """A pattern for a service in running text, by the table of service words and its own name."""
    name = service.name.lower()
    table: Mapping[str, list[str]] = load("letters")["service_words"]
    words = [w for group in table.values() if any(w in name for w in group) for w in group]
    return "|".join(rf"\b{word}\b" for word in dict.fromkeys([*words, name.split()[0]]))


def _after_meetings(plans: Sequence[Iep], world: _World) -> Iterator[Duty]:
    """A copy of the plan, and prior written notice, after each meeting of the last months."""
    children = list(dict.fromkeys(plan.child for plan in plans))
    for meeting in meetings_held(world.messages):
        child = meeting.child if meeting.child in children else children[0] if len(children) == 1 else None
        if child is None or not meeting.about_plan or world.today - meeting.on > DAY * _FORGET:
            continue
        yield _of_meeting(DutyKind.COPY_OF_PLAN, "iep_copy", child, meeting, plans, world)
        yield _of_meeting(DutyKind.NOTICE_AFTER_MEETING, "pwn_after_meeting", child, meeting, plans, world)


def _of_meeting(
    kind: DutyKind, name: str, child: str, meeting: Meeting, plans: Sequence[Iep], world: _World
) -> Duty:
    row = clock(name, world.state)
    late_after, _, estimated = add_duration(meeting.on, row.count or _AFTER_PERIOD, world.calendar)
    because = f"The team met on {plain_day(meeting.on)}."
    duty = _duty(kind, child, late_after, late_after, because, row, world, meeting.on.isoformat())
    duty = replace(duty, meeting_on=meeting.on, estimated=estimated)
    written = [p for p in plans if p.child == child and meeting.on <= _starts(p) <= meeting.on + DAY * 45]
    dated = [p for p in plans if p.child == child and p.meeting_on == meeting.on]
    if kind is DutyKind.COPY_OF_PLAN and (written or dated):
        return replace(duty, status=DutyStatus.ARRIVED, arrived_on=None)
    return _arrived(duty, world, first=meeting.on)


def _safeguards(plans: Sequence[Iep], world: _World) -> Iterator[Duty]:
    """Once in the school year; asked about when the year nears its end and mail shows none."""
    first, last = world.calendar.first_day, world.calendar.last_day
    if first is None or last is None or not first <= world.today <= last or (last - first).days > 330:
        return
    row = clock("safeguards_notice", world.state)
    for child in dict.fromkeys(plan.child for plan in plans if plan.in_force(world.today)):
        because = f"It is given once in a school year, and this one ends on {plain_day(last)}."
        duty = _duty(DutyKind.SAFEGUARDS_NOTICE, child, last, last, because, row, world)
        if world.today >= last - DAY * _AHEAD[DutyKind.SAFEGUARDS_NOTICE]:
            yield _arrived(duty, world, first=first)


# --- what all share ----------------------------------------------------------------------------------


def _duty(
    kind: DutyKind,
    child: str,
    expected: date,
    late_after: date,
    because: str,
    row: Clock,
    world: _World,
    *about: str,
) -> Duty:
    status = DutyStatus.EXPECTED
    if world.today > late_after:
        status = DutyStatus.LATE
    elif kind in _AHEAD and world.today >= expected - DAY * _AHEAD[kind]:
        status = DutyStatus.SOON
    legal = row.clock_class is ClockClass.LEGAL
    parts = (kind, child, expected.isoformat(), *about)
    return Duty(
        id="o-" + hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:12],
        kind=kind,
        child=child,
        title=load("duties")["title"][kind],
        expected_on=expected,
        late_after=late_after,
        status=status,
        because=" ".join(filter(None, (because, row.to_check if legal else ""))),
        citation=row.citation,
        clock_class=row.clock_class,
    )


def _arrived(duty: Duty, world: _World, *, back: int = _LOOK_BACK, first: date | None = None) -> Duty:
    begin = first or duty.expected_on - DAY * back
    came = arrival(duty.kind, duty.child, world.messages, begin, world.today)
    if came is None:
        return duty
    return replace(duty, status=DutyStatus.ARRIVED, arrived_on=came.sent_on, message=came.message.sha256)


def _said(decided: Sequence[Decision]) -> Mapping[str, Decision]:
    return {d.subject: d for d in decided if d.kind in (DUTY_ARRIVED, DUTY_NOT_OWED)}


def _as_said(duty: Duty, said: Mapping[str, Decision]) -> Duty:
    """The parent's word on it wins."""
    decision = said.get(duty.id)
    if decision is None:
        return duty
    if decision.kind == DUTY_NOT_OWED:
        return replace(duty, status=DutyStatus.NOT_OWED)
    try:
        day = date.fromisoformat(decision.value) if decision.value else decision.at.date()
    except ValueError:
        day = decision.at.date()
    return replace(duty, status=DutyStatus.ARRIVED, arrived_on=day)
