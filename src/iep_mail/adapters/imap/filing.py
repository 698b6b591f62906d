"""Copies of the school's messages in IEP folders of the mailbox, one folder for each case.

Messages are copied by the server itself; nothing outside of the IEP folders changes, no flag either.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import TRY_LATER, Dropped, Limits, Session, Stopped, connected
from iep_mail.adapters.imap.fetch import Header, fetch_headers
from iep_mail.adapters.imap.folders import OWN_FOLDER
from iep_mail.adapters.imap.safety import safe
from iep_mail.errors import MailboxError
from iep_mail.model import Mailbox

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a copy is known again: its Message-ID ("" where it has none) and its size in bytes."""

    message_id: str
    size: int


class CaseFolders:
    """The IEP folders of one mailbox, over one connection. Names are those below IEP.

    Every method may raise MailboxError; whatever was done until then stays.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        prefix, self._delimiter = _namespace(session)
        self._root = f"{prefix}{OWN_FOLDER}"
        self._names = self._listed()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._names)

    def _listed(self) -> set[str]:
        begin = self._root + self._delimiter
        client = self._session.client
        folders = self._session.call(client.list_folders)
        names = [
            name for flags, _, name in folders if isinstance(name, str) and b"\\NonExistent" not in flags
        ]
        return {name.removeprefix(begin) for name in names if name.startswith(begin)}

    def _path(self, name: str) -> str:
        return safe(f"{self._root}{self._delimiter}{name}")

    def make(self, name: str) -> None:
        if name in self._names:
            return
        client = self._session.client
        with suppress(IMAPClientError):  # most servers make it with its first child
            self._session.call(client.create_folder, self._root)
        self._session.call(client.create_folder, self._path(name))
        for folder in (self._root, self._path(name)):
            with suppress(IMAPClientError):
                self._session.call(client.subscribe_folder, folder)
        self._names.add(name)

    def rename(self, old: str, new: str) -> None:
        client = self._session.client
        self._session.call(client.rename_folder, self._path(old), self._path(new))
        with suppress(IMAPClientError):
            self._session.call(client.unsubscribe_folder, self._path(old))
        with suppress(IMAPClientError):
            self._session.call(client.subscribe_folder, self._path(new))
        self._names = self._names - {old} | {new}

    def copy(self, folder: str, uidvalidity: int, uids: Sequence[int], name: str) -> dict[int, Mark]:
        """Copies the messages that are not in the case's folder already; returns those that lie there
        now. Empty where the UIDs are of another time; one that is gone is absent."""
        if not self._open(folder, uidvalidity):
            return {}
        found = self._marks(uids)
        self.make(name)
        there = set(self._all_marks(self._path(name)).values())
        missing = [uid for uid, mark in found.items() if mark not in there]
        if missing and self._open(folder, uidvalidity):
            self._session.call(self._session.client.copy, missing, self._path(name))
        return found

    def move(self, marks: Sequence[Mark], old: str, new: str) -> None:
        """Moves our copies from one case's folder to another's; one that the parent has put elsewhere
        stays where it is."""
        if old not in self._names:
            return
        self.make(new)
        there = set(self._all_marks(self._path(new)).values())
        client = self._session.client
        wanted = set(marks)
        ours = {u: m for u, m in self._all_marks(self._path(old), readonly=False).items() if m in wanted}
        to_move = [uid for uid, mark in ours.items() if mark not in there]
        doubled = [uid for uid, mark in ours.items() if mark in there]
        if to_move and client.has_capability("MOVE"):
            self._session.call(client.move, to_move, self._path(new))
        elif to_move:
            self._session.call(client.copy, to_move, self._path(new))
            doubled += to_move
        if doubled:
            self._session.call(client.delete_messages, doubled, silent=True)
            if client.has_capability("UIDPLUS"):
                self._session.call(client.uid_expunge, doubled)
            else:
                self._session.call(client.expunge)

    def remove_empty(self, name: str) -> None:
        """Removes a case's folder if nothing lies in it."""
        if name not in self._names or self._all_marks(self._path(name)):
            return
        client = self._session.client
        # Some servers remove no folder that is open.
        self._session.call(client.select_folder, "INBOX", readonly=True)
        with suppress(IMAPClientError):
            self._session.call(client.unsubscribe_folder, self._path(name))
        with suppress(IMAPClientError):  # a folder with folders inside stays
            self._session.call(client.delete_folder, self._path(name))
            self._names.discard(name)

    def _open(self, folder: str, uidvalidity: int) -> bool:
        answer = self._session.call(self._session.client.select_folder, safe(folder), readonly=True)
        return bool(answer.get(b"UIDVALIDITY") == uidvalidity)

    def _marks(self, uids: Sequence[int]) -> dict[int, Mark]:
        found: dict[int, Mark] = {}
        for begin in range(0, len(uids), _BATCH):
            headers = fetch_headers(self._session, uids[begin : begin + _BATCH])
            found |= {uid: _mark(header) for uid, header in headers.items()}
        return found

    def _all_marks(self, path: str, *, readonly: bool = True) -> dict[int, Mark]:
        client = self._session.client
        self._session.call(client.select_folder, path, readonly=readonly)
        return self._marks(self._session.call(client.search, ["ALL"]))


def _mark(header: Header) -> Mark:
    found = _MESSAGE_ID.search(re.sub(rb"\r?\n[ \t]+", b" ", header.raw))
    return Mark(found[1].decode("latin-1") if found else "", header.size)


def _namespace(session: Session) -> tuple[str, str]:
    """What comes before a folder's name, and what stands between its parts."""
    client = session.client
    with suppress(IMAPClientError, IndexError, TypeError):
        if client.has_capability("NAMESPACE"):
            prefix, delimiter = session.call(client.namespace).personal[0]
            return _text(prefix), _text(delimiter) or "/"
    listed = session.call(client.list_folders)
    delimiters = [_text(delimiter) for _, delimiter, _ in listed if delimiter]
    return "", delimiters[0] if delimiters else "/"


def _text(value: bytes | str | None) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value or ""


@contextmanager
def case_folders(
    mailbox: Mailbox,
    password: str,
    *,
    limits: Limits = Limits(),
    ssl_context: ssl.SSLContext | None = None,
) -> Iterator[CaseFolders]:
    """The mailbox's IEP folders until the block ends. Raises LoginError, CertificateError, MailboxError."""
    run_end = time.monotonic() + limits.run_seconds
    try:
        with connected(mailbox, password, limits, run_end, ssl_context) as session:
            yield CaseFolders(session)
    except IMAPClientError as error:
        raise MailboxError(
            f"The mail server of {mailbox.address} did not take the IEP folders as iep-mail made them.",
            TRY_LATER,
        ) from error
    except (Dropped, Stopped) as error:
        raise MailboxError(
            f"The connection broke while messages of {mailbox.address} were copied into IEP folders.",
            "iep-mail goes on from there on its next run; none is copied twice.",
        ) from error
