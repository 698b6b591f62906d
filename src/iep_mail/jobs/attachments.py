"""The attachments of a family's mail and log, as bytes: found again by their hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iep_mail.adapters.attachments import kept_content
from iep_mail.core.reading.body import attachment_contents
from iep_mail.core.reading.tree import parse
from iep_mail.errors import StoreError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Attachment


def contents_of(
    workspace: Workspace, sha256: str, named: Iterable[Attachment] = ()
) -> tuple[tuple[Attachment, bytes], ...]:
    """The attachments of one message with their bytes; () for a message that cannot be taken apart.

    What a raw message does not hold is looked for among the papers that the parent added by hand: those
    of an entry written down by hand are `named`. One that is gone or was changed is left out.
    """
    try:
        found = attachment_contents(parse(workspace.store.raw(sha256)))
    except (StoreError, ValueError, RecursionError, MemoryError):
        found = ()
    known = {attachment.sha256 for attachment, _ in found}
    return (*found, *_kept(workspace, (a for a in named if a.sha256 not in known)))


def _kept(workspace: Workspace, attachments: Iterable[Attachment]) -> Iterator[tuple[Attachment, bytes]]:
    for attachment in attachments:
        content = kept_content(attachment.sha256, workspace.data)
        if content is not None:
            yield attachment, content
