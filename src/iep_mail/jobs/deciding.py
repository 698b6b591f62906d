"""The parent's word: each correction is one appended decision, told in a sentence and undoable.

A decision carries the message and the sentence it is about beside the id, so that it holds when ids
or rules change later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from iep_mail.core.decisions.anchors import ALIKE, same_sentence
from iep_mail.core.decisions.kinds import Said, taken_back
from iep_mail.core.decisions.report import names_of
from iep_mail.core.decisions.words import day_words, sentence
from iep_mail.core.tracking.ids import item_id
from iep_mail.errors import UsageError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import (
    Case,
    Casebook,
    Commitment,
    Decision,
    FiledMessage,
    MessageKind,
    Request,
    RequestKind,
    Thread,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision that was made, and how it is told to the parent."""

    decision: Decision
    says: str

    @property
    def undo(self) -> str:
        return f"iep-mail undo {self.decision.id}"


def say(workspace: Workspace, said: Said, subject: str, values: Mapping[str, Any], now: datetime) -> Told:
    """Appends one decision. `values` is kept as JSON; what is empty in it is left out."""
    kept = {key: value for key, value in values.items() if value not in (None, "", (), [], {})}
    decision = workspace.decide(said, subject, json.dumps(kept, sort_keys=True), now)
    return Told(decision, sentence(decision, {d.id: d for d in workspace.store.all_decisions()}))


def anchor(message: FiledMessage) -> dict[str, str]:
    return {"sha256": message.message.sha256, "message_id": message.message.message_id}


def _of(item: Request | Commitment) -> dict[str, str]:
    return {"sha256": item.sha256, "message_id": item.message_id, "quote": item.quote}


def _who(filed: FiledMessage) -> str:
    return filed.message.sender.name or filed.message.sender.email


# --- requests and commitments ---------------------------------------------------------------


def settle(
    workspace: Workspace,
    book: Casebook,
    request: Request,
    now: datetime,
    *,
    answered_by: FiledMessage | None = None,
    refused: bool = False,
    on: date | None = None,
    note: str = "",
) -> Told:
    """It was answered or refused: by a message, or otherwise on a day. Raises UsageError for a day
    before it was asked or after today."""
    check_day(on, request.asked_on, book.as_of, "it was asked")
    values: dict[str, Any] = {**_of(request), "note": note, "outcome": "refused" if refused else "answered"}
    if answered_by is not None:
        check_day(answered_by.sent_on, request.asked_on, book.as_of, "it was asked")
        day = answered_by.sent_on.isoformat()
        values["answered_by"] = {**anchor(answered_by), "from": _who(answered_by), "on": day}
    elif on is not None:
        values["on"] = on.isoformat()
    return say(workspace, Said.SETTLE, request.id, values, now)


def say_of_request(
    workspace: Workspace, said: Said, request: Request, now: datetime, values: Mapping[str, Any]
) -> Told:
    """Reopen, withdraw, not a request, another kind."""
    return say(workspace, said, request.id, {**_of(request), **values}, now)


def does_not_answer(
    workspace: Workspace, request: Request, message: FiledMessage, now: datetime, note: str = ""
) -> Told:
    """A message that may have been an answer is none: the request stays open and it is not shown again."""
    by = {**anchor(message), "from": _who(message), "on": message.sent_on.isoformat()}
    return say(workspace, Said.REOPEN, request.id, {**_of(request), "not_by": by, "note": note}, now)


def set_due(workspace: Workspace, request: Request, due: date, now: datetime, note: str = "") -> Told:
    if due < request.asked_on:
        raise UsageError(
            f"{day_words(due)} lies before the day it was asked, {day_words(request.asked_on)}.",
            "Give a later day, written as 2026-03-20.",
        )
    values = {**_of(request), "due": due.isoformat(), "note": note}
    return say(workspace, Said.SET_DUE, request.id, values, now)


