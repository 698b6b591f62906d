"""A letter in the Drafts folder of the parent's mailbox: the same still, changed, or gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from iep_mail.core.sending.editing import edited
from iep_mail.core.sending.recognise import letter_score
from iep_mail.model import Address, Draft, Message


@dataclass(frozen=True, slots=True)
class Placed:
    """A letter that was put into Drafts: its newest version, and every Message-ID it may have there."""

    draft: Draft
    ids: frozenset[str]


def is_same(message: Message, draft: Draft) -> bool:
    """Whether a message says what the letter says, to the same people; how it is wrapped or encoded is
    no difference, as mail programs and servers write it anew."""
    return (
        _words(message.full_text) == _words(draft.body)
        and _words(message.subject) == _words(draft.subject)
        and _emails(message.to) == frozenset(draft.to)
        and _emails(message.cc) == frozenset(draft.cc)
        and {a.sha256 for a in message.attachments} == {a.sha256 for a in draft.attachments}
    )


def _words(text: str) -> str:
    return " ".join(text.split())


def _emails(people: Sequence[Address]) -> frozenset[str]:
    return frozenset(a.email for a in people)


def adopted(message: Message, draft: Draft) -> Draft:
    """The letter with what the parent made of it in a mail app."""
    changed = edited(
        draft,
        to=tuple(dict.fromkeys(a.email for a in message.to)),
        cc=tuple(dict.fromkeys(a.email for a in message.cc)),
        subject=message.subject,
        body=message.full_text.rstrip() + "\n",
    )
    return replace(changed, attachments=message.attachments)


def match_drafts(placed: Mapping[str, Placed], there: Sequence[Message]) -> Mapping[str, Message]:
    """Draft id → the message in Drafts that it is now: by its Message-ID, else by the thread, the people
    and the text, as a mail program that saves a draft again gives it another Message-ID."""
    found: dict[str, Message] = {}
    for draft_id, letter in placed.items():
        own = [m for m in there if m.message_id in letter.ids]
        if own:
            found[draft_id] = own[-1]
    taken = {m.sha256 for m in found.values()} | {
        m.sha256 for m in there for letter in placed.values() if m.message_id in letter.ids
    }
    scored = sorted(
        (
            (letter_score(message, letter.draft, letter.ids, gone=False), draft_id, message)
            for draft_id, letter in placed.items()
            if draft_id not in found
            for message in there
            if message.sha256 not in taken
        ),
        key=lambda s: (-s[0], s[1], s[2].sha256),
    )
    for score, draft_id, message in scored:
        if score > 0 and draft_id not in found and message.sha256 not in taken:
            found[draft_id] = message
            taken.add(message.sha256)
    return found
