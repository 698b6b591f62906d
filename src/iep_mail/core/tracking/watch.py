"""What follows from the cases besides open requests: where each stands, and days that come of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.tracking.duties import standing_duties
from iep_mail.core.tracking.duty_flags import duty_flags
from iep_mail.core.tracking.ladder import ladder_of, on_ladder
from iep_mail.core.tracking.monitoring import monitoring_flags, resolutions, resolved
from iep_mail.core.tracking.parent_deadlines import deadlines_of_parent, flags_ahead
from iep_mail.model import (
    Case,
    Commitment,
    Decision,
    Duty,
    FiledMessage,
    Flag,
    Iep,
    Ladder,
    Observation,
    ParentDeadline,
    Request,
    Resolution,
    SchoolCalendar,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything of a day that this is computed from."""

    messages: Sequence[FiledMessage]
    requests: Sequence[Request]
    commitments: Sequence[Commitment]
    observations: Sequence[Observation]
    ieps: Sequence[Iep]
    decided: Sequence[Decision]
    state: str | None
    calendar: SchoolCalendar
    today: date


@dataclass(frozen=True, slots=True)
class Watch:
    cases: tuple[Case, ...]
    ladders: tuple[Ladder, ...]
    deadlines_of_parent: tuple[ParentDeadline, ...]
    duties: tuple[Duty, ...]
    resolutions: tuple[Resolution, ...]
    flags: tuple[Flag, ...]


def watch(cases: Sequence[Case], known: Known) -> Watch:
    """The cases with their steps, the parent's own deadlines, and the flags that come of both."""
    by_sha = {m.message.sha256: m for m in known.messages}
    settled = resolutions(
        cases, known.requests, known.observations, known.messages, known.decided, known.today
    )
    by_case = {r.case: r for r in settled}
    ladders = tuple(
        ladder_of(
            case,
            known.requests,
            known.observations,
            known.today,
            messages=by_sha,
            commitments=known.commitments,
            decided=known.decided,
            state=known.state,
            resolution=by_case.get(case.id),
        )
        for case in cases
    )
    climbed = tuple(
        resolved(
            on_ladder(case, known.requests, ladder, known.today, by_case.get(case.id)),
            by_case.get(case.id),
            known.today,
        )
        for case, ladder in zip(cases, ladders, strict=True)
    )
    own = deadlines_of_parent(
        climbed,
        known.requests,
        known.observations,
        known.messages,
        known.ieps,
        known.decided,
        known.state,
        known.calendar,
        known.today,
    )
    duties = standing_duties(
        known.ieps, known.messages, known.decided, known.calendar, known.state, known.today
    )
    flags = (
        *flags_ahead(own, climbed, known.today),
        *duty_flags(duties, known.requests, known.today),
        *monitoring_flags(settled, climbed, known.today),
    )
    return Watch(climbed, ladders, own, duties, settled, flags)
