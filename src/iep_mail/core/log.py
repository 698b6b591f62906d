"""The documentation log: date, issue, person contacted, response, follow-up needed.

It fills itself from messages, requests and outcomes; what the parent wrote down stands beside it. The
form is the one that parent centers recommend. Nothing is stored: it is built anew each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.entries import CHANNEL_WORDS, NOTE_WORDS, entry_title, person_words
from iep_mail.core.decisions.words import day_words, short
from iep_mail.core.letters.people import plain_name
from iep_mail.model import (
    Casebook,
    Channel,
    Commitment,
    CommitmentStatus,
    Contact,
    Direction,
    Effect,
    EntryKind,
    Family,
    FiledMessage,
    FlagKind,
    LogEntry,
    LogRow,
    MessageKind,
    Observation,
    Request,
    RequestEvent,
    RequestStatus,
)

_EFFECTS = {
    Effect.ACKNOWLEDGED: "Acknowledged",
    Effect.DEFERRED: "Put off",
    Effect.ANSWERED: "Answered",
    Effect.REFUSED: "Refused",
}
_PROBLEMS = {
    "missed_service": "Session not held",
    "accommodation_not_followed": "Accommodation not followed",
    "change_without_notice": "Change without notice",
    "refusal": "Refusal",
    "lack_of_resources": "Lack of resources",
    "no_communication": "No communication",
    "progress_mismatch": "Progress report at odds with the data",
    "possible_retaliation": "Possible retaliation",
    "harm": "Harm",
    "child_statement": "What the child said",
}
_RESPONSES = frozenset({"refusal", "lack_of_resources"})
_QUOTE = 160


def build_log(book: Casebook, entries: Sequence[LogEntry], family: Family) -> tuple[LogRow, ...]:
    """The rows as of the casebook's day, the oldest first; the same casebook gives the same rows."""
    desk = _Desk(book, family)
    by_hand = {e.sha256: e for e in entries if e.kind is EntryKind.COMMUNICATION}
    rows = [row for r in book.requests if r.sha256 not in by_hand for row in _request_rows(r, desk)]
    rows += [_entry_row(e, desk) for e in entries]
    rows += [_commitment_row(c, desk) for c in book.commitments if _stands_alone(c, book, by_hand)]
    told = {s for row in rows for s in row.messages[:1]} | {s for r in book.requests for s in r.follow_ups}
    rows += _observation_rows(desk, told)
    told |= {s for row in rows for s in row.messages}
    rows += [_message_row(m, desk) for m in book.messages if _is_contact(m) and m.message.sha256 not in told]
    return tuple(sorted(rows, key=lambda r: (r.on, desk.moment(r), r.id)))


def filter_log(
    rows: Iterable[LogRow],
    *,
    case: str | None = None,
    child: str | None = None,
    person: str = "",
    first: date | None = None,
    last: date | None = None,
) -> tuple[LogRow, ...]:
    """The rows of one case, child or person (a part of the name will do), between two days."""
    return tuple(
        r
        for r in rows
        if (case is None or r.case == case)
        and (child is None or r.child == child)
        and person.casefold() in r.person.casefold()
        and (first is None or r.on >= first)
        and (last is None or r.on <= last)
    )


