"""Due dates: which clock applies, how its days are counted, and how to say so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from iep_mail.core.tracking.clocks import Clock, clock_for
from iep_mail.core.tracking.durations import add_duration, parse_duration
from iep_mail.model import (
    Basis,
    ClockClass,
    DateSpan,
    Deadline,
    Duration,
    RequestKind,
    SchoolCalendar,
    SkippedDay,
)


def deadline_for(
    kind: RequestKind,
    asked_on: date,
    due: DateSpan | None,
    deadlines: Mapping[str, Duration],
    state: str | None,
    calendar: SchoolCalendar,
) -> Deadline:
    """When a request is due: its own date, else the parent's `[deadlines]`, else the built-in clock.

    `default` of `[deadlines]` gives way to a built-in clock that is a legal one.
    """
    clock = clock_for(kind, state)
    if due is not None:
        return _explicit(asked_on, due, clock, calendar)
    duration = deadlines.get(kind) or (
        deadlines.get("default") if clock.clock_class is not ClockClass.LEGAL else None
    )
    if duration is not None:
        return _counted(asked_on, duration, Basis.TABLE, clock, calendar)
    if clock.count is None:
        raise ValueError(f"the clock {clock.id} of a request is counted in days")
    return _counted(asked_on, clock.count, Basis.BUILT_IN, clock, calendar)


def _explicit(asked_on: date, due: DateSpan, clock: Clock, calendar: SchoolCalendar) -> Deadline:
    skipped: tuple[SkippedDay, ...] = ()
    day, estimated = due.day, False
    if due.count is not None:
        day, skipped, estimated = add_duration(asked_on, due.count, calendar)
    return Deadline(
        day, Basis.EXPLICIT, due.text, asked_on, clock.citation, None, skipped, estimated, due.note
    )


def _counted(
    asked_on: date, duration: Duration, basis: Basis, clock: Clock, calendar: SchoolCalendar
) -> Deadline:
    pauses = clock.pauses if basis is Basis.BUILT_IN else ""
    day, skipped, estimated = add_duration(asked_on, duration, calendar, pauses)
    cited = clock.clock_class is not ClockClass.NUDGE and (clock.count == duration or basis is Basis.BUILT_IN)
    return Deadline(
        day,
        basis,
        str(duration),
        asked_on,
        clock.citation or None,
        clock.clock_class if cited or basis is Basis.BUILT_IN else ClockClass.NUDGE,
        skipped,
        estimated,
        clock.to_check if cited and clock.clock_class is ClockClass.LEGAL else "",
    )


def long_day(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def explain(deadline: Deadline) -> str:
    """How a due date was counted, in plain words: from which day, which days did not count, by what rule."""
    asked, due = long_day(deadline.counted_from), long_day(deadline.due_on)
    if deadline.basis is Basis.EXPLICIT:
        sentences = [f"Asked on {asked}; due on {due} (“{deadline.rule}”)."]
    else:
        sentences = [f"Asked on {asked}; {deadline.rule} after that is {due}."]
    if deadline.first_due_on:
        first = long_day(deadline.first_due_on)
        sentences = [f"Asked on {asked}; it was first due on {first} ({deadline.rule}), now on {due}."]
    return " ".join([*sentences, *working(deadline)])


def working(deadline: Deadline, *, in_full: bool = True) -> list[str]:
    """What `explain` says after the two dates: days that did not count, the rule's source, doubts.

    Without `in_full` of the sources only those in law are named.
    """
    sentences = []
    days = [s for s in deadline.skipped if s.reason != "weekend"]
    if days:
        sentences.append(f"Not counted, besides weekends: {_listed(days)}.")
    if in_full or deadline.clock_class is ClockClass.LEGAL:
        sentences += _authority(deadline)
    if deadline.estimated:
        sentences.append("This is an estimate: the school calendar does not cover all of these days.")
    if deadline.note:
        sentences.append(deadline.note)
    return sentences


def _authority(deadline: Deadline) -> list[str]:
    if deadline.basis is Basis.EXPLICIT:
        return []
    if deadline.clock_class is ClockClass.LEGAL:
        return [f"This is a legal deadline ({deadline.citation})."]
    if deadline.clock_class is ClockClass.STANDARD and deadline.citation:
        return [
            f"The law sets no number of days here ({deadline.citation}); this is a reasonable time to ask again."
        ]
    return ["The law sets no number of days here; this is when it is reasonable to ask again."]


def _listed(days: list[SkippedDay]) -> str:
    """Runs of days with one reason said once: “December 22 to January 2 (Winter Break)”."""
    runs: list[list[SkippedDay]] = []
    for day in days:
        if runs and runs[-1][-1].reason == day.reason and (day.day - runs[-1][-1].day).days <= 3:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "; ".join(_run(run) for run in runs)


def _run(run: list[SkippedDay]) -> str:
    first, last = (f"{s.day:%B} {s.day.day}" for s in (run[0], run[-1]))
    return f"{first if first == last else f'{first} to {last}'} ({run[0].reason})"


__all__ = ["add_duration", "deadline_for", "explain", "long_day", "parse_duration"]
