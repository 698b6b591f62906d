"""Recognising a letter that left by another way, or came back as a copy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from iep_mail.model import Direction, Draft, FiledMessage, Message

# Of a letter in the same thread to the same people, so much of the text has to be there still; where
# the draft itself is gone from Drafts, much less is needed to say which way it went.
_SAME_THREAD, _SAME_THREAD_GONE, _OTHER_PEOPLE, _NO_THREAD = 0.45, 0.2, 0.65, 0.7
_CLOCKS_DIFFER = timedelta(hours=12)


def likeness(text: str, other: str) -> float:
    """How much of the words of two texts agree in order, 0 to 1; the longer one counts."""
    a, b = text.lower().split(), other.lower().split()
    if not a or not b:
        return 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def letter_score(message: Message, draft: Draft, ids: Collection[str], *, gone: bool) -> float:
    """How surely a message of the parent's is this letter: 0 where it is not, 1 by its Message-ID.

    By In-Reply-To, the people it goes to, and how alike the texts are; `gone` says that the draft no
    longer lies in the Drafts folder.
    """
    if message.message_id and message.message_id in ids:
        return 1.0
    cited = (*message.in_reply_to, *message.references)
    in_thread = bool(draft.in_reply_to) and draft.in_reply_to in cited
    people = bool({a.email for a in message.recipients} & set(draft.to))
    alike = max(likeness(message.new_text, draft.body), likeness(message.full_text, draft.body))
    if in_thread and people:
        enough = _SAME_THREAD_GONE if gone else _SAME_THREAD
    elif in_thread:
        enough = _OTHER_PEOPLE
    elif people:
        enough = _NO_THREAD
    else:
        return 0.0
    return min(alike, 0.99) if alike >= enough else 0.0


def recognised(
    messages: Sequence[FiledMessage], draft: Draft, ids: Collection[str], since: datetime, *, gone: bool
) -> FiledMessage | None:
    """The message of the parent's that is most surely this letter, sent after `since`; None if none is."""
    mine = [
        m for m in messages if m.direction is Direction.TO_SCHOOL and m.message.date >= since - _CLOCKS_DIFFER
    ]
    scored = [(letter_score(m.message, draft, ids, gone=gone), m.message.date, m) for m in mine]
    best = max(scored, key=lambda s: (s[0], s[1]), default=None)
    return best[2] if best and best[0] > 0 else None


def same_mail(one: Message, other: Message) -> bool:
    """Whether two messages are one mail that a server gave another Message-ID on its way."""
    return (
        one.sender.email == other.sender.email
        and {a.email for a in one.recipients} == {a.email for a in other.recipients}
        and abs(one.date - other.date) <= timedelta(days=2)
        and " ".join(one.new_text.split()) == " ".join(other.new_text.split())
        and one.subject == other.subject
    )
