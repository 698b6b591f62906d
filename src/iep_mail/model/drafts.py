"""Letters that are not sent yet."""

from __future__ import annotations

from dataclasses import dataclass

from iep_mail.model.kinds import DraftStatus
from iep_mail.model.messages import Attachment


@dataclass(frozen=True, slots=True)
class Blank:
    """A fact that a letter needs and iep-mail does not have."""

    name: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    id: str
    case: str | None
    request: str | None
    letter: str
    subject: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    body: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    flag: str | None = None  # the flag that it answers
    flags: tuple[str, ...] = ()  # every flag that it answers, `flag` first
    requests: tuple[str, ...] = ()  # every request that it asks about, where it is more than one
    blanks: tuple[Blank, ...] = ()
    status: DraftStatus = DraftStatus.DRAFTED
    note: str = ""
    attachments: tuple[Attachment, ...] = ()
    edited: bool = False  # the parent's own words are in it
    standing: str = ""  # one sentence on where it stands, "" where the status says all
