"""Server-side search for a school's mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import Session
from iep_mail.adapters.imap.safety import safe

_FIELDS: tuple[tuple[str, ...], ...] = (
    ("FROM",), ("TO",), ("CC",), ("BCC",), ("HEADER", "REPLY-TO"), ("HEADER", "SENDER"),
)  # fmt: skip
_BOUNCES = (["FROM", "mailer-daemon"], ["FROM", "postmaster"])
_KEYS_PER_COMMAND = 24
_BYTES_PER_COMMAND = 4_000


def either(keys: Sequence[list[Any]]) -> list[Any]:
    """One search key that holds where any of `keys` does; balanced, as servers limit the depth."""
    if len(keys) == 1:
        return keys[0]
    half = len(keys) // 2
    return ["OR", either(keys[:half]), either(keys[half:])]


def commands(terms: Sequence[str], *, bounces: bool) -> tuple[list[Any], ...]:
    """Search keys for the terms in address fields, in commands of a size that servers take."""
    keys = [[*field, safe(term)] for term in terms for field in _FIELDS]
    keys += _BOUNCES if bounces else ()
    groups: list[list[list[Any]]] = [[]]
    for key in keys:
        size = sum(len(part) for each in groups[-1] for part in each)
        if groups[-1] and (len(groups[-1]) >= _KEYS_PER_COMMAND or size > _BYTES_PER_COMMAND):
            groups.append([])
        groups[-1].append(key)
    return tuple(either(group) for group in groups if group)


def search_terms(session: Session, terms: Sequence[str], *, bounces: bool) -> list[int]:
    """UIDs whose address fields hold a term; every UID where the server refuses such a search."""
    charset = None if all(map(str.isascii, terms)) else "UTF-8"
    found: set[int] = set()
    try:
        for criteria in commands(terms, bounces=bounces):
            found.update(session.call(session.client.search, criteria, charset))
    except IMAPClientError:
        return all_uids(session)
    return sorted(found)


def all_uids(session: Session, after: int = 0) -> list[int]:
    """Every UID above `after`; a server answers `n:*` with its last UID even below n (RFC 3501 6.4.8)."""
    answer = session.call(session.client.search, ["UID", f"{after + 1}:*"])
    return sorted({uid for uid in answer if uid > after})
