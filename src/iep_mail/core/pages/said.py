"""What a decision did, in a sentence, for the line that offers to take it back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.decisions.kinds import Said as Kind
from iep_mail.core.decisions.kinds import details, taken_back
from iep_mail.core.decisions.words import sentence
from iep_mail.core.letters.started import START_LETTER
from iep_mail.core.services.sessions import REJECT
from iep_mail.core.tracking.deadlines import long_day
from iep_mail.core.tracking.duties import DUTY_ARRIVED, DUTY_NOT_OWED
from iep_mail.core.tracking.ladder import HOLD_STEP, SET_STEP, SKIP_STEP
from iep_mail.core.tracking.monitoring import CHECKED, NOT_HELD, RESOLVE, UNRESOLVE
from iep_mail.model import Casebook, Decision

_DONE: Mapping[str, str] = {
    Kind.SETTLE: "Noted: this was answered.",
    Kind.REOPEN: "Noted: this is open again.",
    Kind.WITHDRAW: "Noted: you no longer ask for this.",
    Kind.NOT_REQUEST: "Noted: this asks for nothing. It is no longer followed.",
    Kind.KEEP: "Noted: they did it.",
    Kind.REOPEN_COMMITMENT: "Noted: it has not been done yet.",
    Kind.WITHDRAW_COMMITMENT: "Noted: you no longer wait for this.",
    Kind.KEEP_TOGETHER: "Noted: this thread is about one matter.",
    Kind.DISCARD_DRAFT: "The letter was dropped.",
    SET_STEP: "Noted: the matter is at this step.",
    HOLD_STEP: "Noted. Nothing further is suggested here until you say so.",
    SKIP_STEP: "Noted: this step is left out.",
    DUTY_ARRIVED: "Noted: it has come.",
    DUTY_NOT_OWED: "Noted: it is no longer expected.",
    RESOLVE: "Noted: this is settled. iep-mail asks now and then whether it holds.",
    UNRESOLVE: "Noted: it was not settled. The matter is open again.",
    CHECKED: "Noted: it holds. Good.",
    NOT_HELD: "Noted. The matter is open again, with everything that led here.",
    REJECT: "Noted: no session was missed here.",
    START_LETTER: "The letter is written. It waits here for you; nothing has been sent.",
    Kind.UNDO: "Taken back. Everything is as it was before.",
}
_ID = re.compile(r"\b(?:[a-z]+-)?[0-9a-f]{8,}\b")
_STOP_TWICE = re.compile(r"([.?!…])”\.")
_ASIDE = re.compile(r" \((?:[a-z]+-)?[0-9a-f]{8,}\)")


@dataclass(frozen=True, slots=True)
class Said:
    """`undo` are the decisions that can be taken back together, the first being the one that is told;
    `again`: they were taken back, and this lets them stand again."""

    sentence: str
    undo: tuple[int, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class PastWord:
    """A decision in the list of all. `state` is empty where it stands."""

    number: int
    on: date
    sentence: str
    state: str
    like: int  # for how many like messages it is followed
    taken_back: bool
    undo: int  # what takes it back, or lets it stand again


def said(decisions: Sequence[Decision], numbers: Sequence[int], book: Casebook) -> Said | None:
    """What was decided in one go, in words; None where there is no such decision."""
    made = {d.id: d for d in decisions}
    known = [made[n] for n in numbers if n in made]
    if not known:
        return None
    first, gone = known[0], taken_back(decisions)
    if first.id in gone:
        return Said("This was taken back.", (), True)
    standing = tuple(d.id for d in known if d.id not in gone)
    return Said(_told(first, made, book), standing, first.kind == Kind.UNDO)


def past_words(book: Casebook) -> tuple[PastWord, ...]:
    """Everything that the parent said, the newest first."""
    gone = taken_back([r.decision for r in book.decisions])
    return tuple(
        PastWord(
            r.decision.id,
            r.decision.at.date(),
            with_titles(r.says, book),
            "" if r.state == "stands" else r.state,
            len(r.followed),
            r.decision.id in gone,
            gone.get(r.decision.id, r.decision.id),
        )
        for r in reversed(book.decisions)
        if r.decision.kind != Kind.UNDO
    )


def with_titles(text: str, book: Casebook) -> str:
    """A sentence with the names of cases, letters and duties in place of their ids."""
    names = {d.id: d.subject for d in book.drafts} | {d.id: d.title for d in book.duties}
    for case in book.cases:
        names |= dict.fromkeys((case.id, *case.former_ids), case.title)

    def named(found: re.Match[str]) -> str:
        name = names.get(found[0])
        return f"“{name}”" if name else found[0]

    return _STOP_TWICE.sub(r"\1”", _ASIDE.sub("", _ID.sub(named, text)))


def _told(decision: Decision, made: Mapping[int, Decision], book: Casebook) -> str:
    if decision.kind == Kind.SET_DUE:
        return f"Noted: it is due on {long_day(date.fromisoformat(details(decision)['due']))}."
    if decision.kind == HOLD_STEP and decision.value == "off":
        return "Noted: it is no longer held."
    if decision.kind == Kind.REOPEN and details(decision).get("not_by"):
        return "Noted: that does not answer it. It stays open."
    if decision.kind == Kind.SETTLE and details(decision).get("outcome") == "refused":
        return "Noted: they said no."
    if decision.kind == Kind.UNDO and (first := made.get(int(decision.subject or 0))):
        if first.kind == Kind.UNDO:
            return "It stands again."
        return _DONE[Kind.UNDO]
    return _DONE.get(decision.kind) or with_titles(sentence(decision, made), book)
