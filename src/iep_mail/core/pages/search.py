"""What was searched for, where it stands in the mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from iep_mail.core.letters.entries import Page
from iep_mail.model import Direction, FiledMessage

_AROUND = 90  # characters before and after the first hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A message with the words around the first hit; every second piece of `around` is what was sought."""

    filed: FiledMessage
    who: str
    case_title: str
    around: tuple[str, ...]


def hits(page: Page, query: str, found: Sequence[str]) -> tuple[Hit, ...]:
    """The messages of the school's correspondence among `found` (hashes, the best first)."""
    by_hash = {m.message.sha256: m for m in page.book.messages}
    titles = {c.id: c.title for c in page.book.cases}
    return tuple(
        Hit(
            filed=filed,
            who=_who(filed, page),
            case_title=titles.get(filed.case or "", ""),
            around=_around(filed, query),
        )
        for sha256 in found
        if (filed := by_hash.get(sha256))
    )


def _who(filed: FiledMessage, page: Page) -> str:
    if filed.direction is Direction.TO_SCHOOL:
        return "you to " + (
            ", ".join(dict.fromkeys(page.name(a.email) for a in filed.message.to)) or "unknown"
        )
    return f"{page.name(filed.message.sender.email)} to you"


def _around(filed: FiledMessage, query: str) -> tuple[str, ...]:
    message = filed.message
    words = [re.escape(w) for w in query.split() if any(c.isalnum() for c in w)]
    pattern = re.compile("(" + "|".join(words) + ")", re.IGNORECASE) if words else None
    for text in (message.new_text, message.full_text):
        plain = " ".join(text.split())
        first = pattern.search(plain) if pattern else None
        if pattern and first:
            start, end = max(0, first.start() - _AROUND), first.end() + _AROUND
            cut = plain[start:end]
            cut = (f"… {cut.partition(' ')[2]}" if start else cut) + (" …" if end < len(plain) else "")
            return tuple(pattern.split(cut))
    return (" ".join(message.new_text.split())[: 2 * _AROUND],)
