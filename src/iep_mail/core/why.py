"""Why iep-mail says what it says: any id of the casebook explained in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from iep_mail.core.tracking.deadlines import explain
from iep_mail.core.tracking.duty_flags import explain_duty
from iep_mail.core.tracking.parent_deadlines import explain_parent_deadline
from iep_mail.data import load
from iep_mail.model import (
    Case,
    Casebook,
    Commitment,
    Draft,
    DraftStatus,
    Effect,
    FiledMessage,
    Flag,
    FlagKind,
    Request,
    RequestEvent,
    RequestStatus,
)

_EFFECTS = {
    Effect.ACKNOWLEDGED: "said that they had it and would look into it; the request stays open and the date stays",
    Effect.DEFERRED: "named a later date",
    Effect.ANSWERED: "answered it",
    Effect.REFUSED: "said no",
}

_STATUS = {
    RequestStatus.OPEN: "Nothing that came back settles it, so it is open.",
    RequestStatus.ACKNOWLEDGED: "It was acknowledged but not answered, so it is open.",
    RequestStatus.DEFERRED: "A later date was named and no answer has come, so it is open.",
    RequestStatus.ANSWERED: "It counts as answered.",
    RequestStatus.REFUSED: "It counts as refused.",
    RequestStatus.WITHDRAWN: "You withdrew it.",
}


def why(book: Casebook, wanted: str) -> tuple[str, ...] | None:
    """The sentences that explain the request, commitment, flag, draft or case with this id (its first
    letters are enough), a deadline of the parent's own, or the message with this hash. None where nothing has it."""
    about: Request | Commitment | Flag | Draft | Case | None = next(
        (
            item
            for items in (book.requests, book.commitments, book.flags, book.drafts, book.cases)
            for item in items
            if item.id.startswith(wanted)
        ),
        None,
    )
    if about is not None:
        return _tell(book, about)
    own = next((d for d in book.deadlines_of_parent if d.id.startswith(wanted)), None)
    if own is not None:
        return explain_parent_deadline(own, book.as_of)
    duty = next((d for d in book.duties if d.id.startswith(wanted)), None)
    if duty is not None:
        return explain_duty(duty)
    filed = next((m for m in book.messages if m.message.sha256.startswith(wanted)), None)
    return _message(book, filed) if filed else None


def _tell(book: Casebook, about: Request | Commitment | Flag | Draft | Case) -> tuple[str, ...]:
    if isinstance(about, Request):
        return _request(book, about)
    if isinstance(about, Commitment):
        return _commitment(book, about)
    if isinstance(about, Flag):
        return _flag(book, about)
    return _draft(book, about) if isinstance(about, Draft) else _case(book, about)


def day_words(day: date) -> str:
    """“Thursday, March 5, 2026”."""
    return f"{day:%A, %B} {day.day}, {day.year}"


def _who(filed: FiledMessage) -> str:
    return filed.message.sender.name or filed.message.sender.email


def _what(request: Request) -> str:
    return str(load("page")["what"][str(request.kind)]).lower()


def _named(filed: FiledMessage, emails: Sequence[str]) -> list[str]:
    """The people behind addresses, by the names that the message itself gives them."""
    names = {a.email.lower(): a.name for a in filed.message.recipients if a.name}
    return [names.get(email.lower(), email) for email in emails]


def _by(book: Casebook, event: RequestEvent) -> str:
    filed = next((m for m in book.messages if m.message.sha256 == event.sha256), None)
    return _who(filed) if filed else event.by or "the school"


