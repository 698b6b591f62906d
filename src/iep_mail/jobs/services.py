"""The service ledger of a family: what is on record, what mail tells of, what the school's log holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from iep_mail.core.decisions.kinds import in_effect
from iep_mail.core.letters.iep import facts_in_force
from iep_mail.core.services.granted import school_year
from iep_mail.core.services.ledger import Ledger, build_ledger
from iep_mail.core.services.naming import services_meant
from iep_mail.core.services.sessions import (
    ADD,
    CONFIRM,
    IMPORT,
    REJECT,
    possible_misses,
    recorded_sessions,
    session_values,
)
from iep_mail.errors import UsageError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Decision, MissedReason, PossibleMiss, Session, SessionStatus


@dataclass(frozen=True, slots=True)
class ServiceReport:
    ledger: Ledger
    waiting: tuple[PossibleMiss, ...]


def service_report(
    workspace: Workspace, today: date, children: Sequence[str], first: date | None, last: date | None
) -> ServiceReport:
    """The ledger up to `last` (today without it), from the school year's beginning where no `first` is
    given, and the missed sessions that wait for the parent's word."""
    last = last or today
    first = first or date(school_year(last), 7, 1)
    if first > last:
        raise UsageError(f"The range ends on {last} before it begins on {first}.", "Swap --from and --to.")
    return ServiceReport(service_ledger(workspace, today, children, first, last), waiting(workspace, today))


def service_ledger(
    workspace: Workspace, today: date, children: Sequence[str], first: date, last: date
) -> Ledger:
    """The ledger alone, of what is on record by `today`."""
    on_record = recorded_sessions(_decided(workspace, today))
    return build_ledger(workspace.ieps, workspace.calendar, on_record, children, first, last)


def waiting(workspace: Workspace, today: date) -> tuple[PossibleMiss, ...]:
    """The missed sessions that mail tells of and that wait for the parent's word."""
    return possible_misses(workspace.casebook(today), _decided(workspace, today), workspace.ieps)


def sessions(workspace: Workspace, today: date) -> tuple[Session, ...]:
    return recorded_sessions(_decided(workspace, today))


def _decided(workspace: Workspace, today: date) -> tuple[Decision, ...]:
    return in_effect(d for d in workspace.store.all_decisions() if workspace.day_of(d.at) <= today)


def child_named(workspace: Workspace, wanted: str | None) -> str:
    """The child's full name. Raises UsageError where it is unknown, or not named among several."""
    children = workspace.family.children
    known = ", ".join(child.name for child in children) or "none"
    if wanted is None:
        if len(children) == 1:
            return children[0].name
        raise UsageError("Which child is it about?", f"Add --child with one of: {known}.")
    for child in children:
        if wanted.casefold() in {name.casefold() for name in child.names}:
            return child.name
    raise UsageError(f"There is no child “{wanted}” in config.toml.", f"Known: {known}.")


def add_session(workspace: Workspace, session: Session, now: datetime) -> Decision:
    """Keeps one session that the parent enters by hand, under the plan's name for its service."""
    if session.on > workspace.day_of(now):
        raise UsageError(f"{session.on} lies ahead.", "Enter a session once its day has come.")
    named = replace(session, service=_service(workspace, session.service, session.child, session.on))
    values = json.dumps(session_values(named), ensure_ascii=False, sort_keys=True)
    return workspace.decide(ADD, _session_id(named), values, now)


def _service(workspace: Workspace, spoken: str, child: str, day: date) -> str:
    """The plan's own name; what was said where no plan in force knows it."""
    names = services_meant(spoken, workspace.ieps, child, day)
    if len(names) > 1:
        raise UsageError(
            f"“{spoken}” fits more than one service: {', '.join(names)}.", "Write more of its name."
        )
    return names[0] if names else spoken


def _session_id(session: Session) -> str:
    key = f"{session.child}|{session.service.casefold()}|{session.on}|{session.status}"
    return hashlib.sha256(key.encode()).hexdigest()[:10]


def import_sessions(
    workspace: Workspace, name: str, raw: bytes, found: Sequence[Session], now: datetime
) -> Decision:
    """Keeps the sessions of a school's log as one decision, which `undo` takes back as a whole.

    Raises UsageError for a file that was imported before.
    """
    digest = hashlib.sha256(raw).hexdigest()
    standing = in_effect(workspace.store.all_decisions())
    if any(d.kind == IMPORT and d.subject == digest for d in standing):
        raise UsageError(
            f"{name} was imported before; nothing was changed.",
            "To import it anew, take the first import back with: iep-mail undo",
        )
    values = {"file": name, "sessions": [session_values(s) for s in found]}
    return workspace.decide(IMPORT, digest, json.dumps(values, ensure_ascii=False, sort_keys=True), now)


def confirm_miss(
    workspace: Workspace,
    miss: PossibleMiss,
    now: datetime,
    *,
    child: str | None = None,
    service: str = "",
    on: date | None = None,
    minutes: int | None = None,
    reason: MissedReason | None = None,
) -> Decision:
    """The parent's word that a session seen in mail was not held. Raises UsageError where neither the mail
    nor the parent says which day or which of several services it was."""
    day = on or miss.on
    if day is None:
        raise UsageError("The message names no day.", "Say which day it was, with --on 2026-01-15.")
    whose = miss.child or child_named(workspace, child)
    session = Session(
        child=whose,
        service=_service_of(workspace, whose, day, service or miss.service),
        on=day,
        status=SessionStatus.MISSED,
        minutes=minutes or miss.minutes,
        reason=reason,
        note=miss.quote,
        messages=miss.messages,
    )
    values = json.dumps(session_values(session), ensure_ascii=False, sort_keys=True)
    return workspace.decide(CONFIRM, miss.id, values, now)


def _service_of(workspace: Workspace, child: str, day: date, spoken: str) -> str:
    """The plan's own name of what was spoken of; where nothing was, the plan's only service."""
    if spoken:
        return _service(workspace, spoken, child, day)
    plans = facts_in_force(workspace.ieps, child, day)
    names = list(dict.fromkeys(service.name for plan in plans for service in plan.services))
    if len(names) == 1:
        return names[0]
    known = f": {', '.join(names)}" if names else ", such as speech"
    raise UsageError("The message does not say which service it was.", f"Name it with --service{known}.")


def reject_miss(workspace: Workspace, miss: PossibleMiss, now: datetime) -> Decision:
    """The parent's word that it was held after all, or that no session is meant."""
    return workspace.decide(REJECT, miss.id, "", now)
