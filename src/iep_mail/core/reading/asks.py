"""What a parent's message asks of the school, one `Ask` for each thing asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from iep_mail.core.reading.ask_kinds import asks_a_fact, classify, kind_of
from iep_mail.core.reading.ask_levels import (
    CHASING,
    ELABORATION,
    QUESTION_START,
    REPLY,
    STRONG,
    WEAK,
    level_of,
)
from iep_mail.core.reading.ask_words import patterns, plain_words
from iep_mail.core.reading.clauses import clauses
from iep_mail.core.reading.dates import find_due
from iep_mail.core.reading.sentences import Sentence, content_words, split_sentences
from iep_mail.core.remembering import remembered
from iep_mail.model import Ask, DateSpan, RequestKind, SchoolCalendar

_ONCE = frozenset(
    {
        RequestKind.MEETING,
        RequestKind.EVALUATION,
        RequestKind.IEE,
        RequestKind.PRIOR_WRITTEN_NOTICE,
        RequestKind.MAKE_UP_SERVICES,
        RequestKind.FACILITATION,
        RequestKind.MEDIATION,
    }
)
_MOST_FOUND = 100  # sentences of one message that ask, in whatever way
_MOST_JOINTS = 6  # tried of one sentence; nobody asks for more in one breath
_LEAD_IN = re.compile(r"\b(?:request|ask|need|would like|want|please|following|questions?)\b.*:\s*$", re.I)
_LIST_ITEM = re.compile(r"(?:^|\n)[ \t]*(?:[-*•·‣◦▪]|\(?\d{1,2}[.)]|\(?[a-hA-H]\))[ \t]+$")
_JOINT = re.compile(
    r"(?:,? and(?: also)?|;|,? also,?|,? then|,) (?=(?:(?:please|pls)(?!,)|could you|can you|can u|would you|will you|let me know"
    r"|let us know|i (?:would|'d|am also|also)|i am request|we (?:would|are|also)|tell (?:me|us)|schedule|send (?:me|us)"
    r"|provide|confirm|explain|to (?:schedule|send|provide|meet|receive|have|confirm|explain)\b|whether|when|who|what|how)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Found:
    sentence: Sentence
    level: int
    kind: RequestKind
    chasing: bool
    due: DateSpan | None
    listed: bool = False


@remembered
def find_asks(text: str, sent_on: date, calendar: SchoolCalendar) -> tuple[Ask, ...]:
    """The requests in the new text of a parent's message, in its order.

    A request's date may stand in another sentence of the message ("I need to know by Friday").
    """
    sentences = split_sentences(text)
    found: list[_Found] = []
    in_list = False
    for index, sentence in enumerate(sentences):
        item = bool(_LIST_ITEM.search(text, max(0, sentence.start - 12), sentence.start))
        in_list = (in_list and item) or False
        if len(found) >= _MOST_FOUND:
            break
        for part in _parts(sentence):
            seen = _read(part, sentence, text, item, item and in_list, sent_on, calendar)
            if seen and not _answered_by_writer(sentences, index):
                found.append(seen)
        in_list = in_list or bool(_LEAD_IN.search(sentence.text))
    kept = _without_repeats(_chosen(_without_lead_ins(found, text)))
    spare = next((f.due for f in found if f.level in (REPLY, CHASING) and f.due), None)
    chasing = is_chasing(text)
    return tuple(
        Ask(
            f.sentence.text,
            f.sentence.start,
            f.kind,
            f.due or spare,
            f.chasing or (chasing and f.level in (REPLY, ELABORATION)),
        )
        for f in kept
    )


@remembered
def is_chasing(text: str) -> bool:
    """Whether a text reminds of something asked before."""
    return any(patterns("chasing").search(plain_words(s.text)) for s in split_sentences(text))


def _parts(sentence: Sentence) -> Iterable[Sentence]:
    """The sentence, or its halves where each asks for something of its own."""
    for joint in islice(_JOINT.finditer(sentence.text), _MOST_JOINTS):
        left, right = sentence.text[: joint.start()], sentence.text[joint.end() :]
        if _is_pair(left, right):
            yield Sentence(left, sentence.start, sentence.start + len(left))
            yield from _parts(Sentence(right, sentence.start + joint.end(), sentence.end))
            return
    asking = [c for c in clauses(sentence) if level_of(c.text) == STRONG]
    yield from (sentence,) if all(c.start == sentence.start for c in asking) else asking


def _is_pair(left: str, right: str) -> bool:
    if len(left.split()) < 4 or len(right.split()) < 4 or re.search(r"\bif\b[^,]*$", left):
        return False
    if re.match(r"(?:whether|when|who|what|how)\b", right, re.I):
        return False
    if re.match(r"to \w", right, re.I) and not re.search(
        r"\b(?:request\w*|like|ask\w*|need|want)\b", left, re.I
    ):
        return False
    if (
        level_of(left) < STRONG
        or patterns("reply_only").search(plain_words(right))
        or patterns("elaboration").search(plain_words(right))
    ):
        return False
    return not patterns("nothing").search(plain_words(right))


def _read(
    part: Sentence,
    whole: Sentence,
    text: str,
    item: bool,
    listed: bool,
    sent_on: date,
    calendar: SchoolCalendar,
) -> _Found | None:
    level = STRONG if part is not whole else level_of(part.text)
    if item and level == WEAK:
        level = STRONG
    if listed and level == 0 and len(part.text.split()) > 1:
        level = STRONG
    if not level:
        return None
    due = find_due(part.text, sent_on, calendar) or find_due(whole.text, sent_on, calendar)
    plain = plain_words(part.text)
    kind = classify(part.text, text)
    if listed and kind in (RequestKind.OTHER, RequestKind.INFORMATION) and not asks_a_fact(plain):
        kind = kind_of(plain) or kind
    return _Found(part, level, kind, bool(patterns("chasing").search(plain)), due, listed)


def _answered_by_writer(sentences: Sequence[Sentence], index: int) -> bool:
    """A question that the writer answers at once is no question to the school."""
    following = sentences[index + 1].text if index + 1 < len(sentences) else ""
    return sentences[index].text.endswith("?") and bool(
        re.match(r"(?:because|nope|exactly|of course not)\b", following, re.I)
    )


def _without_lead_ins(found: Sequence[_Found], text: str) -> list[_Found]:
    """ "I am requesting the following:" is asked by the items under it."""
    items = [f for f in found if f.listed]
    return [
        f
        for f in found
        if not (_LEAD_IN.search(f.sentence.text) and any(i.sentence.start > f.sentence.start for i in items))
    ]


def _chosen(found: Sequence[_Found]) -> list[_Found]:
    """The real requests; what only stands beside them goes, unless there is nothing else."""
    for level in (STRONG, WEAK, ELABORATION, REPLY, CHASING):
        chosen = [f for f in found if f.level == level]
        if chosen:
            return chosen if level in (STRONG, WEAK) else chosen[:1]
    return []


def _without_repeats(found: Sequence[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for one in found:
        same = next((k for k in kept if _repeats(one, k)), None)
        if same is None:
            kept.append(one)
        elif one.due and not same.due:
            kept[kept.index(same)] = replace(same, due=one.due)
    return kept


def _repeats(one: _Found, before: _Found) -> bool:
    if one.listed and before.listed:
        return False
    if one.kind is before.kind and one.kind in _ONCE:
        return True
    a, b = content_words(one.sentence.text), content_words(before.sentence.text)
    if not a:
        return not QUESTION_START.search(plain_words(one.sentence.text))
    shared = len(a & b) / len(a)
    return shared >= 0.8 or (one.kind is before.kind and shared >= 0.6)
