"""What may go with a letter."""

from __future__ import annotations

import hashlib
from email.message import Message as Parsed

from iep_mail.core.letters.mail import clean
from iep_mail.core.reading.tree import parse
from iep_mail.model import Attachment, Casebook, Draft

_TYPES = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def attachment(name: str, size: int, sha256: str) -> Attachment:
    """An attachment by its file name; what kind of file it is follows from the ending."""
    name = clean(name.replace("/", "-").replace("\\", "-")) or "attachment"
    ending = name.rpartition(".")[2].lower()
    return Attachment(name, _TYPES.get(ending, "application/octet-stream"), size, sha256)


def in_case(draft: Draft, book: Casebook) -> tuple[tuple[str, Attachment], ...]:
    """(sha256 of the message, attachment) for all that came with the mail of the letter's case."""
    return tuple(
        (m.message.sha256, found)
        for m in book.messages
        if m.case is not None and m.case == draft.case
        for found in m.message.attachments
    )


def content_of(raw: bytes, sha256: str) -> bytes | None:
    """The bytes of the attachment with this hash in a raw message; None where it has none such."""
    payloads = map(_payload, parse(raw).walk())
    return next((p for p in payloads if p is not None and hashlib.sha256(p).hexdigest() == sha256), None)


def _payload(part: Parsed) -> bytes | None:
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # a broken transfer encoding
        return None
    return payload if isinstance(payload, bytes) else None
