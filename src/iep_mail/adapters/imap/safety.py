"""What may be handed to an IMAP server."""

from __future__ import annotations

import re

from iep_mail.errors import MailboxError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def safe(text: str) -> str:
    """The text, unchanged; MailboxError where it holds a control character (CVE-2025-15366)."""
    if _CONTROL.search(text):
        raise MailboxError(
            "A name or address holds a hidden control character, so it was not sent to the mail server.",
            "Look for it in config.toml and type that name or address again.",
        )
    return text