def add_request(
    workspace: Workspace,
    book: Casebook,
    message: FiledMessage,
    words: str,
    now: datetime,
    *,
    kind: RequestKind | None = None,
    due: date | None = None,
) -> Told:
    """A request that was not found: a sentence of the message, or the parent's own words for it."""
    words = " ".join(words.split())
    if not words:
        raise UsageError("There are no words to it.", "Write what you asked for.")
    there = _same(book.requests, message, words)
    if there is not None:
        raise UsageError(
            f"This is followed already, as request {there.id}.",
            f"See it with: iep-mail request show {there.id}",
        )
    if due is not None and due < message.sent_on:
        raise UsageError(
            f"{day_words(due)} lies before the message, {day_words(message.sent_on)}.", "Give a later day."
        )
    values = _added(message, words, due) | ({"kind": str(kind)} if kind else {})
    return say(workspace, Said.ADD_REQUEST, _item(message, words), values, now)


def add_commitment(
    workspace: Workspace,
    book: Casebook,
    message: FiledMessage,
    words: str,
    now: datetime,
    due: date | None = None,
) -> Told:
    """Something that the school said it would do and that was not found."""
    words = " ".join(words.split())
    if not words:
        raise UsageError("There are no words to it.", "Write what they said they would do.")
    there = _same(book.commitments, message, words)
    if there is not None:
        raise UsageError(
            f"This is followed already, as {there.id}.", f"See it with: iep-mail commitment show {there.id}"
        )
    return say(workspace, Said.ADD_COMMITMENT, _item(message, words), _added(message, words, due), now)


def _same(
    items: Sequence[Request] | Sequence[Commitment], message: FiledMessage, words: str
) -> Request | Commitment | None:
    mine = (i for i in items if i.sha256 == message.message.sha256)
    return next((i for i in mine if same_sentence(words, i.quote) >= ALIKE), None)


def _item(message: FiledMessage, words: str) -> str:
    return item_id(message.message.message_id or message.message.sha256, words)


def _added(message: FiledMessage, words: str, due: date | None) -> dict[str, Any]:
    return {
        **anchor(message),
        "quote": words,
        "from": _who(message),
        "day": message.sent_on.isoformat(),
        "due": due.isoformat() if due else "",
    }


def say_of_commitment(
    workspace: Workspace, said: Said, commitment: Commitment, now: datetime, values: Mapping[str, Any]
) -> Told:
    """Kept, no longer waited for, open after all."""
    return say(workspace, said, commitment.id, {**_of(commitment), **values}, now)


def check_day(day: date | None, first: date, last: date, what: str) -> None:
    if day is not None and day < first:
        raise UsageError(
            f"{day_words(day)} lies before {what}, {day_words(first)}.", "Give a later day, as 2026-03-20."
        )
    if day is not None and day > last:
        raise UsageError(f"{day_words(day)} has not come yet.", "Give the day on which it was.")


# --- messages -------------------------------------------------------------------------------


def say_of_message(
    workspace: Workspace, said: Said, message: FiledMessage, now: datetime, kind: MessageKind | None = None
) -> Told:
    """What kind of mail it is, or whether it is the school's."""
    values = {
        **anchor(message),
        "kind": str(kind) if kind else "",
        "title": message.message.subject or "(no subject)",
        "day": message.sent_on.isoformat(),
    }
    return say(workspace, said, message.message.sha256, values, now)


def followed_by(workspace: Workspace, decision: Decision, today: date) -> int:
    """For how many like messages a decision is followed."""
    reports = workspace.casebook(today).decisions
    return next((len(r.followed) for r in reports if r.decision.id == decision.id), 0)


# --- cases ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """Where a thread goes: a case, a new one with a title, or none."""

    case: Case | None = None
    new: bool = False
    title: str = ""

    def values(self) -> dict[str, str]:
        if self.case is not None:
            return {"case": self.case.id, "case_title": self.case.title}
        return {"case": "new", "title": self.title} if self.new else {"case": "none"}


