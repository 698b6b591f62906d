"""The attachments of a family's mail, as bytes: found again in the raw messages by their hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iep_mail.core.reading.body import attachment_contents
from iep_mail.core.reading.tree import parse
from iep_mail.errors import StoreError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Attachment


def contents_of(workspace: Workspace, sha256: str) -> tuple[tuple[Attachment, bytes], ...]:
    """The attachments of one message with their bytes; () for a message that cannot be taken apart."""
    try:
        return attachment_contents(parse(workspace.store.raw(sha256)))
    except (StoreError, ValueError, RecursionError, MemoryError):
        return ()


def each_attachment(workspace: Workspace, hashes: Iterable[str]) -> Iterator[tuple[str, Attachment, bytes]]:
    """Every attachment of the messages with these hashes: message hash, what it is, bytes."""
    for sha256 in hashes:
        for attachment, content in contents_of(workspace, sha256):
            yield sha256, attachment, content
