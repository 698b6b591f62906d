"""Putting one draft into the mailbox's Drafts folder, exactly once."""

from __future__ import annotations

import ssl

from iep_mail.adapters.imap.connection import Limits
from iep_mail.adapters.imap.folders import drafts_folder
from iep_mail.adapters.imap.putting import put_once
from iep_mail.model import Mailbox


def put_draft(
    mailbox: Mailbox,
    password: str,
    raw: bytes,
    message_id: str,
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> str:
    """Appends the draft unless its Message-ID is there: "appended" or "already there".

    The caller journals before. Raises MailboxError where it is not, or not surely, in the folder; it is
    safe to call again.
    """
    return put_once(
        mailbox,
        password,
        raw,
        message_id,
        drafts_folder,
        [b"\\Draft"],
        "Drafts",
        limits=limits,
        ssl_context=ssl_context,
    )
