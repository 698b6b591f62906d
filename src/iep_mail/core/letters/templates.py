"""Letter templates: TOML front matter between `+++` lines, then the letter as Jinja2 text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from jinja2 import Undefined, nodes
from jinja2.exceptions import TemplateSyntaxError

from iep_mail.core.letters.sandbox import bounded, broken, compiled, environment
from iep_mail.model import Blank, RequestKind

FENCE = "+++"
# Every letter may use these without declaring them.
COMMON = frozenset({"parent", "child", "initials", "greeting", "written_on", "citation", "thread_subject"})
_KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "title": str,
    "when": str,
    "step": int,
    "subject": str,
    "kinds": list,
    "required": dict,
    "optional": list,
    "citation": str,
    "to": list,
    "cc": list,
    "reply": bool,
}
_NEEDED = ("name", "title", "when", "step", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTemplate:
    """One letter. `required` maps a fact to the question that its blank asks; `to` and `cc` are roles."""

    name: str
    title: str
    when: str
    step: int
    subject: str
    body: str
    source: str
    kinds: tuple[RequestKind, ...] = ()
    required: Mapping[str, str] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    citation: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply: bool = True  # goes into the thread that it is about


def parse_letter(text: str, source: str) -> LetterTemplate:
    """Reads one template. Raises TemplateError naming `source` and the line of the mistake."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != FENCE:
        raise broken(source, 1, f"it does not begin with a line {FENCE}")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise broken(source, len(lines), f"its first part is not closed by a second line {FENCE}")
    try:
        front = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise broken(source, int(found[1]) + 1 if found else end, str(error)) from error
    _check(front, lines[1:end], source)
    letter = LetterTemplate(
        **{**front, "kinds": tuple(map(RequestKind, front.get("kinds", ())))}
        | {key: tuple(front.get(key, ())) for key in ("optional", "to", "cc")}
        | {"required": MappingProxyType(front.get("required", {}))},
        body="\n".join(lines[end + 1 :]).strip("\n"),
        source=source,
    )
    _check_names(letter, body_line=end + 1 + _leading_blank(lines[end + 1 :]))
    return letter


def render(template: LetterTemplate, facts: Mapping[str, object]) -> tuple[str, str, tuple[Blank, ...]]:
    """Subject, body and the blanks that are left, in the order of the letter.

    A fact that is absent, None or empty is left as a visible blank wherever the letter prints it.
    `facts["cite"]` False leaves out the line that quotes the law. Raises TemplateError.
    """
    given = {name: value for name, value in facts.items() if value not in (None, "", (), [])}
    if template.citation and facts.get("cite", True):
        given["citation"] = template.citation
    blanks: dict[str, Blank] = {}
    env = environment(_hole_type(template.required, blanks), {})
    subject = bounded(compiled(env, template.subject, template.source), given, template.source)
    body = bounded(compiled(env, template.body, template.source), given, template.source)
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in body.split("\n"))).strip() + "\n"
    return " ".join(subject.split()), body, tuple(blanks.values())


def blank_text(question: str) -> str:
    """How a missing fact stands in a letter."""
    return f"[____ {question} ____]"


def _hole_type(questions: Mapping[str, str], found: dict[str, Blank]) -> type[Undefined]:
    class Hole(Undefined):
        """A missing fact: false in a condition, nothing in a loop, a blank where it is printed."""

        __slots__ = ()

        def __str__(self) -> str:
            name = self._undefined_name or "fact"
            question = questions.get(name, name.replace("_", " "))
            found[name] = Blank(name, question)
            return blank_text(question)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return self

        def __getitem__(self, key: object) -> Any:
            return self

    return Hole


def _check(front: Mapping[str, Any], lines: list[str], source: str) -> None:
    for key, value in front.items():
        wanted = _KEYS.get(key)
        if wanted is None:
            raise broken(source, _line_of(key, lines), f"“{key}” is not known; known are {', '.join(_KEYS)}")
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise broken(source, _line_of(key, lines), f"“{key}” is not written as it should be")
        inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        if not all(isinstance(item, str) for item in inner):
            raise broken(source, _line_of(key, lines), f"“{key}” may hold texts only")
    for key in _NEEDED:
        if key not in front:
            raise broken(source, 1, f"“{key}” is missing")
    for kind in front.get("kinds", ()):
        if kind not in list(RequestKind):
            raise broken(source, _line_of("kinds", lines), f"“{kind}” is not a kind of request")
    if not 1 <= front["step"] <= 6:
        raise broken(source, _line_of("step", lines), "“step” is not a step of the ladder, 1 to 6")


def _check_names(letter: LetterTemplate, body_line: int) -> None:
    """Every fact that the text uses is declared, so that a slip of the pen is found before the night."""
    known = COMMON | set(letter.required) | set(letter.optional) | {"range", "loop"}
    env = environment(Undefined, {})
    for text, offset in ((letter.subject, 0), (letter.body, body_line)):
        try:
            tree = env.parse(text)
        except TemplateSyntaxError as error:
            raise broken(
                letter.source, error.lineno + offset, error.message or "it cannot be read"
            ) from error
        compiled(env, text, letter.source, offset)
        names = list(tree.find_all(nodes.Name))
        stored = {node.name for node in names if node.ctx == "store"}
        for node in names:
            if node.ctx == "load" and node.name not in known | stored:
                why = f"“{node.name}” is not among its required or optional facts"
                raise broken(letter.source, node.lineno + offset, why)


def _line_of(key: str, lines: list[str]) -> int:
    pattern = re.compile(rf"\s*\[?\s*{re.escape(key)}\b")
    return next((i for i, line in enumerate(lines, 2) if pattern.match(line)), 1)


def _leading_blank(lines: list[str]) -> int:
    return next((i for i, line in enumerate(lines) if line.strip()), 0)
