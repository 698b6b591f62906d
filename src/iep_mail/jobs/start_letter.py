"""Starting a letter: what the parent asked for is checked, kept as a decision, and written."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

from iep_mail.core.letters.catalogue import offered
from iep_mail.core.letters.plan_facts import plan_kind
from iep_mail.core.letters.started import (
    FROM_THE_PLAN,
    START_LETTER,
    WHICH_FACT,
    LetterStart,
    allowed_facts,
    as_value,
)
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.errors import UsageError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook, Decision


def start_letter(workspace: Workspace, start: LetterStart, at: datetime) -> Decision:
    """Keeps the start as a decision, whose `subject` is the id of the draft that follows from it.

    `start` names a case and request of today's casebook. Raises UsageError for an unknown letter,
    child or fact, and for a letter that the child's kind of plan does not give; then nothing is kept.
    """
    letter = _letter(workspace, start.letter)
    _check_facts(letter, start)
    today = workspace.day_of(at)
    start = _with_child(workspace, start, workspace.casebook(today))
    _check_plan(workspace, letter, start, at)
    value = as_value(start)
    draft_id = hashlib.sha256(f"{value}\n{at.isoformat()}".encode()).hexdigest()[:12]
    return workspace.decide(START_LETTER, draft_id, value, at)


def _letter(workspace: Workspace, name: str) -> LetterTemplate:
    found = workspace.rules.letters
    if name in found:
        return found[name]
    near = get_close_matches(name, found, 1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"There is no letter “{name}”.", f"{hint}See them all with: iep-mail letters")


def _check_facts(letter: LetterTemplate, start: LetterStart) -> None:
    allowed = allowed_facts(letter)
    for name in start.facts:
        if name in FROM_THE_PLAN:
            raise UsageError(
                f"What the plan states comes only from the plan's stored facts, so “{name}” cannot be set.",
                f"Say which fact you mean, such as: --set {WHICH_FACT}=speech. To store facts: iep-mail iep import",
            )
        if name not in allowed:
            near = get_close_matches(name, allowed, 1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"The letter “{letter.name}” has no fact “{name}”.", f"{hint}It knows {', '.join(allowed)}."
            )


def _with_child(workspace: Workspace, start: LetterStart, book: Casebook) -> LetterStart:
    """The start with the child's full name, where one is named or follows from the case."""
    children = workspace.family.children
    case = next((c for c in book.cases if c.id == start.case), None)
    wanted = start.child or (case.child if case else None)
    if wanted is None:
        return replace(start, child=children[0].name if len(children) == 1 else None)
    child = next((c for c in children if wanted.lower() in (n.lower() for n in c.names)), None)
    if child is None:
        names = ", ".join(c.name for c in children) or "none"
        raise UsageError(f"There is no child “{wanted}” in config.toml.", f"There is: {names}.")
    return replace(start, child=child.name)


def _check_plan(workspace: Workspace, letter: LetterTemplate, start: LetterStart, at: datetime) -> None:
    kind = plan_kind(workspace.ieps, start.child, workspace.day_of(at))
    if not offered(letter, kind):
        who = start.child or "your child"
        raise UsageError(
            f"“{letter.title}” rests on the IDEA, and {who} has a Section 504 plan.",
            "iep-mail letters lists what fits a Section 504 plan; your parent center knows what else there is.",
        )
