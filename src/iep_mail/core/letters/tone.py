"""Words in the parent's own letter that weaken it, each with what to write instead.

It points and never changes; quotations are left alone, for they must stay as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from iep_mail.data import load

_QUOTED = re.compile(r"“[^”]*”|(?m:^>.*$)|(?<![\w])\"[^\"\n]*\"(?![\w])|\[____.*?____\]")
_CAPITALS = re.compile(r"\b[A-Z]{2,}(?:['’][A-Z]+)?(?:\s+[A-Z]{2,}(?:['’][A-Z]+)?)+\b|\b[A-Z]{6,}\b")
_EXCLAIMED = re.compile(r"!{2,}|\?{2,}|\?!")
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_NUMBER = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")


@dataclass(frozen=True, slots=True)
class ToneFinding:
    """One phrase worth another look. `start` is its offset in the text, -1 where it is in the subject."""

    kind: str  # blame | absolute | threat | emotion | overclaim | weak | form | privacy
    phrase: str
    start: int
    line: int  # 1 is the letter's first line, 0 the subject
    why: str
    suggestion: str


def check_tone(
    text: str, *, subject: str = "", child_names: Sequence[str] = (), allow: Iterable[str] = ()
) -> tuple[ToneFinding, ...]:
    """What to look at again, in the order of the letter, the subject first.

    `allow` leaves out classes: a formal complaint has to state a violation (34 CFR 300.153(b)), so
    `overclaim` is allowed there.
    """
    left_out = frozenset(allow)
    found = [f for f in _in_subject(subject, child_names) + _in_text(text) if f.kind not in left_out]
    return tuple(sorted(found, key=lambda f: (f.line, f.start, f.phrase)))


def _in_text(text: str) -> list[ToneFinding]:
    own = _QUOTED.sub(lambda m: " " * len(m[0]), text).replace("’", "'")
    found = [
        _finding(kind, text, m.start(), m.end(), suggestion)
        for kind, pattern, suggestion in _phrases()
        for m in pattern.finditer(own)
    ]
    found += [_finding("form", text, m.start(), m.end(), "sentence case") for m in _shouted(own)]
    found += [_finding("form", text, m.start(), m.end(), "a full stop") for m in _EXCLAIMED.finditer(own)]
    found += [_finding("form", text, m.start(), m.end(), "leave it out") for m in _PICTURE.finditer(own)]
    found += [
        _finding("form", text, m.start(), m.end(), "leave the number out") for m in _NUMBER.finditer(own)
    ]
    return found


def _shouted(text: str) -> list[re.Match[str]]:
    """Capitals that shout: not IEP, FAPE or a row of such short names."""
    return [m for m in _CAPITALS.finditer(text) if not _only_acronyms(m[0])]


def _only_acronyms(words: str) -> bool:
    known = load("tone")["acronyms"]
    return all(word in known for word in words.split())


def _in_subject(subject: str, child_names: Sequence[str]) -> list[ToneFinding]:
    found = [
        ToneFinding(
            "privacy", m[0], -1, 0, "A subject line is seen on screens and in lists.", "use the initials"
        )
        for name in child_names
        if " " in name and (m := re.search(rf"(?i)\b{re.escape(name)}\b", subject))
    ]
    plain = subject.replace("’", "'")
    for kind, pattern, suggestion in _phrases():
        if m := pattern.search(plain):
            found.append(ToneFinding(kind, m[0], -1, 0, _why(kind), suggestion))
    if "!" in subject or _shouted(subject):
        found.append(
            ToneFinding("form", subject.strip(), -1, 0, _why("form"), "sentence case, no exclamation")
        )
    return found


def _finding(kind: str, text: str, start: int, end: int, suggestion: str) -> ToneFinding:
    return ToneFinding(kind, text[start:end], start, text.count("\n", 0, start) + 1, _why(kind), suggestion)


def _why(kind: str) -> str:
    return str(load("tone")["classes"][kind])


@cache
def _phrases() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(
        (row["class"], re.compile(rf"(?i)(?<![\w-])(?:{row['phrase']})(?![\w-])"), row["suggest"])
        for row in load("tone")["phrase"]
    )
