"""Which service of the plan is meant by what a log, a mail or the parent calls it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from iep_mail.core.letters.iep import facts_in_force, service_for
from iep_mail.model import Iep


def services_meant(text: str, ieps: Sequence[Iep], child: str | None, day: date) -> tuple[str, ...]:
    """The names of the services in force on `day` that `text` may mean: the name itself, else the names
    that it is a part of, else the one that its words speak of."""
    wanted = " ".join(text.casefold().split())
    plans = facts_in_force(ieps, child, day)
    names = list(dict.fromkeys(service.name for plan in plans for service in plan.services))
    exact = [name for name in names if name.casefold() == wanted]
    parts = [name for name in names if wanted and wanted in name.casefold()]
    if exact or parts:
        return tuple(exact or parts)
    found = service_for(text, ieps, child, day)
    return (found.name,) if found else ()


def plan_name(text: str, ieps: Sequence[Iep], child: str | None, day: date) -> str:
    """The plan's own name of the service; `text` itself where it is not clear."""
    names = services_meant(text, ieps, child, day)
    return names[0] if len(names) == 1 else text
