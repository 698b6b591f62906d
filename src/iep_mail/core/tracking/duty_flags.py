"""Flags for what the school owes of itself: late, or near and not arranged as far as mail shows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date, timedelta

from iep_mail.core.tracking.wording import plain_day
from iep_mail.data import load
from iep_mail.model import (
    ClockClass,
    Duty,
    DutyKind,
    DutyStatus,
    Flag,
    FlagKind,
    Request,
    RequestKind,
    RequestStatus,
)

FLAG_OF = {
    DutyKind.PROGRESS_REPORT: FlagKind.PROGRESS_REPORT_DUE,
    DutyKind.ANNUAL_REVIEW: FlagKind.ANNUAL_REVIEW_DUE,
    DutyKind.REEVALUATION: FlagKind.REEVALUATION_DUE,
    DutyKind.COPY_OF_PLAN: FlagKind.COPY_OF_PLAN,
    DutyKind.NOTICE_AFTER_MEETING: FlagKind.NOTICE_AFTER_MEETING,
    DutyKind.SAFEGUARDS_NOTICE: FlagKind.SAFEGUARDS_NOTICE,
    DutyKind.SERVICES_START: FlagKind.SERVICES_NOT_STARTED,
}
_URGENCY = {
    DutyKind.ANNUAL_REVIEW: 52,
    DutyKind.REEVALUATION: 50,
    DutyKind.SERVICES_START: 48,
    DutyKind.PROGRESS_REPORT: 38,
    DutyKind.COPY_OF_PLAN: 34,
    DutyKind.NOTICE_AFTER_MEETING: 32,
    DutyKind.SAFEGUARDS_NOTICE: 12,
}
_SOON_URGENCY = 22
_ASKED_BEFORE = timedelta(days=45)
# The kinds of request that ask for the same thing; some say it by their kind alone.
_KINDS_OF = {
    DutyKind.PROGRESS_REPORT: (RequestKind.PROGRESS_DATA, RequestKind.RECORDS),
    DutyKind.ANNUAL_REVIEW: (RequestKind.MEETING,),
    DutyKind.REEVALUATION: (RequestKind.EVALUATION,),
    DutyKind.COPY_OF_PLAN: (RequestKind.RECORDS, RequestKind.INFORMATION),
    DutyKind.NOTICE_AFTER_MEETING: (RequestKind.PRIOR_WRITTEN_NOTICE,),
    DutyKind.SAFEGUARDS_NOTICE: (RequestKind.RECORDS, RequestKind.INFORMATION),
    DutyKind.SERVICES_START: (RequestKind.SERVICE_DELIVERY, RequestKind.MAKE_UP_SERVICES),
}
_BY_KIND_ALONE = frozenset(
    {RequestKind.MEETING, RequestKind.EVALUATION, RequestKind.PRIOR_WRITTEN_NOTICE, RequestKind.PROGRESS_DATA}
)
_WORDS_OF = {kind: str(kind) for kind in DutyKind} | {DutyKind.SERVICES_START: "not_started"}
_ASK = {
    DutyKind.PROGRESS_REPORT: "Look in the folder and the portal; if it is not there, ask for it.",
    DutyKind.ANNUAL_REVIEW: "Ask for a date, with two or three days that suit you.",
    DutyKind.REEVALUATION: "Ask when it begins; it needs your consent and takes weeks.",
    DutyKind.COPY_OF_PLAN: "If the plan was changed and you have no copy, ask for one.",
    DutyKind.NOTICE_AFTER_MEETING: "If something was proposed or declined in the meeting, ask for the notice in writing.",
    DutyKind.SAFEGUARDS_NOTICE: "If you did not get one on paper either, ask for it.",
    DutyKind.SERVICES_START: "Ask for the day of the first session, and how the time since then is made up.",
}


def duty_flags(duties: Sequence[Duty], requests: Sequence[Request], today: date) -> tuple[Flag, ...]:
    """One flag for each duty that is late, or soon with nothing arranged; none where the parent has asked
    for it already, since that request has its own clock."""
    return tuple(
        _flag(duty, today)
        for duty in duties
        if duty.status in (DutyStatus.LATE, DutyStatus.SOON) and not _asked(duty, requests)
    )


def _asked(duty: Duty, requests: Sequence[Request]) -> bool:
    since = duty.expected_on - _ASKED_BEFORE
    about = re.compile(load("duties")[_WORDS_OF[duty.kind]]["words"])
    return any(
        r.kind in _KINDS_OF[duty.kind]
        and r.child in (None, duty.child)
        and r.asked_on >= since
        and r.status is not RequestStatus.WITHDRAWN
        and (r.kind in _BY_KIND_ALONE or bool(about.search(r.quote.lower())))
        for r in requests
    )


def _flag(duty: Duty, today: date) -> Flag:
    late = duty.status is DutyStatus.LATE
    kind = FLAG_OF[duty.kind]
    return Flag(
        id="f-" + hashlib.sha256(f"{kind}\0{duty.id}".encode()).hexdigest()[:12],
        kind=kind,
        case=None,
        since=duty.late_after if late else duty.expected_on,
        reason=_reason(duty, late, today),
        next_step=f"{_ASK[duty.kind]} If it has come: iep-mail duty arrived {duty.id[:8]}",
        urgency=(_URGENCY[duty.kind] if late else min(_URGENCY[duty.kind], _SOON_URGENCY)),
        duty=duty.id,
        message=duty.message,
    )


def _reason(duty: Duty, late: bool, today: date) -> str:
    law = " by law" if duty.clock_class is ClockClass.LEGAL else ""
    if duty.kind is DutyKind.SERVICES_START:
        return f"{duty.because} A message says that it has not begun."
    if late:
        days = (today - duty.expected_on).days
        return (
            f"{duty.title} was expected{law} by {plain_day(duty.expected_on)}, {days} day{'s' * (days != 1)} ago, and "
            f"no message shows it. {duty.because}"
        )
    return (
        f"{duty.title} is expected{law} by {plain_day(duty.expected_on)}, and no message shows that it is arranged. "
        f"{duty.because}"
    )


_STATUS = {
    DutyStatus.EXPECTED: "Its time is not over.",
    DutyStatus.SOON: "Its day is near, and no message shows that it is arranged.",
    DutyStatus.LATE: "Its time is over, and no message shows it.",
    DutyStatus.NOT_OWED: "You said that it is not owed.",
}


def explain_duty(duty: Duty) -> tuple[str, ...]:
    """What a duty rests on and how it stands, in plain words."""
    lines = [f"{duty.title}, expected by {plain_day(duty.expected_on)}. {duty.because}"]
    if duty.clock_class is ClockClass.LEGAL:
        lines.append(f"The number stands in law ({duty.citation}).")
    else:
        lines.append(
            f"Law sets no number of days here ({duty.citation}); after {plain_day(duty.late_after)} it is "
            "reasonable to ask."
        )
    if duty.estimated:
        lines.append("This is an estimate: the school calendar does not cover all of these days.")
    if duty.status is DutyStatus.ARRIVED:
        when = f" on {plain_day(duty.arrived_on)}" if duty.arrived_on else ""
        lines.append(f"It came{when}.")
    else:
        lines.append(_STATUS[duty.status])
    return tuple(lines)
