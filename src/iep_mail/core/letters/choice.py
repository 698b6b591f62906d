"""The right letter for a flag, by the table of data/letters.toml: its first row that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.data import load
from iep_mail.model import FlagKind, RequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the choice rests on. `known` are facts that are at hand; a letter that quotes the plan is
    chosen only where its words are known."""

    flag: FlagKind | str
    kind: RequestKind | None = None
    attempts: int = 1
    step: int = 1
    missed: int = 0  # days on which sessions were missed in the case
    observations: frozenset[str] = frozenset()  # kinds of problem seen in the case
    refusal_reason: str = ""
    part_answered: bool = False  # another request of the same message has its answer
    undelivered: bool = False  # it came back from everybody it was sent to
    meeting_asked: bool = False  # a meeting is asked for already in this case
    known: frozenset[str] = frozenset()
    plan: str = "IEP"  # IEP | 504


def choose(situation: Situation, templates: Mapping[str, LetterTemplate]) -> LetterTemplate | None:
    """The letter for a situation; None where no row fits.

    A letter that is not there, or that the law of this kind of plan does not give, is passed over.
    """
    for row in load("letters")["choice"]:
        letter = templates.get(row["letter"])
        if letter is not None and situation.plan in letter.plans and _fits(row, situation):
            return letter
    return None


def _fits(row: Mapping[str, Any], s: Situation) -> bool:
    return (
        s.flag in row["flags"]
        and ("kinds" not in row or s.kind in row["kinds"])
        and s.attempts >= row.get("attempts_from", 0)
        and s.step >= row.get("step_from", 0)
        and s.missed >= row.get("missed_from", 0)
        and ("reasons" not in row or s.refusal_reason in row["reasons"])
        and set(row.get("observed", ())) <= s.observations
        and set(row.get("needs", ())) <= s.known
        and (s.undelivered or not row.get("undelivered", False))
        and row.get("part_answered", s.part_answered) == s.part_answered
        and not (row.get("no_meeting_asked", False) and s.meeting_asked)
    )
