"""The six steps of a case: where it stands, and the lowest next step that can work.

Steps after 34 CFR 300.324 (IEP meeting, amendment), 300.506 (mediation), 300.151-.153 (state
complaint) and 300.507 (due process); facilitation is a habit of many states, not of IDEA. A step is
suggested only on evidence: two or three documented tries at the present one, a refusal, sessions missed
again and again, or harm. Only one step more is suggested at a time, with its reason; the parent can set,
hold or skip a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from iep_mail.core.tracking.clocks import clock
from iep_mail.core.tracking.evidence import attempts_of, reasons_of
from iep_mail.core.tracking.finding_help import centers
from iep_mail.core.tracking.wording import times
from iep_mail.data import load
from iep_mail.model import (
    Case,
    CaseStatus,
    Commitment,
    Decision,
    Effect,
    Evidence,
    FiledMessage,
    Ladder,
    Observation,
    Request,
    RequestKind,
    RequestStatus,
    Resolution,
)

SET_STEP, HOLD_STEP, SKIP_STEP = "set_step", "hold_step", "skip_step"
STEPS: dict[int, str] = {int(number): row["title"] for number, row in load("steps").items()}
LAST = max(STEPS)
TRIES = 2
MONITORING_DAYS = 30
PATIENCE = timedelta(days=21)  # a step that the school agreed to is given this time to bear fruit

_STEP_OF = {
    RequestKind.MEETING: 2,
    RequestKind.AMENDMENT: 2,
    RequestKind.FACILITATION: 3,
    RequestKind.MEDIATION: 4,
}
_RIGHTS = frozenset({RequestKind.EVALUATION, RequestKind.IEE, RequestKind.AMENDMENT})
_STAY = "You can also stay at this step and write once more."


@dataclass(frozen=True, slots=True)
class _Said:
    """What the parent decided about a case's step."""

    step: int | None = None
    since: date | None = None
    held: bool = False
    skipped: frozenset[int] = frozenset()


def climb(case: Case, requests: Sequence[Request], observations: Sequence[Observation], today: date) -> Case:
    """The case with its step, attempts, status and next step as of `today`.

    `requests` and `observations` may be everyone's: the case's own are picked out. The step is the
    highest already taken and never more than one above it is suggested.
    """
    return on_ladder(case, requests, ladder_of(case, requests, observations, today), today)


def on_ladder(
    case: Case,
    requests: Sequence[Request],
    ladder: Ladder,
    today: date,
    resolution: Resolution | None = None,
) -> Case:
    """The case with what its ladder says of it; one whose resolution did not hold is open."""
    mine = [r for r in requests if r.case == case.id and r.asked_on <= today]
    if not mine:
        return replace(case, step=ladder.step, attempts=0, next_step="")
    broken = resolution is not None and not resolution.holds
    status = CaseStatus.OPEN if broken else _status(mine, today)
    text = _next(ladder, late=any(r.days_overdue(today) for r in mine))
    if status is not CaseStatus.OPEN:
        text = _watching(mine) if status is CaseStatus.MONITORING else ""
    return replace(case, step=ladder.step, attempts=len(ladder.attempts), status=status, next_step=text)


def ladder_of(
    case: Case,
    requests: Sequence[Request],
    observations: Sequence[Observation],
    today: date,
    *,
    messages: Mapping[str, FiledMessage] | None = None,
    commitments: Sequence[Commitment] = (),
    decided: Sequence[Decision] = (),
    state: str | None = None,
    resolution: Resolution | None = None,
) -> Ladder:
    """Where the case stands, on what evidence, and what the next step would take.

    While what was agreed (`resolution`) holds, nothing further is suggested; where it does not, that is
    a reason, and the trail that led to it counts again. `messages` (by sha256) give the days of
    reminders and tie observations to the case; without them only what was observed in the messages of
    its requests counts.
    """
    by_sha = messages or {}
    mine = [r for r in requests if r.case == case.id and r.asked_on <= today]
    said = _said(case, decided)
    step = _position(mine, said)
    seen = _observed(case, mine, observations, by_sha)
    promised = [c for c in commitments if c.case == case.id]
    attempts = attempts_of(_at_step(mine, step, said), by_sha, today)
    # A step that was just reached rests on new facts: what led to it does not lead on.
    begun = _reached(mine, step, said)
    reasons = tuple(e for e in reasons_of(mine, seen, promised, by_sha, today) if e.on >= begun)
    if resolution is not None and not resolution.holds:
        attempts = tuple(dict.fromkeys((*resolution.trail, *attempts)))
        reasons = (*reasons, _broken(resolution))
    holds = resolution is not None and resolution.holds
    why = "" if holds else _why(attempts, reasons)
    urgent = any(e.kind in ("harm", "retaliation") for e in reasons)
    waits = said.held or (_under_way(mine, step, today) and not urgent)
    target = _above(step, said.skipped) if why and not waits else None
    ladder = Ladder(
        case=case.id,
        step=step,
        title=STEPS[step],
        set_by_parent=said.step is not None and said.step == step,
        held=said.held,
        attempts=attempts,
        reasons=reasons,
        why=why if target or said.held or step == LAST else "",
    )
    return _with_help(_with_next(ladder, target, state), mine, state)


def _broken(resolution: Resolution) -> Evidence:
    on = resolution.reopened_on or resolution.on
    return Evidence("broken", on, resolution.because, resolution.message)


