"""Ids as people type them: the first letters, as many as are needed to mean one thing only."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from iep_mail.model import Casebook

SHORTEST = 6


def short_ids(book: Casebook) -> dict[str, str]:
    """Every id and message hash of the casebook → its shortest beginning that no other shares."""
    items = (book.cases, book.requests, book.commitments, book.flags, book.drafts, book.threads)
    ids = {item.id for kind in items for item in kind} | {entry.id for entry in book.entries}
    return shortened(ids | {filed.message.sha256 for filed in book.messages})


def shortened(ids: Iterable[str]) -> dict[str, str]:
    ordered = sorted(set(ids))
    needed = dict.fromkeys(ordered, SHORTEST)
    for one, other in pairwise(ordered):
        shared = _shared(one, other) + 1
        needed[one], needed[other] = max(needed[one], shared), max(needed[other], shared)
    return {name: name[:length] for name, length in needed.items()}


def _shared(one: str, other: str) -> int:
    """How many letters two ids begin with in common."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
