"""Threads divided where the parent divided them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from iep_mail.core.decisions.anchors import Anchor, anchor_of, find_message
from iep_mail.core.decisions.kinds import Said, details
from iep_mail.core.filing.threads import plain_subject
from iep_mail.model import Decision, Message, Thread


def divided_threads(
    threads: Sequence[Thread], messages: Mapping[str, Message], decided: Sequence[Decision]
) -> tuple[tuple[Thread, ...], Mapping[int, str]]:
    """The threads with every split carried out, and for each split that took place the thread it made.

    A split takes a message and what follows it, or only the messages named. Later mail goes with the
    message that it answers.
    """
    result = list(threads)
    made: dict[int, str] = {}
    for decision in decided:
        if decision.kind != Said.SPLIT:
            continue
        first = find_message(anchor_of(decision), messages.values())
        whole = next((t for t in result if first and first.sha256 in t.messages), None)
        if first is None or whole is None:
            continue
        going = _going(decision, first, whole, messages)
        if len(going) == len(whole.messages):
            made[decision.id] = whole.id
            continue
        new = Thread(_new_id(first), plain_subject(first.subject), going)
        rest = replace(whole, messages=tuple(s for s in whole.messages if s not in going))
        # Split off once more from the same message: what is left of the first split keeps its place.
        if any(t.id == new.id for t in result):
            new = replace(new, id=_new_id(first, whole.id))
        result[result.index(whole)] = rest
        result.append(new)
        made[decision.id] = new.id
    first_of = {t.id: messages[t.messages[0]] for t in result}
    ordered = sorted(result, key=lambda t: (first_of[t.id].date, first_of[t.id].sha256))
    return tuple(ordered), made


def _going(
    decision: Decision, first: Message, whole: Thread, messages: Mapping[str, Message]
) -> tuple[str, ...]:
    """The messages that leave, in time order."""
    mail = [messages[s] for s in whole.messages]
    said = details(decision)
    if said.get("only"):
        named = [Anchor.of(a) for a in said["only"]]
        going = {m.sha256 for m in mail if any(a.on(m.sha256, m.message_id) for a in named)} | {first.sha256}
    else:
        going = {first.sha256}
    started = False
    for message in mail:
        started = started or message.sha256 == first.sha256
        if not started or message.sha256 in going:
            continue
        answered = _answered(message, mail)
        if answered in going or (answered is None and not said.get("only")):
            going.add(message.sha256)
    return tuple(s for s in whole.messages if s in going)


def _answered(message: Message, mail: Sequence[Message]) -> str | None:
    """The message of the same thread that this one answers directly."""
    direct = message.in_reply_to[-1:] or message.references[-1:]
    return next((m.sha256 for m in mail if direct and m.message_id == direct[0]), None)


def _new_id(first: Message, beside: str = "") -> str:
    key = f"split\0{first.message_id or first.sha256}\0{beside}"
    return "t-" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:12]
