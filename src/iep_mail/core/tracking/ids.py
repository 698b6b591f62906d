"""Short ids of what is found in messages."""

from __future__ import annotations

import hashlib


def item_id(message: str, quote: str) -> str:
    """A short id that depends on the message (its Message-ID or hash) and the sentence only."""
    return hashlib.sha256(f"{message}\n{' '.join(quote.lower().split())}".encode()).hexdigest()[:10]