class _Desk:
    """The casebook laid out for looking things up."""

    def __init__(self, book: Casebook, family: Family) -> None:
        self.book = book
        self.family = family
        self.by_sha = {m.message.sha256: m for m in book.messages}
        self.entries = {e.id: e for e in book.entries}
        self.threads: dict[str, list[FiledMessage]] = {}
        self.names: dict[str, str] = {}
        for filed in book.messages:
            self.threads.setdefault(filed.thread, []).append(filed)
            for person in (filed.message.sender, *filed.message.recipients):
                if person.name and "@" not in person.name:
                    self.names.setdefault(person.email, person.name)
        self.problems: dict[str, list[Observation]] = {}
        for seen in book.observations:
            self.problems.setdefault(seen.sha256, []).append(seen)
        self.steps = {
            f.request or f.commitment or f.message: f.next_step
            for f in reversed(book.flags)
            if f.kind is not FlagKind.DUE_SOON
        }

    def moment(self, row: LogRow) -> str:
        first = self.by_sha.get(row.messages[0]) if row.messages else None
        return first.message.date.isoformat() if first else ""

    def person(self, email: str, name: str = "") -> str:
        """The name with the role, as far as they are known."""
        contact = self.family.contact(email) if email else None
        shown = plain_name((contact.name if contact else "") or self.names.get(email, "") or name) or email
        return person_words(Contact(email, shown, contact.role if contact else ""))

    def people(self, emails: Iterable[str]) -> str:
        return "; ".join(self.person(email) for email in emails)

    def writer(self, filed: FiledMessage) -> str:
        sender = filed.message.sender
        return self.person(sender.email, sender.name)

    def school_side(self, filed: FiledMessage) -> str:
        """Those of the school in a message: the writer, or those it was written to; of an entry by hand,
        those it was with."""
        if filed.message.by_hand and (people := self.entries[filed.message.by_hand.id].people):
            return "; ".join(_entry_person(p, self) for p in people)
        if filed.direction is Direction.FROM_SCHOOL:
            return self.writer(filed)
        others = [a for a in filed.message.to if not self.family.is_own(a.email)]
        return "; ".join(self.person(a.email, a.name) for a in others)


# --- requests -------------------------------------------------------------------------------


def _request_rows(request: Request, desk: _Desk) -> Iterator[LogRow]:
    """A row for the request and one for each reminder, each with what came of it."""
    attempts = sorted(
        (desk.by_sha[s] for s in dict.fromkeys((request.sha256, *request.follow_ups))),
        key=lambda m: (m.message.date, m.message.sha256),
    )
    person = desk.people(request.asked_of) or desk.school_side(attempts[0])
    for number, attempt in enumerate(attempts):
        later = attempts[number + 1] if number + 1 < len(attempts) else None
        ask = f"Asked: “{short(request.quote, _QUOTE)}”"
        again = f"Reminder of {day_words(request.asked_on)}: “{short(request.quote, _QUOTE)}”"
        yield LogRow(
            id=f"{request.id}.{number + 1}",
            on=attempt.sent_on,
            issue=_joined((*_problems(attempt, desk), again if number else ask)),
            person=person,
            response=_response(request, attempt, later, desk),
            follow_up=f"Reminded on {day_words(later.sent_on)}" if later else _follow_up(request, desk),
            channel=attempt.message.channel,
            case=request.case,
            child=request.child,
            messages=(attempt.message.sha256, *(e.sha256 for e in _events(request, attempt, later, desk))),
        )


def _problems(filed: FiledMessage, desk: _Desk) -> tuple[str, ...]:
    """What went wrong by a message, each kind once: “Session not held (January 12)”."""
    seen = desk.problems.get(filed.message.sha256, [])
    days: dict[str, list[str]] = {}
    for one in seen:
        days.setdefault(one.kind, []).extend([f"{one.on:%B} {one.on.day}"] if one.on else [])
    return tuple(
        _problem(kind) + (f" ({', '.join(dict.fromkeys(when))})" if when else "")
        for kind, when in days.items()
    )


def _joined(parts: Sequence[str]) -> str:
    """One phrase: “What the child said; asked: …”."""
    return "; ".join([parts[0], *(part[0].lower() + part[1:] for part in parts[1:])])


def _problem(kind: str) -> str:
    return _PROBLEMS.get(kind, kind.replace("_", " ").capitalize())


def _events(
    request: Request, attempt: FiledMessage, later: FiledMessage | None, desk: _Desk
) -> list[RequestEvent]:
    """What the school did between this attempt and the next one."""
    start = attempt.message.date
    end = later.message.date if later else None
    return [
        e
        for e in request.events
        if (answer := desk.by_sha.get(e.sha256))
        and answer.message.date >= start
        and (end is None or answer.message.date < end)
    ]


