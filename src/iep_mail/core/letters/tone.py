"""Words in the parent's own letter that weaken it, each with what to write instead.

It points and never changes; quotations are left alone, for they must stay as they were written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from iep_mail.core.reading.sentences import Sentence, split_sentences
from iep_mail.data import load

_QUOTED = re.compile(
    r"“[^”]*”|(?m:^>.*$)|(?<!\w)\"(?:[^\"\n]|\n(?!\s*\n)){0,600}\"(?!\w)|(?<!\w)‘[^’\n]{2,200}’(?!\w)|\[____.*?____\]", re.S
)  # fmt: skip
_CAPITALS = re.compile(r"\b[A-Z]{2,}(?:['’][A-Z]+)?(?:\s+[A-Z]{1,}(?:['’][A-Z]+)?)*\b")
_EXCLAIMED = re.compile(r"!{2,}|\?{2,}|\?!+|!+\?|!")
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_LONG_CAPITALS = 7
_REACH = 300  # characters of a sentence that are looked at on both sides
_GAP = "[ \\n]+"
_NUMBERS = (
    re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    re.compile(r"(?i)\b(?:student|medicaid|insurance|policy|member|social security) (?:id|number|no\.?|#)[:#\s]*[\w-]*\d{4,}"),
    re.compile(r"(?i)\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born on)[:\s]*(?:\d{1,2}/\d{1,2}/\d{2,4}|[a-z]+ \d{1,2},? \d{4})"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToneFinding:
    """One place worth another look. `start` is its offset in the text, -1 where it is in the subject or
    about the whole letter; `line` and `column` count from 1, line 0 is the subject."""

    kind: str  # a class of data/tone.toml
    phrase: str
    start: int
    line: int
    column: int
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
    found = [f for f in (*_in_subject(subject, child_names), *_in_text(text)) if f.kind not in left_out]
    return in_order(found)


def in_order(found: Iterable[ToneFinding]) -> tuple[ToneFinding, ...]:
    """The findings in the order of the letter; of two about the same words the first is kept."""
    kept: list[ToneFinding] = []
    for finding in sorted(dict.fromkeys(found), key=lambda f: (f.line, f.start, -len(f.phrase), f.kind)):
        last = kept[-1] if kept else None
        inside = (
            last
            and finding.start >= 0
            and last.line <= finding.line
            and last.start >= 0
            and finding.start < last.start + len(last.phrase)
        )
        if not inside:
            kept.append(finding)
    return tuple(kept)


def own_words(text: str) -> str:
    """The text with quotations, blanks and quoted mail put as spaces, and straight apostrophes: as long
    as `text`, so that places agree."""
    return _QUOTED.sub(lambda m: re.sub(r"\S", " ", m[0]), text).replace("’", "'").replace("‘", "'")


def finding_at(kind: str, text: str, start: int, end: int, suggestion: str, why: str = "") -> ToneFinding:
    line_start = text.rfind("\n", 0, start) + 1
    line = text.count("\n", 0, start) + 1
    return ToneFinding(
        kind, text[start:end], start, line, start - line_start + 1, why or _why(kind), suggestion
    )


def _in_text(text: str) -> Iterator[ToneFinding]:
    own = own_words(text)
    yield from _phrases_in(own, text)
    for match in _shouted(own):
        yield finding_at("form", text, match.start(), match.end(), "sentence case")
    for match in _EXCLAIMED.finditer(own):
        if _raises_its_voice(match[0], _around(own, match.start())):
            yield finding_at("form", text, match.start(), match.end(), "a full stop")
    for match in _PICTURE.finditer(own):
        if not _kind_words().search(_around(own, match.start())):
            yield finding_at("form", text, match.start(), match.end(), "leave it out")
    for pattern in _NUMBERS:
        for match in pattern.finditer(own):
            yield finding_at("privacy", text, match.start(), match.end(), "leave the number out")
    for row in load("tone")["revocation"]:
        for match in re.finditer(rf"(?i){row}", own):
            yield finding_at(
                "consent", text, match.start(), match.end(), "name the one service or change you mean"
            )


def _phrases_in(own: str, text: str) -> Iterator[ToneFinding]:
    for phrase in _phrases():
        for match in phrase.pattern.finditer(own):
            around = _around(own, match.start())
            if phrase.only and not phrase.only.search(around):
                continue
            if phrase.unless and phrase.unless.search(around):
                continue
            yield finding_at(phrase.kind, text, match.start(), match.end(), phrase.suggestion)


def _around(own: str, place: int) -> str:
    """The sentence at a place, on one line."""
    starts, sentences = _sentences(own)
    index = bisect_right(starts, place) - 1
    if index >= 0 and place < sentences[index].end:
        start, end = sentences[index].start, sentences[index].end
    else:
        line_end = own.find("\n", place)
        start, end = own.rfind("\n", 0, place) + 1, len(own) if line_end < 0 else line_end
    near = own[max(start, place - _REACH) : min(end, place + _REACH)]
    return " ".join(near.split())


@lru_cache(maxsize=4)
def _sentences(own: str) -> tuple[tuple[int, ...], tuple[Sentence, ...]]:
    found = split_sentences(own)
    return tuple(s.start for s in found), found


def _raises_its_voice(mark: str, sentence: str) -> bool:
    """“!!” is loud unless it is thanks; one “!” only where something went wrong."""
    if _kind_words().search(sentence):
        return False
    return len(mark) > 1 or bool(_trouble().search(sentence))


def _shouted(text: str) -> list[re.Match[str]]:
    """Capitals that shout: not IEP, FAPE or a row of such short names."""
    return [m for m in _CAPITALS.finditer(text) if _shouts(m[0].split())]


def _shouts(words: Sequence[str]) -> bool:
    table = load("tone")
    plain = [word.replace("’", "'") for word in words if word != "I"]
    unknown = [word for word in plain if word not in table["acronyms"]]
    if any(word in table["shouted"] for word in unknown) and (len(plain) > 1 or len(unknown[0]) > 1):
        return True
    long = [word for word in unknown if len(word) >= 4]
    return len(long) >= 2 or any(len(word) >= _LONG_CAPITALS for word in unknown)


def _in_subject(subject: str, child_names: Sequence[str]) -> Iterator[ToneFinding]:
    for name in child_names:
        if " " in name and (m := re.search(rf"(?i)\b{re.escape(name)}\b", subject)):
            why = "A subject line is seen on screens and in lists."
            yield ToneFinding("privacy", m[0], -1, 0, m.start() + 1, why, "use the initials")
    plain = own_words(subject)
    for phrase in _phrases():
        m = phrase.pattern.search(plain)
        if m and not (phrase.unless and phrase.unless.search(plain)) and not phrase.only:
            yield ToneFinding(phrase.kind, m[0], -1, 0, m.start() + 1, _why(phrase.kind), phrase.suggestion)
    if re.match(r"(?i)\s*(?:re|fwd?|aw)\s*:", subject):
        return  # how a thread was called by whoever began it
    loud = "!" in subject and bool(_trouble().search(subject))
    if loud or _shouted(subject):
        suggestion = "sentence case, no exclamation"
        yield ToneFinding("form", subject.strip(), -1, 0, 1, _why("form"), suggestion)


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    pattern: re.Pattern[str]
    suggestion: str
    only: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def _why(kind: str) -> str:
    return str(load("tone")["classes"][kind])


@cache
def _kind_words() -> re.Pattern[str]:
    return re.compile(load("tone")["kind_words"], re.I)


@cache
def _trouble() -> re.Pattern[str]:
    return re.compile(load("tone")["trouble"].replace("n't|", r"\w+n't|"), re.I)


@cache
def _phrases() -> tuple[_Phrase, ...]:
    def optional(row: dict[str, str], key: str) -> re.Pattern[str] | None:
        return re.compile(row[key], re.I) if key in row else None

    return tuple(
        _Phrase(
            row["class"],
            # A phrase may be broken over two lines of a hard-wrapped letter.
            re.compile(rf"(?<![\w-])(?:{row['phrase'].replace(' ', _GAP)})(?![\w-])", re.I),
            row["suggest"],
            optional(row, "only"),
            optional(row, "unless"),
        )
        for row in load("tone")["phrase"]
    )
