"""Searching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iep_mail.model.messages import Attachment


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A word or phrase. `column`: only in the subject or in a file's name; `either`: or the one before."""

    text: str
    phrase: bool = False
    prefix: bool = False
    negated: bool = False
    column: str = ""
    either: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All parts must hold. `after` is inclusive, `before` exclusive."""

    terms: tuple[SearchTerm, ...] = ()
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    attachment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """A message as the search index holds it."""

    sha256: str
    sent_on: date
    sender: str
    recipients: str
    subject: str
    text: str
    direction: str
    kinds: tuple[str, ...]
    case: str | None
    case_title: str
    child: str | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A message found. In `lines` what matched stands between \\x02 and \\x03; `files` are the names of
    the attachments in which it matched, each with such lines."""

    sha256: str
    sent_on: date
    sender: str
    recipients: str
    subject: str
    direction: str
    case: str | None
    case_title: str
    child: str | None
    lines: tuple[str, ...] = ()
    files: tuple[tuple[str, tuple[str, ...]], ...] = ()
    attached: tuple[str, ...] = ()  # the names of all its attachments
