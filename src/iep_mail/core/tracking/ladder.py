"""The six steps of a case: where it stands, and the lowest next step that can work.

Steps after 34 CFR 300.324 (IEP meeting, amendment), 300.506 (mediation), 300.151-.153 (state
complaint) and 300.507 (due process); facilitation is a habit of many states, not of IDEA. A step is
suggested only on evidence: two or three documented tries at the present one, a refusal, or harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from iep_mail.model import Case, CaseStatus, Observation, Request, RequestKind, RequestStatus

STEPS = {
    1: "a written concern",
    2: "an IEP meeting or an amendment",
    3: "a facilitated IEP meeting",
    4: "mediation",
    5: "a state complaint",
    6: "a due process complaint",
}
TRIES = 2
MONITORING_DAYS = 30
HARM = frozenset({"harm", "possible_retaliation"})

_STEP_OF = {
    RequestKind.MEETING: 2,
    RequestKind.AMENDMENT: 2,
    RequestKind.FACILITATION: 3,
    RequestKind.MEDIATION: 4,
}
_HOW = {
    2: "ask in writing for an IEP meeting (or an amendment) about this, with two or three dates that suit you",
    3: "ask the district whether it offers a facilitated IEP meeting, with a neutral person who leads it",
    4: "ask for mediation: it is voluntary, confidential and free, and a neutral person helps both sides agree",
    5: "think about a written complaint to the state, within a year of what happened; "
    "your state's parent center helps with it for free",
    6: "talk to a lawyer or your state's parent center about a due process complaint before anything else",
}
_STAY = "You can also stay at this step and write once more."


def climb(case: Case, requests: Sequence[Request], observations: Sequence[Observation], today: date) -> Case:
    """The case with its step, attempts, status and next step as of `today`.

    `requests` and `observations` may be everyone's: the case's own are picked out. The step is the
    highest already taken and never more than one above it is suggested.
    """
    mine = [r for r in requests if r.case == case.id and r.asked_on <= today]
    if not mine:
        return replace(case, step=1, attempts=0, next_step="")
    step = max(_STEP_OF.get(r.kind, 1) for r in mine)
    attempts = sum(_failed_tries(r, today) for r in mine if _STEP_OF.get(r.kind, 1) == step)
    status = _status(mine, today)
    if status is not CaseStatus.OPEN:
        text = _watching(mine) if status is CaseStatus.MONITORING else ""
        return replace(case, step=step, attempts=attempts, status=status, next_step=text)
    shas = {sha for r in mine for sha in (r.sha256, *r.follow_ups, *(e.sha256 for e in r.events))}
    harmed = any(o.kind in HARM and o.sha256 in shas for o in observations)
    why = _reason(mine, step, attempts, harmed)
    return replace(
        case,
        step=step,
        attempts=attempts,
        status=status,
        next_step=_next(step, why, bool(_late(mine, today))),
    )


def _failed_tries(request: Request, today: date) -> int:
    """Documented tries that brought nothing: the request and its reminders once it is overdue."""
    if request.status is RequestStatus.REFUSED:
        return request.attempts
    return request.attempts if request.days_overdue(today) else 0


def _late(requests: Sequence[Request], today: date) -> list[Request]:
    return [r for r in requests if r.days_overdue(today)]


def _reason(requests: Sequence[Request], step: int, attempts: int, harmed: bool) -> str:
    """Why the next step is in question, "" where nothing is."""
    if harmed:
        return "A message here speaks of harm to your child"
    refused = [r for r in requests if r.status is RequestStatus.REFUSED and _STEP_OF.get(r.kind, 1) == step]
    if refused:
        return "The school said no here"
    if attempts >= TRIES:
        return f"You have written {attempts} times about this without an answer"
    return ""


def _next(step: int, why: str, late: bool) -> str:
    if why and step < 6:
        return f"{why}. If you want to go further, the next step is to {_HOW[step + 1]}. {_STAY}"
    if why:
        return f"{why}. This is the last of the six steps: stay in touch with your lawyer or parent center."
    if late:
        return f"Send a short reminder. The case stays at step {step} ({STEPS[step]}); you can stay there as long as you like."
    return "Nothing to do now: wait for the answer. You can stay at this step as long as you like."


def _settled_on(requests: Sequence[Request]) -> date:
    return max((r.events[-1].on if r.events else r.asked_on) for r in requests)


def _status(requests: Sequence[Request], today: date) -> CaseStatus:
    """Open while a request is open or refused within the last 30 days; monitoring for 30 days more."""
    if not all(r.status.settled for r in requests):
        return CaseStatus.OPEN
    quiet = today - _settled_on(requests) > timedelta(days=MONITORING_DAYS)
    refused = max(requests, key=lambda r: (_settled_on([r]), r.id)).status is RequestStatus.REFUSED
    if refused and not quiet:
        return CaseStatus.OPEN
    return CaseStatus.RESOLVED if quiet else CaseStatus.MONITORING


def _watching(requests: Sequence[Request]) -> str:
    until = _settled_on(requests) + timedelta(days=MONITORING_DAYS)
    return (
        f"Everything asked here is settled. Watch until {until:%B} {until.day} whether it holds, "
        "and write again if it does not."
    )