def _response(request: Request, attempt: FiledMessage, later: FiledMessage | None, desk: _Desk) -> str:
    told = [_event(e, desk) for e in _events(request, attempt, later, desk)]
    if later is None:
        told += _own_word(request)
    if told:
        return "; ".join(told)
    if request.undelivered_to and attempt.message.sha256 == request.sha256:
        return f"Came back undelivered from {', '.join(request.undelivered_to)}"
    automatic = next(
        (
            m
            for m in desk.threads.get(attempt.thread, ())
            if m.kind is MessageKind.AUTO_REPLY
            and m.message.date >= attempt.message.date
            and (later is None or m.message.date < later.message.date)
        ),
        None,
    )
    silent = "No response" if later or request.days_overdue(desk.book.as_of) else "No response yet"
    return f"{silent} (an automatic reply on {day_words(automatic.sent_on)})" if automatic else silent


def _event(event: RequestEvent, desk: _Desk) -> str:
    answer = desk.by_sha[event.sha256]
    until = f" to {day_words(event.new_due_on)}" if event.new_due_on else ""
    reason = f", reason given: {event.reason}" if event.reason else ""
    quote = f": “{short(event.quote, _QUOTE)}”" if event.quote else ""
    by = desk.school_side(answer)
    return f"{_EFFECTS[event.effect]}{until} on {day_words(event.on)} by {by}{reason}{quote}"


def _own_word(request: Request) -> list[str]:
    if request.decided_on is None or (request.events and request.events[-1].on == request.decided_on):
        return [f"Your note: {request.note}"] if request.note else []
    how = {RequestStatus.WITHDRAWN: "You withdrew it", RequestStatus.REFUSED: "Refused, as you noted"}
    told = f"{how.get(request.status, 'Answered, as you noted')} on {day_words(request.decided_on)}"
    return [f"{told}: {request.note}" if request.note else told]


def _follow_up(request: Request, desk: _Desk) -> str:
    step = desk.steps.get(request.id)
    if step:
        return step
    if request.status.settled:
        return "None"
    return f"Wait until {day_words(request.due_on)}"


# --- what was written down by hand ----------------------------------------------------------


def _entry_row(entry: LogEntry, desk: _Desk) -> LogRow:
    filed = desk.by_sha.get(entry.sha256)
    requests = [r for r in desk.book.requests if r.sha256 == entry.sha256]
    promises = [c for c in desk.book.commitments if c.sha256 == entry.sha256]
    answered = [r for r in desk.book.requests if any(e.sha256 == entry.sha256 for e in r.events)]
    issue, response = _entry_words(entry)
    told = [response, *(_response(r, filed, None, desk) for r in requests if filed)]
    told += [f"They answered “{short(r.quote, _QUOTE)}”" for r in answered]
    steps = [_follow_up(r, desk) for r in requests] + [_kept_step(c, desk) for c in promises]
    return LogRow(
        id=entry.id,
        on=entry.on,
        issue=issue,
        person="; ".join(_entry_person(p, desk) for p in entry.people),
        response="; ".join(t.rstrip(".") for t in told if t),
        follow_up="; ".join(dict.fromkeys(s for s in steps if s != "None")),
        channel=entry.channel or entry.kind,
        case=filed.case if filed else entry.case,
        child=(filed.child if filed else None) or entry.child,
        messages=(entry.sha256,) if filed else (),
        by_hand=True,
        private=entry.private,
        entered_on=entry.entered_at.astimezone(ZoneInfo(desk.family.timezone)).date(),
    )


def _entry_words(entry: LogEntry) -> tuple[str, str]:
    """What the issue was, and the response: of a communication from the school, what they said."""
    text = " ".join(entry.text.split())
    if entry.kind is not EntryKind.COMMUNICATION:
        return f"{NOTE_WORDS[entry.kind]}: {text}", ""
    if entry.direction is Direction.FROM_SCHOOL:
        return entry_title(entry), text
    return f"{CHANNEL_WORDS[entry.channel or Channel.TALK]}: {text}", ""


def _entry_person(person: Contact, desk: _Desk) -> str:
    known = desk.person(person.address, person.name) if person.address else ""
    return person_words(person) if person.role or not known else known


# --- what they said they would do, what went wrong, the rest --------------------------------


