"""Letters in the mailbox's Drafts folder: put there once, looked at, and our own taken back."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import TRY_LATER, Dropped, Limits, Session, Stopped, connected
from iep_mail.adapters.imap.fetch import batches, fetch_bodies, fetch_headers
from iep_mail.adapters.imap.folders import drafts_folder
from iep_mail.adapters.imap.putting import put_once
from iep_mail.adapters.imap.safety import safe
from iep_mail.errors import MailboxError
from iep_mail.model import FetchedMessage, Mailbox

_MOST_DRAFTS = 2_000  # the newest; who keeps more drafts than that keeps an archive


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


def read_drafts(
    mailbox: Mailbox,
    password: str,
    wanted: Callable[[bytes], bool],
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> tuple[FetchedMessage, ...]:
    """The drafts whose header block `wanted` accepts; nothing in the folder changes by it.

    Raises MailboxError where the folder could not be read to its end: what is not in the result of a
    call that returns is not in the folder.
    """
    with _drafts(mailbox, password, limits, ssl_context, readonly=True) as session:
        uids = session.call(session.client.search, ["UNDELETED"])[-_MOST_DRAFTS:]
        headers = fetch_headers(session, uids)
        chosen = [header for header in headers.values() if wanted(header.raw)]
        found: list[FetchedMessage] = []
        for group in batches(chosen, session, session.limits.batch):
            found += fetch_bodies(session, group)
        if len(headers) < len(uids) or len(found) < len(chosen):
            raise MailboxError("The Drafts folder could not be read to its end.", TRY_LATER)
        return tuple(found)


def take_back_draft(
    mailbox: Mailbox,
    password: str,
    message_id: str,
    untouched: Callable[[bytes], bool],
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> bool:
    """Removes our own draft where it still is as it was put there; True where it is no longer there.

    Nothing else in the folder is removed, whatever is marked as deleted in it. Raises MailboxError.
    """
    with _drafts(mailbox, password, limits, ssl_context, readonly=False) as session:
        client = session.client
        uids = session.call(client.search, ["UNDELETED", "HEADER", "MESSAGE-ID", safe(message_id)])
        headers = fetch_headers(session, uids)
        ours = [m.uid for m in fetch_bodies(session, list(headers.values())) if untouched(m.raw)]
        if len(ours) < len(uids):
            return False
        if ours:
            session.call(client.delete_messages, ours, silent=True)
            _expunge(session, ours)
        return True


def _expunge(session: Session, uids: list[int]) -> None:
    client = session.client
    if client.has_capability("UIDPLUS"):
        session.call(client.uid_expunge, uids)
    elif set(session.call(client.search, ["DELETED"])) <= set(uids):
        # A plain EXPUNGE would also remove what the parent has marked as deleted.
        session.call(client.expunge)


@contextmanager
def _drafts(
    mailbox: Mailbox, password: str, limits: Limits, context: ssl.SSLContext | None, *, readonly: bool
) -> Iterator[Session]:
    run_end = time.monotonic() + limits.run_seconds
    try:
        with connected(mailbox, password, limits, run_end, context) as session:
            folder = drafts_folder(session)
            if folder is None:
                raise MailboxError(
                    f"{mailbox.address} has no Drafts folder.",
                    "Make a folder named Drafts in your mail program.",
                )
            session.call(session.client.select_folder, folder, readonly=readonly)
            yield session
    except (IMAPClientError, Dropped, Stopped) as error:
        raise MailboxError("The Drafts folder could not be read to its end.", TRY_LATER) from error
