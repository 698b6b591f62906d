"""Letters about what the school owes without being asked: a report, a review, a copy, a notice."""

from __future__ import annotations

from iep_mail.core.letters.choice import Situation, choose
from iep_mail.core.letters.counting import late
from iep_mail.core.letters.facts import Desk, common_facts
from iep_mail.core.letters.intents import Intent
from iep_mail.core.letters.plan_facts import named_parts, quoted_fact
from iep_mail.model import Duty, DutyStatus, Flag


def for_duty(flag: Flag, desk: Desk) -> Intent | None:
    """The letter for a flag about a duty; what only the parent knows is left as a blank."""
    duty = next((d for d in desk.duties if d.id == flag.duty), None)
    if duty is None:
        return None
    facts = _facts(duty, desk)
    letter = choose(Situation(flag=flag.kind, plan=str(facts["plan_kind"])), desk.templates)
    if letter is None:
        return None
    return Intent(
        flag=flag,
        letter=letter,
        facts=facts,
        to=(),
        thread="",
        case=None,
        about=duty.id,
        attempts=1,
        asked_on=duty.expected_on,
    )


def _facts(duty: Duty, desk: Desk) -> dict[str, object]:
    day = duty.expected_on
    behind = late(day, desk.today, desk.calendar) if duty.status is DutyStatus.LATE else ""
    parts = named_parts(desk.ieps, duty.child, day)
    return {
        **common_facts(duty.child, "", day, desk),
        "expected_on": day,
        "late": behind,
        "meeting_on": duty.meeting_on,
        "stated_reports": parts.get("stated_reports"),
        "stated": parts.get("stated_reports"),
        **quoted_fact(duty.service, desk.ieps, duty.child, day),
    }
