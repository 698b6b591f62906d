"""The head of a letter template: TOML between two `+++` lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from iep_mail.core.letters.sandbox import Mistake
from iep_mail.core.tracking.deadlines import parse_duration
from iep_mail.model import RequestKind

FENCE = "+++"
_PLAN_KINDS = ("IEP", "504")
KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "title": str,
    "when": str,
    "step": int,
    "subject": str,
    "kinds": list,
    "plans": list,
    "required": dict,
    "optional": (list, dict),
    "citation": str,
    "citation_504": str,
    "to": list,
    "cc": list,
    "reply": bool,
    "reply_within": str,
    "allows": list,
    "asks": bool,
    "request": str,
    "ask": str,
    "answer_by_day": bool,
    "repeats": bool,
    "advice": str,
}
_WRITTEN: dict[Any, str] = {
    str: "a text in quotation marks",
    int: "a whole number",
    list: "a list in square brackets",
    dict: "a table of facts and questions",
    bool: "true or false",
    (list, dict): "a table of facts, or a list of their names",
}
_NEEDED = ("name", "title", "when", "step", "subject")
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Front:
    """The keys, the letter's text after them, and the number of lines of the file before that text."""

    keys: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    lines_before: int = 0
    mistakes: tuple[Mistake, ...] = ()
    lines: tuple[str, ...] = ()

    def line_of(self, key: str) -> int:
        """The line of the file on which a key stands, 1 where it is not found."""
        return _line_of(key, self.lines)


def read_front(text: str) -> Front:
    """The front matter of a template with every mistake in it, in the order of the file."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != FENCE:
        return Front(mistakes=(Mistake(1, f"it does not begin with a line {FENCE}"),))
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        return Front(
            mistakes=(Mistake(len(lines), f"its first part is not closed by a second line {FENCE}"),)
        )
    try:
        keys = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        return Front(mistakes=(Mistake(int(found[1]) + 1 if found else end, _plain(str(error))),))
    head = tuple(lines[1:end])
    rest = lines[end + 1 :]
    leading = next((i for i, line in enumerate(rest) if line.strip()), 0)
    mistakes = sorted(_mistakes(keys, head), key=lambda m: m.line or 0)
    body = "\n".join(rest[leading:]).rstrip()
    return Front(keys, body, end + 1 + leading, tuple(mistakes), head)


def _mistakes(keys: Mapping[str, Any], lines: Sequence[str]) -> Iterator[Mistake]:
    for key, value in keys.items():
        wanted = KEYS.get(key)
        if wanted is None:
            near = get_close_matches(key, KEYS, 1)
            hint = f"did you mean “{near[0]}”?" if near else f"known are {', '.join(KEYS)}"
            yield Mistake(_line_of(key, lines), f"“{key}” is not a key of a letter; {hint}")
        elif not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            yield Mistake(_line_of(key, lines), f"“{key}” must be {_WRITTEN[wanted]}")
        else:
            yield from _inside(key, value, lines)
    for key in _NEEDED:
        if key not in keys:
            yield Mistake(1, f"“{key}” is missing")


def _inside(key: str, value: Any, lines: Sequence[str]) -> Iterator[Mistake]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if not all(isinstance(item, str) for item in inner):
        yield Mistake(_line_of(key, lines), f"“{key}” may hold texts only")
    elif key in ("required", "optional"):
        for name in value:
            if not _FACT_NAME.fullmatch(name):
                why = f"“{name}” cannot name a fact: write it like call_on, in small letters and _"
                yield Mistake(_line_of(name, lines), why)
    elif key in ("kinds", "plans", "request"):
        known: Sequence[str] = _PLAN_KINDS if key == "plans" else list(RequestKind)
        for item in inner or [value]:
            if item not in known:
                what = "kind of plan" if key == "plans" else "kind of request"
                why = f"“{item}” is not a {what}; known are {', '.join(known)}"
                yield Mistake(_line_of(key, lines), why)
    elif key == "reply_within" and not _is_duration(value):
        why = f"“{value}” is no time to answer in; write “5 school days”, “10 business days” or “7 days”"
        yield Mistake(_line_of(key, lines), why)
    elif key == "step" and not 1 <= value <= 6:
        yield Mistake(_line_of(key, lines), "“step” is not a step of the ladder, 1 to 6")


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True


def _plain(message: str) -> str:
    """tomllib's words without its place, which is told apart."""
    return re.sub(r"\s*\(at (?:line \d+.*|end of document)\)", "", message).rstrip(".")


def _line_of(key: str, lines: Sequence[str]) -> int:
    pattern = re.compile(rf"\s*\[?\s*\"?{re.escape(key)}\b")
    return next((i for i, line in enumerate(lines, 2) if pattern.match(line)), 1)
