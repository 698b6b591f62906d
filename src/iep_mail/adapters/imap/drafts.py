"""Putting one draft into the mailbox's Drafts folder, exactly once."""

from __future__ import annotations

import ssl

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import Limits, connected
from iep_mail.adapters.imap.folders import drafts_folder
from iep_mail.adapters.imap.safety import safe
from iep_mail.errors import MailboxError
from iep_mail.model import Mailbox


def put_draft(
    mailbox: Mailbox,
    password: str,
    raw: bytes,
    message_id: str,
    *,
    limits: Limits = Limits(),  # noqa: B008
    ssl_context: ssl.SSLContext | None = None,
) -> str:
    """"appended" or "already there"; MailboxError where it cannot be known. Never appends twice."""
    wanted = safe(message_id)
    if not wanted:
        raise MailboxError("The draft has no Message-ID, so it was not put into the mailbox.", "")
    try:
        with connected(mailbox, password, limits, ssl_context) as client:
            folder = _folder(client, mailbox)
            if _present(client, folder, wanted):
                return "already there"
            client.append(folder, raw, flags=[b"\\Draft"])
            return "appended"
    except (OSError, IMAPClientError) as error:
        return _after_doubt(mailbox, password, wanted, limits, ssl_context, error)


def _folder(client: IMAPClient, mailbox: Mailbox) -> str:
    folder = drafts_folder(client)
    if folder is None:
        raise MailboxError(
            f"{mailbox.address} has no Drafts folder.", "Make a folder named Drafts in your mail program."
        )
    return folder


def _present(client: IMAPClient, folder: str, message_id: str) -> bool:
    client.select_folder(folder, readonly=True)
    return bool(client.search(["HEADER", "Message-ID", message_id]))


def _after_doubt(
    mailbox: Mailbox,
    password: str,
    message_id: str,
    limits: Limits,
    context: ssl.SSLContext | None,
    error: Exception,
) -> str:
    try:
        with connected(mailbox, password, limits, context) as client:
            if _present(client, _folder(client, mailbox), message_id):
                return "appended"
    except (OSError, IMAPClientError):
        pass
    raise MailboxError(
        "The connection broke while a draft was put into the mailbox.",
        "Look into your Drafts folder; iep-mail looks there too before it tries again.",
    ) from error
