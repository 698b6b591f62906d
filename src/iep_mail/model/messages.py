"""What arrived: messages as bytes, as read, and as filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from iep_mail.model.family import Address
from iep_mail.model.kinds import Channel, Direction, MessageKind

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """Bytes as they came. `received_at` is IMAP's INTERNALDATE, None for imported files."""

    sha256: str
    raw: bytes
    received_at: datetime | None
    folders: tuple[str, ...]
    complete: bool = True  # False: over the size cap, only headers and text parts were fetched
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    size: int
    sha256: str
    readable: bool = True


@dataclass(frozen=True, slots=True)
class HandEntry:
    """What is known of a communication because the parent entered it by hand."""

    id: str  # of the log entry
    direction: Direction
    entered_at: datetime
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One communication, read. Independent of the family's configuration, so it can be cached."""

    sha256: str
    message_id: str  # "<…>", or "" where there is none
    date: datetime  # when it was sent, as far as that can be believed
    sender: Address
    subject: str = ""
    new_text: str = ""  # what this message itself adds
    full_text: str = ""  # everything it shows, quotes and signature too
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    thread_topic: str = ""
    kind: MessageKind = MessageKind.PERSONAL
    channel: Channel = Channel.EMAIL
    attachments: tuple[Attachment, ...] = ()
    failed_recipients: tuple[str, ...] = ()  # of a bounce: to whom it was not delivered
    returned_id: str = ""  # of a bounce: the Message-ID that came back
    forwarded: bool = False  # its text is mostly somebody else's, handed on
    problems: tuple[str, ...] = ()  # what could not be read, one plain sentence each
    folders: tuple[str, ...] = ()
    list_id: str = ""  # of a mailing list (RFC 2919), between the angle brackets
    by_hand: HandEntry | None = None

    @property
    def recipients(self) -> tuple[Address, ...]:
        return self.to + self.cc + self.bcc


@dataclass(frozen=True, slots=True)
class FiledMessage:
    """A message of the school's correspondence with its place in it."""

    message: Message
    direction: Direction
    kind: MessageKind  # as read, or portal_notice for a configured portal
    sent_on: date  # the day it was sent, in the family's time zone
    thread: str
    case: str | None = None
    child: str | None = None
    because: tuple[str, ...] = ()  # the parent's word that it is read or filed so, in sentences


@dataclass(frozen=True, slots=True)
class Thread:
    id: str
    subject: str
    messages: tuple[str, ...]  # sha256, in time order


class Correspondence(tuple[FiledMessage, ...]):
    """Filed messages in time order, found by hash, thread, case and person without looking through all."""

    @cached_property
    def by_sha(self) -> Mapping[str, FiledMessage]:
        return {m.message.sha256: m for m in reversed(self)}

    def of_thread(self, thread: str) -> Sequence[FiledMessage]:
        return self._by_thread.get(thread, ())

    def of_case(self, case: str | None) -> Sequence[FiledMessage]:
        return self._by_case.get(case, ())

    def with_person(self, email: str) -> Sequence[FiledMessage]:
        """What this address wrote or was sent."""
        return self._by_person.get(email, ())

    @cached_property
    def _by_thread(self) -> Mapping[str, list[FiledMessage]]:
        return _grouped((m.thread, m) for m in self)

    @cached_property
    def _by_case(self) -> Mapping[str | None, list[FiledMessage]]:
        return _grouped((m.case, m) for m in self)

    @cached_property
    def _by_person(self) -> Mapping[str, list[FiledMessage]]:
        people = (
            (m, dict.fromkeys(a.email for a in (m.message.sender, *m.message.recipients))) for m in self
        )
        return _grouped((email, m) for m, emails in people for email in emails)


def correspondence(messages: Iterable[FiledMessage]) -> Correspondence:
    return messages if isinstance(messages, Correspondence) else Correspondence(messages)


def _grouped(pairs: Iterable[tuple[Key, FiledMessage]]) -> dict[Key, list[FiledMessage]]:
    found: dict[Key, list[FiledMessage]] = {}
    for key, message in pairs:
        found.setdefault(key, []).append(message)
    return found
