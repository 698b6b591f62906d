"""Letters after something was agreed: the confirmation in writing, and the check-in of the first weeks."""

from __future__ import annotations

from iep_mail.core.letters.choice import Situation, choose
from iep_mail.core.letters.facts import Desk, common_facts
from iep_mail.core.letters.intents import Intent
from iep_mail.core.letters.recipients import asked_people, writable
from iep_mail.model import Case, Direction, Flag, FlagKind, Request

ABOUT_RESOLUTIONS = (FlagKind.CONFIRM_RESOLUTION, FlagKind.CHECK_IN)


def for_resolution(flag: Flag, desk: Desk) -> Intent | None:
    """The letter about what was agreed in a case, into the thread in which it was last spoken of."""
    resolution = next((r for r in desk.resolutions if r.case == flag.case), None)
    case = desk.case(flag.case)
    if resolution is None or case is None:
        return None
    latest = max(
        (r for r in desk.requests if r.case == case.id), key=lambda r: (r.asked_on, r.id), default=None
    )
    child = desk.child_of(case.child, case.id)
    facts = common_facts(child, latest.sha256 if latest else "", resolution.on, desk) | {
        "agreed": list(resolution.agreed),
        "agreed_on": resolution.on,
        "check_on": next((day for day in resolution.checks if day > desk.today), None),
    }
    letter = choose(Situation(flag=flag.kind, plan=str(facts["plan_kind"])), desk.templates)
    if letter is None:
        return None
    return Intent(
        flag=flag,
        letter=letter,
        facts=facts,
        to=_people(case, latest, desk),
        thread=_thread(case, latest, desk),
        case=case.id,
        about=flag.id,
        attempts=1,
        asked_on=resolution.on,
    )


def _thread(case: Case, latest: Request | None, desk: Desk) -> str:
    mine = [m for m in desk.messages if m.case == case.id]
    return mine[-1].thread if mine else latest.thread if latest else ""


def _people(case: Case, latest: Request | None, desk: Desk) -> tuple[str, ...]:
    """Who wrote last from the school in the case, else who was asked last."""
    wrote = [
        m.message.sender.email.lower()
        for m in desk.messages
        if m.case == case.id
        and m.direction is Direction.FROM_SCHOOL
        and writable(m.message.sender.email, desk.family)
    ]
    if wrote:
        return (wrote[-1],)
    return asked_people(latest, desk.family, desk.messages) if latest else ()
