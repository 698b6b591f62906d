"""What stands in a letter's way, and what the parent should know before approving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.sending.binding import recipients_of
from iep_mail.model import (
    Address,
    Casebook,
    Direction,
    Draft,
    Family,
    FiledMessage,
    Mailbox,
    Message,
    MessageKind,
    Request,
)

# What most mail servers take, attachments in their encoded form; many schools take no more.
MOST_BYTES = 25_000_000


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a letter goes to, as the parent is shown them."""

    address: str
    field: str  # To | Cc
    name: str = ""
    role: str = ""
    school: bool = True


def recipients(draft: Draft, book: Casebook, family: Family) -> tuple[Recipient, ...]:
    """Everybody the letter goes to, in full."""
    names = _names(book)
    found = []
    for field, addresses in (("To", draft.to), ("Cc", draft.cc)):
        for address in addresses:
            contact = family.contact(address)
            name = contact.name if contact and contact.name else names.get(address, "")
            role = contact.role if contact else ""
            found.append(Recipient(address, field, name, role, family.is_school(address)))
    return tuple(found)


def _names(book: Casebook) -> dict[str, str]:
    people = (a for m in book.messages for a in (m.message.sender, *m.message.recipients))
    return {a.email: a.name for a in people if a.name}


def obstacles(draft: Draft, size: int) -> tuple[str, ...]:
    """Why the letter cannot be approved, one sentence each; `size` is the finished mail's, in bytes."""
    found = [f"Still to fill in: {blank.question}." for blank in draft.blanks]
    if not draft.to and not draft.blanks:
        found.append("It goes to nobody yet.")
    if not draft.subject.strip():
        found.append("It has no subject.")
    if not draft.body.strip():
        found.append("It is empty.")
    if size > MOST_BYTES:
        found.append(too_large(size))
    return tuple(found)


def too_large(size: int, most: int = MOST_BYTES) -> str:
    return (
        f"With its attachments it is {megabytes(size)} as mail; it may have {megabytes(most)}. "
        "Send fewer or smaller files, or several letters."
    )


def megabytes(size: int) -> str:
    """“29.4 MB”, counted as mail servers do, in millions of bytes."""
    return f"{size / 1_000_000:.0f} MB" if size >= 10_000_000 else f"{size / 1_000_000:.1f} MB"


def cautions(draft: Draft, book: Casebook, family: Family, written_on: date | None) -> tuple[str, ...]:
    """What the parent should know first, one sentence each."""
    found = []
    answered = answered_message(draft, book)
    if answered and (elsewhere := _reply_elsewhere(answered.message, draft)):
        found.append(elsewhere)
    outside = [a for a in recipients_of(draft) if not family.is_school(a) and not family.is_own(a)]
    if outside:
        found.append(f"Not an address of the school as far as iep-mail knows: {', '.join(outside)}.")
    returned = sorted({a for r in book.requests for a in r.undelivered_to} & set(recipients_of(draft)))
    if returned:
        found.append(f"Mail to {', '.join(returned)} came back before.")
    if written_on and written_on < book.as_of:
        found.append(
            f"It was written on {written_on:%B} {written_on.day}: days that it counts have gone on since."
        )
    request = request_of(draft, book)
    if request and request.status.settled:
        found.append(f"What it asks about counts as {request.status} now.")
    return tuple(found)


def _reply_elsewhere(message: Message, draft: Draft) -> str:
    """Reply-To unlike From: where answers were asked to go, where the letter does not go there."""
    asked = [a.email for a in message.reply_to if a.email != message.sender.email]
    missing = [a for a in asked if a not in recipients_of(draft)]
    if not missing:
        return ""
    return f"The mail from {message.sender.email} asks for answers at {', '.join(missing)} instead."


def sending_mailbox(
    draft: Draft, book: Casebook, family: Family, mailboxes: Sequence[Mailbox]
) -> Mailbox | None:
    """The mailbox of the parent whose matter it is: who asked, or to whom the school wrote; else the
    first that can send. None where the family has no mailbox."""
    request = request_of(draft, book)
    flag = next((f for f in book.flags if f.id == draft.flag), None)
    sha256 = request.sha256 if request else flag.message if flag else None
    about = next((m for m in book.messages if m.message.sha256 == sha256), answered_message(draft, book))
    people = (about.message.sender, *about.message.recipients) if about else ()
    able = sorted(mailboxes, key=lambda m: m.smtp is None)
    owned = (m for p in people for m in able if p.email.lower() in _owner_addresses(m, family))
    return next(owned, next(iter(able), None))


def _owner_addresses(mailbox: Mailbox, family: Family) -> frozenset[str]:
    """Every address of the parent whose mailbox it is."""
    own = mailbox.address.lower()
    found = (frozenset(map(str.lower, p.addresses)) for p in family.parents)
    return next((addresses for addresses in found if own in addresses), frozenset({own}))


def sender_of(mailbox: Mailbox, family: Family) -> Address:
    """The mailbox's address with the name of the parent whose it is."""
    own = mailbox.address.lower()
    names = (p.name for p in family.parents if own in map(str.lower, p.addresses))
    return Address(next(names, ""), mailbox.address)


def request_of(draft: Draft, book: Casebook) -> Request | None:
    return next((r for r in book.requests if r.id == draft.request), None)


def answered_message(draft: Draft, book: Casebook) -> FiledMessage | None:
    """The message that the letter replies to."""
    wanted = draft.in_reply_to
    return next((m for m in book.messages if wanted and m.message.message_id == wanted), None)


# --- news since the approval ----------------------------------------------------------------


def matter(draft: Draft, book: Casebook) -> tuple[FiledMessage, ...]:
    """What people at the school wrote in the letter's matter: its threads, else its case."""
    threads = set()
    if answered := answered_message(draft, book):
        threads.add(answered.thread)
    if request := request_of(draft, book):
        own = {request.sha256, *request.follow_ups}
        threads |= {request.thread, *(m.thread for m in book.messages if m.message.sha256 in own)}
    return tuple(
        m
        for m in book.messages
        if m.direction is Direction.FROM_SCHOOL
        and m.kind in (MessageKind.PERSONAL, MessageKind.CALENDAR)
        and (m.thread in threads if threads else m.case is not None and m.case == draft.case)
    )


def seen(draft: Draft, book: Casebook) -> tuple[str, ...]:
    """The school's messages that are known in the matter, to be kept with the approval."""
    return tuple(_key(m.message) for m in matter(draft, book))


def news(draft: Draft, book: Casebook, known: Sequence[str]) -> tuple[FiledMessage, ...]:
    """What the school wrote in the matter that is not among `known`."""
    return tuple(m for m in matter(draft, book) if _key(m.message) not in known)


def _key(message: Message) -> str:
    return message.message_id or message.sha256
