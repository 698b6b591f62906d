"""Why iep-mail says what it says: any id of the casebook explained in plain words.

Each explanation names the messages that it rests on: date, writer, subject, and the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from iep_mail.core.decisions.entries import entry_title, person_words
from iep_mail.core.lookup import find_anything
from iep_mail.core.tracking.deadlines import explain
from iep_mail.core.tracking.duty_flags import explain_duty
from iep_mail.core.tracking.parent_deadlines import explain_parent_deadline
from iep_mail.data import load
from iep_mail.model import (
    Case,
    Casebook,
    Commitment,
    CommitmentStatus,
    Direction,
    Draft,
    DraftStatus,
    Duty,
    Effect,
    EntryKind,
    FiledMessage,
    Flag,
    FlagKind,
    LogEntry,
    ParentDeadline,
    Request,
    RequestEvent,
    RequestStatus,
    Thread,
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
    """The sentences that explain whatever has this id (its first letters are enough): a request,
    commitment, flag, draft, case, thread, log entry, deadline, duty or message. None where nothing has it."""
    about = find_anything(book, wanted)
    if about is None:
        return None
    if isinstance(about, ParentDeadline):
        return explain_parent_deadline(about, book.as_of)
    if isinstance(about, Duty):
        return explain_duty(about)
    if isinstance(about, Request):
        return _request(book, about)
    if isinstance(about, Commitment):
        return _commitment(book, about)
    if isinstance(about, Flag):
        return _flag(book, about)
    if isinstance(about, Draft):
        return _draft(book, about)
    if isinstance(about, Case):
        return _case(book, about)
    if isinstance(about, Thread):
        return _thread(book, about)
    return _entry(book, about) if isinstance(about, LogEntry) else _message(book, about)


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


def _where(filed: FiledMessage) -> str:
    if filed.message.by_hand:
        return f"as you noted ({filed.message.channel}, {filed.message.by_hand.id})"
    return f"in “{filed.message.subject}”"


def _said(filed: FiledMessage) -> str:
    """How a message is named: “On Monday, January 12, 2026 Ms. Park wrote in “Speech””."""
    when = f"On {day_words(filed.sent_on)}"
    if filed.message.by_hand:
        return f"{when}, {_where(filed)}"
    who = "you" if filed.direction is Direction.TO_SCHOOL else _who(filed)
    return f"{when} {who} wrote in “{filed.message.subject}”"


def _decided(book: Casebook, *ids: str) -> list[str]:
    """What the parent said of these, with the number by which it can be taken back."""
    return [
        f"{report.says} (Decision {report.decision.id} of {day_words(report.decision.at.date())}.)"
        for report in book.decisions
        if report.state == "stands" and set(ids) & {*report.about, *report.followed}
    ]


def _request(book: Casebook, request: Request) -> tuple[str, ...]:
    asked = book.message(request.sha256)
    lines = [
        f"{_said(asked)}: “{request.quote}”",
        f"That is something asked of the school ({_what(request)}); "
        f"it went to {', '.join(_named(asked, request.asked_of)) or 'nobody at the school whose address is known'}.",
        explain(request.deadline),
    ]
    if request.deadline.first_due_on and request.deadline.first_due_on != request.due_on:
        lines.append(
            f"Before a later date was named it was due on {day_words(request.deadline.first_due_on)}."
        )
    if request.undelivered_to:
        lines.append(f"It came back undelivered from {', '.join(request.undelivered_to)}.")
    for event in request.events:
        answer = book.message(event.sha256)
        lines.append(
            f"On {day_words(event.on)} {_by(book, event)} {_EFFECTS[event.effect]}"
            + (f" ({day_words(event.new_due_on)})" if event.new_due_on else "")
            + f", {_where(answer)}"
            + (f": “{event.quote}”" if event.quote else ".")
        )
    for sha256 in request.follow_ups:
        reminder = book.message(sha256)
        lines.append(f"You reminded them on {day_words(reminder.sent_on)}, {_where(reminder)}.")
    for candidate in request.candidates:
        message = book.message(candidate.sha256)
        lines.append(
            f"The message of {_who(message)} of {day_words(message.sent_on)} (“{message.message.subject}”) may "
            f"be an answer: {candidate.reason} Only you can say; until then the request stays open. "
            f"If it is: iep-mail request settle {request.id} --answered-by {candidate.sha256[:8]}"
        )
    lines += _decided(book, request.id)
    lines.append(_STATUS[request.status])
    late = request.days_overdue(book.as_of)
    if late:
        lines.append(f"On {day_words(book.as_of)} it is {late} calendar day{'s' * (late != 1)} overdue.")
    return tuple(lines)


def _commitment(book: Casebook, commitment: Commitment) -> tuple[str, ...]:
    said = book.message(commitment.sha256)
    lines = [f"{_said(said)}: “{commitment.quote}”", f"That is something {commitment.by} would do."]
    if commitment.due_on is None:
        lines.append("No date is named, so it is never called overdue.")
    else:
        lines.append(f"The date named is {day_words(commitment.due_on)}.")
    lines += _decided(book, commitment.id)
    if commitment.kept_by:
        kept = book.message(commitment.kept_by)
        lines.append(
            f"It counts as kept by the message of {_who(kept)} of {day_words(kept.sent_on)} "
            f"(“{kept.message.subject}”)."
        )
    elif commitment.status is CommitmentStatus.WITHDRAWN:
        lines.append("It is no longer waited for: another date took its place, or you said so.")
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
    elif flag.message:
        rest = _observed(book, flag.message)
    # What an overdue, refused or soon due request is about, its own sentences say better.
    known = about is not None and flag.kind is not FlagKind.NOT_DELIVERED
    return (*(() if known else (flag.reason,)), *rest, f"Next: {flag.next_step}")


def _observed(book: Casebook, sha256: str) -> tuple[str, ...]:
    filed = next((m for m in book.messages if m.message.sha256 == sha256), None)
    if filed is None:
        return ()
    quotes = [o.quote for o in book.observations if o.sha256 == sha256]
    return (*(f"{_said(filed)}: “{quote}”" for quote in dict.fromkeys(quotes)), *filed.message.problems)


def _draft(book: Casebook, draft: Draft) -> tuple[str, ...]:
    flag = next((f for f in book.flags if f.id == draft.flag), None)
    to = ", ".join(draft.to) or "somebody you still have to name"
    verb = "was addressed" if draft.status is DraftStatus.SENT else "is proposed"
    lines = [f"The letter “{draft.subject}” {verb} to {to}; its template is {draft.letter}."]
    lines += filter(None, [draft.standing])
    if draft.blanks:
        lines.append(f"It still needs: {'; '.join(blank.question for blank in draft.blanks)}.")
    return (*lines, *((draft.note,) if draft.note else ()), *(_flag(book, flag) if flag else ()))


def _case(book: Casebook, case: Case) -> tuple[str, ...]:
    messages = [m for m in book.messages if m.case == case.id]
    threads = [t for t in book.threads if t.id in case.threads]
    lines = [
        f"“{case.title}” holds {len(messages)} message{'s' * (len(messages) != 1)} in "
        f"{len(threads)} thread{'s' * (len(threads) != 1)} about the same matter"
        + (f" and {case.child}." if case.child else "."),
        f"It is at step {case.step} of 6 with {case.attempts} documented attempt{'s' * (case.attempts != 1)}. {case.next_step}",
    ]
    subjects = dict.fromkeys(t.subject for t in threads)
    lines.append("Its threads: " + "; ".join(f"“{s}”" for s in subjects) + ".")
    lines += _decided(book, case.id, *case.former_ids)
    lines += dict.fromkeys(why for m in messages for why in m.because)
    lines += [s.reason for s in book.suggestions if s.case == case.id]
    return tuple(dict.fromkeys(lines))


def _thread(book: Casebook, thread: Thread) -> tuple[str, ...]:
    messages = [book.message(s) for s in thread.messages]
    case = next((c for c in book.cases if thread.id in c.threads), None)
    held = (
        f"{len(messages)} messages, from {day_words(messages[0].sent_on)} to "
        f"{day_words(messages[-1].sent_on)}: they answer each other, or have the subject and the people in common."
        if len(messages) > 1
        else f"one message, of {day_words(messages[0].sent_on)}."
    )
    lines = [
        f"The thread “{thread.subject}” holds {held}",
        f"It lies in the case “{case.title}”." if case else "It lies in no case.",
        *_ground(case, thread, [why for m in messages for why in m.because]),
        *(s.reason for s in book.suggestions if s.thread == thread.id),
        *_decided(book, thread.id),
    ]
    return tuple(dict.fromkeys(lines))


def _ground(case: Case | None, thread: Thread, told: Sequence[str]) -> tuple[str, ...]:
    """Why a thread lies in its case: the parent's word, or what it has in common with it."""
    if told or case is None:
        return tuple(told)
    why = dict(case.grounds).get(thread.id)
    if why:
        return (f"The thread is there because it {why}.",)
    return ("The case began with it.",) if thread.id == case.threads[0] and len(case.threads) > 1 else ()


