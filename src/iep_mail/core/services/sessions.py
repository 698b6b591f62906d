"""The sessions on record: entered by hand, from the school's log, and seen in mail and confirmed.

Each is held by one appended decision and so can be taken back; a school's log is one decision.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from iep_mail.core.services.naming import services_meant
from iep_mail.model import (
    Casebook,
    Decision,
    Iep,
    MissedReason,
    PossibleMiss,
    Session,
    SessionSource,
    SessionStatus,
)

ADD, IMPORT, CONFIRM, REJECT = "add_session", "import_sessions", "confirm_missed", "reject_missed"
KINDS = frozenset({ADD, IMPORT, CONFIRM, REJECT})


def recorded_sessions(decided: Sequence[Decision]) -> tuple[Session, ...]:
    """The sessions that the standing decisions hold, in time order."""
    found = [s for decision in decided for s in _sessions(decision)]
    return tuple(sorted(found, key=lambda s: (s.on, s.child, s.service, s.status, s.decision)))


def _sessions(decision: Decision) -> Iterator[Session]:
    if decision.kind == ADD:
        yield _session(json.loads(decision.value), decision.id, SessionSource.HAND)
    elif decision.kind == CONFIRM:
        yield _session(json.loads(decision.value), decision.id, SessionSource.MAIL)
    elif decision.kind == IMPORT:
        for row in json.loads(decision.value)["sessions"]:
            yield _session(row, decision.id, SessionSource.SCHOOL_LOG)


def _session(values: Mapping[str, Any], decision: int, source: SessionSource) -> Session:
    return Session(
        child=values["child"],
        service=values.get("service", ""),
        on=date.fromisoformat(values["on"]),
        status=SessionStatus(values["status"]),
        minutes=values.get("minutes"),
        reason=MissedReason(values["reason"]) if values.get("reason") else None,
        note=values.get("note", ""),
        source=source,
        decision=decision,
        messages=tuple(values.get("messages", ())),
    )


def session_values(session: Session) -> dict[str, Any]:
    """The session as the plain values that a decision holds; what is empty is left out."""
    values = {
        "child": session.child,
        "service": session.service,
        "on": session.on.isoformat(),
        "status": str(session.status),
        "minutes": session.minutes,
        "reason": str(session.reason) if session.reason else None,
        "note": session.note,
        "messages": list(session.messages),
    }
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def possible_misses(
    book: Casebook, decided: Sequence[Decision], ieps: Sequence[Iep]
) -> tuple[PossibleMiss, ...]:
    """The missed sessions that mail tells of and that nobody has confirmed, rejected or recorded."""
    said = {d.subject for d in decided if d.kind in (CONFIRM, REJECT)}
    on_record = recorded_sessions(decided)
    merged: dict[str, PossibleMiss] = {}
    for seen in _seen(book, ieps):
        before = merged.get(seen.id)
        merged[seen.id] = seen if before is None else _joined(before, seen)
    return tuple(
        miss
        for miss in sorted(merged.values(), key=lambda m: (m.on or date.max, m.service, m.id))
        if miss.id not in said and not any(_same(miss, s) for s in on_record)
    )


def _seen(book: Casebook, ieps: Sequence[Iep]) -> Iterator[PossibleMiss]:
    filed = {m.message.sha256: m for m in book.messages}
    for observed in book.observations:
        if observed.kind != "missed_service" or observed.sha256 not in filed:
            continue
        message = filed[observed.sha256]
        spoken, _, rest = observed.detail.partition(";")
        minutes = re.search(r"\d+", rest)
        day = observed.on or message.sent_on
        named = services_meant(spoken, ieps, message.child, day)
        if len(named) != 1:
            named = services_meant(observed.quote, ieps, message.child, day)
        service = named[0] if len(named) == 1 else spoken.strip()
        key = message.message.message_id or observed.sha256
        about = observed.on.isoformat() if observed.on else f"{key} {observed.quote}"
        yield PossibleMiss(
            id=hashlib.sha256(f"{message.child}|{service.casefold()}|{about}".encode()).hexdigest()[:10],
            child=message.child,
            service=service,
            on=observed.on,
            quote=observed.quote,
            minutes=int(minutes[0]) if minutes else None,
            messages=(observed.sha256,),
        )


def _joined(one: PossibleMiss, other: PossibleMiss) -> PossibleMiss:
    return PossibleMiss(
        id=one.id,
        child=one.child,
        service=one.service,
        on=one.on,
        quote=one.quote,
        minutes=one.minutes or other.minutes,
        messages=tuple(dict.fromkeys((*one.messages, *other.messages))),
    )


def _same(miss: PossibleMiss, session: Session) -> bool:
    return (
        session.status is SessionStatus.MISSED
        and miss.on == session.on
        and miss.child in (None, session.child)
        and miss.service.casefold() == session.service.casefold()
    )