def move_thread(workspace: Workspace, book: Casebook, thread: Thread, target: Target, now: datetime) -> Told:
    if target.case is not None and thread.id in target.case.threads:
        raise UsageError(f"“{thread.subject}” lies in “{target.case.title}” already.", "Nothing was changed.")
    values = {**anchor(book.message(thread.messages[0])), "thread": thread.subject, **target.values()}
    return say(workspace, Said.MOVE_THREAD, thread.id, values, now)


def split_thread(
    workspace: Workspace,
    book: Casebook,
    thread: Thread,
    first: FiledMessage,
    target: Target,
    now: datetime,
    only: Sequence[FiledMessage] = (),
) -> Told:
    """From `first` on, or `only` these, the thread becomes one of its own in another case."""
    if len(thread.messages) == 1 or (not only and first.message.sha256 == thread.messages[0]):
        return move_thread(workspace, book, thread, target, now)
    values = {
        **anchor(first),
        "thread": thread.subject,
        "first": first.message.subject or "(no subject)",
        "day": first.sent_on.isoformat(),
        "only": [anchor(m) for m in only],
        **target.values(),
    }
    return say(workspace, Said.SPLIT, thread.id, values, now)


def keep_together(workspace: Workspace, book: Casebook, thread: Thread, now: datetime) -> Told:
    values = {**anchor(book.message(thread.messages[0])), "thread": thread.subject}
    return say(workspace, Said.KEEP_TOGETHER, thread.id, values, now)


def merge_cases(workspace: Workspace, case: Case, into: Case, now: datetime) -> Told:
    if case.id == into.id:
        raise UsageError("These are one case already.", "Nothing was changed.")
    values = {"was": case.title, "into": into.id, "into_title": into.title}
    return say(workspace, Said.MERGE, case.id, values, now)


def rename_case(workspace: Workspace, case: Case, title: str, now: datetime) -> Told:
    title = " ".join(title.split())
    if not title:
        raise UsageError("A case needs a name.", "Write one that you will know again.")
    return say(workspace, Said.RENAME, case.id, {"was": case.title, "title": title}, now)


def set_child(workspace: Workspace, case: Case, wanted: str, now: datetime) -> Told:
    child = known_child(workspace, wanted)
    return say(workspace, Said.SET_CHILD, case.id, {"was": case.title, "child": child}, now)


def known_child(workspace: Workspace, wanted: str) -> str:
    """The full name of the child called so. Raises UsageError where there is none, or two."""
    names = [
        c.name for c in workspace.family.children if wanted.casefold() in {n.casefold() for n in c.names}
    ]
    if len(names) != 1:
        known = ", ".join(c.name for c in workspace.family.children) or "none yet"
        raise UsageError(f"There is no child “{wanted}” in config.toml.", f"Known: {known}.")
    return names[0]


# --- taking back ----------------------------------------------------------------------------


def undo(workspace: Workspace, number: int | None, now: datetime) -> Told:
    """Takes back a decision, or an earlier undo, or the last decision that stands."""
    made = workspace.store.all_decisions()
    gone = taken_back(made)
    standing = [d for d in made if d.id not in gone]
    wanted = (
        [d for d in made if d.id == number]
        if number is not None
        else [d for d in standing if d.kind != Said.UNDO]
    )
    if not wanted:
        raise UsageError(
            f"There is no decision {number}." if number is not None else "There is nothing to take back.",
            "See them all with: iep-mail decisions",
        )
    if wanted[-1].id in gone:
        raise UsageError(
            f"Decision {wanted[-1].id} was taken back already.",
            f"To let it stand again: iep-mail undo {gone[wanted[-1].id]}",
        )
    told = say(workspace, Said.UNDO, str(wanted[-1].id), {}, now)
    names = names_of(workspace.casebook(workspace.day_of(now)))
    return replace(told, says=sentence(told.decision, {d.id: d for d in made}, names))
