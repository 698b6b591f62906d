"""Answers that a writer puts between the lines of an earlier message which no program marked as quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ANNOUNCED = re.compile(
    r"\b(?:answers?|answered|responses?|responded|repl(?:y|ies|ied)|comments?|notes?|thoughts|see|mine|marked|respuestas?)\b"
    r".{0,60}\b(?:below|in-?line|inside|in the body|within|underneath|after (?:each|your)|next to|embedded|between|abajo"
    r"|in (?:bold|brackets|italics|(?:all )?cap(?:s|itals)))\b",
    re.I | re.S,
)
_SIGN = r"(?:>>+|\*\*+|-{1,3}>|==?>|→|\+\++|##+)\s*(?=\S)"
_CAPITALS = re.compile(r"\bcap(?:s|itals)\b", re.I)
_SHORTEST_WRAPPED = 60  # characters of a line that a program would wrap


def inline_answers(own: Sequence[str], earlier: Sequence[str], sender_name: str) -> list[str]:
    """The lines of `earlier` that the writer of `own` says stand there and marked as theirs.

    Marked is what begins with a sign (">>", "**", "->"), with the writer's name or initials ("[EP]",
    "Ellen:"), or, where capitals are spoken of, is all in capitals.
    """
    announced = _ANNOUNCED.search("\n".join(own))
    if announced is None:
        return []
    mark = re.compile(rf"\s*(?:{_SIGN}|{_names(sender_name)})")
    found: list[str] = []
    goes_on = False
    for line in earlier:
        begins = mark.match(line)
        shouted = bool(_CAPITALS.search("\n".join(own))) and _is_shouted(line)
        if begins or shouted or (goes_on and line.strip()[:1].islower()):
            found.append(re.sub(rf"^\s*{_SIGN}", "", line).strip())
            goes_on = len(line) > _SHORTEST_WRAPPED
        else:
            goes_on = False
    return found


def _names(sender_name: str) -> str:
    names = re.findall(r"[^\W\d_]+", sender_name)
    if not names:
        return "(?!)"
    forms = {"".join(name[0] for name in names).upper(), names[0], names[-1], " ".join(names)}
    words = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    title = r"(?:(?:Mr|Mrs|Ms|Dr)\.? )?"
    return rf"[\[(<{{*]{{1,3}}{title}(?:{words})\s*:?[\])>}}*]{{1,3}}|{title}(?:{words})\s*:"


def _is_shouted(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    return len(letters) > 2 and all(c.isupper() for c in letters)
