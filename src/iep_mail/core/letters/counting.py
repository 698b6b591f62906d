"""How long something has been waited for, and how a letter says so."""

from __future__ import annotations

from datetime import date

from iep_mail.core.letters.wording import long_date
from iep_mail.core.tracking.deadlines import add_duration, parse_duration
from iep_mail.data import load
from iep_mail.model import (
    Basis,
    ClockClass,
    DayKind,
    Deadline,
    Duration,
    Effect,
    Request,
    RequestEvent,
    SchoolCalendar,
)

PARENT_SET = "the date you set"  # as core/decisions/requests.py words it
_MOST_DAYS = 400
_LONGEST_ACKNOWLEDGEMENT = 160


def late(since: date, today: date, calendar: SchoolCalendar) -> str:
    """“9 days (6 school days)” from `since` to `today`; school days only by a known calendar, and
    where there were any."""
    days = (today - since).days
    if days <= 0:
        return ""
    school = days_between(since, today, DayKind.SCHOOL, calendar)
    plain = str(Duration(days, DayKind.CALENDAR))
    return f"{plain} ({Duration(school, DayKind.SCHOOL)})" if school else plain


def days_between(since: date, today: date, kind: DayKind, calendar: SchoolCalendar) -> int | None:
    """Days of one kind after `since` up to and with `today`; None where the calendar does not tell."""
    if kind is DayKind.CALENDAR:
        return max(0, (today - since).days)
    count, day = 0, since
    while count < _MOST_DAYS:
        day, _, estimated = add_duration(day, Duration(1, kind), calendar)
        if day > today:
            return count
        if estimated:
            return None
        count += 1
    return None


def as_counted(since: date, today: date, deadline: Deadline | None, calendar: SchoolCalendar) -> str:
    """“10 school days” from `since` to `today`, in the days that the request's own clock counts.

    Calendar days where the clock counts those, names a date, or the calendar does not tell; "" where
    `today` is not after `since`.
    """
    days = (today - since).days
    if days <= 0:
        return ""
    kind = _kind_of(deadline)
    count = days_between(since, today, kind, calendar)
    return str(Duration(count, kind) if count else Duration(days, DayKind.CALENDAR))


def standing(
    request: Request,
    today: date,
    calendar: SchoolCalendar,
    by: str = "",
    *,
    yours: bool = False,
    acknowledged: bool = True,
    spoken: bool = False,
) -> str:
    """How long a request has waited and what came back, as one to three sentences of the parent's.

    A date is called the school's own only where the school named it, and a count of days is given by
    the rule only where the rule is law. `by` is how the writer of an acknowledgement is called;
    `yours` says that the letter goes to whoever wrote last; `acknowledged` False leaves that sentence out;
    `spoken` says that it was not asked in writing.
    """
    sentences = load("letters")["sentences"]
    told = _acknowledged(request, by, yours) if acknowledged else []
    end = "answer" if request.events else "reply"
    due = _due_sentence(request, today, calendar, yours)
    if due:
        return " ".join([*told, due, sentences[f"no_{end}"]])
    waited = as_counted(request.asked_on, today, request.deadline, calendar)
    if not waited:
        return " ".join([*told, sentences[f"no_{end}"]])
    return " ".join(
        [
            *told,
            sentences[f"{'spoken' if spoken else 'waited'}_no_{end}"].format(
                waited=waited, first="first " if request.follow_ups else ""
            ),
        ]
    )


def message_of(yours: bool, *, begins: bool = True) -> str:
    """“Your message” to whoever wrote it, else “The message”."""
    text = str(load("letters")["sentences"]["message_yours" if yours else "message"])
    return text[0].upper() + text[1:] if begins else text


def _due_sentence(request: Request, today: date, calendar: SchoolCalendar, yours: bool) -> str:
    """How the due date may be spoken of. Our own follow-up habit is no date of the school's."""
    deadline = request.deadline
    values = {
        "due": long_date(request.due_on),
        "rule": deadline.rule,
        "asked": long_date(request.asked_on),
    }
    deferral = next(
        (e for e in reversed(request.events) if e.effect is Effect.DEFERRED and e.new_due_on), None
    )
    if deferral and deferral.new_due_on == request.due_on:
        name = "due_deferred"
        values["said"] = long_date(deferral.on)
        values["message"] = message_of(yours)
    elif deadline.basis is Basis.EXPLICIT and deadline.rule != PARENT_SET:
        name = "due_explicit"
    elif deadline.clock_class is ClockClass.LEGAL:
        name = "due_counted"
    else:
        return ""
    values["late"] = as_counted(request.due_on, today, deadline, calendar)
    text = load("letters")["sentences"][f"{name}_late" if values["late"] else name]
    return str(text.format(**values))


def _acknowledged(request: Request, by: str, yours: bool) -> list[str]:
    """A word on the last message that said it was being looked into, unless a date came after it."""
    event = request.events[-1] if request.events else None
    if event is None or event.effect is not Effect.ACKNOWLEDGED:
        return []
    sentences = load("letters")["sentences"]
    values = {"on": long_date(event.on), "by": f" from {by}" if by and not yours else ""}
    quote = _short_quote(event)
    if quote:
        return [str(sentences["acknowledged_quote"].format(quote=quote, message=message_of(yours), **values))]
    return [str(sentences["acknowledged"].format(message=message_of(yours, begins=False), **values))]


def _short_quote(event: RequestEvent) -> str:
    quote = " ".join(event.quote.split())
    return quote if len(quote) <= _LONGEST_ACKNOWLEDGEMENT else ""


def _kind_of(deadline: Deadline | None) -> DayKind:
    if deadline is None:
        return DayKind.CALENDAR
    try:
        return parse_duration(deadline.rule).day_kind
    except ValueError:
        return DayKind.CALENDAR
