"""The kinds of decision, and which of them stand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from iep_mail.model import Decision


class Said(StrEnum):
    """What a parent can say; the value of `Decision.kind`."""

    SETTLE = "settle"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    SET_DUE = "set_due"
    SET_KIND = "set_kind"
    NOT_REQUEST = "not_request"
    ADD_REQUEST = "add_request"

    KEEP = "keep_commitment"
    REOPEN_COMMITMENT = "reopen_commitment"
    WITHDRAW_COMMITMENT = "withdraw_commitment"
    ADD_COMMITMENT = "add_commitment"

    MESSAGE_KIND = "message_kind"
    NOT_SCHOOL = "not_school"
    IS_SCHOOL = "is_school"

    MOVE_THREAD = "move_thread"
    SPLIT = "split"
    KEEP_TOGETHER = "keep_together"
    MERGE = "merge_cases"
    RENAME = "rename_case"
    SET_CHILD = "set_child"

    LOG = "log"
    CORRECT_LOG = "correct_log"

    DISCARD_DRAFT = "discard_draft"
    UNDO = "undo"


WRITTEN_DOWN = frozenset({Said.LOG, Said.CORRECT_LOG})


def in_effect(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that stand, in the order they were made: an `undo` names the one it takes back.

    An undo can itself be undone.
    """
    ordered = sorted(decisions, key=lambda d: d.id)
    undone = taken_back(ordered)
    return tuple(d for d in ordered if d.kind != Said.UNDO and d.id not in undone)


def taken_back(decisions: Iterable[Decision]) -> Mapping[int, int]:
    """The number of each decision that was taken back, with that of the undo which did it."""
    undone: dict[int, int] = {}
    for decision in sorted(decisions, key=lambda d: -d.id):
        number = int(decision.subject) if decision.subject.isdecimal() else 0
        if decision.kind == Said.UNDO and decision.id not in undone and number < decision.id:
            undone.setdefault(number, decision.id)
    return undone


def until(decisions: Iterable[Decision], moment: datetime) -> tuple[Decision, ...]:
    """The decisions made before `moment`. What was written down counts from the day of the event, as
    mail does, and so is always among them."""
    known = tuple(decisions)
    entries = {d.id for d in known if d.kind in WRITTEN_DOWN}
    return tuple(
        d
        for d in known
        if d.at < moment or d.id in entries or (d.kind == Said.UNDO and _undoes(d, known, entries))
    )


def _undoes(undo: Decision, known: tuple[Decision, ...], entries: set[int]) -> bool:
    """Whether an undo, or an undo of an undo, is about something written down."""
    by_id = {d.id: d for d in known}
    about: Decision | None = undo
    while about is not None and about.kind == Said.UNDO:
        number = int(about.subject) if about.subject.isdecimal() else 0
        about = by_id.get(number) if number < about.id else None
    return about is not None and about.id in entries


def details(decision: Decision) -> Mapping[str, Any]:
    """What more was said. A value that is no JSON object stands under `value`; a plain date, as an older
    iep-mail kept it, is a due date too."""
    return _parsed(decision.value)


@lru_cache(maxsize=10_000)
def _parsed(value: str) -> Mapping[str, Any]:
    try:
        found = json.loads(value) if value else {}
    except ValueError:
        return {"due": value, "value": value}
    return found if isinstance(found, dict) else {"value": found}


def end_of_day(day: str, zone: ZoneInfo) -> datetime:
    """The last moment of a day of the family's zone."""
    return datetime.fromisoformat(f"{day}T23:59:59.999999").replace(tzinfo=zone)
