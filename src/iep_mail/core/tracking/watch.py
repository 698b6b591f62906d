"""What follows from the cases besides open requests: where each stands, and days that come of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.tracking.ladder import climb
from iep_mail.core.tracking.parent_deadlines import deadlines_of_parent, flags_ahead
from iep_mail.model import (
    Case,
    Commitment,
    Decision,
    FiledMessage,
    Flag,
    Iep,
    Observation,
    ParentDeadline,
    Request,
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
    deadlines_of_parent: tuple[ParentDeadline, ...]
    flags: tuple[Flag, ...]


def watch(cases: Sequence[Case], known: Known) -> Watch:
    """The cases with their steps, the parent's own deadlines, and the flags that come of both."""
    climbed = tuple(climb(case, known.requests, known.observations, known.today) for case in cases)
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
    return Watch(climbed, own, flags_ahead(own, climbed, known.today))
