"""What a parent is told after a night, in few words: a notification, or a mail to themselves.

A notification may be read by whoever stands before the screen, and a subject by whoever sees the list of
mails: both name nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from iep_mail.core.letters.mail import draft_bytes
from iep_mail.core.sending.binding import message_id
from iep_mail.model import Address, Draft


@dataclass(frozen=True, slots=True)
class Notice:
    """`title` and `line` name nobody; `page` is the whole morning page, for the parent alone."""

    night: date
    title: str
    line: str
    page: str = ""


def notice_of_night(
    night: date, matters: int, doubts: int, unread: Sequence[str], problems: int, page: str
) -> Notice | None:
    """What to tell of a night that ran: how many matters want the parent, how many sent letters are in
    doubt, which mailboxes were not read to their end. None where it wants nothing of them."""
    said = []
    if unread:
        said.append(f"{_counted(len(unread), 'mailbox was', 'mailboxes were')} not read to the end")
    if doubts:
        said.append(f"{_counted(doubts, 'letter is', 'letters are')} in doubt")
    if matters:
        said.append(f"{_counted(matters, 'matter wants', 'matters want')} you")
    if problems and not said:
        said.append("something was not done")
    if not said:
        return None
    title = "iep-mail: the night did not go well" if unread or problems else "iep-mail: something wants you"
    line = f"{', '.join(said).capitalize()}. See it with: iep-mail web"
    return Notice(night, title, line, page)


def notice_of_failure(night: date, what: str, remedy: str) -> Notice:
    """What to tell of a night that could not run at all."""
    page = f"iep-mail could not do its work this night.\n\n{what}\n{remedy}\n\nTo see what is wrong: iep-mail doctor\n"
    line = "Your mail with the school was not read. See why with: iep-mail doctor"
    return Notice(night, "iep-mail: the night did not run", line, page)


def notice_bytes(notice: Notice, parent: Address, at: datetime) -> bytes:
    """The notice as a mail from the parent to the parent alone, the same bytes for the same arguments."""
    mark = hashlib.sha256(notice.night.isoformat().encode()).hexdigest()
    note = Draft(
        id="night",
        case=None,
        request=None,
        letter="",
        subject=f"{notice.title} ({notice.night:%B} {notice.night.day})",
        to=(parent.email,),
        cc=(),
        body=notice.page or notice.line,
    )
    raw = draft_bytes(note, parent, message_id("night", mark, parent.email), at)
    # RFC 3834: what a program wrote, so that no automatic reply answers it.
    return b"Auto-Submitted: auto-generated\r\n" + raw


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
