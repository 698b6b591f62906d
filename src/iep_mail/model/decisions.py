"""What the parent decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the parent said; appended, never changed. `subject` is the id it is about."""

    id: int
    at: datetime
    kind: str  # core/decisions/kinds.py names them
    subject: str
    value: str = ""  # what more was said, as JSON


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """A decision as it stands today. `state`: stands, taken back, or without effect, which is what
    becomes of one about something that no longer exists."""

    decision: Decision
    state: str
    says: str  # one plain sentence
    about: tuple[str, ...] = ()  # ids and hashes of what it was said of
    followed: tuple[str, ...] = ()  # hashes of like mail for which it was followed
