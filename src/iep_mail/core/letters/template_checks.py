"""What is wrong in a letter that a parent wrote: every mistake with its line, before a night needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jinja2 import Undefined, nodes

from iep_mail.core.letters.front_matter import Front, read_front
from iep_mail.core.letters.sandbox import Mistake, compiled, environment, parsed
from iep_mail.core.letters.templates import COMMON, LetterTemplate, parse_letter, render
from iep_mail.data import load
from iep_mail.errors import TemplateError

_BUILT_IN_NAMES = frozenset({"range", "loop"})
_STATES = re.compile(r"(?i)(?:\bIEP|\bplan|plan_name\s*\}\})\s+(?:states|says)\b")


def mistakes_in(text: str, source: str, name: str = "") -> tuple[Mistake, ...]:
    """Everything that keeps a letter from being used, in the order of the file; () where it is sound.

    `name` is the file's name without its ending, "" where it does not matter. The letter is also filled
    in for trial: once with every fact that it knows, once with none.
    """
    front = read_front(text)
    if front.mistakes:
        return front.mistakes
    letter = parse_letter(text, source)
    found = [*_in_head(letter, front, name), *_in_text(letter, front)]
    found += _on_trial(letter) if not found else []
    return tuple(sorted(dict.fromkeys(found), key=lambda m: m.line or 0))


def _in_head(letter: LetterTemplate, front: Front, name: str) -> Iterator[Mistake]:
    if name and letter.name != name:
        why = f"it is named “{letter.name}”, but its file is called {name}.txt; the two must agree"
        yield Mistake(front.line_of("name"), why)
    if letter.ask and letter.ask not in letter.body:
        yield Mistake(front.line_of("ask"), f"“{letter.ask}” under “ask” does not stand in the letter")
    classes = load("tone")["classes"]
    for allowed in letter.allows:
        if allowed not in classes:
            known = ", ".join(classes)
            yield Mistake(
                front.line_of("allows"), f"“{allowed}” is no class of words to watch; they are {known}"
            )


def _in_text(letter: LetterTemplate, front: Front) -> Iterator[Mistake]:
    known = set(COMMON) | set(letter.required) | set(letter.optional) | _BUILT_IN_NAMES
    env = environment(Undefined, {})
    for text, offset in ((letter.subject, front.line_of("subject") - 1), (letter.body, front.lines_before)):
        tree, mistakes = parsed(env, text, offset)
        yield from mistakes
        if tree is None or mistakes:
            continue
        yield from _unknown_names(tree, known, offset)
        try:
            compiled(env, text, letter.source, offset)
        except TemplateError as error:
            yield Mistake(error.line, error.why)
        yield from _revoking(text, offset)
    yield from _stated_without_fact(letter, front)


def _unknown_names(tree: nodes.Template, known: set[str], offset: int) -> Iterator[Mistake]:
    names = list(tree.find_all(nodes.Name))
    stored = {node.name for node in names if node.ctx == "store"}
    for node in names:
        if node.ctx == "load" and node.name not in known | stored:
            why = f"“{node.name}” is not among its required or optional facts"
            yield Mistake(node.lineno + offset, why)


def _revoking(text: str, offset: int) -> Iterator[Mistake]:
    for row in load("tone")["revocation"]:
        for hit in re.finditer(rf"(?i){row}", text.replace("’", "'")):
            why = (
                f"“{' '.join(hit[0].split())}” would end all services at once "
                "(34 CFR 300.300(b)(4)); no letter here may say it. Talk to your parent center first"
            )
            yield Mistake(text.count("\n", 0, hit.start()) + 1 + offset, why)


def _stated_without_fact(letter: LetterTemplate, front: Front) -> Iterator[Mistake]:
    """“The IEP states …” stands only beside a fact with its page."""
    if {"statement", "iep_page"} <= set(letter.required):
        return
    for number, line in enumerate(letter.body.split("\n"), front.lines_before + 1):
        if _STATES.search(line):
            why = "“the IEP states” needs the facts “statement” and “iep_page” under [required]"
            yield Mistake(number, why)


def _on_trial(letter: LetterTemplate) -> Iterator[Mistake]:
    names = {*COMMON, *letter.required, *letter.optional}
    full: dict[str, object] = {name: _sample(name) for name in names}
    for facts in (full, {}, {**full, "plan_kind": "504"}):
        try:
            render(letter, facts)
        except TemplateError as error:
            yield Mistake(error.line, error.why)
            return


def _sample(name: str) -> object:
    return date(2026, 3, 2) if name.endswith("_on") or name == "reply_by" else f"sample {name}"
