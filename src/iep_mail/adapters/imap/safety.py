"""What may be handed to an IMAP server."""

from __future__ import annotations

import re

from iep_mail.errors import MailboxError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_safe(text: str) -> bool:
    """Whether the text holds no control character."""
    return _CONTROL.search(text) is None


def safe(text: str) -> str:
    """The text, unchanged; MailboxError where it holds a control character.

    imaplib would put a line break on the wire as a second command (CVE-2025-15366).
    """
    if not is_safe(text):
        raise MailboxError(
            "A name, address or password holds a hidden character, so it was not sent to the mail server.",
            "Type it again, without line breaks or tabs.",
        )
    return text
