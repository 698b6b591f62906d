"""The parent's word: decisions laid over what was computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from iep_mail.model import Basis, Decision, Request, RequestStatus

SETTLE, REOPEN, WITHDRAW = "settle", "reopen", "withdraw"
SET_DUE, NOT_REQUEST, DISCARD_DRAFT, UNDO = "set_due", "not_request", "discard_draft", "undo"

_STATUS = {
    SETTLE: RequestStatus.ANSWERED,
    WITHDRAW: RequestStatus.WITHDRAWN,
    REOPEN: RequestStatus.OPEN,
}


def in_effect(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that stand, in the order they were made: an `undo` names the one it takes back.

    An undo can itself be undone.
    """
    ordered = sorted(decisions, key=lambda d: d.id)
    undone: set[str] = set()
    for decision in reversed(ordered):
        if decision.kind == UNDO and str(decision.id) not in undone:
            undone.add(decision.subject)
    return tuple(d for d in ordered if d.kind != UNDO and str(d.id) not in undone)


def apply_to_requests(requests: Sequence[Request], decided: Sequence[Decision]) -> tuple[Request, ...]:
    """The requests as the parent left them; the last word on each counts."""
    by_subject: dict[str, list[Decision]] = {}
    for decision in decided:
        by_subject.setdefault(decision.subject, []).append(decision)
    kept = []
    for request in requests:
        mine = by_subject.get(request.id, [])
        if any(d.kind == NOT_REQUEST for d in mine):
            continue
        for decision in mine:
            request = _apply(request, decision)
        kept.append(request)
    return tuple(kept)


def _apply(request: Request, decision: Decision) -> Request:
    if decision.kind in _STATUS:
        return replace(request, status=_STATUS[decision.kind])
    if decision.kind == SET_DUE:
        deadline = replace(
            request.deadline,
            due_on=date.fromisoformat(decision.value),
            basis=Basis.EXPLICIT,
            rule="the date you set",
            skipped=(),
            estimated=False,
        )
        return replace(request, deadline=deadline)
    return request
