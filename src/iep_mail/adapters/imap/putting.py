"""Putting one message into a folder of the mailbox, exactly once."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Sequence

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import TRY_LATER, Dropped, Limits, Session, Stopped, connected
from iep_mail.adapters.imap.safety import safe
from iep_mail.errors import MailboxError
from iep_mail.model import Mailbox

Pick = Callable[[Session], str | None]


def put_once(
    mailbox: Mailbox,
    password: str,
    raw: bytes,
    message_id: str,
    pick: Pick,
    flags: Sequence[bytes],
    name: str,
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> str:
    """Appends the message unless its Message-ID is in the folder: "appended" or "already there".

    `name` is what the folder is called to the parent. Raises MailboxError where the message is not, or
    not surely, in the folder; it is safe to call again, as the folder is searched before anything is
    written.
    """
    if not safe(message_id):
        raise MailboxError("A letter without a Message-ID cannot be put into the mailbox.", "")
    run_end = time.monotonic() + limits.run_seconds
    try:
        with connected(mailbox, password, limits, run_end, ssl_context) as session:
            folder = _folder(session, mailbox, pick, name)
            if holds(session, folder, message_id):
                return "already there"
            # Courier takes nothing into a folder that is open for reading only.
            session.call(session.client.select_folder, "INBOX", readonly=True)
            session.call(session.client.append, folder, raw, flags=flags, size=len(raw))
            return "appended"
    except IMAPClientError as error:
        raise MailboxError("The mail server did not accept a letter.", TRY_LATER) from error
    except (Dropped, Stopped) as error:
        if is_there(mailbox, password, message_id, pick, limits=limits, ssl_context=ssl_context):
            return "appended"
        raise MailboxError(
            f"The connection broke while a letter was put into your {name} folder.",
            f"iep-mail looks into your {name} folder before it tries again, so there is never a second copy.",
        ) from error


def is_there(
    mailbox: Mailbox,
    password: str,
    message_id: str,
    pick: Pick,
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> bool:
    """Whether the folder surely holds the Message-ID; False also where that could not be seen."""
    run_end = time.monotonic() + limits.run_seconds
    try:
        with connected(mailbox, password, limits, run_end, ssl_context) as session:
            folder = pick(session)
            return folder is not None and holds(session, folder, message_id)
    except (Dropped, Stopped, IMAPClientError, MailboxError):
        return False


def holds(session: Session, folder: str, message_id: str) -> bool:
    session.call(session.client.select_folder, folder, readonly=True)
    return bool(session.call(session.client.search, ["HEADER", "MESSAGE-ID", safe(message_id)]))


def _folder(session: Session, mailbox: Mailbox, pick: Pick, name: str) -> str:
    folder = pick(session)
    if folder is None:
        raise MailboxError(
            f"{mailbox.address} has no {name} folder.", f"Make a folder named {name} in your mail program."
        )
    return folder
