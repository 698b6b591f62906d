"""What is on record in a case: attempts without a real answer, refusals, missed sessions, harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from iep_mail.core.tracking.wording import plain_day, shortened
from iep_mail.data import load
from iep_mail.model import (
    Commitment,
    CommitmentStatus,
    Effect,
    Evidence,
    FiledMessage,
    Observation,
    Request,
    RequestKind,
    RequestStatus,
)

RECENT = timedelta(days=120)  # what lies further back is history, not a reason for a step today
GRACE_DAYS = 5  # a make-up plan that is a few days late is asked for, not held against the school
MISSED_OFTEN = 2  # sessions, on different days
RESOURCES = frozenset({"staffing", "budget"})
_KINDS = {"harm": "harm", "possible_retaliation": "retaliation", "lack_of_resources": "resources"}


def attempts_of(
    requests: Sequence[Request], by_sha: Mapping[str, FiledMessage], today: date
) -> tuple[Evidence, ...]:
    """Each time the parent asked or reminded, of requests that are late or were refused; oldest first."""
    found: list[Evidence] = []
    for request in requests:
        if request.status is not RequestStatus.REFUSED and not request.days_overdue(today):
            continue
        outcome = "refused" if request.status is RequestStatus.REFUSED else "no answer yet"
        what = f"You asked on {plain_day(request.asked_on)}: “{shortened(request.quote)}” ({outcome})."
        found.append(Evidence("attempt", request.asked_on, what, request.sha256))
        for sha in request.follow_ups:
            # A reminder whose message is not at hand is counted all the same, on the day of the request.
            on = by_sha[sha].sent_on if sha in by_sha else request.asked_on
            found.append(Evidence("attempt", on, f"You reminded them on {plain_day(on)}.", sha))
    return tuple(sorted(found, key=lambda e: (e.on, e.what)))


def reasons_of(
    requests: Sequence[Request],
    observations: Sequence[Observation],
    commitments: Sequence[Commitment],
    by_sha: Mapping[str, FiledMessage],
    today: date,
) -> tuple[Evidence, ...]:
    """What besides unanswered attempts speaks for a further step: refusals, resources given as the reason,
    harm, sessions missed again and again without a plan to make them up."""
    found = [
        Evidence(
            "resources" if event.reason in RESOURCES else "refusal",
            event.on,
            f"On {plain_day(event.on)} the school said no to “{shortened(request.quote)}”"
            + (f", giving {event.reason} as the reason." if event.reason else "."),
            event.sha256,
        )
        for request in requests
        if request.status is RequestStatus.REFUSED
        for event in request.events
        if event.effect is Effect.REFUSED
    ]
    missed = _missed(requests, observations, commitments, today)
    found += missed
    asked = {sha: r.asked_on for r in requests for sha in (r.sha256, *r.follow_ups)}
    for seen in observations:
        kind = _KINDS.get(seen.kind, "")
        filed = by_sha.get(seen.sha256)
        written = filed.sent_on if filed else asked.get(seen.sha256, today)
        on = seen.on or written
        # A cause that is named while sessions are made up is an explanation, not a reason to go further.
        if kind and today - on <= RECENT and (kind != "resources" or missed):
            what = f"A message of {plain_day(written)} says: “{shortened(seen.quote)}”"
            found.append(Evidence(kind, on, what, seen.sha256))
    return tuple(sorted(dict.fromkeys(found), key=lambda e: (e.on, e.kind, e.what)))


def _missed(
    requests: Sequence[Request],
    observations: Sequence[Observation],
    commitments: Sequence[Commitment],
    today: date,
) -> list[Evidence]:
    """Missed sessions on several days, each once, where nothing since says how they are made up."""
    days: dict[date, Observation] = {}
    for seen in observations:
        if seen.kind == "missed_service" and seen.on and today - seen.on <= RECENT:
            days.setdefault(seen.on, seen)
    if len(days) < MISSED_OFTEN or _made_up(max(days), requests, commitments, today):
        return []
    return [
        Evidence("missed", day, f"A session was missed on {plain_day(day)}.", seen.sha256)
        for day, seen in sorted(days.items())
    ]


def _made_up(
    since: date, requests: Sequence[Request], commitments: Sequence[Commitment], today: date
) -> bool:
    """Whether the school has said how the sessions are made up: it answered a request for that, still has
    time to answer it, or promised it and the promise is not late."""
    words = [w.lower() for w in load("ladder")["made_up"]["words"]]
    for commitment in commitments:
        speaks = any(word in commitment.quote.lower() for word in words)
        if speaks and commitment.status is not CommitmentStatus.WITHDRAWN and not commitment.overdue(today):
            return True
    for request in requests:
        if request.kind is not RequestKind.MAKE_UP_SERVICES:
            continue
        if not request.status.settled and request.days_overdue(today) <= GRACE_DAYS:
            return True
        answered = [e.on for e in request.events if e.effect is Effect.ANSWERED]
        if request.status is RequestStatus.ANSWERED and answered and max(answered) >= since:
            return True
    return False
