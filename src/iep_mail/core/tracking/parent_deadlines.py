"""Days by which the parent must act, should they want to: told ahead of time and calmly.

State complaint (34 CFR 300.153(c)), due process (300.507(a)(2)), court (300.516(b)), the Office for Civil
Rights (100.7(b)), notice before a private placement (300.148(d)), and what a state adds. Counted from the
earliest thing of a case that is written down; the day shown is the earliest plausible one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from iep_mail.core.letters.iep import facts_in_force
from iep_mail.core.tracking.clocks import Clock, clocks_of
from iep_mail.core.tracking.durations import add_duration, add_years, last_business_day_before
from iep_mail.core.tracking.wording import plain_day, shortened
from iep_mail.model import (
    Case,
    CaseStatus,
    ClockClass,
    DayKind,
    Decision,
    Effect,
    FiledMessage,
    Flag,
    FlagKind,
    Iep,
    Observation,
    ParentDeadline,
    Request,
    SchoolCalendar,
)

DAY = timedelta(days=1)
AHEAD = (60, 30, 14)  # days before: mentioned, more plainly, first on the page
_URGENCY = {60: 18, 30: 46, 14: 88}

SET_DAY = "set_day"  # decision: subject a case, value "happened 2026-01-15"
# What the parent may say of a day, and which clocks start from it.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "happened": ("sc_file", "dp_file", "ocr"),
    "knew": ("dp_file",),
    "hearing_decision": ("civil_action",),
    "leaving": ("private_placement_notice",),
    "iep_received": ("iep_response",),
    "change_notice": ("stay_put",),
}
_PROBLEMS = frozenset(
    {"missed_service", "accommodation_not_followed", "change_without_notice", "refusal", "harm",
     "possible_retaliation", "progress_mismatch"}
)  # fmt: skip
_CIVIL_RIGHTS = frozenset({"possible_retaliation", "harm"})
_WORDS = {
    "missed_service": "a session was not held",
    "accommodation_not_followed": "an accommodation was not followed",
    "change_without_notice": "something was changed without notice",
    "refusal": "the school said no",
    "harm": "your child was hurt or harmed",
    "possible_retaliation": "something happened that may be retaliation",
    "progress_mismatch": "a report and the data do not agree",
}


@dataclass(frozen=True, slots=True)
class _Incident:
    """A day from which a count may start."""

    day: date
    because: str
    clocks: frozenset[str]
    message: str | None = None


def deadlines_of_parent(
    cases: Sequence[Case],
    requests: Sequence[Request],
    observations: Sequence[Observation],
    messages: Sequence[FiledMessage],
    ieps: Sequence[Iep],
    decided: Sequence[Decision],
    state: str | None,
    calendar: SchoolCalendar,
    today: date,
) -> tuple[ParentDeadline, ...]:
    """For each case and each way that is open, the first day that has not run out; the soonest first.

    A way whose every day has run out is kept, with `passed`, so that it can be said.
    """
    by_sha = {m.message.sha256: m for m in messages}
    found: list[ParentDeadline] = []
    for case in cases:
        incidents = [
            *_told(case, observations, by_sha, ieps),
            *_of_requests(case, requests, today),
            *_said(case, decided),
        ]
        for row in clocks_of("parent", state):
            mine = sorted((i for i in incidents if row.id in i.clocks), key=lambda i: (i.day, i.because))
            if mine:
                found.append(_first_open(row, mine, case, calendar, today))
    return tuple(sorted(found, key=lambda d: (d.due_on, d.id)))


def flags_ahead(deadlines: Sequence[ParentDeadline], cases: Sequence[Case], today: date) -> tuple[Flag, ...]:
    """One flag for each day within the next 60, of cases that are not resolved."""
    by_id = {case.id: case for case in cases}
    flags = []
    for deadline in deadlines:
        left = deadline.days_left(today)
        case = by_id.get(deadline.case or "")
        if 0 <= left <= AHEAD[0] and (case is None or case.status is not CaseStatus.RESOLVED):
            stage = min(days for days in AHEAD if left <= days)
            flags.append(_flag(deadline, case, left, stage))
    return tuple(flags)


def explain_parent_deadline(deadline: ParentDeadline, today: date) -> tuple[str, ...]:
    """How the day was found, in plain words."""
    left = deadline.days_left(today)
    when = (
        f"in {left} days" if left > 1 else "tomorrow" if left == 1 else "today" if not left else "has passed"
    )
    lines = [
        f"{deadline.title}: by {plain_day(deadline.due_on)} to be safe ({when}).",
        deadline.because,
        f"The rule: {deadline.rule}, counted from {deadline.starts_from} ({deadline.citation}). "
        f"It runs out on {plain_day(deadline.runs_out_on)}; the day above is the last business day before.",
    ]
    if deadline.passed:
        lines.append(
            f"For {deadline.passed} earlier day{'s' * (deadline.passed != 1)} of this matter the time has run out. "
            "There are exceptions: ask a lawyer or your parent center before you give one up."
        )
    return (*lines, *((deadline.note,) if deadline.note else ()))


def parse_set_day(decision: Decision) -> tuple[str, date] | None:
    """The event and the day of a `set_day` decision; None where it cannot be read."""
    event, _, day = decision.value.partition(" ")
    try:
        return (event, date.fromisoformat(day)) if event in EVENTS else None
    except ValueError:
        return None


def _told(
    case: Case, observations: Sequence[Observation], by_sha: Mapping[str, FiledMessage], ieps: Sequence[Iep]
) -> Iterator[_Incident]:
    for seen in observations:
        filed = by_sha.get(seen.sha256)
        if seen.kind not in _PROBLEMS or filed is None or filed.case != case.id:
            continue
        day = seen.on or filed.sent_on
        ways = {"sc_file", "dp_file"}
        if seen.kind in _CIVIL_RIGHTS or _under_504(ieps, case.child, day):
            ways.add("ocr")
        when = "" if seen.on else f", in a message of {plain_day(filed.sent_on)}"
        because = f"On {plain_day(day)} {_WORDS[seen.kind]}{when}: “{shortened(seen.quote)}”"
        yield _Incident(day, because, frozenset(ways), seen.sha256)


def _under_504(ieps: Sequence[Iep], child: str | None, day: date) -> bool:
    return any(plan.plan == "504" for plan in facts_in_force(ieps, child, day))


def _of_requests(case: Case, requests: Sequence[Request], today: date) -> Iterator[_Incident]:
    """What law gave a number of days for and did not happen, and what was refused."""
    for request in requests:
        if request.case != case.id:
            continue
        quote = shortened(request.quote)
        if request.deadline.clock_class is ClockClass.LEGAL and request.days_overdue(today):
            day = request.due_on + DAY
            because = f"An answer that was due by law on {plain_day(request.due_on)} did not come: “{quote}”"
            yield _Incident(day, because, frozenset({"sc_file", "dp_file"}), request.sha256)
        for event in request.events:
            if event.effect is Effect.REFUSED:
                because = f"On {plain_day(event.on)} the school said no to what you asked: “{quote}”"
                yield _Incident(event.on, because, frozenset({"sc_file", "dp_file"}), event.sha256)


_SAID = {
    "happened": "You wrote down that it happened on {day}.",
    "knew": "You wrote down that you learned of it on {day}.",
    "hearing_decision": "You wrote down that the hearing decision is of {day}.",
    "leaving": "You wrote down that you plan to take your child out on {day}.",
    "iep_received": "You wrote down that the proposed IEP came on {day}.",
    "change_notice": "You wrote down that the notice of the change came on {day}.",
}


def _said(case: Case, decided: Iterable[Decision]) -> Iterator[_Incident]:
    last: dict[str, date] = {}
    for decision in decided:
        said = parse_set_day(decision) if decision.kind == SET_DAY and decision.subject == case.id else None
        if said:
            last[said[0]] = said[1]
    for event, day in last.items():
        yield _Incident(day, _SAID[event].format(day=plain_day(day)), frozenset(EVENTS[event]))


def _first_open(
    row: Clock, incidents: Sequence[_Incident], case: Case, calendar: SchoolCalendar, today: date
) -> ParentDeadline:
    counted = [(incident, *_counted(row, incident.day, calendar)) for incident in incidents]
    still = [c for c in counted if c[1] >= today]
    incident, due, out = still[0] if still else counted[-1]
    passed = len({c[0].day for c in counted if c[1] < today})
    return ParentDeadline(
        id=_id(row.id, case.id),
        clock=row.id,
        title=row.title,
        case=case.id,
        child=case.child,
        due_on=due,
        runs_out_on=out,
        counted_from=incident.day,
        because=incident.because,
        rule=row.words,
        starts_from=row.starts_from,
        citation=row.citation,
        note=" ".join(filter(None, (row.note, row.to_check))),
        passed=passed,
        message=incident.message,
    )


def _counted(row: Clock, start: date, calendar: SchoolCalendar) -> tuple[date, date]:
    """The day to act by, and the day on which the count runs out."""
    if row.holidays_count and row.count:
        day = _weekdays_back(start, row.count.count)
        return last_business_day_before(day), day
    if row.count is None:
        out = add_years(start, row.years)
    elif row.count.day_kind is DayKind.SCHOOL and not calendar.known:
        # Without a calendar each weekday may be a school day: the earliest plausible end.
        out = _weekdays_on(start, row.count.count)
    else:
        out, _, _ = add_duration(start, row.count, calendar)
    return last_business_day_before(out), out


def _weekdays_back(day: date, count: int) -> date:
    while count:
        day -= DAY
        count -= day.weekday() < 5
    return day


def _weekdays_on(day: date, count: int) -> date:
    while count:
        day += DAY
        count -= day.weekday() < 5
    return day


def _id(*about: str) -> str:
    return "p-" + hashlib.sha256("\0".join(about).encode("utf-8", "replace")).hexdigest()[:12]


_STEPS = {
    "sc_file": "Nothing has to be filed. If the matter is not solved by then, talk about it with your state's parent "
    "center (free) while there is time: iep-mail explain “state complaint”.",
    "dp_file": "Nothing has to be filed. If you may want a hearing one day, talk with a lawyer or your state's parent "
    "center well before that day: iep-mail explain “due process”.",
    "civil_action": "If you think of going to court, speak with a lawyer now: this time is short.",
    "ocr": "Nothing has to be filed. If you see different treatment or retaliation, write down dates and facts, and ask "
    "your state's protection and advocacy agency: iep-mail explain OCR.",
    "private_placement_notice": "Before you move your child, speak with a lawyer, and give the district this notice in "
    "writing by then.",
}
_OTHER_STEP = (
    "Read the papers you were given, and ask your state's parent center what happens if you do nothing."
)


def _flag(deadline: ParentDeadline, case: Case | None, left: int, stage: int) -> Flag:
    matter = f" about “{case.title}”" if case else ""
    days = f"{left} days" if left != 1 else "1 day"
    return Flag(
        id="f-" + hashlib.sha256(f"{FlagKind.PARENT_DEADLINE}\0{deadline.id}".encode()).hexdigest()[:12],
        kind=FlagKind.PARENT_DEADLINE,
        case=deadline.case,
        since=deadline.due_on - timedelta(days=stage),
        reason=(
            f"{deadline.title}{matter} would have to be in by {plain_day(deadline.due_on)}, {days} from now, "
            f"to be safe. {deadline.because}"
        ),
        next_step=_STEPS.get(deadline.clock, _OTHER_STEP),
        urgency=_URGENCY[stage],
        message=deadline.message,
    )
