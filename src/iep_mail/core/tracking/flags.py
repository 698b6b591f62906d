"""Flags: what wants the parent's eye, each with its reason and one thing to do.

Urgency, highest first: a mailbox that was not read (100, silence would mean nothing), mail not
delivered (90), overdue requests (60 to 85, later is higher, a clock in law 5 more), refusals (58),
overdue commitments (40 to 55), missed services (45), possible answers (30), unreadable messages (20),
due soon (10, informs only).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from iep_mail.core.tracking.wording import plain_day, shortened, times
from iep_mail.model import (
    ClockClass,
    Commitment,
    Direction,
    FiledMessage,
    Flag,
    FlagKind,
    MailboxState,
    MessageKind,
    Observation,
    Request,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
)

RECENT = timedelta(days=30)
SOON = timedelta(days=3)

_WHAT = {
    RequestKind.RECORDS: "records",
    RequestKind.MEETING: "a meeting",
    RequestKind.EVALUATION: "an evaluation",
    RequestKind.IEE: "an independent evaluation",
    RequestKind.PRIOR_WRITTEN_NOTICE: "prior written notice",
    RequestKind.PROGRESS_DATA: "progress data",
    RequestKind.MAKE_UP_SERVICES: "make-up sessions",
    RequestKind.SERVICE_DELIVERY: "a service in the plan",
    RequestKind.ACCOMMODATION: "an accommodation",
    RequestKind.INFORMATION: "information",
    RequestKind.AMENDMENT: "a change to the plan",
    RequestKind.FACILITATION: "a facilitated meeting",
    RequestKind.MEDIATION: "mediation",
    RequestKind.OTHER: "something",
}

Messages = Mapping[str, FiledMessage]


def build_flags(
    requests: Sequence[Request],
    commitments: Sequence[Commitment],
    observations: Sequence[Observation],
    messages: Sequence[FiledMessage],
    mailboxes: Sequence[MailboxState],
    now_day: date,
    calendar: SchoolCalendar | None = None,
) -> tuple[Flag, ...]:
    """Every flag as of `now_day` (a day of the family's zone), the most urgent first.

    `since` is the first day the flag stood; ids are stable from run to run.
    """
    by_sha = {m.message.sha256: m for m in messages}
    calendar = calendar or SchoolCalendar()
    flags: list[Flag] = []
    for request in requests:
        flags += _of_request(request, requests, by_sha, now_day, calendar)
    flags += [_overdue_commitment(c, by_sha, now_day) for c in commitments if c.overdue(now_day)]
    flags += _missed_services(observations, requests, by_sha, now_day)
    flags += _not_delivered(messages, requests, now_day)
    flags += [_unreadable(m) for m in messages if m.message.problems and now_day - m.sent_on <= RECENT]
    flags += [f for m in mailboxes if (f := _not_read(m, now_day))]
    return by_urgency(flags)


def by_urgency(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Each flag once, the most urgent first."""
    unique = {f.id: f for f in sorted(flags, key=lambda f: (f.urgency, str(f.since), f.id))}
    return tuple(sorted(unique.values(), key=lambda f: (-f.urgency, f.since, f.id)))


def days_late(due_on: date, today: date, calendar: SchoolCalendar, count_school_days: bool) -> str:
    """ "8 days late", and with the school days in between where the rule counts those."""
    days = (today - due_on).days
    text = f"{days} {'day' if days == 1 else 'days'} late"
    if not count_school_days or not calendar.known:
        return text
    school = sum(_in_session(due_on + timedelta(days=n), calendar) for n in range(1, days + 1))
    return f"{text} ({school} school {'day' if school == 1 else 'days'})"


def _in_session(day: date, calendar: SchoolCalendar) -> bool:
    if calendar.first_day is None or calendar.last_day is None:
        return day.weekday() < 5
    return day.weekday() < 5 and day not in calendar.closed and calendar.first_day <= day <= calendar.last_day


def _id(kind: FlagKind, *about: str) -> str:
    return "f-" + hashlib.sha256("\0".join((kind, *about)).encode("utf-8", "replace")).hexdigest()[:12]


def _whom(request: Request, by_sha: Messages) -> str:
    """Those asked, by name where the message has one."""
    asked = by_sha.get(request.sha256)
    names = {a.email.lower(): a.name for a in asked.message.recipients if a.name} if asked else {}
    people = [names.get(e.lower(), e) for e in request.asked_of] or ["the school"]
    if len(people) > 2:
        return f"{people[0]} and {len(people) - 1} others"
    return " and ".join(people)


def _request_flag(
    kind: FlagKind,
    request: Request,
    since: date,
    urgency: int,
    reason: str,
    step: str,
    message: str | None = None,
) -> Flag:
    return Flag(
        id=_id(kind, request.id),
        kind=kind,
        case=request.case,
        since=since,
        reason=reason,
        next_step=step,
        urgency=urgency,
        request=request.id,
        message=message or request.sha256,
    )


def _of_request(
    request: Request, everyone: Sequence[Request], by_sha: Messages, today: date, calendar: SchoolCalendar
) -> list[Flag]:
    flags = []
    if request.days_overdue(today):
        flags.append(_overdue_request(request, by_sha, today, calendar))
    elif not request.status.settled and request.due_on - today <= SOON:
        flags.append(_due_soon(request, by_sha))
    if request.status is RequestStatus.REFUSED:
        flags += _refused(request, everyone, by_sha, today)
    if request.candidates and not request.status.settled:
        flags.append(_possible_answer(request, by_sha))
    return flags


def _overdue_request(request: Request, by_sha: Messages, today: date, calendar: SchoolCalendar) -> Flag:
    school_rule = "school" in request.deadline.rule
    late = days_late(request.due_on, today, calendar, school_rule)
    reason = (
        f"You asked {_whom(request, by_sha)} on {plain_day(request.asked_on)} for {_WHAT[request.kind]} "
        f"(“{shortened(request.quote)}”); an answer was due on {plain_day(request.due_on)} and is {late}."
    )
    if request.attempts >= 2:
        step = f"You have written {times(request.attempts)}: send a second follow-up and copy the next person up."
    else:
        step = "Send a short, friendly follow-up that gives the date you first asked."
    legal = 5 if request.deadline.clock_class is ClockClass.LEGAL else 0
    urgency = 60 + min(20, request.days_overdue(today)) + legal
    return _request_flag(
        FlagKind.OVERDUE_REQUEST, request, request.due_on + timedelta(days=1), urgency, reason, step
    )


def _due_soon(request: Request, by_sha: Messages) -> Flag:
    reason = (
        f"An answer from {_whom(request, by_sha)} about {_WHAT[request.kind]}, asked for on "
        f"{plain_day(request.asked_on)}, is due on {plain_day(request.due_on)}."
    )
    return _request_flag(
        FlagKind.DUE_SOON,
        request,
        request.due_on - SOON,
        10,
        reason,
        "Nothing to do yet: just keep it in mind.",
    )


def _refused(request: Request, everyone: Sequence[Request], by_sha: Messages, today: date) -> list[Flag]:
    event = next((e for e in reversed(request.events) if e.effect == "refused"), None)
    on = event.on if event else request.asked_on
    asked_notice = any(
        r.kind is RequestKind.PRIOR_WRITTEN_NOTICE
        and r.asked_on >= on
        and (r.case == request.case or not r.case)
        for r in everyone
    )
    if today - on > RECENT or asked_notice or request.kind is RequestKind.PRIOR_WRITTEN_NOTICE:
        return []
    by = event.by if event and event.by else "The school"
    why = f", giving {event.reason} as the reason" if event and event.reason else ""
    reason = (
        f"{by} said no on {plain_day(on)} to {_WHAT[request.kind]} that you asked for on "
        f"{plain_day(request.asked_on)} (“{shortened(request.quote)}”){why}."
    )
    step = (
        "If it concerns the plan, an evaluation or a placement, ask for prior written notice: the school "
        "must give its reasons for a refusal in writing (34 CFR 300.503)."
    )
    flag = _request_flag(
        FlagKind.REFUSED_REQUEST, request, on, 58, reason, step, event.sha256 if event else None
    )
    return [flag]


def _possible_answer(request: Request, by_sha: Messages) -> Flag:
    candidate = request.candidates[-1]
    found = by_sha.get(candidate.sha256)
    sender = (found.message.sender.name or found.message.sender.email) if found else "the school"
    day = found.sent_on if found else request.asked_on
    reason = (
        f"A message from {sender} on {plain_day(day)} may answer what you asked on "
        f"{plain_day(request.asked_on)} (“{shortened(request.quote)}”)."
    )
    step = "Read it; if it answers you, mark the request as settled. Until then it stays open."
    return _request_flag(FlagKind.POSSIBLE_ANSWER, request, day, 30, reason, step, candidate.sha256)


def _overdue_commitment(commitment: Commitment, by_sha: Messages, today: date) -> Flag:
    due = commitment.due_on or today
    late = (today - due).days
    said = by_sha.get(commitment.sha256)
    how = "said, by your note," if said and said.message.by_hand else "wrote"
    return Flag(
        id=_id(FlagKind.OVERDUE_COMMITMENT, commitment.id),
        kind=FlagKind.OVERDUE_COMMITMENT,
        case=commitment.case,
        since=due + timedelta(days=1),
        reason=(
            f"{commitment.by or 'The school'} {how} on {plain_day(commitment.said_on)}: “{shortened(commitment.quote)}” "
            f"That was for {plain_day(due)}, {late} {'day' if late == 1 else 'days'} ago."
        ),
        next_step="Ask kindly whether it was done, and name the date that was promised.",
        urgency=40 + min(15, late),
        commitment=commitment.id,
        message=commitment.sha256,
    )


def _missed_services(
    observations: Sequence[Observation], requests: Sequence[Request], by_sha: Messages, today: date
) -> list[Flag]:
    """One flag a case: the latest statement of a missed session without a request about it since."""
    latest: dict[str, tuple[date, Observation, int]] = {}
    for seen in observations:
        filed = by_sha.get(seen.sha256)
        if seen.kind != "missed_service" or filed is None or today - filed.sent_on > RECENT:
            continue
        key = filed.case or filed.thread
        said_on, _, count = latest.get(key, (date.min, seen, 0))
        newer = (filed.sent_on, seen, count + 1)
        latest[key] = newer if filed.sent_on >= said_on else (said_on, latest[key][1], count + 1)
    asked = (RequestKind.MAKE_UP_SERVICES, RequestKind.SERVICE_DELIVERY, RequestKind.MEETING)
    flags = []
    for key, (said_on, seen, _) in sorted(latest.items()):
        after = [
            r for r in requests if key in (r.case, r.thread) and r.asked_on >= said_on and r.kind in asked
        ]
        if not after:
            flags.append(_missed_service(by_sha[seen.sha256], seen))
    return flags


def _missed_service(filed: FiledMessage, seen: Observation) -> Flag:
    sender = filed.message.sender.name or filed.message.sender.email
    who = "You wrote" if filed.direction is Direction.TO_SCHOOL else f"{sender} wrote"
    what = f" of {seen.detail.split(';')[0]}" if seen.detail else ""
    when = f" on {plain_day(seen.on)}" if seen.on else ""
    return Flag(
        id=_id(FlagKind.MISSED_SERVICE, seen.sha256),
        kind=FlagKind.MISSED_SERVICE,
        case=filed.case,
        since=filed.sent_on,
        reason=(
            f"{who} on {plain_day(filed.sent_on)} that a session{what}{when} was not held "
            f"(“{shortened(seen.quote)}”), and no make-up has been asked for since."
        ),
        next_step="Ask when the missed session will be made up, with the date it was missed.",
        urgency=45,
        message=seen.sha256,
    )


def _not_delivered(messages: Sequence[FiledMessage], requests: Sequence[Request], today: date) -> list[Flag]:
    flags = []
    for filed in messages:
        bounce = filed.message
        if filed.kind is not MessageKind.BOUNCE or today - filed.sent_on > RECENT:
            continue
        failed = {e.lower() for e in bounce.failed_recipients}
        returned = next(
            (m for m in messages if bounce.returned_id and m.message.message_id == bounce.returned_id), None
        )
        if _reached_later(filed, failed, returned, messages):
            continue
        request = next((r for r in requests if returned and r.sha256 == returned.message.sha256), None)
        to = " and ".join(sorted(failed)) or "its recipient"
        what = f"“{returned.message.subject}”" if returned else "a message of yours"
        flags.append(
            Flag(
                id=_id(FlagKind.NOT_DELIVERED, bounce.sha256),
                kind=FlagKind.NOT_DELIVERED,
                case=(returned.case if returned else None) or filed.case,
                since=filed.sent_on,
                reason=f"Your message {what} was not delivered to {to} ({plain_day(filed.sent_on)}).",
                next_step="Check the address for a slip and send it again, or call the office to ask for the right one.",
                urgency=90,
                request=request.id if request else None,
                message=bounce.sha256,
            )
        )
    return flags


def _reached_later(
    bounce: FiledMessage, failed: set[str], returned: FiledMessage | None, messages: Sequence[FiledMessage]
) -> bool:
    """Whether it was sent again in the same thread, or the person who was not reached has written."""
    own_bounces = {m.message.returned_id for m in messages if m.kind is MessageKind.BOUNCE}
    for later in messages:
        if later.message.date <= bounce.message.date or later.kind is not MessageKind.PERSONAL:
            continue
        if later.direction is Direction.FROM_SCHOOL and later.message.sender.email.lower() in failed:
            return True
        again = returned is not None and later.thread == returned.thread
        if again and later.direction is Direction.TO_SCHOOL and later.message.message_id not in own_bounces:
            return True
    return False


def _unreadable(filed: FiledMessage) -> Flag:
    sender = filed.message.sender.name or filed.message.sender.email or "an unknown sender"
    return Flag(
        id=_id(FlagKind.UNREADABLE_MESSAGE, filed.message.sha256),
        kind=FlagKind.UNREADABLE_MESSAGE,
        case=filed.case,
        since=filed.sent_on,
        reason=(
            f"A message from {sender} on {plain_day(filed.sent_on)} could not be read in full: "
            f"{filed.message.problems[0].rstrip('.')}."
        ),
        next_step="Open it in your mail program and see whether it needs an answer.",
        urgency=20,
        message=filed.message.sha256,
    )


def _not_read(mailbox: MailboxState, today: date) -> Flag | None:
    if mailbox.read_at is not None and not mailbox.problem and (today - mailbox.read_at.date()).days <= 1:
        return None
    last = (
        f"was last read to its end on {plain_day(mailbox.read_at.date())}"
        if mailbox.read_at
        else ("has never been read to its end")
    )
    problem = f": {mailbox.problem.rstrip('.')}" if mailbox.problem else ""
    return Flag(
        id=_id(FlagKind.MAILBOX_NOT_READ, mailbox.account),
        kind=FlagKind.MAILBOX_NOT_READ,
        case=None,
        since=mailbox.read_at.date() if mailbox.read_at else today,
        reason=f"The mailbox {mailbox.account} {last}{problem}. New answers may be waiting there.",
        next_step="Check the connection and the password (iep-mail doctor helps), then run iep-mail nightly again.",
        urgency=100,
    )
