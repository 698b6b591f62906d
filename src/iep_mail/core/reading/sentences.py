"""Text cut into sentences, each an exact substring with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from iep_mail.data import load


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    start: int
    end: int


_BLANK = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"[ \t]*(?:[-*•·‣◦▪–—][ \t]+|\(?\d{1,2}[.)][ \t]+|\(?[a-hA-H]\)[ \t]+)")
_END = re.compile(r"(?:[.!?…]+|[\U0001F300-\U0001FAFF☀-➿]+)[\"'”’)\]*]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|jr|sr|st|ave|vs|etc|e\.g|i\.e|dept|ext|approx|mt|rev|fig|min|hrs?"
    r"|jan|feb|aug|sept?|oct|nov|dec|pp?|w)|\b[A-Z])\.$",
    re.I,
)
_NUMBER_WORD = re.compile(r"\b(?:no|nos|pg|sec|art|vol|ch)\.$", re.I)
_HALF_DAY = re.compile(r"\b[ap]\.m\.$", re.I)
_GREETING = re.compile(
    r"\s*(?:hi|hey|hello|dear|good (?:morning|afternoon|evening)|greetings)\b[^\n.?!]{0,70}[,:!]?\s*$", re.I
)
_SHORT_LINE = 50
# Nobody writes longer ones; a machine's endless line or page must not hold up the night.
_LONGEST_SENTENCE = 600
_LONGEST_TEXT = 20_000


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of `text` in order; `text[s.start:s.end] == s.text` for each.

    A sentence may run over single line ends (hard-wrapped mail), never over a blank line; each
    item of a list is at least one sentence. Of an endless text only the beginning is cut up.
    """
    found = []
    for start, end in _segments(text[:_LONGEST_TEXT]):
        for part in _cut(text, start, end):
            found += [s for piece in _pieces(text, *part) if (s := _trim(text, *piece))]
    return tuple(found)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        stop = space if space > 0 else start + _LONGEST_SENTENCE
        yield start, stop
        start = stop
    yield start, end


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that no sentence crosses: paragraphs, list items, greeting lines."""
    position = 0
    for blank in [*_BLANK.finditer(text), None]:
        end = blank.start() if blank else len(text)
        yield from _lines(text, position, end)
        position = blank.end() - 1 if blank else end


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    opened = position = start
    previous = ""
    while position < end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        line = text[position:stop]
        if previous.strip() and _breaks(previous, line):
            yield opened, position
            opened = position
        previous, position = line, stop + 1
    yield opened, end


def _breaks(previous: str, line: str) -> bool:
    if _ITEM.match(line) or _GREETING.match(previous):
        return True
    after = line.strip()
    if not after or previous.rstrip().endswith(":"):
        return True
    short = len(previous.strip()) < _SHORT_LINE
    return (
        short and (after[0].isupper() or not previous.rstrip()[-1].isalnum()) and previous.strip()[-1] != ","
    )


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start] == "\n":
        start += 1
    opened = start
    item = _ITEM.match(text, start, end)
    for stop in _END.finditer(text, item.end() if item else start, end):
        if not _is_end(
            text[max(opened, stop.end() - 40) : stop.end()], text[stop.end() : stop.end() + 12].lstrip()
        ):
            continue
        yield opened, stop.end()
        opened = stop.end()
    yield opened, end


def _is_end(head: str, after: str) -> bool:
    bare = head.rstrip("\"'”’)]*")
    if not bare.endswith(".") or bare.endswith("..."):
        return not (bare.endswith(("...", "…")) and after[:1].islower())
    if _NUMBER_WORD.search(bare):
        return not after[:1].isdigit()
    if _HALF_DAY.search(bare):
        return not after[:1].islower()
    return not _ABBREVIATION.search(bare) or not after


def _trim(text: str, start: int, end: int) -> Sentence | None:
    item = _ITEM.match(text, start, end)
    if item:
        start = item.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Sentence(text[start:end], start, end) if end > start else None


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(load("asks")["stop_words"].split())


@lru_cache(maxsize=8_000)
def content_words(text: str) -> frozenset[str]:
    """The words that say what a text is about, cut to a common stem so that forms agree."""
    plain = text.lower().replace("’", "'").replace("'s", "").replace("'", "")
    for phrase, short in _phrases():
        plain = phrase.sub(short, plain)
    words = re.findall(r"[a-z]+|\d+", plain)
    stems = (_stem(w) for w in words if w not in _stop_words() and (len(w) > 2 or w in ("ot", "pt")))
    return frozenset(_meanings().get(stem, stem) for stem in stems)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{p})\b"), short) for short, p in load("synonyms")["phrases"].items())


@cache
def _meanings() -> dict[str, str]:
    """The stem of each synonym with the stem that stands for its group."""
    groups = ([_stem(word) for word in group.split()] for group in load("synonyms")["groups"])
    return {stem: group[0] for group in groups for stem in group}


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ed", "es", "s", "al"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)][:7]
    return word[:7].rstrip("e") if len(word) > 3 else word


def join_apostrophes(text: str) -> str:
    """Typewriter quotes for typographic ones and single spaces: what the word lists are written for.

    Only for matching: places in the result are not places in `text`.
    """
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"'))
