"""All families of an advocate at a glance; each is opened by itself, and one that cannot be stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from iep_mail.adapters.families import families, family_places
from iep_mail.adapters.store import STORE_NAME
from iep_mail.errors import IepMailError
from iep_mail.jobs.workspace import open_workspace
from iep_mail.model import CaseStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyState:
    """How one family stands. `read_at` is when its mail was last read to its end; `problem` says why
    nothing more is known, "" where all is."""

    name: str
    children: tuple[str, ...] = ()
    read_at: datetime | None = None
    open_cases: int = 0
    waiting: int = 0  # flags that want the parent's eye
    overdue: int = 0
    problem: str = ""


def family_states(now: datetime) -> Iterator[FamilyState]:
    """Every family under the root, in the order of the alphabet."""
    for name in families():
        try:
            yield _state(name, now)
        except IepMailError as error:
            yield FamilyState(name=name, problem=f"{error.what} {error.remedy}".strip())


def _state(name: str, now: datetime) -> FamilyState:
    config, data = family_places(name)
    if not (data / STORE_NAME).exists():
        return FamilyState(name=name, problem="No mail has been read yet.")
    with open_workspace(config, data) as workspace:
        book = workspace.casebook(workspace.day_of(now))
        read = [state.read_at for state in workspace.mailboxes()]
        return FamilyState(
            name=name,
            children=tuple(child.names[0] for child in workspace.family.children),
            read_at=min((at for at in read if at), default=None) if all(read) else None,
            open_cases=sum(case.status is not CaseStatus.RESOLVED for case in book.cases),
            waiting=len(book.flags),
            overdue=sum(request.days_overdue(book.as_of) > 0 for request in book.requests),
        )
