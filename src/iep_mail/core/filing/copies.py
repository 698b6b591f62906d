"""Copies of one message: from two mailboxes, or from Sent and a Cc, the bytes differ but it is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from iep_mail.model import Message


def fold_copies(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Each message once, ordered by date.

    Two are copies where Message-ID, sender and the text they add agree; one Message-ID with two
    texts stays two messages. Of copies the one with the smallest hash stands for all, so that the
    order of arrival does not matter; its folders are those of all of them.
    """
    groups: defaultdict[tuple[str, ...], list[Message]] = defaultdict(list)
    for message in messages:
        key = (
            (message.message_id, message.sender.email, " ".join(message.new_text.split()))
            if message.message_id
            else (message.sha256,)
        )
        groups[key].append(message)
    return tuple(sorted((_fold(group) for group in groups.values()), key=lambda m: (m.date, m.sha256)))


def _fold(copies: list[Message]) -> Message:
    first = min(copies, key=lambda m: m.sha256)
    folders = tuple(sorted({folder for copy in copies for folder in copy.folders}))
    return replace(first, folders=folders, date=min(copy.date for copy in copies))
