"""The copy of a sent letter in the mailbox's Sent folder."""

from __future__ import annotations

import ssl

from iep_mail.adapters.imap.connection import Limits
from iep_mail.adapters.imap.folders import sent_folder
from iep_mail.adapters.imap.putting import is_there, put_once
from iep_mail.model import Mailbox


def put_sent(
    mailbox: Mailbox,
    password: str,
    raw: bytes,
    message_id: str,
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> str:
    """Appends the copy, marked as read, unless its Message-ID is there: "appended" or "already there".

    Raises MailboxError where it is not, or not surely, in the folder; it is safe to call again.
    """
    return put_once(
        mailbox,
        password,
        raw,
        message_id,
        sent_folder,
        [b"\\Seen"],
        "Sent",
        limits=limits,
        ssl_context=ssl_context,
    )


def lies_in_sent(
    mailbox: Mailbox,
    password: str,
    message_id: str,
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> bool:
    """Whether Sent surely holds the message; False also where that could not be seen."""
    return is_there(mailbox, password, message_id, sent_folder, limits=limits, ssl_context=ssl_context)
