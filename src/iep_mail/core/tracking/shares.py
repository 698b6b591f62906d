"""Which sentences of a school message are about which of the open requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from iep_mail.core.reading.replies import Act, ReplySentence, fits_question
from iep_mail.core.reading.sentences import content_words
from iep_mail.core.tracking.likeness import telling_words
from iep_mail.model import FiledMessage, Request, RequestKind

HANDED = frozenset({RequestKind.RECORDS, RequestKind.PROGRESS_DATA, RequestKind.PRIOR_WRITTEN_NOTICE})
_ANAPHOR = re.compile(
    r"^(?:it|they|that|this|these|those|she|he|both|all|which|so|then|and)\b|\b(?:it|them|those)\b", re.I
)
_ALL = re.compile(
    r"\b(?:(?:in)?to both|both (?:of|are|questions|points|requests)|everything|all (?:of )?(?:it|them|the|that|those)"
    r"|answers? (?:to|below)|you (?:asked|requested))\b",
    re.I,
)


_SHORT_ENOUGH = 40  # sentences: a longer message is about many things
_NOTICE = re.compile(
    r"\b(?:(?:prior )?written notice|notice|pwn)\b(?! of (?:a |the )?(?:meeting|conference))", re.I
)


class Nearness(IntEnum):
    """How near a reply stands to a request; higher is nearer."""

    CASE = 1  # in another thread of the same case
    THREAD = 2  # in the thread where it was asked or reminded of
    DIRECT = 3  # a reply to the very message that asked or reminded


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open request as a reply finds it. `order` is its place among those of its message."""

    request: Request
    nearness: Nearness
    matter: str  # the text of the message that asked
    order: int
    alike: bool = False  # the reply stands elsewhere but is about the same thing
    surely_alike: bool = False
    expected: bool = False  # its writer had put this request off, or said to look into it
    looked_into: bool = False  # its writer had said, elsewhere, to look into just this request
    referred: bool = False  # the reply says that it is about something the parent asked
    subject: frozenset[str] = frozenset()  # the words of the reply's subject


def shared_out(
    reply: FiledMessage, sentences: Sequence[ReplySentence], waiting: Sequence[Waiting]
) -> Iterable[tuple[Waiting, list[ReplySentence]]]:
    near = _nearest(waiting)
    alone = len(near) == 1
    numbered = _numbered(sentences, near)
    owners = [_owners(s, near, numbered) for s in sentences]
    for index in range(1, len(sentences)):
        together = sentences[index].paragraph == sentences[index - 1].paragraph
        if not owners[index] and owners[index - 1] and (together or _ANAPHOR.search(sentences[index].text)):
            owners[index] = owners[index - 1]
    for one in waiting:
        if one.alike and len(sentences) <= _SHORT_ENOUGH:
            yield one, list(sentences)
        elif one not in near:
            yield one, _named_from_afar(reply, one, sentences)
        elif alone:
            yield one, list(sentences)
        else:
            yield one, _share(one, near, sentences, owners)


def _nearest(waiting: Sequence[Waiting]) -> list[Waiting]:
    direct = [w for w in waiting if w.nearness is Nearness.DIRECT]
    return direct or [w for w in waiting if w.nearness is Nearness.THREAD]


def _numbered(sentences: Sequence[ReplySentence], near: Sequence[Waiting]) -> bool:
    """Whether the reply answers the requests of one message point by point."""
    items = {s.item for s in sentences if s.item}
    return len(near) > 1 and items == set(range(1, len(near) + 1)) == {w.order for w in near}


def _owners(sentence: ReplySentence, near: Sequence[Waiting], numbered: bool) -> tuple[Waiting, ...]:
    named = tuple(w for w in near if sentence.item == w.order)
    if numbered or named:
        return named
    scores = {w: len(sentence.words & content_words(w.request.quote)) for w in near}
    best = max(scores.values(), default=0)
    return tuple(w for w, score in scores.items() if score == best) if best else ()


def _share(
    one: Waiting,
    near: Sequence[Waiting],
    sentences: Sequence[ReplySentence],
    owners: Sequence[tuple[Waiting, ...]],
) -> list[ReplySentence]:
    """What of a reply to several requests is about this one."""
    paired = list(zip(sentences, owners, strict=True))
    own = [s for s, owner in paired if one in owner]
    loose = [s for s, owner in paired if not owner]
    unserved = [w for w in near if not any(w in owner for _, owner in paired)]
    if unserved == [one] and one.request.kind is not RequestKind.INFORMATION:
        return [*own, *loose]
    passive = Act.RECEIPT | Act.LOOKING | Act.PUT_OFF
    idle = not any(s.substance for s in (*own, *loose))
    only_file = one.request.kind in HANDED and sum(w.request.kind in HANDED for w in near) == 1
    taken = [
        s
        for s in loose
        if _ALL.search(s.text)
        or (s.act & passive and (idle or not own))
        or (s.act & Act.HANDED and only_file)
        or (s.act & Act.WITHHELD and one.request.kind is RequestKind.INFORMATION)
        or (one in unserved and s.substance and fits_question(one.request.quote, s.text))
    ]
    return [s for s in sentences if s in own or s in taken]


def _named_from_afar(
    reply: FiledMessage, one: Waiting, sentences: Sequence[ReplySentence]
) -> list[ReplySentence]:
    """Sentences of a message that is no reply to the request but clearly speaks of it."""
    topic = content_words(one.request.quote)
    day = one.request.asked_on
    named = re.compile(rf"\b{day:%B} {day.day}\b|\b{day.month}/{day.day}\b")
    refers = [s for s in sentences if s.act & Act.REFERS and not s.act & Act.IDLE]
    if (refers and any(s.words & topic for s in sentences)) or any(named.search(s.text) for s in refers):
        return list(sentences)
    if one.looked_into:
        return list(sentences)
    if one.request.kind is RequestKind.PRIOR_WRITTEN_NOTICE:
        notice = [s for s in sentences if s.act & Act.HANDED and _NOTICE.search(s.text)]
        if notice:
            return notice
    least = 1 if one.nearness is Nearness.THREAD else 2
    mine = [s for s in sentences if weight(s.words & topic) >= least]
    if weight(frozenset(w for s in mine for w in s.words & topic)) < 2:
        return []
    return [s for s in mine if not s.act & (Act.LOOKING | Act.RECEIPT)]


def weight(words: frozenset[str]) -> int:
    """How many words are shared; one that names a matter by itself counts for two."""
    return len(words) + len(words & telling_words())
