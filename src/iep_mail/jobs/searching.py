"""Searching mail and attachments; the index is brought up to date when something has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iep_mail.adapters.attachment_reader import AttachmentReader
from iep_mail.adapters.search_index import SearchIndex
from iep_mail.core.reading.message import READER_VERSION
from iep_mail.core.search.documents import documents
from iep_mail.core.search.query import loosened, parse_query
from iep_mail.errors import UsageError
from iep_mail.jobs.attachments import contents_of
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Attachment, SearchDocument, SearchHit

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """An attachment whose words are not searched. `why` follows its name in a sentence."""

    name: str
    why: str
    sender: str
    on: date


@dataclass(frozen=True, slots=True)
class Found:
    """`loose`: nothing has all of the words, and these have some of them."""

    hits: tuple[SearchHit, ...]
    total: int
    unsearchable: tuple[Unsearchable, ...] = ()
    loose: bool = False


def search(
    workspace: Workspace,
    text: str,
    today: date,
    limit: int = 20,
    on_refresh: Callable[[], None] | None = None,
) -> Found:
    """The messages and notes that fit `text`, best first; where nothing has all of its words, those that
    have some. Raises UsageError for a query that cannot be used."""
    query = parse_query(text)
    if not any(not t.negated for t in query.terms) and any(t.negated for t in query.terms):
        raise UsageError("There are only words to leave out.", "Add a word to look for.")
    with SearchIndex.open(workspace.data) as index:
        refresh(workspace, index, today, on_refresh)
        hits, total = index.search(query, limit)
        wider = loosened(query) if not total else None
        if wider:
            hits, total = index.search(wider, limit)
        missing = tuple(Unsearchable(*row) for row in index.unsearchable())
    return Found(hits, total, missing, wider is not None and total > 0)


def refresh(
    workspace: Workspace, index: SearchIndex, today: date, on_refresh: Callable[[], None] | None = None
) -> None:
    """Brings the index up to date with mail, decisions and configuration, where they changed."""
    stamp = _stamp(workspace)
    if index.stamp == stamp:
        return
    if on_refresh:
        on_refresh()
    with AttachmentReader() as reader:

        def read(document: SearchDocument) -> list[tuple[Attachment, str, str]]:
            known = [(a, index.attachment_text(a.sha256)) for a in document.attachments]
            if all(text is not None for _, text in known):
                return [(a, *text) for a, text in known if text is not None]
            contents = {
                a.sha256: content
                for a, content in contents_of(workspace, document.sha256, document.attachments)
            }
            found = []
            for attachment, text in known:
                if text is None and attachment.sha256 in contents:
                    words = reader.read(contents[attachment.sha256], attachment.name)
                    text = (words.text, words.problem)
                found.append((attachment, *(text or ("", "was not fetched"))))
            return found

        index.update(documents(workspace.casebook(today)), stamp, read)


def _stamp(workspace: Workspace) -> str:
    """What the index depends on: the reader, the mail, the parent's word and what they configured."""
    configured = Path(workspace.config.path)
    settings = configured.read_bytes() if configured.is_file() else b""
    digest = hashlib.sha256(settings).hexdigest()[:16]
    return f"{READER_VERSION} {workspace.store.marks()} {digest}"
