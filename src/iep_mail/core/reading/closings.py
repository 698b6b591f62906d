"""The closing and the name typed under a message: what a writer adds without saying anything."""

from __future__ import annotations

import re

from iep_mail.model import Address

_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_MOST_WORDS = 6  # of a closing line: "With warm regards from all of us,"
_NAME_WORDS = 4


def without_closing(text: str, sender: Address) -> str:
    """`text` without the writer's own name at its end and the closing line over it.

    A line that is not plainly one of the two stays: a greeting, an answer of one word, a name that is
    the answer to a question.
    """
    lines = text.rstrip().split("\n")
    named = len(lines) > 1 and _is_own_name(lines[-1], sender)
    kept = _trimmed(lines[:-1]) if named else lines
    if len(kept) > 1 and _is_closing(kept[-1], named):
        kept = _trimmed(kept[:-1])
    return "\n".join(kept) if kept else text


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _is_own_name(line: str, sender: Address) -> bool:
    words = [w.strip(".").lower() for w in _WORD.findall(line)]
    if not 0 < len(words) <= _NAME_WORDS or re.search(r"[?!:;\d]", line):
        return False
    own = {w.lower() for w in _WORD.findall(sender.name)} | set(
        re.split(r"[._-]", sender.email.partition("@")[0])
    )
    known = [w for w in words if w in own or (len(w) == 1 and any(o.startswith(w) for o in own))]
    return bool(known) and len(known) * 2 >= len(words)


def _is_closing(line: str, named: bool) -> bool:
    words = _WORD.findall(line)
    ends_open = line.rstrip().endswith(",") or (named and not re.search(r"[.?!:]\s*$", line))
    return 0 < len(words) <= _MOST_WORDS and ends_open and "?" not in line
