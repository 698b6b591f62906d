"""What a decision did, in a sentence, for the line that offers to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.decisions.kinds import Said as Kind
from iep_mail.core.decisions.kinds import details, in_effect
from iep_mail.core.letters.started import START_LETTER
from iep_mail.core.tracking.deadlines import long_day
from iep_mail.core.tracking.duties import DUTY_ARRIVED, DUTY_NOT_OWED
from iep_mail.core.tracking.ladder import HOLD_STEP, SET_STEP, SKIP_STEP
from iep_mail.model import Decision

_DONE: Mapping[str, str] = {
    Kind.SETTLE: "Noted: this was answered.",
    Kind.REOPEN: "Noted: this is open again.",
    Kind.WITHDRAW: "Noted: you no longer ask for this.",
    Kind.NOT_REQUEST: "Noted: this asks for nothing. It is no longer followed.",
    Kind.DISCARD_DRAFT: "The letter was dropped.",
    SET_STEP: "Noted: the matter is at this step.",
    HOLD_STEP: "Noted. Nothing further is suggested here until you say so.",
    SKIP_STEP: "Noted: this step is left out.",
    DUTY_ARRIVED: "Noted: it has come.",
    DUTY_NOT_OWED: "Noted: it is no longer expected.",
    START_LETTER: "The letter is written. It waits here for you; nothing has been sent.",
    Kind.UNDO: "Taken back. Everything is as it was before.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """`undo` is the decision that can be taken back, 0 where it cannot any more."""

    sentence: str
    undo: int


def said(decisions: Sequence[Decision], number: int) -> Said | None:
    """The decision with this number in words; None where there is none."""
    decision = next((d for d in decisions if d.id == number), None)
    if decision is None:
        return None
    standing = any(d.id == number for d in in_effect(decisions))
    sentence = _DONE.get(decision.kind, "Noted.")
    if decision.kind == Kind.SET_DUE:
        sentence = f"Noted: it is due on {long_day(date.fromisoformat(details(decision)['due']))}."
    if decision.kind == HOLD_STEP and decision.value == "off":
        sentence = "Noted: it is no longer held."
    if not standing and decision.kind != Kind.UNDO:
        sentence = "This was taken back."
    return Said(sentence, number if standing else 0)
