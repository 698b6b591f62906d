"""The service ledger in sentences. Counts with what they rest on, never a sum that is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iep_mail.core.letters.iep import sentence
from iep_mail.core.services.ledger import APART, Amount, Disagreement, Ledger, Line
from iep_mail.data import load
from iep_mail.model import MissedReason, Session, SessionStatus

STARTING_POINT = (
    "These are counts of what is on record (entered by the family, from the school's log, or told of in mail "
    "and confirmed): a starting point for the team's decision, not a sum that is due. What makes up for "
    "missed services is decided for each child."
)
_STATUS = {
    SessionStatus.DELIVERED: "held",
    SessionStatus.MISSED: "not held",
    SessionStatus.MAKE_UP: "held as a make-up session",
}


def day_words(day: date) -> str:
    """“March 3, 2026”."""
    return f"{day:%B} {day.day}, {day.year}"


def amount_words(amount: Amount) -> str:
    """“4 sessions (120 minutes)”."""
    minutes = f"{amount.minutes:,} minute{'s' * (amount.minutes != 1)}"
    if not amount.sessions:
        return minutes
    return f"{amount.sessions:,} session{'s' * (amount.sessions != 1)} ({minutes})"


def line_title(line: Line) -> str:
    """What the plan states of the service, or its bare name where no plan does."""
    if not line.facts:
        return f"{line.service} (no plan of yours states it)"
    return "; later: ".join(sentence(fact) for fact in line.facts)


def line_sentences(line: Line, last: date) -> Iterator[str]:
    """The service up to `last`, in a few sentences."""
    total = line.total
    if total.granted:
        plan = amount_words(total.granted)
        yield f"The plan grants {plan} over the school days up to {day_words(last)}."
    recorded = [f"{amount_words(total.delivered)} held" if total.delivered else ""]
    recorded += [
        f"{amount_words(amount)} not held: {load('services')['reason'][str(reason)]}"
        for reason, amount in total.missed.items()
    ]
    if total.made_up:
        recorded.append(f"{amount_words(total.made_up)} held as make-up")
    known = [part for part in recorded if part]
    yield f"On record: {'; '.join(known)}." if known else "Nothing is on record yet."
    if total.to_consider:
        made = f", of which {total.credited:,} minutes were made up" if total.credited else ""
        yield (
            f"For the team to consider: {amount_words(total.to_consider)} not held{made}; "
            f"{total.outstanding:,} minutes remain."
        )
    if any(total.missed.get(reason) for reason in APART):
        yield "Days on which the child was absent or school was closed stand apart and are not counted in that."
    if total.not_recorded:
        yield (
            f"For {total.not_recorded:,} minutes there is no record either way: the school's service log "
            "would tell."
        )


def disagreement_words(one: Disagreement) -> str:
    """A day on which two records differ."""
    return (
        f"{one.ours.service}, {day_words(one.ours.on)}: your record says {_STATUS[one.ours.status]}, the "
        f"school's log says {_STATUS[one.theirs.status]}. Yours is counted; ask which is right."
    )


def session_words(session: Session) -> str:
    """One session on record in a line."""
    minutes = f", {session.minutes} minutes" if session.minutes is not None else ""
    why = f" ({reason_words(session.reason)})" if session.reason else ""
    return f"{day_words(session.on)}: {session.service}{minutes}, {_STATUS[session.status]}{why}"


def reason_words(reason: MissedReason) -> str:
    return str(load("services")["reason"][str(reason)])


def summary(ledger: Ledger) -> str:
    """All services in one sentence, for the summary of a case file; "" where nothing is on record."""
    considered = [line for line in ledger.lines if line.total.to_consider]
    if not considered:
        return ""
    minutes = sum(line.total.to_consider.minutes for line in considered)
    credited = sum(line.total.credited for line in considered)
    names = ", ".join(dict.fromkeys(line.service for line in considered))
    return (
        f"{minutes:,} minutes of {names} are on record as not held between {day_words(ledger.first)} and "
        f"{day_words(ledger.last)}; {f'{credited:,}' if credited else 'none'} of them are on record as made up."
    )
