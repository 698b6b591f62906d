"""What the school owes without being asked: expected, arrived, late, and never without a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from iep_mail.core.tracking.arrivals import meetings_held
from iep_mail.core.tracking.duties import standing_duties
from iep_mail.core.tracking.duty_flags import FLAG_OF, duty_flags, explain_duty
from iep_mail.core.tracking.school_days import build_calendar
from iep_mail.model import (
    Address,
    Attachment,
    Basis,
    CalendarEvent,
    Channel,
    Deadline,
    Decision,
    Direction,
    Duty,
    DutyKind,
    DutyStatus,
    FiledMessage,
    Iep,
    IepService,
    Message,
    MessageKind,
    ProgressReporting,
    Request,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
)

CHILD = "Mateo Delgado"
CALENDAR = build_calendar(
    [
        CalendarEvent(date(2025, 8, 25), date(2025, 8, 25), "First Day of School"),
        CalendarEvent(date(2025, 10, 31), date(2025, 10, 31), "End of First Marking Period"),
        CalendarEvent(date(2026, 1, 23), date(2026, 1, 23), "End of Second Marking Period"),
        CalendarEvent(date(2025, 11, 26), date(2025, 11, 28), "Thanksgiving Break - No School"),
        CalendarEvent(date(2026, 6, 5), date(2026, 6, 5), "Last Day of School"),
    ]
)
PLAN = Iep(child=CHILD, effective_from=date(2025, 9, 2), effective_to=date(2026, 9, 1))


def mail(
    text: str,
    on: date,
    *,
    subject: str = "Mateo",
    school: bool = True,
    files: tuple[str, ...] = (),
    kind: MessageKind = MessageKind.PERSONAL,
    channel: Channel = Channel.EMAIL,
    child: str | None = None,
) -> FiledMessage:
    message = Message(
        sha256=f"{abs(hash((text, on, subject))):064x}"[:64],
        message_id="",
        date=datetime(on.year, on.month, on.day, 15, tzinfo=UTC),
        sender=Address("", "epark@maplehill.example.org" if school else "rosa@delgado.example.net"),
        subject=subject,
        new_text=text,
        channel=channel,
        attachments=tuple(Attachment(name, "application/pdf", 9, "f" * 64) for name in files),
    )
    way = Direction.FROM_SCHOOL if school else Direction.TO_SCHOOL
    return FiledMessage(message, way, kind, on, "t-1", None, child)


def duties(
    plan: Iep,
    today: date,
    *messages: FiledMessage,
    calendar: SchoolCalendar = CALENDAR,
    decided: tuple[Decision, ...] = (),
    state: str | None = None,
    more: tuple[Iep, ...] = (),
) -> dict[DutyKind, Duty]:
    found = standing_duties((plan, *more), messages, decided, calendar, state, today)
    return {d.kind: d for d in found if d.kind is not DutyKind.SAFEGUARDS_NOTICE}


def test_without_a_fact_nothing_is_expected() -> None:
    day = date(2026, 4, 20)
    assert standing_duties((), (), (), CALENDAR, None, day) == ()
    assert standing_duties((PLAN,), (), (), CALENDAR, None, day) == ()
    assert standing_duties((PLAN,), (), (), SchoolCalendar(), None, date(2026, 6, 1)) == ()
    assert standing_duties((replace(PLAN, plan="504", annual_review=day),), (), (), CALENDAR, None, day) == ()


# --- progress reports ---------------------------------------------------------------------------

BY_DATES = replace(PLAN, progress_reports=ProgressReporting("", 12, "", (date(2026, 1, 30),)))
BY_PERIODS = replace(PLAN, progress_reports=ProgressReporting("", 12, "marking period"))


def test_a_report_on_a_day_that_the_plan_names() -> None:
    kind = DutyKind.PROGRESS_REPORT
    assert duties(BY_DATES, date(2026, 1, 31))[kind].status is DutyStatus.EXPECTED
    late = duties(BY_DATES, date(2026, 2, 9))[kind]
    assert (late.status, late.expected_on, late.late_after) == (
        DutyStatus.LATE,
        date(2026, 1, 30),
        date(2026, 2, 6),
    )
    assert "page 12" in late.because
    assert late.days_late(date(2026, 2, 9)) == 10


def test_reports_with_each_marking_period_follow_the_calendar() -> None:
    # Ten school days after October 31; then five more before it is called late.
    first = duties(BY_PERIODS, date(2025, 11, 24))[DutyKind.PROGRESS_REPORT]
    assert first.expected_on == date(2025, 11, 14)
    assert first.status is DutyStatus.LATE
    assert "End of First Marking Period" in first.because
    without = build_calendar([CalendarEvent(date(2025, 8, 25), date(2026, 6, 5), "School year")])
    assert duties(BY_PERIODS, date(2025, 12, 1), calendar=without) == {}


@pytest.mark.parametrize(
    ("message", "came"),
    [
        (mail("Mateo's progress report is attached.", date(2026, 1, 29)), True),
        (mail("Hello", date(2026, 2, 3), files=("Delgado_Progress_Q2.pdf",)), True),
        (mail("IEP progress reports went home today.", date(2026, 1, 30), kind=MessageKind.BULK), True),
        (mail("Thank you for the progress report.", date(2026, 2, 2), school=False), True),
        (mail("The progress reports will go home on Friday.", date(2026, 1, 28)), False),
        (mail("Could you send me the progress report?", date(2026, 2, 2), school=False), False),
        (mail("I have not received the progress report.", date(2026, 2, 5), school=False), False),
        (mail("Report cards are attached.", date(2026, 1, 30)), False),
        (mail("The progress report is attached.", date(2025, 11, 14)), False),  # the one before
        (mail("The progress report is attached.", date(2026, 1, 30), child="Somebody Else"), False),
        (mail("The progress report is attached.", date(2026, 1, 30), kind=MessageKind.AUTO_REPLY), False),
    ],
)
def test_a_report_has_come_when_mail_shows_it(message: FiledMessage, came: bool) -> None:
    duty = duties(BY_DATES, date(2026, 2, 9), message)[DutyKind.PROGRESS_REPORT]
    assert (duty.status is DutyStatus.ARRIVED) is came


# --- reviews ------------------------------------------------------------------------------------

REVIEW = replace(PLAN, annual_review=date(2026, 3, 17), last_evaluation=date(2023, 5, 2))


def test_the_annual_review_is_told_ahead_and_then_late() -> None:
    kind = DutyKind.ANNUAL_REVIEW
    assert kind not in duties(REVIEW, date(2026, 2, 10))
    assert duties(REVIEW, date(2026, 2, 20))[kind].status is DutyStatus.SOON
    assert duties(REVIEW, date(2026, 3, 17))[kind].status is DutyStatus.SOON
    assert duties(REVIEW, date(2026, 3, 18))[kind].status is DutyStatus.LATE


@pytest.mark.parametrize(
    "message",
    [
        mail("The annual review is scheduled for March 11 at 2:45.", date(2026, 2, 18)),
        mail("", date(2026, 2, 18), subject="Annual IEP review", kind=MessageKind.CALENDAR),
        mail("Please see the notice.", date(2026, 2, 18), files=("Meeting Notice 3-11.pdf",)),
        mail("We got the invitation for the annual review.", date(2026, 2, 19), school=False),
    ],
)
def test_an_invitation_settles_the_question(message: FiledMessage) -> None:
    duty = duties(REVIEW, date(2026, 3, 1), message)[DutyKind.ANNUAL_REVIEW]
    assert duty.status is DutyStatus.ARRIVED


def test_a_later_plan_shows_that_the_review_was_held() -> None:
    later = replace(PLAN, effective_from=date(2026, 3, 12), effective_to=date(2027, 3, 11))
    assert (
        duties(REVIEW, date(2026, 3, 20), more=(later,))[DutyKind.ANNUAL_REVIEW].status is DutyStatus.ARRIVED
    )


def test_the_re_evaluation_is_counted_from_the_last_one() -> None:
    duty = duties(REVIEW, date(2026, 3, 10))[DutyKind.REEVALUATION]
    assert (duty.status, duty.expected_on) == (DutyStatus.SOON, date(2026, 5, 2))
    assert "three years" in duty.because
    agreed = mail("We agree that a re-evaluation is not needed.", date(2026, 3, 2))
    assert duties(REVIEW, date(2026, 3, 10), agreed)[DutyKind.REEVALUATION].status is DutyStatus.ARRIVED
    given = replace(REVIEW, reevaluation_due=date(2026, 4, 1))
    assert duties(given, date(2026, 3, 10))[DutyKind.REEVALUATION].expected_on == date(2026, 4, 1)


# --- after a meeting ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "day"),
    [
        (mail("IEP meeting with Ms. Park", date(2026, 2, 12), channel=Channel.MEETING), date(2026, 2, 12)),
        (
            mail(
                "Thank you for meeting with us at the IEP meeting on 2/12.", date(2026, 2, 13), school=False
            ),
            date(2026, 2, 12),
        ),
        (
            mail("Thank you all for the annual review yesterday.", date(2026, 2, 13), school=False),
            date(2026, 2, 12),
        ),
        (
            mail("At our IEP meeting on February 12 we agreed on more time.", date(2026, 2, 20)),
            date(2026, 2, 12),
        ),
        (mail("Can we have an IEP meeting on February 12?", date(2026, 2, 3), school=False), None),
        (mail("The PTA meeting on 2/12 was held in the gym.", date(2026, 2, 13)), None),
        (mail("Thank you for meeting with us on 2/12 about the bus.", date(2026, 2, 13), school=False), None),
    ],
)
def test_meetings_that_were_held(message: FiledMessage, day: date | None) -> None:
    held = [m.on for m in meetings_held([message]) if m.about_plan]
    assert held == ([day] if day else [])


MET = mail("IEP meeting: speech goes to three times a week", date(2026, 2, 12), channel=Channel.MEETING)


def test_after_a_meeting_a_copy_and_a_notice_are_expected() -> None:
    day = date(2026, 2, 27)
    waiting = duties(PLAN, date(2026, 2, 20), MET)
    assert waiting[DutyKind.COPY_OF_PLAN].status is DutyStatus.EXPECTED
    late = duties(PLAN, day, MET)
    assert late[DutyKind.COPY_OF_PLAN].late_after == date(2026, 2, 26)
    assert {d.status for d in late.values()} == {DutyStatus.LATE}
    copy = mail("Here you are.", date(2026, 2, 20), files=("Delgado IEP final.pdf",))
    notice = mail("The prior written notice is attached.", date(2026, 2, 20))
    draft = mail("The draft of the new IEP is attached.", date(2026, 2, 20), files=("IEP draft.pdf",))
    came = duties(PLAN, day, MET, copy, notice)
    assert {d.status for d in came.values()} == {DutyStatus.ARRIVED}
    assert duties(PLAN, day, MET, draft)[DutyKind.COPY_OF_PLAN].status is DutyStatus.LATE
    stored = replace(PLAN, effective_from=date(2026, 2, 16), meeting_on=date(2026, 2, 12))
    assert duties(PLAN, day, MET, more=(stored,))[DutyKind.COPY_OF_PLAN].status is DutyStatus.ARRIVED


# --- safeguards and services -----------------------------------------------------------------------


def test_the_safeguards_notice_is_asked_about_near_the_end_of_the_year() -> None:
    def safeguards(today: date, *messages: FiledMessage) -> list[DutyStatus]:
        found = standing_duties((PLAN,), messages, (), CALENDAR, None, today)
        return [d.status for d in found if d.kind is DutyKind.SAFEGUARDS_NOTICE]

    assert safeguards(date(2026, 4, 1)) == []
    assert safeguards(date(2026, 5, 20)) == [DutyStatus.SOON]
    given = mail("The procedural safeguards notice is enclosed.", date(2025, 9, 15))
    assert safeguards(date(2026, 5, 20), given) == [DutyStatus.ARRIVED]


def test_services_of_a_new_plan_are_late_only_where_mail_says_so() -> None:
    speech = IepService(name="Speech-language therapy", minutes=30, frequency="2 times per week", page=6)
    plan = replace(PLAN, services=(speech,))
    kind = DutyKind.SERVICES_START
    day = date(2025, 9, 24)
    assert duties(plan, day)[kind].status is DutyStatus.EXPECTED
    told = mail("Mateo's speech has not started yet.", date(2025, 9, 19), school=False)
    assert duties(plan, day, told)[kind].status is DutyStatus.LATE
    assert duties(plan, date(2025, 9, 12), told)[kind].status is DutyStatus.EXPECTED
    assert duties(plan, day, told, state="MI")[kind].late_after > duties(plan, day, told)[kind].late_after
    other = mail("Math club has not started yet.", date(2025, 9, 19), school=False)
    assert duties(plan, day, other)[kind].status is DutyStatus.EXPECTED


# --- the parent's word, and flags ------------------------------------------------------------------


def said(kind: str, subject: str, value: str = "") -> Decision:
    return Decision(1, datetime(2026, 2, 8, 15, tzinfo=UTC), kind, subject, value)


def test_the_parents_word_wins() -> None:
    day = date(2026, 2, 9)
    duty = duties(BY_DATES, day)[DutyKind.PROGRESS_REPORT]
    came = duties(BY_DATES, day, decided=(said("duty_arrived", duty.id, "2026-02-04"),))
    assert came[DutyKind.PROGRESS_REPORT].arrived_on == date(2026, 2, 4)
    not_owed = duties(BY_DATES, day, decided=(said("duty_not_owed", duty.id),))
    assert not_owed[DutyKind.PROGRESS_REPORT].status is DutyStatus.NOT_OWED
    assert "not owed" in explain_duty(not_owed[DutyKind.PROGRESS_REPORT])[-1]


def test_a_late_duty_is_one_flag_and_none_once_it_was_asked_for() -> None:
    day = date(2026, 2, 9)
    late = duties(BY_DATES, day)[DutyKind.PROGRESS_REPORT]
    (flag,) = duty_flags([late], [], day)
    assert flag.kind is FLAG_OF[DutyKind.PROGRESS_REPORT]
    assert (flag.duty, "10 days ago" in flag.reason) == (late.id, True)
    assert "by law" not in flag.reason
    asked = Request(
        id="r-1", sha256="b" * 64, message_id="", quote="Please send the progress report.",
        kind=RequestKind.PROGRESS_DATA, child=None, case=None, thread="t-1", asked_of=(),
        asked_on=date(2026, 2, 7), status=RequestStatus.OPEN,
        deadline=Deadline(date(2026, 2, 14), Basis.TABLE, "5 school days", date(2026, 2, 7)),
    )  # fmt: skip
    assert duty_flags([late], [asked], day) == ()
    assert len(duty_flags([late], [replace(asked, kind=RequestKind.MEETING)], day)) == 1


def test_what_is_expected_or_came_is_no_flag() -> None:
    duty = duties(BY_DATES, date(2026, 1, 31))[DutyKind.PROGRESS_REPORT]
    for status in (DutyStatus.EXPECTED, DutyStatus.ARRIVED, DutyStatus.NOT_OWED):
        assert duty_flags([replace(duty, status=status)], [], date(2026, 2, 20)) == ()
    assert "law sets no number" in " ".join(explain_duty(duty)).lower()
    review = duties(REVIEW, date(2026, 3, 18))[DutyKind.ANNUAL_REVIEW]
    assert "stands in law" in " ".join(explain_duty(review))
