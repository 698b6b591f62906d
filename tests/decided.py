"""Decisions and casebooks for tests of the parent's word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.decisions.entries import entry_hash, entry_id
from iep_mail.model import Casebook, Commitment, Decision, Family, FiledMessage, Message, Request
from world import CALENDAR, FAMILY, at, read_all, speech_story

STORY = read_all(speech_story())
LATER = date(2026, 3, 31)


def book_of(
    day: date = LATER,
    decisions: Sequence[Decision] = (),
    messages: Sequence[Message] = STORY,
    family: Family = FAMILY,
) -> Casebook:
    return build_casebook(messages, decisions, (), CALENDAR, Rules(family, {}), day)


def said(
    number: int, said_kind: str, subject: str = "", /, *, when: str = "2026-02-05 18:00", **values: Any
) -> Decision:
    """A decision as the program stores it, made at `when` (UTC)."""
    return Decision(number, at(when), said_kind, subject, json.dumps(values, sort_keys=True))


def of_request(number: int, kind: str, request: Request | Commitment, /, **values: Any) -> Decision:
    """A decision with what it needs to find its request again."""
    anchor = {"sha256": request.sha256, "message_id": request.message_id, "quote": request.quote}
    return said(number, kind, request.id, **{**anchor, **values})


def of_message(number: int, kind: str, message: Message | FiledMessage, /, **values: Any) -> Decision:
    mail = message.message if isinstance(message, FiledMessage) else message
    anchor = {"sha256": mail.sha256, "message_id": mail.message_id, "title": mail.subject}
    return said(number, kind, mail.sha256, **{**anchor, **values})


def written(number: int, on: str, text: str, /, *, when: str = "2026-02-05 18:00", **values: Any) -> Decision:
    """An entry by hand: a call from the school unless `values` say otherwise."""
    usual = {"kind": "communication", "channel": "call", "direction": "from_school"}
    value = json.dumps({**usual, "on": on, "text": text, **values}, sort_keys=True)
    return Decision(number, at(when), "log", entry_id(entry_hash(at(when), value)), value)


def request_like(book: Casebook, words: str) -> Request:
    return next(r for r in book.requests if words in r.quote)
