"""The letters of a family: the built-in ones, the parent's own over them, and what is wrong in those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from iep_mail.adapters.config import load_config
from iep_mail.adapters.templates import (
    OwnFile,
    keep_own_copy,
    own_digest,
    own_letters,
    shipped_digest,
    shipped_letters,
)
from iep_mail.core.letters.plan_facts import plan_kind
from iep_mail.core.letters.sandbox import Mistake
from iep_mail.core.letters.template_checks import mistakes_in
from iep_mail.core.letters.templates import LetterTemplate, parse_letter
from iep_mail.core.letters.tone import ToneFinding, check_tone
from iep_mail.errors import TemplateError, UsageError
from iep_mail.jobs.plan import plans_of

CHECK = "iep-mail templates check tells more."


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file of the parent's with everything that keeps it from being used, and words in it that are
    worth another look."""

    path: Path
    mistakes: tuple[Mistake, ...]
    new: bool  # it takes the place of no built-in letter
    words: tuple[ToneFinding, ...] = ()


def letters_of(own_templates: Path) -> tuple[Mapping[str, LetterTemplate], tuple[str, ...]]:
    """Every letter by name, and a sentence for each of the parent's that cannot be used.

    A letter of the parent's with a mistake is left out: the built-in one of its name is used.
    """
    letters = {name: parse_letter(text, f"{name}.txt") for name, text in shipped_letters().items()}
    notes = []
    for file in own_letters(own_templates):
        mistakes = _mistakes(file)
        if mistakes:
            notes.append(_left_out(file, mistakes[0], file.name in letters))
            continue
        letter = parse_letter(file.text, str(file.path))
        letters[file.name] = replace(letter, own=True, built_in=letters.get(file.name))
    return dict(sorted(letters.items())), tuple(notes)


def plan_kinds(config_path: Path, today: date) -> frozenset[str]:
    """“IEP”, “504” or both: the kinds of plan that the family's children have on `today`."""
    family = load_config(config_path).family
    plans, _ = plans_of(family)
    return frozenset(plan_kind(plans, child.name, today) for child in family.children) or frozenset({"IEP"})


def check_own_templates(own_templates: Path) -> tuple[CheckedFile, ...]:
    """The parent's letters and digest, each with its mistakes; () where the parent has none."""
    built_in = shipped_letters()
    return tuple(_checked(file, file.name not in built_in) for file in own_letters(own_templates))


def _checked(file: OwnFile, new: bool) -> CheckedFile:
    mistakes = _mistakes(file)
    if mistakes:
        return CheckedFile(file.path, mistakes, new)
    letter = parse_letter(file.text, str(file.path))
    found = check_tone(letter.body, allow=letter.allows)
    words = tuple(replace(f, line=f.line + letter.lines_before) for f in found)
    return CheckedFile(file.path, (), new, words)


def source_of(name: str, own_templates: Path) -> str:
    """The text of a letter as it lies on disk. Raises UsageError for a name that no letter has."""
    texts = {**shipped_letters(), **{f.name: f.text for f in own_letters(own_templates) if not f.problem}}
    if name not in texts:
        raise UsageError(f"There is no letter “{name}”.", "See them all with: iep-mail letters")
    return texts[name]


def copy_letter(name: str, own_templates: Path) -> Path:
    """A copy of a built-in letter for the parent to change; returns where it lies.

    Raises UsageError for an unknown name, or where the parent has a copy already.
    """
    return keep_own_copy(own_templates, name, source_of(name, own_templates))


def with_digest_template(own_templates: Path, write: Callable[[str], str]) -> tuple[str, str]:
    """The page that `write` makes with the digest's template, and a sentence where the parent's own
    template could not be used and the built-in one was."""
    own = own_digest(own_templates)
    if own is None:
        return write(shipped_digest()), ""
    try:
        if own.problem:
            raise own.problem
        return write(own.text), ""
    except TemplateError as error:
        note = f"Your own page {own.path} cannot be used: {error.why}. The built-in page is used instead."
        return write(shipped_digest()), note


def _mistakes(file: OwnFile) -> tuple[Mistake, ...]:
    if file.problem:
        return (Mistake(None, file.problem.why),)
    return mistakes_in(file.text, str(file.path), file.name)


def _left_out(file: OwnFile, mistake: Mistake, replaces: bool) -> str:
    line = f", line {mistake.line}" if mistake.line else ""
    instead = "The built-in letter is used instead." if replaces else "It is left out."
    return f"Your own letter {file.path}{line} cannot be used: {mistake.why}. {instead} {CHECK}"
