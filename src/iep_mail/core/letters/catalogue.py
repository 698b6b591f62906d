"""The letters as a parent looks through them."""

from __future__ import annotations

from collections.abc import Iterable

from iep_mail.core.letters.templates import LetterTemplate, render
from iep_mail.core.tracking.ladder import STEPS


def by_step(letters: Iterable[LetterTemplate]) -> tuple[tuple[str, tuple[LetterTemplate, ...]], ...]:
    """The letters under the ladder's steps, the lowest first, by title within a step."""
    ordered = sorted(letters, key=lambda letter: (letter.step, letter.title))
    return tuple(
        (f"Step {step}: {what}", tuple(letter for letter in ordered if letter.step == step))
        for step, what in STEPS.items()
        if any(letter.step == step for letter in ordered)
    )


def offered(letter: LetterTemplate, plan: str) -> bool:
    """Whether the law of this kind of plan ("IEP", "504") gives what the letter asks for."""
    return plan in letter.plans


def with_blanks(letter: LetterTemplate) -> tuple[str, str]:
    """Subject and text with a blank for every fact that a parent is asked for; what iep-mail always
    knows stands in round brackets."""
    known = {
        "parent": "(your name)",
        "child": "(your child)",
        "initials": "(initials)",
        "greeting": "Dear (name),",
        "written_on": "(today)",
        "reply_by": "(a day in about a week)",
        "thread_subject": "(the subject so far)" if letter.reply else None,
    }
    subject, body, _ = render(letter, known)
    return subject, body
