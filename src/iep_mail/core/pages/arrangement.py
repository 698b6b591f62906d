"""What lies in a case and could lie elsewhere: its threads, with the places where they may be divided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iep_mail.core.letters.entries import Page
from iep_mail.core.letters.people import plain_name
from iep_mail.model import Case, Commitment, CommitmentStatus, FiledMessage, LogRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLine:
    """One thread of a case. `split_at` is the message from which on it seems to be another matter."""

    id: str
    subject: str
    first: date
    last: date
    messages: tuple[FiledMessage, ...]
    split_at: str = ""
    split_subject: str = ""
    split_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCard:
    """Something that the school said it would do, and how it stands."""

    commitment: Commitment
    who: str
    state: str
    late: bool


def thread_lines(case: Case, page: Page) -> tuple[ThreadLine, ...]:
    """The threads of `case`, the latest mail first."""
    threads = {t.id: t for t in page.book.threads}
    suggested = {s.thread: s for s in page.book.suggestions}
    found = []
    for thread in (threads[i] for i in case.threads if i in threads):
        mail = tuple(m for sha in thread.messages if (m := page.message(sha)))
        if not mail:
            continue
        at = suggested.get(thread.id)
        turn = page.message(at.sha256) if at else None
        found.append(
            ThreadLine(
                id=thread.id,
                subject=thread.subject or "(no subject)",
                first=mail[0].sent_on,
                last=mail[-1].sent_on,
                messages=mail,
                split_at=at.sha256 if at and turn else "",
                split_subject=turn.message.subject if turn else "",
                split_on=turn.sent_on if turn else None,
                reason=at.reason if at else "",
            )
        )
    return tuple(sorted(found, key=lambda line: (line.last, line.id), reverse=True))


def promise_cards(case: Case, page: Page) -> tuple[PromiseCard, ...]:
    """What the school said it would do in `case`: what is open first, the earliest day before the others."""
    mine = [c for c in page.book.commitments if c.case == case.id]
    order = sorted(mine, key=lambda c: (c.status is not CommitmentStatus.OPEN, c.due_on or date.max, c.id))
    return tuple(promise_card(c, page) for c in order)


def promise_card(commitment: Commitment, page: Page) -> PromiseCard:
    late = commitment.overdue(page.book.as_of)
    if commitment.status is CommitmentStatus.KEPT:
        state = "They did it."
    elif commitment.status is CommitmentStatus.WITHDRAWN:
        state = "It is no longer waited for."
    elif commitment.due_on is None:
        state = "They named no day."
    elif late:
        state = f"It was to be done by {page.day(commitment.due_on)}, and no message shows it."
    else:
        state = f"It is to be done by {page.day(commitment.due_on)}."
    return PromiseCard(
        commitment=commitment, who=plain_name(commitment.by) or "the school", state=state, late=late
    )


def log_rows(case: Case, page: Page) -> tuple[LogRow, ...]:
    """The case's rows of the documentation log, without what asks and settles nothing."""
    ids = {case.id, *case.former_ids}
    return tuple(row for row in page.book.log if row.case in ids and not row.minor)
