"""After a resolution: what was agreed, whether it is confirmed in writing, and whether it holds.

The parent says what was agreed; the first weeks are watched, with a check-in every few days; a new miss
reopens the case with the trail that led to the agreement.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from iep_mail.core.tracking.wording import plain_day, shortened
from iep_mail.model import (
    Case,
    CaseStatus,
    Decision,
    Direction,
    Effect,
    Evidence,
    FiledMessage,
    Flag,
    FlagKind,
    Observation,
    Request,
    Resolution,
)

RESOLVE, UNRESOLVE, CHECKED, NOT_HELD = "resolve_case", "reopen_case", "case_holds", "case_does_not_hold"
WEEKS, EVERY_DAYS = 6, 7
_CONFIRM_WITHIN = timedelta(days=21)
_CHECK_STANDS = timedelta(days=6)
_RECENT = timedelta(days=30)
_MOST_TRAIL = 12
_MISSES = {
    "missed_service": "a session was missed",
    "accommodation_not_followed": "an accommodation was not followed",
    "change_without_notice": "something was changed without notice",
    "harm": "your child was hurt or harmed",
    "possible_retaliation": "something happened that may be retaliation",
}


def as_value(on: date, agreed: Sequence[str], weeks: int = WEEKS, every: int = EVERY_DAYS) -> str:
    """The value of a `resolve_case` decision."""
    table = {"on": on.isoformat(), "agreed": list(agreed), "weeks": weeks, "every": every}
    return json.dumps(table, ensure_ascii=False, sort_keys=True)


def resolutions(
    cases: Sequence[Case],
    requests: Sequence[Request],
    observations: Sequence[Observation],
    messages: Sequence[FiledMessage],
    decided: Sequence[Decision],
    today: date,
) -> tuple[Resolution, ...]:
    """The last resolution of each case that has one, as of `today`."""
    by_sha = {m.message.sha256: m for m in messages}
    found = []
    for case in cases:
        resolution = _said(case, decided)
        if resolution is None:
            continue
        mine = [r for r in requests if r.case == case.id]
        sign = min(_signs(case, resolution, mine, observations, by_sha, decided, today), default=None)
        found.append(
            replace(
                resolution,
                confirmed_on=_confirmed(case, resolution, messages),
                checked_on=_last_check(case, decided),
                reopened_on=sign[0] if sign else None,
                because=sign[1] if sign else "",
                message=sign[2] or None if sign else None,
                trail=tuple(_trail(mine, resolution, by_sha)),
            )
        )
    return tuple(found)


def resolved(case: Case, resolution: Resolution | None, today: date) -> Case:
    """The case as its resolution leaves it: watched, resolved, or open again."""
    if resolution is None:
        return case
    if not resolution.holds:
        return replace(case, status=CaseStatus.OPEN)
    if today <= resolution.until:
        text = (
            f"You agreed on {plain_day(resolution.on)}. Watch until {plain_day(resolution.until)} whether it holds; "
            "iep-mail asks every few days."
        )
        return replace(case, status=CaseStatus.MONITORING, next_step=text)
    return replace(case, status=CaseStatus.RESOLVED, next_step="")


def monitoring_flags(found: Sequence[Resolution], cases: Sequence[Case], today: date) -> tuple[Flag, ...]:
    """What a resolution wants of the parent: a confirmation, a look, or to know that it broke."""
    titles = {case.id: case.title for case in cases}
    return tuple(flag for r in found for flag in _flags(r, titles.get(r.case, ""), today))


# --- what was said ---------------------------------------------------------------------------------


def _said(case: Case, decided: Sequence[Decision]) -> Resolution | None:
    last: Resolution | None = None
    for decision in decided:
        if decision.subject not in _ids(case):
            continue
        if decision.kind == RESOLVE:
            last = _read(case, decision) or last
        elif decision.kind == UNRESOLVE:
            last = None
    return last


def _ids(case: Case) -> tuple[str, ...]:
    """Every id that the case had, before cases were merged or renamed."""
    return (case.id, *getattr(case, "former_ids", ()))


def _read(case: Case, decision: Decision) -> Resolution | None:
    """None for a value that cannot be read."""
    try:
        table = json.loads(decision.value)
        on = date.fromisoformat(table["on"])
        weeks, every = int(table.get("weeks", WEEKS)), int(table.get("every", EVERY_DAYS))
        agreed = tuple(str(line) for line in table.get("agreed", ()))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    until = on + timedelta(weeks=max(0, min(weeks, 52)))
    return Resolution(
        case=case.id,
        on=on,
        said_on=decision.at.date(),
        agreed=agreed,
        checks=tuple(_check_days(on, until, max(1, every))),
        until=until,
    )


def _check_days(on: date, until: date, every: int) -> Iterator[date]:
    """Every so many days up to the end, moved to Monday where school is closed on that weekday."""
    day = on + timedelta(days=every)
    while day <= until:
        yield day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
        day += timedelta(days=every)


def _last_check(case: Case, decided: Sequence[Decision]) -> date | None:
    days = [d.at.date() for d in decided if d.kind == CHECKED and d.subject in _ids(case)]
    return max(days, default=None)


def _confirmed(case: Case, resolution: Resolution, messages: Sequence[FiledMessage]) -> date | None:
    """The day on which the parent wrote to the school about the case since it was agreed."""
    days = [
        m.sent_on
        for m in messages
        if m.case == case.id and m.direction is Direction.TO_SCHOOL and m.sent_on >= resolution.on
    ]
    return min(days, default=None)


# --- whether it holds ------------------------------------------------------------------------------


def _signs(
    case: Case,
    resolution: Resolution,
    requests: Sequence[Request],
    observations: Sequence[Observation],
    by_sha: Mapping[str, FiledMessage],
    decided: Sequence[Decision],
    today: date,
) -> Iterator[tuple[date, str, str]]:
    """What shows since the agreement that it does not hold: the day, a sentence, the message or ""."""
    for seen in observations:
        filed = by_sha.get(seen.sha256)
        if seen.kind not in _MISSES or filed is None or filed.case != case.id:
            continue
        day = seen.on or filed.sent_on
        if day > resolution.on and filed.sent_on > resolution.on:
            yield day, f"On {plain_day(day)} {_MISSES[seen.kind]}: “{shortened(seen.quote)}”", seen.sha256
    for request in requests:
        if request.asked_on <= resolution.on:
            continue
        quote = shortened(request.quote)
        if request.days_overdue(today):
            due = plain_day(request.due_on)
            yield request.due_on, f"What you asked since was due on {due}: “{quote}”", request.sha256
        for event in request.events:
            if event.effect is Effect.REFUSED:
                yield event.on, f"On {plain_day(event.on)} the school said no: “{quote}”", event.sha256
    for decision in decided:
        day = decision.at.date()
        if decision.kind == NOT_HELD and decision.subject in _ids(case) and day >= resolution.on:
            yield day, f"You wrote down that it does not hold: “{shortened(decision.value)}”", ""


def _trail(
    requests: Sequence[Request], resolution: Resolution, by_sha: Mapping[str, FiledMessage]
) -> Iterator[Evidence]:
    """The requests and reminders that led to the agreement, the latest of many."""
    lines: list[Evidence] = []
    for request in requests:
        if request.asked_on > resolution.on:
            continue
        what = f"You asked on {plain_day(request.asked_on)}: “{shortened(request.quote)}” ({request.status})."
        lines.append(Evidence("attempt", request.asked_on, what, request.sha256))
        for sha in request.follow_ups:
            if (filed := by_sha.get(sha)) and filed.sent_on <= resolution.on:
                what = f"You reminded them on {plain_day(filed.sent_on)}."
                lines.append(Evidence("attempt", filed.sent_on, what, sha))
    yield from sorted(lines, key=lambda e: (e.on, e.what))[-_MOST_TRAIL:]


# --- flags -------------------------------------------------------------------------------------------


def _flags(resolution: Resolution, title: str, today: date) -> Iterator[Flag]:
    if not resolution.holds:
        if resolution.reopened_on and today - resolution.reopened_on <= _RECENT:
            yield _reopened(resolution, title)
        return
    agreed = plain_day(resolution.on)
    if resolution.confirmed_on is None and today - resolution.said_on <= _CONFIRM_WITHIN:
        yield _flag(
            FlagKind.CONFIRM_RESOLUTION,
            resolution,
            resolution.said_on,
            42,
            f"What was agreed on {agreed} about “{title}” is not in writing yet, as far as the mail shows.",
            "Send a short, friendly mail that says what you understood, while everybody remembers it.",
        )
    due = [day for day in resolution.checks if day <= today < day + _CHECK_STANDS]
    looked = resolution.checked_on
    if due and today <= resolution.until and (looked is None or looked < due[-1] - timedelta(days=2)):
        weeks = max(1, round((due[-1] - resolution.on).days / 7))
        yield _flag(
            FlagKind.CHECK_IN,
            resolution,
            due[-1],
            26,
            f"{weeks} week{'s' * (weeks != 1)} ago, on {agreed}, you agreed about “{title}”: "
            f"{shortened('; '.join(resolution.agreed)) or 'see your note'}. Does it hold?",
            "Ask your child and look at the log. If it holds: iep-mail case checked "
            f"{resolution.case[:8]}; if not: iep-mail case checked {resolution.case[:8]} --not-held “what you saw”.",
            about=due[-1].isoformat(),
        )


def _reopened(resolution: Resolution, title: str) -> Flag:
    times = len(resolution.trail)
    before = f" Before that you had written {times} time{'s' * (times != 1)} about it." if times else ""
    return _flag(
        FlagKind.REOPENED,
        resolution,
        resolution.reopened_on or resolution.on,
        64,
        f"What was agreed on {plain_day(resolution.on)} about “{title}” does not hold. {resolution.because}{before}",
        "The case is open again with its old trail. Write once, name what was agreed and when, and ask for a date.",
    )


def _flag(
    kind: FlagKind,
    resolution: Resolution,
    since: date,
    urgency: int,
    reason: str,
    next_step: str,
    about: str = "",
) -> Flag:
    key = f"{kind}\0{resolution.case}\0{resolution.on}\0{about}"
    return Flag(
        id="f-" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:12],
        kind=kind,
        case=resolution.case,
        since=since,
        reason=reason,
        next_step=next_step,
        urgency=urgency,
        message=resolution.message,
    )
