"""Whether a school message in a thread of its own is the answer to a request made elsewhere."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from iep_mail.core.reading.sentences import content_words
from iep_mail.core.remembering import remembered
from iep_mail.data import load
from iep_mail.model import FiledMessage, Request

Rarity = Mapping[str, float]

_LEAST_SHARED, _LEAST_MATTER, _LEAST_TOTAL = 1.2, 3.0, 6.0
_PLENTY_SHARED, _PLENTY_TOTAL = 3.0, 10.0
_RECENT_DAYS = 21
LONGEST_DAYS = 120
_MOST_OF_MATTER = 4.0


@cache
def telling_words() -> frozenset[str]:
    """The words that name a matter by themselves, whatever the family."""
    return frozenset(load("synonyms")["telling"].split())


def rarity_of(messages: Sequence[FiledMessage]) -> Rarity:
    """How telling each word is in this family's mail: 0 for a word of every message, about 5 for one of one."""
    seen = Counter(w for m in messages for w in words_of(m))
    return {word: math.log((len(messages) + 1) / (count + 1)) for word, count in seen.items()}


def words_of(message: FiledMessage) -> frozenset[str]:
    return _words(message.message.subject, message.message.new_text)


@remembered
def _words(subject: str, text: str) -> frozenset[str]:
    return content_words(f"{subject}\n{text}")


@dataclass(frozen=True, slots=True)
class Likeness:
    """`shared` is the weight of the request's own words in the message, `total` with what else speaks for
    it; `expected` that its writer had put the request off or said to look into it."""

    shared: float
    matter: float
    total: float
    expected: bool

    @property
    def plenty(self) -> bool:
        """So much that what it arranges can be about nothing else."""
        return self.enough and self.shared >= _PLENTY_SHARED and self.total >= _PLENTY_TOTAL

    @property
    def enough(self) -> bool:
        telling = self.shared >= _LEAST_SHARED or (self.expected and self.matter >= _LEAST_MATTER)
        return telling and self.total >= _LEAST_TOTAL


def likeness(
    reply: FiledMessage, request: Request, filed: Mapping[str, FiledMessage], rarity: Rarity, refers: bool
) -> Likeness:
    """How much speaks for `reply` being about `request`, by its words, its people and its time."""
    if (reply.sent_on - request.asked_on).days > LONGEST_DAYS:
        return Likeness(0.0, 0.0, 0.0, False)
    asked = filed[request.sha256]
    events = [filed[e.sha256] for e in request.events]
    words = words_of(reply)
    quote = content_words(request.quote)
    known = frozenset[str]().union(*(words_of(m) for m in (asked, *events)))
    shared = sum(rarity.get(w, 0.0) for w in words & quote)
    matter = sum(rarity.get(w, 0.0) for w in (words & known) - quote)
    expected = any(m.message.sender.email == reply.message.sender.email for m in events)
    last = max(m.sent_on for m in (asked, *events))
    people = {a.email for m in (asked, *events) for a in (m.message.sender, *m.message.recipients)}
    total = shared + min(_MOST_OF_MATTER, matter / 2)
    total += 1.5 if words & quote & telling_words() else 0.0
    total += 1.5 if reply.message.sender.email in people else 0.0
    total += 1.5 if reply.case is not None and reply.case == request.case else 0.0
    total += 1.5 if expected else 0.0
    total += 2.0 if refers else 0.0
    total += 2.0 if _names_addressee(reply, asked) else 0.0
    total += 1.0 if (reply.sent_on - last).days <= _RECENT_DAYS else 0.0
    return Likeness(shared, matter, total, expected)


def _names_addressee(reply: FiledMessage, asked: FiledMessage) -> bool:
    """Whether somebody else writes and names the person who was asked: "Hal asked me to pass this on"."""
    written = _written(reply.message.new_text)
    others = (a for a in asked.message.to if a.email != reply.message.sender.email)
    names = {
        w for a in others for w in re.findall(r"[a-z]{3,}", f"{a.name} {a.email.partition('@')[0]}".lower())
    }
    return bool(names & written)


@lru_cache(maxsize=4)  # one reply is held against many requests
def _written(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{2,}", text.lower()))
