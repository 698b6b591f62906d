"""What binds an approval to what the parent saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from iep_mail.model import Draft


def fingerprint(draft: Draft, sender: str) -> str:
    """A hash of all that the parent decides about a letter: text, people, place, attachments, sender.

    The same letter looked at twice has the same one; any change gives another.
    """
    parts = [
        sender.lower(),
        list(draft.to),
        list(draft.cc),
        draft.subject,
        draft.body,
        draft.in_reply_to,
        list(draft.references),
        [[a.name, a.content_type, a.sha256] for a in draft.attachments],
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def binding(raw: bytes, sender: str, recipients: Sequence[str]) -> str:
    """The SHA-256 of the exact bytes and the envelope."""
    envelope = json.dumps([sender, list(recipients)], ensure_ascii=True).encode()
    return hashlib.sha256(len(envelope).to_bytes(8, "big") + envelope + raw).hexdigest()


def message_id(draft_id: str, mark: str, address: str) -> str:
    """A Message-ID that is the same for the same letter, and says nothing of the program."""
    return f"<{draft_id}.{mark[:16]}@{address.rpartition('@')[2].lower()}>"


def recipients_of(draft: Draft) -> tuple[str, ...]:
    """The envelope: everybody the letter goes to, each once."""
    return tuple(dict.fromkeys((*draft.to, *draft.cc)))
