"""Stored mail that is not counted to the school's: so that a mistake there can be found and mended."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from iep_mail.core.filing.copies import fold_copies
from iep_mail.core.filing.relevance import direction_of
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook, FiledMessage


def left_out_mail(workspace: Workspace, book: Casebook) -> list[FiledMessage]:
    """The messages that lie in no thread of the casebook, the newest first."""
    filed = {m.message.sha256 for m in book.messages}
    zone = ZoneInfo(workspace.family.timezone)
    rest = [m for m in fold_copies(workspace.messages()) if m.sha256 not in filed]
    return [
        FiledMessage(m, direction_of(m, workspace.family), m.kind, m.date.astimezone(zone).date(), "")
        for m in reversed(rest)
    ]


def find_left_out(workspace: Workspace, book: Casebook, wanted: str) -> FiledMessage | None:
    """The one that a hash or a Message-ID means, None where it means none or several."""
    bare = wanted.strip("<>")
    hits = [
        m
        for m in left_out_mail(workspace, book)
        if bare and (m.message.sha256.startswith(bare) or m.message.message_id.strip("<>") == bare)
    ]
    return hits[0] if len(hits) == 1 else None
