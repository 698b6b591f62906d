"""After a resolution: confirmed, watched, checked, and open again on a new miss with its old trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from iep_mail.core.tracking.ladder import ladder_of
from iep_mail.core.tracking.monitoring import (
    CHECKED,
    NOT_HELD,
    RESOLVE,
    UNRESOLVE,
    as_value,
    monitoring_flags,
    resolutions,
    resolved,
)
from iep_mail.model import (
    Address,
    Basis,
    Case,
    CaseStatus,
    Deadline,
    Decision,
    Direction,
    FiledMessage,
    FlagKind,
    Message,
    MessageKind,
    Observation,
    Request,
    RequestKind,
    RequestStatus,
    Resolution,
)

CASE = Case("c-1", "Mateo: speech", "speech", "Mateo Delgado", ("t-1",))
AGREED = date(2026, 2, 12)  # a Thursday
OLD, NEW = "a" * 64, "b" * 64


def said(kind: str, value: str = "", on: date = AGREED, number: int = 1, subject: str = "c-1") -> Decision:
    return Decision(number, datetime(on.year, on.month, on.day, 20, tzinfo=UTC), kind, subject, value)


DONE = said(RESOLVE, as_value(AGREED, ["Two make-up sessions by March 6"]))


def message(sha: str, on: date, *, school: bool = True) -> FiledMessage:
    raw = Message(
        sha256=sha,
        message_id="",
        date=datetime(on.year, on.month, on.day, 15, tzinfo=UTC),
        sender=Address("", "x@y.example"),
    )
    way = Direction.FROM_SCHOOL if school else Direction.TO_SCHOOL
    return FiledMessage(raw, way, MessageKind.PERSONAL, on, "t-1", "c-1")


def request(
    asked: date, *, due: date | None = None, status: RequestStatus = RequestStatus.OPEN, ident: str = "r-1"
) -> Request:
    return Request(
        id=ident, sha256=OLD, message_id="", quote="When is speech made up?", kind=RequestKind.INFORMATION, child=None,
        case="c-1", thread="t-1", asked_of=(), asked_on=asked, status=status,
        deadline=Deadline(due or asked + timedelta(days=7), Basis.TABLE, "5 school days", asked),
    )  # fmt: skip


ASKED = request(date(2026, 1, 15), status=RequestStatus.ANSWERED)


def found(
    today: date,
    *decisions: Decision,
    observations: tuple[Observation, ...] = (),
    messages: tuple[FiledMessage, ...] = (),
    requests: tuple[Request, ...] = (ASKED,),
) -> Resolution | None:
    every = resolutions([CASE], requests, observations, messages, decisions or (DONE,), today)
    return every[0] if every else None


def missed(on: date, told: date) -> dict[str, object]:
    seen = Observation(NEW, "missed_service", "Speech was not held.", on)
    return {"observations": (seen,), "messages": (message(NEW, told),)}


def test_what_was_agreed_is_watched_for_six_weeks_and_then_resolved() -> None:
    resolution = found(date(2026, 2, 20))
    assert resolution is not None
    assert resolution.until == date(2026, 3, 26)
    assert resolution.checks[0] == date(2026, 2, 19)
    assert len(resolution.checks) == 6
    assert resolved(CASE, resolution, date(2026, 3, 26)).status is CaseStatus.MONITORING
    assert resolved(CASE, resolution, date(2026, 3, 27)).status is CaseStatus.RESOLVED
    assert "whether it holds" in resolved(CASE, resolution, date(2026, 3, 1)).next_step


def test_the_weeks_and_the_days_between_check_ins_are_the_parents() -> None:
    short = said(RESOLVE, as_value(AGREED, ["x"], weeks=2, every=3))
    resolution = found(date(2026, 2, 20), short)
    assert resolution is not None
    assert resolution.until == date(2026, 2, 26)
    # A check-in that would fall on a weekend is moved to Monday.
    assert resolution.checks == (date(2026, 2, 16), date(2026, 2, 18), date(2026, 2, 23), date(2026, 2, 24))
    none = found(date(2026, 2, 20), said(RESOLVE, as_value(AGREED, ["x"], weeks=0)))
    assert none is not None
    assert none.checks == ()


@pytest.mark.parametrize("value", ["", "no json", "[]", '{"on": "soon"}', '{"agreed": ["x"]}'])
def test_a_resolution_that_cannot_be_read_changes_nothing(value: str) -> None:
    assert found(date(2026, 2, 20), said(RESOLVE, value)) is None


def test_a_confirmation_is_asked_for_until_the_parent_wrote() -> None:
    day = date(2026, 2, 13)
    waiting = found(day)
    assert waiting is not None
    assert [f.kind for f in monitoring_flags([waiting], [CASE], day)] == [FlagKind.CONFIRM_RESOLUTION]
    wrote = found(day, messages=(message(NEW, day, school=False),))
    assert wrote is not None
    assert wrote.confirmed_on == day
    assert monitoring_flags([wrote], [CASE], day) == ()
    later = date(2026, 3, 10)
    assert all(f.kind is not FlagKind.CONFIRM_RESOLUTION for f in monitoring_flags([waiting], [CASE], later))


def test_a_check_in_stands_for_some_days_and_goes_when_the_parent_has_looked() -> None:
    wrote = (message(NEW, AGREED, school=False),)

    def kinds(today: date, *more: Decision) -> list[FlagKind]:
        resolution = found(today, DONE, *more, messages=wrote)
        assert resolution is not None
        return [f.kind for f in monitoring_flags([resolution], [CASE], today)]

    assert kinds(date(2026, 2, 18)) == []
    assert kinds(date(2026, 2, 19)) == [FlagKind.CHECK_IN]
    assert kinds(date(2026, 2, 24)) == [FlagKind.CHECK_IN]
    assert kinds(date(2026, 2, 20), said(CHECKED, on=date(2026, 2, 19), number=2)) == []
    assert kinds(date(2026, 2, 26), said(CHECKED, on=date(2026, 2, 19), number=2)) == [FlagKind.CHECK_IN]
    assert kinds(date(2026, 4, 2)) == []


def test_a_new_miss_opens_the_case_again_with_its_old_trail() -> None:
    today = date(2026, 3, 5)
    resolution = found(today, **missed(date(2026, 3, 3), date(2026, 3, 4)))
    assert resolution is not None
    assert resolution.reopened_on == date(2026, 3, 3)
    assert "Speech was not held" in resolution.because
    assert [e.on for e in resolution.trail] == [date(2026, 1, 15)]
    assert resolved(CASE, resolution, today).status is CaseStatus.OPEN
    (flag,) = monitoring_flags([resolution], [CASE], today)
    assert flag.kind is FlagKind.REOPENED
    assert "you had written 1 time" in flag.reason
    ladder = ladder_of(CASE, [ASKED], [], today, resolution=resolution)
    assert (ladder.next, ladder.why) == (2, "What was agreed here does not hold")
    assert ladder.attempts == resolution.trail


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 2, 3), date(2026, 2, 20)),
        (date(2026, 2, 12), date(2026, 2, 12)),
        (date(2026, 2, 3), date(2026, 2, 4)),
    ],
)
def test_what_was_missed_before_the_agreement_does_not_reopen(on: date, told: date) -> None:
    resolution = found(date(2026, 3, 5), **missed(on, told))
    assert resolution is not None
    assert resolution.holds


def test_a_late_answer_since_and_the_parents_word_reopen_too() -> None:
    late = request(date(2026, 2, 20), ident="r-2")
    broken = found(date(2026, 3, 5), requests=(ASKED, late))
    assert broken is not None
    assert "was due on February 27, 2026" in broken.because
    word = found(date(2026, 3, 5), DONE, said(NOT_HELD, "No speech on Tuesday", date(2026, 3, 3), 2))
    assert word is not None
    assert "No speech on Tuesday" in word.because


def test_while_it_holds_no_further_step_is_suggested_and_the_parent_can_take_it_back() -> None:
    today = date(2026, 2, 25)
    tries = [request(date(2026, 1, 15)), request(date(2026, 1, 20), ident="r-2")]
    assert ladder_of(CASE, tries, [], today).next == 2
    holds = found(today, requests=tuple(tries))
    assert ladder_of(CASE, tries, [], today, resolution=holds).next is None
    assert found(today, DONE, said(UNRESOLVE, number=2)) is None
    assert found(today, said(RESOLVE, DONE.value, subject="c-2")) is None
