"""Reading a mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """The header fields that decide whether a message is the school's."""

    addresses: tuple[str, ...]  # From, Sender, Reply-To, To, Cc, Bcc: lower case
    sender: str
    message_id: str
    related: tuple[str, ...]  # In-Reply-To and References
    subject: str = ""


@dataclass(frozen=True, slots=True)
class FetchedMessage:
    uid: int
    raw: bytes
    received_at: datetime | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FolderPosition:
    """How far a folder was read: every UID up to `last_uid` was looked at."""

    uidvalidity: int
    last_uid: int
    searched: frozenset[str] = frozenset()  # domains and addresses searched from the first UID


@dataclass(frozen=True, slots=True)
class FetchedBatch:
    """What one transaction stores: the messages and the position that they bring."""

    account: str
    folder: str
    position: FolderPosition
    messages: tuple[FetchedMessage, ...] = ()


class MailMemory(Protocol):
    """What the poller asks of the store; every `keep` is one transaction."""

    def position(self, account: str, folder: str) -> FolderPosition | None: ...

    def known_uids(self, account: str, folder: str, uidvalidity: int) -> frozenset[int]: ...

    def known_message_ids(self, ids: Iterable[str]) -> frozenset[str]: ...

    def known_folders(self, account: str) -> frozenset[str]:
        """Every folder that was read and has a position."""
        ...

    def forget_folder(self, account: str, folder: str) -> None:
        """Drops the position of a folder that is gone; its messages stay."""
        ...

    def keep(self, batch: FetchedBatch) -> int:
        """Stores the batch; returns how many messages were new to the store."""
        ...


@dataclass(frozen=True, slots=True)
class FolderReport:
    folder: str
    new: int = 0
    unfetched: int = 0
    problem: str = ""  # one sentence for the parent, "" where all went well


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """How one night's reading of one mailbox went."""

    account: str
    complete: bool
    folders: tuple[FolderReport, ...] = ()
    problem: str = ""
    remedy: str = ""
    lasting: bool = False  # trying again does not help: the login is refused, the identity unproven

    @property
    def new(self) -> int:
        return sum(f.new for f in self.folders)


@dataclass(frozen=True, slots=True)
class MailboxState:
    """When a mailbox was last read to its end, as the store remembers it."""

    account: str
    read_at: datetime | None
    problem: str = ""