def _request(book: Casebook, request: Request) -> tuple[str, ...]:
    asked = book.message(request.sha256)
    lines = [
        f"On {day_words(request.asked_on)} {_who(asked)} wrote in “{asked.message.subject}”: “{request.quote}”",
        f"That is something asked of the school ({_what(request)}); "
        f"it went to {', '.join(_named(asked, request.asked_of)) or 'nobody at the school'}.",
        explain(request.deadline),
    ]
    if request.undelivered_to:
        lines.append(f"It came back undelivered from {', '.join(request.undelivered_to)}.")
    lines += [
        f"On {day_words(event.on)} {_by(book, event)} {_EFFECTS[event.effect]}"
        + (f" ({day_words(event.new_due_on)})" if event.new_due_on else "")
        + (f": “{event.quote}”" if event.quote else ".")
        for event in request.events
    ]
    for sha256 in request.follow_ups:
        lines.append(f"You reminded them on {day_words(book.message(sha256).sent_on)}.")
    for candidate in request.candidates:
        message = book.message(candidate.sha256)
        lines.append(
            f"The message of {_who(message)} of {day_words(message.sent_on)} may be an answer: "
            f"{candidate.reason} "
            "Only you can say; until then the request stays open."
        )
    lines.append(_STATUS[request.status])
    late = request.days_overdue(book.as_of)
    if late:
        lines.append(f"On {day_words(book.as_of)} it is {late} calendar day{'s' * (late != 1)} overdue.")
    return tuple(lines)


def _commitment(book: Casebook, commitment: Commitment) -> tuple[str, ...]:
    lines = [f"On {day_words(commitment.said_on)} {commitment.by} wrote: “{commitment.quote}”"]
    if commitment.due_on is None:
        lines.append("No date is named, so it is never called overdue.")
    else:
        lines.append(f"The date named is {day_words(commitment.due_on)}.")
    if commitment.kept_by:
        kept = book.message(commitment.kept_by)
        lines.append(f"It counts as kept by the message of {_who(kept)} of {day_words(kept.sent_on)}.")
    elif commitment.overdue(book.as_of):
        lines.append("No message shows that it was done, so it is overdue.")
    return tuple(lines)


def _flag(book: Casebook, flag: Flag) -> tuple[str, ...]:
    about = next((r for r in book.requests if r.id == flag.request), None)
    promised = next((c for c in book.commitments if c.id == flag.commitment), None)
    rest: tuple[str, ...] = ()
    if about:
        rest = _request(book, about)
    elif promised:
        rest = _commitment(book, promised)
    # What an overdue, refused or soon due request is about, its own sentences say better.
    known = about is not None and flag.kind is not FlagKind.NOT_DELIVERED
    return (*(() if known else (flag.reason,)), *rest, f"Next: {flag.next_step}")


def _draft(book: Casebook, draft: Draft) -> tuple[str, ...]:
    flag = next((f for f in book.flags if f.id == draft.flag), None)
    to = ", ".join(draft.to) or "somebody you still have to name"
    verb = "was addressed" if draft.status is DraftStatus.SENT else "is proposed"
    lines = [f"The letter “{draft.subject}” {verb} to {to}; its template is {draft.letter}."]
    lines += filter(None, [draft.standing])
    return (*lines, *((draft.note,) if draft.note else ()), *(_flag(book, flag) if flag else ()))


def _case(book: Casebook, case: Case) -> tuple[str, ...]:
    messages = [m for m in book.messages if m.case == case.id]
    lines = [
        f"“{case.title}” holds {len(messages)} messages in {len(case.threads)} threads about the same matter"
        + (f" and {case.child}." if case.child else "."),
        f"It is at step {case.step} of 6 with {case.attempts} documented attempts. {case.next_step}",
    ]
    subjects = dict.fromkeys(t.subject for t in book.threads if t.id in case.threads)
    lines.append("Its threads: " + "; ".join(f"“{s}”" for s in subjects) + ".")
    return tuple(lines)


def _message(book: Casebook, filed: FiledMessage) -> tuple[str, ...]:
    message = filed.message
    whose = "to the school" if filed.direction == "to_school" else "from the school"
    thread = next(t for t in book.threads if t.id == filed.thread)
    case = next((c for c in book.cases if c.id == filed.case), None)
    lines = [
        f"“{message.subject}” of {day_words(filed.sent_on)} is mail {whose}, by the addresses on it.",
        f"It is read as {str(filed.kind).replace('_', ' ')} mail and lies in the thread “{thread.subject}”.",
        f"Its case is “{case.title}”." if case else "It belongs to no case.",
    ]
    return (*lines, *message.problems)
