"""Putting one draft into the mailbox's Drafts folder, exactly once."""

from __future__ import annotations

import ssl
import time

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import TRY_LATER, Dropped, Limits, Session, Stopped, connected
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
    limits: Limits = Limits(),  # noqa: B008 - frozen
    ssl_context: ssl.SSLContext | None = None,
) -> str:
    """Appends the draft unless its Message-ID is there: "appended" or "already there".

    The caller journals before. Raises MailboxError where the draft is not, or not surely, in the
    folder; it is safe to call again, as the folder is searched before anything is written.
    """
    if not safe(message_id):
        raise MailboxError("A draft without a Message-ID cannot be put into the mailbox.", "")
    run_end = time.monotonic() + limits.run_seconds
    try:
        with connected(mailbox, password, limits, run_end, ssl_context) as session:
            folder = _folder(session, mailbox)
            if _holds(session, folder, message_id):
                return "already there"
            append = session.client.append
            session.call(append, folder, raw, flags=[b"\\Draft"], size=len(raw))
            return "appended"
    except IMAPClientError as error:
        raise MailboxError("The mail server did not accept a draft.", TRY_LATER) from error
    except (Dropped, Stopped) as error:
        return _after_doubt(mailbox, password, message_id, limits, ssl_context, error)


def _after_doubt(
    mailbox: Mailbox,
    password: str,
    message_id: str,
    limits: Limits,
    context: ssl.SSLContext | None,
    cause: Exception,
) -> str:
    run_end = time.monotonic() + limits.run_seconds
    try:
        with connected(mailbox, password, limits, run_end, context) as session:
            if _holds(session, _folder(session, mailbox), message_id):
                return "appended"
    except (Dropped, Stopped, IMAPClientError, MailboxError):
        pass  # still in doubt: the next run searches again before it writes
    raise MailboxError(
        "The connection broke while a draft was put into the mailbox.",
        "iep-mail looks into your Drafts folder before it tries again, so there is never a second copy.",
    ) from cause


def _folder(session: Session, mailbox: Mailbox) -> str:
    folder = drafts_folder(session)
    if folder is None:
        raise MailboxError(
            f"{mailbox.address} has no Drafts folder.", "Make a folder named Drafts in your mail program."
        )
    return folder


def _holds(session: Session, folder: str, message_id: str) -> bool:
    session.call(session.client.select_folder, folder, readonly=True)
    return bool(session.call(session.client.search, ["HEADER", "MESSAGE-ID", message_id]))
