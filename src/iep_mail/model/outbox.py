"""What was put out: approvals, sending and every event of a letter's life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iep_mail.model.drafts import Draft


class OutboxStep(StrEnum):
    """One event in a letter's life outside of iep-mail's proposals; appended, never changed."""

    APPROVED = "approved"
    VOIDED = "voided"  # the approval no longer holds: the letter was changed or taken back
    QUEUED = "queued"  # the parent said "send"; it goes out at `not_before`
    CANCELLED = "cancelled"
    SENDING = "sending"  # on disk before the connection is opened
    TRANSMITTING = "transmitting"  # on disk before the final dot: from here on it may be sent
    SENT = "sent"
    FAILED = "failed"  # surely not sent
    UNKNOWN = "unknown"
    FILED = "filed"  # its copy lies in the Sent folder
    UNFILED = "unfiled"  # sent, but without a copy in Sent so far
    APPENDING = "appending"  # about to be put into the Drafts folder
    APPENDED = "appended"
    CHANGED_THERE = "changed_there"
    DELETED_THERE = "deleted_there"
    SENT_THERE = "sent_there"  # from any mail app
    TAKEN_BACK = "taken_back"  # our own untouched copy was removed from Drafts
    RESTORED = "restored"  # taken up again after it was discarded


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """`id` rises with time. `binding` names the approval, `sha256` a message of the store."""

    id: int
    draft_id: str
    step: OutboxStep
    at: datetime
    message_id: str = ""
    account: str = ""
    reason: str = ""
    binding: str = ""
    sha256: str = ""
    not_before: datetime | None = None
    refused: tuple[str, ...] = ()
    retry: bool = False  # of a failure: trying again later may help


@dataclass(frozen=True, slots=True)
class LetterVersion:
    """The whole letter after one change. `origin`: edited | filled | addressed | attached | placed |
    mail_app | approved | written."""

    id: int
    draft_id: str
    at: datetime
    origin: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the parent approved: the exact bytes and envelope, bound by one SHA-256."""

    binding: str
    draft_id: str
    version: int
    at: datetime
    account: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    size: int  # bytes
    seen: tuple[str, ...] = ()  # sha256 of the school's messages that were known in the matter


@dataclass(frozen=True, slots=True)
class SentLetter:
    """What is known of a letter of ours that was sent: the requests it follows up, the template it was
    written from, and its text as it was proposed."""

    requests: tuple[str, ...]
    letter: str
    body: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The outbox as it was kept: the letters' versions, what was approved, and every event."""

    versions: tuple[LetterVersion, ...] = ()
    entries: tuple[OutboxEntry, ...] = ()
    approvals: tuple[Approval, ...] = ()
