"""What a decision was said of, found again after mail came late or rules became better.

A decision carries, besides the id it was made with, the message and the sentence it is about. So it
holds when a second copy of the message gives it another hash, or when a sentence is cut otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from iep_mail.core.decisions.kinds import details
from iep_mail.core.reading.sentences import content_words
from iep_mail.model import Decision, Message

ALIKE = 0.6  # the share of words from which two sentences of one message are the same one


class Item(Protocol):
    """A request or a commitment."""

    @property
    def id(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def quote(self) -> str: ...


AnItem = TypeVar("AnItem", bound=Item)


@dataclass(frozen=True, slots=True)
class Anchor:
    sha256: str = ""
    message_id: str = ""
    quote: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Anchor:
        return cls(*(str(values.get(key) or "") for key in ("sha256", "message_id", "quote")))

    def on(self, sha256: str, message_id: str) -> bool:
        """Whether it names this message."""
        return bool(self.sha256 and self.sha256 == sha256) or bool(
            self.message_id and self.message_id == message_id
        )


def anchor_of(decision: Decision) -> Anchor:
    return Anchor.of(details(decision))


def find_message(anchor: Anchor, messages: Iterable[Message]) -> Message | None:
    """The anchor's message: by its hash, else by its Message-ID."""
    near = [m for m in messages if anchor.on(m.sha256, m.message_id)]
    return min(near, key=lambda m: (m.sha256 != anchor.sha256, m.sha256), default=None)


def find_item(decision: Decision, items: Sequence[AnItem]) -> AnItem | None:
    """What a decision is about: by id, else the sentence of the same message that is most like it."""
    by_id = next((i for i in items if i.id == decision.subject), None)
    if by_id is not None:
        return by_id
    anchor = anchor_of(decision)
    near = [
        (likeness, i)
        for i in items
        if anchor.on(i.sha256, i.message_id) and (likeness := same_sentence(anchor.quote, i.quote)) >= ALIKE
    ]
    return max(near, key=lambda found: (found[0], found[1].id))[1] if near else None


def same_sentence(said_of: str, other: str) -> float:
    """How far `other` is the sentence that something was said of, 0 to 1.

    A part of that sentence is it; a longer one that holds it is so only by the part it takes up, since
    what was said of one thing must not settle the two that now stand together.
    """
    a, b = " ".join(said_of.lower().split()), " ".join(other.lower().split())
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if b in a:
        return 0.95
    if a in b:
        return 0.95 * len(a) / len(b)
    words, others = content_words(a), content_words(b)
    return 0.9 * len(words & others) / max(len(words), len(others)) if words and others else 0.0