def _entry(book: Casebook, entry: LogEntry) -> tuple[str, ...]:
    private = ", private: nothing of it is read, quoted or exported" if entry.private else ""
    lines = [
        f"{entry_title(entry)} on {day_words(entry.on)}{f' at {entry.time}' if entry.time else ''}; "
        f"you wrote it down on {day_words(entry.entered_at.date())}{private}.",
        *([f"With {', '.join(map(person_words, entry.people))}."] if entry.people else ()),
        *([f"“{entry.text.strip()}”"] if entry.text.strip() else ()),
        *(f"You corrected it on {day_words(c.at.date())}; before, {c.before}." for c in entry.corrections),
    ]
    if entry.kind is EntryKind.COMMUNICATION:
        filed = next((m for m in book.messages if m.message.sha256 == entry.sha256), None)
        lines += _message(book, filed) if filed else ()
    elif case := next((c for c in book.cases if c.id == entry.case), None):
        lines.append(f"It is a note of yours to the case “{case.title}”.")
    return tuple(lines)


def _message(book: Casebook, filed: FiledMessage) -> tuple[str, ...]:
    message = filed.message
    whose = "to the school" if filed.direction == Direction.TO_SCHOOL else "from the school"
    thread = next(t for t in book.threads if t.id == filed.thread)
    case = next((c for c in book.cases if c.id == filed.case), None)
    how = "as you noted" if message.by_hand else "by the addresses on it"
    lines = [
        f"“{message.subject}” of {day_words(filed.sent_on)} went {whose}, {how}.",
        f"It is read as {str(filed.kind).replace('_', ' ')} mail and lies in the thread “{thread.subject}”.",
        f"Its case is “{case.title}”." if case else "It belongs to no case.",
        *_ground(case, thread, filed.because),
        *(
            f"It asks for something (request {r.id}, {r.status}): “{r.quote}”"
            for r in book.requests
            if r.sha256 == message.sha256
        ),
        *(
            f"It reminds of request {r.id}: “{r.quote}”"
            for r in book.requests
            if message.sha256 in r.follow_ups
        ),
        *(
            f"For request {r.id} it means: {e.effect}{f' (“{e.quote}”)' if e.quote else ''}."
            for r in book.requests
            for e in r.events
            if e.sha256 == message.sha256
        ),
        *(
            f"It says that something will be done ({c.id}, {c.status}): “{c.quote}”"
            for c in book.commitments
            if c.sha256 == message.sha256
        ),
    ]
    return (*lines, *message.problems)