def _stands_alone(commitment: Commitment, book: Casebook, by_hand: Mapping[str, LogEntry]) -> bool:
    """Whether it is told nowhere else: not in a hand-made entry, not as the day to which a request was
    put off, not as the "I will look into it" of a receipt."""
    events = [e for r in book.requests for e in r.events if e.sha256 == commitment.sha256]
    put_off = any(e.effect is Effect.DEFERRED and e.new_due_on == commitment.due_on for e in events)
    receipt = commitment.due_on is None and any(e.effect is Effect.ACKNOWLEDGED for e in events)
    return commitment.sha256 not in by_hand and not put_off and not receipt


def _commitment_row(commitment: Commitment, desk: _Desk) -> LogRow:
    said = desk.by_sha[commitment.sha256]
    kept = desk.by_sha.get(commitment.kept_by or "")
    response = {
        CommitmentStatus.KEPT: "Done, as you noted",
        CommitmentStatus.WITHDRAWN: "Replaced or no longer waited for",
        CommitmentStatus.OPEN: "Not seen done yet",
    }[commitment.status]
    return LogRow(
        id=f"{commitment.id}.1",
        on=commitment.said_on,
        issue=f"They said they would: “{short(commitment.quote, _QUOTE)}”",
        person=desk.school_side(said),
        response=f"Done by {day_words(kept.sent_on)}" if kept else response,
        follow_up=_kept_step(commitment, desk),
        channel=said.message.channel,
        case=commitment.case,
        child=said.child,
        messages=(commitment.sha256, *((commitment.kept_by,) if kept and commitment.kept_by else ())),
    )


def _kept_step(commitment: Commitment, desk: _Desk) -> str:
    if commitment.status is not CommitmentStatus.OPEN:
        return "None"
    step = desk.steps.get(commitment.id)
    if step:
        return step
    return f"Wait until {day_words(commitment.due_on)}" if commitment.due_on else "Ask by when"


def _observation_rows(desk: _Desk, told: set[str]) -> list[LogRow]:
    """Problems in messages that no row begins with yet, one row for each message. A refusal that is
    told as the response to a request is not told twice."""
    responses = {e.sha256 for r in desk.book.requests for e in r.events}
    rows = []
    for sha256, every in sorted(desk.problems.items()):
        filed = desk.by_sha.get(sha256)
        seen = [o for o in every if sha256 not in responses or o.kind not in _RESPONSES]
        if filed is None or sha256 in told or not seen:
            continue
        row = _message_row(filed, desk)
        quotes = dict.fromkeys(f"“{short(o.quote, _QUOTE)}”" for o in seen)
        issue = f"{_joined(_problems(filed, desk))}: {' '.join(quotes)}"
        rows.append(replace(row, id=f"o-{sha256[:10]}", issue=issue, minor=False))
    return rows


def _is_contact(filed: FiledMessage) -> bool:
    return filed.kind is MessageKind.PERSONAL and filed.case is not None and not filed.message.by_hand


def _message_row(filed: FiledMessage, desk: _Desk) -> LogRow:
    outgoing = filed.direction is Direction.TO_SCHOOL
    reply = _reply(filed, desk) if outgoing else None
    return LogRow(
        id=f"m-{filed.message.sha256[:10]}",
        on=filed.sent_on,
        issue=f"{'You wrote' if outgoing else 'They wrote'}: “{short(filed.message.subject)}”",
        person=desk.school_side(filed),
        response=f"{desk.writer(reply)} wrote on {day_words(reply.sent_on)}" if reply else "",
        follow_up=desk.steps.get(filed.message.sha256, ""),
        channel=filed.message.channel,
        case=filed.case,
        child=filed.child,
        messages=(filed.message.sha256,),
        minor=True,
    )


def _reply(filed: FiledMessage, desk: _Desk) -> FiledMessage | None:
    """The next thing that a person of the school wrote in the thread."""
    return next(
        (
            m
            for m in desk.threads[filed.thread]
            if m.message.date > filed.message.date
            and m.direction is Direction.FROM_SCHOOL
            and m.kind is MessageKind.PERSONAL
        ),
        None,
    )
