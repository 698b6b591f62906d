"""A first look at a mailbox: its folders, and the headers of its newest mail."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import TRY_LATER, Dropped, Limits, Session, Stopped, connected
from iep_mail.adapters.imap.fetch import OF_LISTS, fetch_headers
from iep_mail.adapters.imap.folders import list_folders
from iep_mail.errors import MailboxError
from iep_mail.model import Mailbox

_NEWEST = 2_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Survey:
    """Names are "" where there is no such folder. `received` and `sent` are header blocks."""

    folders: tuple[str, ...]
    sent_folder: str
    drafts_folder: str
    received: tuple[bytes, ...] = ()
    sent: tuple[bytes, ...] = ()


def survey(
    mailbox: Mailbox,
    password: str,
    *,
    headers: bool = True,
    limits: Limits = Limits(run_seconds=180.0),
    ssl_context: ssl.SSLContext | None = None,
) -> Survey:
    """Logs in, lists the folders and, with `headers`, looks at the newest mail of INBOX and Sent, without
    changing anything. Raises LoginError, CertificateError and MailboxError."""
    run_end = time.monotonic() + limits.run_seconds
    try:
        with connected(mailbox, password, limits, run_end, ssl_context) as session:
            listed = list_folders(session)
            sent = sorted((f for f in listed if f.is_sent), key=lambda f: "\\sent" not in f.uses)
            drafts = sorted((f for f in listed if f.is_draft), key=lambda f: "\\drafts" not in f.uses)
            sent_name = sent[0].name if sent else ""
            return Survey(
                tuple(f.name for f in listed),
                sent_name,
                drafts[0].name if drafts else "",
                _newest(session, "INBOX") if headers else (),
                _newest(session, sent_name) if headers and sent_name else (),
            )
    except IMAPClientError as error:
        raise MailboxError(f"The folders of {mailbox.address} could not be read.", TRY_LATER) from error
    except (Dropped, Stopped) as error:
        raise MailboxError(f"The connection to {mailbox.imap.host} broke.", TRY_LATER) from error


def _newest(session: Session, folder: str) -> tuple[bytes, ...]:
    session.call(session.client.select_folder, folder, readonly=True)
    uids = session.call(session.client.search, ["ALL"])[-_NEWEST:]
    found: list[bytes] = []
    for begin in range(0, len(uids), _BATCH):
        found += [h.raw for h in fetch_headers(session, uids[begin : begin + _BATCH], more=OF_LISTS).values()]
    return tuple(found)
