"""Our own letters known again in the mail that was sent, edited or not.

A letter's sentences would be read as so many requests; what a letter asks is known from its template.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.reading.dates import find_due
from iep_mail.core.reading.sentences import split_sentences
from iep_mail.model import Ask, DateSpan, SchoolCalendar

_ENOUGH = 0.6  # of the sentences that the letter always has, by length
_SHORTEST = 18  # characters of a piece that tells anything
_COMMON = 4  # a piece of so many letters tells nothing
_MARKS = 2
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})
_BY_DAY = re.compile(r"\bby\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,\s+[A-Z][a-z]+\s+\d{1,2},\s+\d{4}")
_TAG = re.compile(r"\{%-?\s*(\w+).*?%\}|\{\{.*?\}\}|\n", re.S)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The fixed pieces of a letter that it always has, and the longest of them."""

    letter: LetterTemplate
    pieces: tuple[str, ...]
    marks: tuple[str, ...]


class OwnWording:
    """Knows the letters of one family again."""

    def __init__(self, letters: Mapping[str, LetterTemplate]) -> None:
        every = [version for letter in letters.values() for version in (letter, letter.built_in) if version]
        found = [(letter, _pieces(letter.body)) for letter in every]
        common = Counter(piece for _, pieces in found for piece in set(pieces))
        self._shapes = tuple(
            _Shape(letter, own, tuple(sorted(own, key=len)[-_MARKS:]))
            for letter, pieces in found
            if (own := tuple(p for p in pieces if common[p] < _COMMON))
        )

    def named(self, name: str) -> LetterTemplate | None:
        """The letter of this name, the parent's own before the built-in one."""
        return next((shape.letter for shape in self._shapes if shape.letter.name == name), None)

    def letter_of(self, text: str) -> LetterTemplate | None:
        """The letter that a message was written from, None where it was written by hand."""
        plain = _plain(text)
        near = [shape for shape in self._shapes if any(mark in plain for mark in shape.marks)]
        scored = [(_score(shape, plain), shape.letter) for shape in near]
        best = max(scored, default=None, key=lambda s: (s[0], s[1].name))
        return best[1] if best and best[0][0] >= _ENOUGH else None

    def ask_of(
        self, text: str, letter: LetterTemplate, sent_on: date, calendar: SchoolCalendar
    ) -> tuple[Ask, ...]:
        """The one thing that the letter asks for, in the sentence that asks it; () where it asks for
        nothing that is waited for, or that sentence is no longer there."""
        if letter.request is None or not letter.ask:
            return ()
        wanted = _plain(letter.ask)
        asking = next((s for s in split_sentences(text) if wanted in _plain(s.text)), None)
        if asking is None:
            return ()
        due = _answer_day(asking.text, text, sent_on, calendar) if letter.answer_by_day else None
        return (Ask(asking.text, asking.start, letter.request, due),)


def quotes(text: str, quote: str) -> bool:
    """Whether a text holds the words of an earlier request."""
    return _plain(quote) in _plain(text)


def _answer_day(asking: str, text: str, sent_on: date, calendar: SchoolCalendar) -> DateSpan | None:
    """The day for the answer: in the sentence that asks, else the first that is written as letters write
    it ("by Friday, March 13, 2026")."""
    for sentence in (asking, *(s.text for s in split_sentences(text))):
        by = _BY_DAY.search(sentence)
        if by:
            return find_due(by[0], sent_on, calendar)
    return find_due(asking, sent_on, calendar)


def _score(shape: _Shape, plain: str) -> tuple[float, int]:
    there = sum(len(piece) for piece in shape.pieces if piece in plain)
    return there / sum(map(len, shape.pieces)), there


@lru_cache(maxsize=256)
def _pieces(body: str) -> tuple[str, ...]:
    """The fixed text outside of conditions and loops, cut at every fact and line end."""
    found: list[str] = []
    depth = position = 0
    for tag in [*_TAG.finditer(body), None]:
        piece = body[position : tag.start() if tag else len(body)]
        if depth == 0:
            found += (p for p in map(_plain, re.split(r"(?<=[.:;?])\s", piece)) if len(p) >= _SHORTEST)
        if tag is not None:
            position = tag.end()
            depth += 1 if tag[1] in ("if", "for") else -1 if tag[1] in ("endif", "endfor") else 0
    return tuple(found)


def _plain(text: str) -> str:
    """For comparing: single spaces, typewriter quotes, no case, no marks at the ends."""
    plain = re.sub(r"\s+", " ", text.translate(_QUOTES)).strip(" -•\"'")
    return plain.casefold()
