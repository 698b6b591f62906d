"""People whom the school's mail names and the configuration does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.letters.people import plain_name
from iep_mail.model import Direction, Family, FiledMessage, MessageKind

_MOST = 20


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody who is in the school's mail but not among the contacts. `school`: by their address they
    are the school's all the same; else they were only copied."""

    address: str
    name: str
    messages: int
    last: date
    school: bool


def unknown_people(messages: Sequence[FiledMessage], family: Family) -> tuple[Unknown, ...]:
    """Those who wrote from the school's domains, and others whom the school copied, the busiest first."""
    seen: dict[str, list[tuple[str, date]]] = {}
    for filed in messages:
        if filed.direction is not Direction.FROM_SCHOOL or filed.kind is not MessageKind.PERSONAL:
            continue
        others = (*filed.message.to, *filed.message.cc)
        people = [filed.message.sender, *(a for a in others if not family.is_school(a.email))]
        for person in people:
            if person.email and not family.is_own(person.email) and family.contact(person.email) is None:
                seen.setdefault(person.email, []).append((person.name, filed.sent_on))
    found = [
        Unknown(
            email,
            plain_name(next((n for n, _ in reversed(times) if n), "")),
            len(times),
            max(day for _, day in times),
            family.is_school(email),
        )
        for email, times in seen.items()
    ]
    return tuple(sorted(found, key=lambda p: (not p.school, -p.messages, p.address))[:_MOST])
