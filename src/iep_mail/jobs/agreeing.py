"""The end of a matter: what was agreed, whether it holds, and that it was not settled after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from iep_mail.core.tracking.monitoring import (
    CHECKED,
    EVERY_DAYS,
    NOT_HELD,
    RESOLVE,
    UNRESOLVE,
    WEEKS,
    as_value,
)
from iep_mail.errors import UsageError
from iep_mail.jobs.deciding import check_day, settle
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Case, Casebook, Decision, Request


def waiting_in(book: Casebook, case: Case) -> tuple[Request, ...]:
    """What is still open in the case."""
    return tuple(r for r in book.requests if r.case == case.id and not r.status.settled)


def resolve(
    workspace: Workspace,
    book: Casebook,
    case: Case,
    agreed: Sequence[str],
    now: datetime,
    *,
    on: date | None = None,
    weeks: int = WEEKS,
    every: int = EVERY_DAYS,
    settled: Sequence[Request] = (),
) -> tuple[Decision, ...]:
    """The matter is settled by what was agreed, and so is each request in `settled`; the decisions, that
    on the case first. Raises UsageError where nothing was agreed or the day has not come."""
    points = [" ".join(point.split()) for point in agreed if point.strip()]
    if not points:
        raise UsageError("Nothing was said to be agreed.", "Write down what was agreed, in your own words.")
    check_day(on, date.min, book.as_of, "")
    day = on or book.as_of
    done = [workspace.decide(RESOLVE, case.id, as_value(day, points, weeks, every), now)]
    done += [settle(workspace, book, r, now, on=max(day, r.asked_on)).decision for r in settled]
    return tuple(done)


def not_settled(workspace: Workspace, book: Casebook, case: Case, now: datetime) -> Decision:
    """It was not settled after all: the resolution no longer counts."""
    _check_agreed(book, case)
    return workspace.decide(UNRESOLVE, case.id, "", now)


def looked(workspace: Workspace, book: Casebook, case: Case, now: datetime, not_held: str = "") -> Decision:
    """The parent looked whether what was agreed holds; `not_held` is what they saw instead."""
    _check_agreed(book, case)
    seen = " ".join(not_held.split())
    return workspace.decide(NOT_HELD if seen else CHECKED, case.id, seen, now)


def _check_agreed(book: Casebook, case: Case) -> None:
    if not any(r.case == case.id for r in book.resolutions):
        raise UsageError(
            f"Nothing is noted as agreed in “{case.title}”.",
            f"Say first what was agreed: iep-mail case resolve {case.id}",
        )