def _said(case: Case, decided: Sequence[Decision]) -> _Said:
    said = _Said()
    for decision in decided:
        if decision.subject not in (case.id, *getattr(case, "former_ids", ())):
            continue
        if decision.kind == SET_STEP and decision.value.isdigit() and int(decision.value) in STEPS:
            # What was set before is thereby answered: a hold ends where a step is set.
            said = replace(said, step=int(decision.value), since=decision.at.date(), held=False)
        elif decision.kind == HOLD_STEP:
            said = replace(said, held=decision.value != "off")
        elif decision.kind == SKIP_STEP and decision.value.isdigit():
            said = replace(said, skipped=said.skipped | {int(decision.value)})
    return said


def _position(requests: Sequence[Request], said: _Said) -> int:
    """The highest step taken; after the parent set one, that one or a higher taken since."""
    since = said.since or date.min
    taken = [_STEP_OF.get(r.kind, 1) for r in requests if said.step is None or r.asked_on > since]
    return max([*taken, said.step or 1])


def _reached(requests: Sequence[Request], step: int, said: _Said) -> date:
    """The day on which the present step began; the first day of all for step 1."""
    if said.step == step and said.since:
        return said.since
    asked = [r.asked_on for r in requests if _STEP_OF.get(r.kind, 1) == step]
    return min(asked, default=date.min) if step > 1 else date.min


def _at_step(requests: Sequence[Request], step: int, said: _Said) -> list[Request]:
    """The requests that are tries at the present step: of its own kind, or made since it began."""
    begun = _reached(requests, step, said)
    return [r for r in requests if _STEP_OF.get(r.kind, 1) == step or r.asked_on >= begun]


def _under_way(requests: Sequence[Request], step: int, today: date) -> bool:
    """Whether the present step still has its time: a meeting, say, that was asked for and is not late, or
    that was agreed on a short while ago."""
    for request in requests:
        if step == 1 or _STEP_OF.get(request.kind, 1) != step:
            continue
        if not request.status.settled and not request.days_overdue(today):
            return True
        answered = [e.on for e in request.events if e.effect is Effect.ANSWERED]
        if request.status is RequestStatus.ANSWERED and answered and today - max(answered) <= PATIENCE:
            return True
    return False


def _observed(
    case: Case,
    requests: Sequence[Request],
    observations: Sequence[Observation],
    by_sha: Mapping[str, FiledMessage],
) -> list[Observation]:
    own = {sha for r in requests for sha in (r.sha256, *r.follow_ups, *(e.sha256 for e in r.events))}
    return [
        o
        for o in observations
        if o.sha256 in own or ((filed := by_sha.get(o.sha256)) is not None and filed.case == case.id)
    ]


def _why(attempts: Sequence[Evidence], reasons: Sequence[Evidence]) -> str:
    """Why a further step is in question: the strongest reason; "" where nothing is."""
    counts = {"attempt": len(attempts), "missed": sum(e.kind == "missed" for e in reasons)}
    kinds = {e.kind for e in reasons} | ({"attempt"} if len(attempts) >= TRIES else set())
    for row in load("ladder")["reason"]:
        if row["kind"] in kinds:
            number = counts.get(row["kind"], 0)
            return str(row["say"].format(count=number, times=times(number)))
    return ""


def _above(step: int, skipped: frozenset[int]) -> int | None:
    return next((n for n in range(step + 1, LAST + 1) if n not in skipped), None)


def _with_next(ladder: Ladder, target: int | None, state: str | None) -> Ladder:
    if target is None:
        return ladder
    row = load("steps")[str(target)]
    own = clock(row["clock_of"], state) if "clock_of" in row else None
    in_state = (
        f" In your state: {own.words} from {own.starts_from} ({own.citation}). {own.to_check}".rstrip()
        if own and own.state
        else ""
    )
    return replace(
        ladder,
        next=target,
        next_title=row["title"],
        how=row["how"],
        takes=tuple(row["takes"]),
        clock=row["clock"] + in_state,
        cost=row["cost"],
        commits=row["commits"],
    )


def _with_help(ladder: Ladder, requests: Sequence[Request], state: str | None) -> Ladder:
    """When somebody else's help would be wise, and where it is found."""
    say: dict[str, str] = load("ladder")["help"]
    kinds = {e.kind for e in ladder.reasons}
    signs = {
        "harm": "harm" in kinds,
        "retaliation": "retaliation" in kinds,
        "refused_often": sum(r.status is RequestStatus.REFUSED for r in requests) > 1,
        "silent": len(ladder.attempts) >= TRIES + 1,
        "rights": any(r.kind in _RIGHTS and r.status is RequestStatus.REFUSED for r in requests),
        "formal": bool(ladder.next and load("steps")[str(ladder.next)]["help"]),
    }
    reasons = tuple(say[name] for name, holds in signs.items() if holds)
    if not reasons:
        return ladder
    legal = bool({"retaliation", "harm"} & kinds) or (ladder.next or ladder.step) >= LAST
    return replace(ladder, help=reasons, where=centers(state, legal=legal))


def _next(ladder: Ladder, late: bool) -> str:
    if ladder.held:
        return f"You hold this case at step {ladder.step} ({ladder.title}). What comes is written down all the same."
    if ladder.next:
        return f"{ladder.why}. If you want to go further, the next step is to {ladder.how}. {_STAY}"
    if ladder.why:
        return f"{ladder.why}. This is the last of the six steps: stay in touch with your lawyer or parent center."
    if late:
        return (
            f"Send a short reminder. The case stays at step {ladder.step} ({ladder.title}); "
            "you can stay there as long as you like."
        )
    return "Nothing to do now: wait for the answer. You can stay at this step as long as you like."


def _settled_on(requests: Sequence[Request]) -> date:
    return max(r.decided_on or (r.events[-1].on if r.events else r.asked_on) for r in requests)


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
