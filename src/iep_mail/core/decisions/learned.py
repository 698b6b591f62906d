"""What was corrected once on a sender, a list or a subject is followed for like mail.

Likeness is narrow on purpose. A correction that makes mail count for less must not swallow a real
answer of the same person: an automatic reply is known again by its words alone, and a newsletter by
its list, its subject without dates, or its words, never in a conversation that the family is part of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iep_mail.core.filing.threads import base_subject, is_reply
from iep_mail.model import Message, MessageKind

ALIKE = 0.8  # the share of words from which two texts of one sender are the same text
FEWEST_WORDS = 6

_WHEN = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
    r"|\d+(?:st|nd|rd|th)?",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Example:
    """A corrected message. `decision` is the number of the decision that corrected it."""

    decision: int
    message: Message
    kind: MessageKind | None = None  # None: it is not the school's mail


def like_mail(example: Example, messages: Sequence[Message], own: frozenset[str]) -> dict[str, str]:
    """The messages that a correction is followed for, by hash, each with what they have in common.

    `own` are the family's addresses: mail of the family itself is never judged by likeness.
    """
    if example.message.sender.email.lower() in own or example.message.by_hand:
        return {}
    answered = {m.message_id for m in messages if m.sender.email.lower() in own and m.message_id}
    found = {}
    for message in messages:
        if message.sha256 != example.message.sha256 and (why := _alike(example, message, answered)):
            found[message.sha256] = why
    return found


def _alike(example: Example, other: Message, answered: set[str]) -> str:
    one = example.message
    if not one.sender.email or one.sender.email.lower() != other.sender.email.lower():
        return ""
    if example.kind is MessageKind.PERSONAL:
        same_writer = bool(one.sender.name) and one.sender.name == other.sender.name
        misread_alike = one.kind is other.kind and one.list_id == other.list_id
        return "it is from the same person at the same address" if same_writer and misread_alike else ""
    if same_text(one.new_text, other.new_text):
        return "it has the same sender and says the same"
    if example.kind is MessageKind.AUTO_REPLY or _in_conversation(other, answered):
        return ""
    if one.list_id and one.list_id == other.list_id:
        return "it comes from the same mailing list"
    pattern = subject_pattern(one.subject)
    if pattern and pattern == subject_pattern(other.subject):
        return "it has the same sender and subject"
    return ""


def _in_conversation(message: Message, answered: set[str]) -> bool:
    return is_reply(message) or any(i in answered for i in (*message.in_reply_to, *message.references))


def subject_pattern(subject: str) -> str:
    """The subject without reply marks, tags, numbers, weekdays and months."""
    return " ".join(_WORD.findall(_WHEN.sub(" ", base_subject(subject)))).casefold()


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for dates, numbers and a word here and there."""
    a, b = (frozenset(_WORD.findall(_WHEN.sub(" ", text).casefold())) for text in (one, other))
    return min(len(a), len(b)) >= FEWEST_WORDS and len(a & b) / len(a | b) >= ALIKE


def same_matter(one: Sequence[Message], other: Sequence[Message], own: frozenset[str]) -> str:
    """Why a thread is like one that the parent moved, "" where it is not: the same list, or the same
    subject without dates with the same person of the school."""
    first, second = one[0], other[0]
    if first.list_id and first.list_id == second.list_id:
        return "it comes from the same mailing list"
    pattern = subject_pattern(first.subject)
    if pattern and pattern == subject_pattern(second.subject) and _people(one, own) & _people(other, own):
        return "it has the same subject and the same people"
    return ""


def _people(thread: Iterable[Message], own: frozenset[str]) -> set[str]:
    everyone = {a.email.lower() for m in thread for a in (m.sender, *m.recipients) if a.email}
    return everyone - own
