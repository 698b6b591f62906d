"""Ids as a parent types them: the first letters are enough, and a wrong one is told what was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Protocol, TypeVar

from iep_mail.core.decisions.cases import resolve_case
from iep_mail.core.decisions.words import day_words, short
from iep_mail.core.filing.cases import case_id
from iep_mail.errors import UsageError
from iep_mail.model import (
    Case,
    Casebook,
    Commitment,
    Draft,
    Duty,
    FiledMessage,
    Flag,
    LogEntry,
    ParentDeadline,
    Request,
    Thread,
)

MOST = 6  # how many are listed


class HasId(Protocol):
    @property
    def id(self) -> str: ...


AnItem = TypeVar("AnItem", bound=HasId)


def find_request(book: Casebook, wanted: str) -> Request:
    open_first = sorted(book.requests, key=lambda r: (r.status.settled, -r.asked_on.toordinal()))
    return _one(open_first, wanted, "request", describe_request, book)


def find_commitment(book: Casebook, wanted: str) -> Commitment:
    latest = sorted(book.commitments, key=lambda c: c.said_on, reverse=True)
    return _one(latest, wanted, "commitment", describe_commitment, book)


def find_entry(book: Casebook, wanted: str) -> LogEntry:
    return _one(book.entries[::-1], wanted, "log entry", describe_entry, book)


def find_case(book: Casebook, wanted: str) -> Case:
    """The case with this id, or the one into which it was merged, or that now holds its thread."""
    return _former_case(book, wanted) or _one(book.cases, wanted, "case", describe_case, book)


def _former_case(book: Casebook, wanted: str) -> Case | None:
    """The case that an id means which no case has any more, or its first letters."""
    exact = resolve_case(wanted, book.cases)
    if exact is not None or not wanted or _begins(book.cases, wanted):
        return exact
    founded = {case_id(t): c for c in book.cases for t in c.threads}
    founded |= {old: c for c in book.cases for old in c.former_ids}
    near = {c.id: c for old, c in founded.items() if old.startswith(wanted)}
    return next(iter(near.values())) if len(near) == 1 else None


def find_thread(book: Casebook, wanted: str) -> Thread:
    """The thread with this id, or the one that holds the message with this id."""
    if _begins(book.threads, wanted):
        return _one(book.threads, wanted, "thread", describe_thread, book)
    held = {m.thread for m in _messages(book, wanted)}
    if len(held) == 1:
        return next(t for t in book.threads if t.id in held)
    return _one(book.threads[::-1], wanted, "thread", describe_thread, book)


def find_message(book: Casebook, wanted: str) -> FiledMessage:
    """The message with this hash, Message-ID or log entry."""
    hits = _messages(book, wanted)
    if len(hits) == 1:
        return hits[0]
    lines = (f"{m.message.sha256[:8]}  {describe_message(m)}" for m in hits or book.messages[::-1])
    if hits:
        raise _ambiguous(wanted, "message", lines)
    raise _unknown(wanted, "message", lines, book)


def _messages(book: Casebook, wanted: str) -> list[FiledMessage]:
    if not wanted:
        return []
    bare = wanted.strip("<>")
    exact = [m for m in book.messages if m.message.message_id.strip("<>") == bare]
    entered = [m for m in book.messages if m.message.by_hand and m.message.by_hand.id == wanted]
    return exact or entered or [m for m in book.messages if m.message.sha256.startswith(wanted)]


def _begins(items: Iterable[HasId], wanted: str) -> bool:
    return bool(wanted) and any(i.id.startswith(wanted) for i in items)


def _one(
    items: Sequence[AnItem], wanted: str, noun: str, describe: Callable[[AnItem], str], book: Casebook
) -> AnItem:
    hits = [i for i in items if i.id == wanted] or [i for i in items if wanted and i.id.startswith(wanted)]
    if len(hits) == 1:
        return hits[0]
    lines = (f"{i.id}  {describe(i)}" for i in hits or _near(items, wanted))
    if hits:
        raise _ambiguous(wanted, noun, lines)
    raise _unknown(wanted, noun, lines, book)


def _near(items: Sequence[AnItem], wanted: str) -> Sequence[AnItem]:
    """Those whose id is a slip away, else those that are likely meant."""
    starts = {i.id[: max(len(wanted), 3)]: i for i in items}
    close = get_close_matches(wanted, list(starts), n=MOST, cutoff=0.7)
    return [starts[c] for c in close] or items


def _listed(lines: Iterable[str]) -> str:
    shown = [line for _, line in zip(range(MOST), lines, strict=False)]
    return "".join(f"\n  {line}" for line in shown)


def _ambiguous(wanted: str, noun: str, lines: Iterable[str]) -> UsageError:
    return UsageError(
        f"“{wanted}” fits more than one {noun}.", f"Write a few more letters of it:{_listed(lines)}"
    )


def _unknown(wanted: str, noun: str, lines: Iterable[str], book: Casebook) -> UsageError:
    other = what_is(book, wanted)
    if other and other[0] != noun:
        return UsageError(f"“{wanted}” is a {other[0]}, not a {noun}.", f"See it with: {other[1]}")
    listed = _listed(lines)
    what = f"There is no {noun} “{wanted}”."
    return UsageError(what, f"Did you mean one of these?{listed}" if listed else f"There is no {noun} yet.")


def what_is(book: Casebook, wanted: str) -> tuple[str, str] | None:
    """What kind of thing has an id, and the command that shows it."""
    kinds: tuple[tuple[str, Iterable[HasId], str], ...] = (
        ("request", book.requests, "request show"),
        ("commitment", book.commitments, "commitment show"),
        ("case", book.cases, "case show"),
        ("log entry", book.entries, "log show"),
        ("letter", book.drafts, "draft show"),
        ("flag", book.flags, "why"),
        ("thread", book.threads, "why"),
    )
    for noun, items, command in kinds:
        if _begins(items, wanted):
            return noun, f"iep-mail {command} {wanted}"
    return ("message", f"iep-mail message show {wanted}") if _messages(book, wanted) else None


AnId = Request | Commitment | Flag | Draft | Case | Thread | LogEntry | ParentDeadline | Duty


def find_anything(book: Casebook, wanted: str) -> AnId | FiledMessage | None:
    """Whatever has this id, or the first letters of which are this; None where nothing has it."""
    groups: tuple[Sequence[AnId], ...] = (
        book.requests,
        book.commitments,
        book.flags,
        book.drafts,
        book.cases,
        book.threads,
        book.entries,
        book.deadlines_of_parent,
        book.duties,
    )
    for items in groups:
        for item in items:
            if wanted and item.id.startswith(wanted):
                return item
    messages = _messages(book, wanted)
    return messages[0] if messages else _former_case(book, wanted)


def describe_request(request: Request) -> str:
    return f"{day_words(request.asked_on)}, {request.status}: “{short(request.quote, 60)}”"


def describe_commitment(commitment: Commitment) -> str:
    return f"{day_words(commitment.said_on)}, {commitment.status}: “{short(commitment.quote, 60)}”"


def describe_case(case: Case) -> str:
    return case.title


def describe_thread(thread: Thread) -> str:
    return f"“{short(thread.subject, 60)}”, {len(thread.messages)} message{'s' * (len(thread.messages) != 1)}"


def describe_entry(entry: LogEntry) -> str:
    return f"{day_words(entry.on)}: {short(entry.text, 60)}"


def describe_message(filed: FiledMessage) -> str:
    who = filed.message.sender.name or filed.message.sender.email
    return f"{day_words(filed.sent_on)}, {who}: “{short(filed.message.subject, 50)}”"
