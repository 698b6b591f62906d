"""A draft as the bytes of a message (RFC 5322)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import MappingProxyType

from iep_mail.errors import UsageError
from iep_mail.model import Address, Attachment, Draft

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")  # visible ASCII: what RFC 5322 allows, and no more
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")
_POLICY = SMTP.clone(max_line_length=78)


def draft_bytes(
    draft: Draft,
    sender: Address,
    message_id: str,
    at: datetime,
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """The draft as one message with CRLF line ends, the same bytes for the same arguments.

    `at` is aware and becomes Date, in its own zone; `files` holds the attachments' bytes by their SHA-256.
    Control characters are taken out of every header value before it is assigned (CVE-2024-6923).
    Raises UsageError for an address that cannot be written to.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _mailbox(sender.email, sender.name)
    if draft.to:
        mail["To"] = tuple(_mailbox(email) for email in draft.to)
    if draft.cc:
        mail["Cc"] = tuple(_mailbox(email) for email in draft.cc)
    mail["Subject"] = clean(draft.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = (_MESSAGE_ID.findall(clean(message_id)) or [_bad_id(message_id)])[0]
    answered = _MESSAGE_ID.findall(clean(draft.in_reply_to))[:1]
    if answered:
        mail["In-Reply-To"] = answered[0]
    chain = [found for reference in draft.references for found in _MESSAGE_ID.findall(clean(reference))]
    if chain:
        mail["References"] = " ".join(_short(chain))
    body = "".join(c for c in draft.body if c in "\n\t" or not _CONTROL.fullmatch(c))
    mail.set_content(body, charset="utf-8", cte=_encoding(body))
    for attachment in draft.attachments:
        _attach(mail, attachment, files[attachment.sha256])
    if draft.attachments:
        # A random boundary would give other bytes each time.
        mail.set_boundary("=_" + hashlib.sha256(message_id.encode()).hexdigest()[:32])
    return mail.as_bytes()


def _attach(mail: EmailMessage, attachment: Attachment, content: bytes) -> None:
    main, _, sub = attachment.content_type.partition("/")
    if not _MEDIA_TYPE.fullmatch(attachment.content_type) or main in ("multipart", "message"):
        main, sub = "application", "octet-stream"
    mail.add_attachment(content, maintype=main, subtype=sub, filename=clean(attachment.name) or "attachment")


def _bad_id(message_id: str) -> str:
    raise UsageError(
        f"“{clean(message_id)}” is not a Message-ID.", "Please report this: it is a fault of iep-mail."
    )


def clean(value: str) -> str:
    """A header value without control characters; a run of them becomes one space."""
    return _CONTROL.sub(" ", value).strip()


def _mailbox(email: str, name: str = "") -> HeaderAddress:
    try:
        return HeaderAddress(display_name=clean(name), addr_spec=email)
    except Exception as error:  # the standard library raises several kinds for a malformed address
        raise UsageError(
            f"“{clean(email)}” is not a mail address that a letter can go to.",
            "Correct it in config.toml under [[school.contacts]], or in the draft.",
        ) from error


def _short(chain: list[str]) -> list[str]:
    """The first and the last of a long chain, as RFC 5322 section 3.6.4 has it kept useful."""
    return chain if len(chain) <= 20 else [chain[0], *chain[-19:]]


def _encoding(body: str) -> str:
    plain = body.isascii() and all(len(line) < 78 for line in body.splitlines())
    return "7bit" if plain else "quoted-printable"
