"""One raw message read: any bytes in, a Message out. Never raises; what cannot be read is said."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email import message_from_bytes
from email.message import Message as Parsed

from iep_mail.core.reading.automatic import Automatic, classify
from iep_mail.core.reading.body import Body, best_texts, read_body
from iep_mail.core.reading.closings import without_closing
from iep_mail.core.reading.headers import (
    CAPPED,
    UNKNOWN_DATE,
    addresses,
    believable_date,
    capped_block,
    clean,
    header_text,
    ids_of,
    split_block,
    without_leading_lines,
)
from iep_mail.core.reading.quotes import is_forward, new_text
from iep_mail.core.reading.tree import parse
from iep_mail.model import Address, Envelope, Message, MessageKind

READER_VERSION = "2026-11-25.10"  # raise it with every change of reading: cached readings depend on it

_NOT_COMPLETE = "It is too large to be fetched whole: only its header and text were read."
_NOT_READ = "It could not be read; it is kept as it came."


def read_message(raw: bytes, received_at: datetime | None = None, *, complete: bool = True) -> Message:
    """The message that these bytes are. `received_at` is an aware time (IMAP's INTERNALDATE).

    `complete` False says that a message over the size cap was fetched without its attachments.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    problems = () if complete else (_NOT_COMPLETE,)
    try:
        return _read(raw, sha256, received_at, problems)
    except (Exception, RecursionError, MemoryError):
        return _quarantined(raw, sha256, received_at, problems)


def read_envelope(header: bytes) -> Envelope:
    """The fields of a header block (or of a whole message) that decide whose it is. Never raises."""
    try:
        parsed = message_from_bytes(
            capped_block(split_block(without_leading_lines(header))[0]), policy=CAPPED
        )
        found = [a for name in _PEOPLE for a in addresses(parsed, name)]
        sender = next(iter(addresses(parsed, "From")), None)
        message_id = (ids_of(parsed, "Message-ID") or ("",))[0]
        related = ids_of(parsed, "In-Reply-To") + ids_of(parsed, "References")
        return Envelope(
            tuple(dict.fromkeys(a.email for a in found)),
            sender.email if sender else "",
            message_id,
            tuple(dict.fromkeys(related)),
            header_text(parsed, "Subject"),
        )
    except Exception:
        return Envelope((), "", "", ())


_PEOPLE = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Resent-To", "Resent-From")


def _read(raw: bytes, sha256: str, received_at: datetime | None, problems: tuple[str, ...]) -> Message:
    parsed = parse(raw)
    body = read_body(parsed)
    sender = _sender(parsed)
    subject = header_text(parsed, "Subject")
    shown, own = best_texts(body, _names(sender))
    found = classify(parsed, sender.email, subject, shown, list(body.parts))
    return Message(
        sha256=sha256,
        message_id=(ids_of(parsed, "Message-ID") or ("",))[0],
        date=believable_date(parsed, received_at),
        sender=sender,
        subject=subject,
        new_text=without_closing(new_text(own, _names(sender)), sender),
        full_text=shown,
        in_reply_to=ids_of(parsed, "In-Reply-To"),
        references=ids_of(parsed, "References"),
        to=addresses(parsed, "To"),
        cc=addresses(parsed, "Cc"),
        bcc=addresses(parsed, "Bcc"),
        reply_to=addresses(parsed, "Reply-To"),
        thread_topic=header_text(parsed, "Thread-Topic"),
        kind=found.kind,
        attachments=body.attachments,
        failed_recipients=found.failed_recipients,
        returned_id=found.returned_id,
        forwarded=is_forward(shown, subject),
        list_id=header_text(parsed, "List-Id").rpartition("<")[2].rstrip("> ").lower(),
        problems=(*problems, *body.problems, *_empty(body, shown, found)),
    )


def _sender(parsed: Parsed) -> Address:
    found = addresses(parsed, "From") or addresses(parsed, "Sender") or addresses(parsed, "Return-Path")
    return found[0] if found else Address(header_text(parsed, "From"), "")


def _names(sender: Address) -> str:
    """What the sender may sign with: the name, else the words of the address."""
    return sender.name or " ".join(re.findall(r"[a-z]{3,}", sender.email.partition("@")[0]))


def _empty(body: Body, shown: str, found: Automatic) -> tuple[str, ...]:
    if shown.strip() or body.attachments or found.kind is not MessageKind.PERSONAL:
        return ()
    return ("It holds no text that could be read.",) if body.html or body.plain else ()


def _quarantined(raw: bytes, sha256: str, received_at: datetime | None, problems: tuple[str, ...]) -> Message:
    """What the header says, where the body defeats every parser."""
    envelope = read_envelope(raw)
    try:
        parsed = message_from_bytes(capped_block(split_block(raw)[0]), policy=CAPPED)
        date, sender = believable_date(parsed, received_at), _sender(parsed)
    except Exception:
        date, sender = received_at or UNKNOWN_DATE, Address("", envelope.sender)
    return Message(
        sha256=sha256,
        message_id=envelope.message_id,
        date=date,
        sender=sender,
        subject=envelope.subject,
        full_text=clean(split_block(raw)[1][:20_000].decode("utf-8", "replace")),
        in_reply_to=envelope.related,
        to=tuple(Address("", a) for a in envelope.addresses if a != envelope.sender),
        problems=(*problems, _NOT_READ),
    )
