from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.dump import dump_casebook
from iep_mail.model import Casebook, Decision, FlagKind, Message, RequestKind, RequestStatus
from world import CALENDAR, FAMILY, read_all, speech_story

STORY = read_all(speech_story())
RULES = Rules(FAMILY, {})


def casebook(today: date, messages: list[Message] = STORY, decisions: tuple[Decision, ...] = ()) -> Casebook:
    return build_casebook(messages, decisions, (), CALENDAR, RULES, today)


def test_a_question_left_unanswered_is_overdue_the_day_after_its_fifth_school_day() -> None:
    # January 13 plus five school days, with Martin Luther King Jr. Day between: January 21.
    for day, overdue in ((date(2026, 1, 21), False), (date(2026, 1, 22), True)):
        (question,) = [r for r in casebook(day).requests if r.kind is RequestKind.INFORMATION]
        assert question.due_on == date(2026, 1, 21)
        assert (question.days_overdue(day) > 0) is overdue
        assert [s.day for s in question.deadline.skipped if s.day.weekday() < 5] == [date(2026, 1, 19)]


def test_an_automatic_reply_settles_nothing_and_a_reminder_is_no_new_request() -> None:
    book = casebook(date(2026, 2, 2))
    (question,) = [r for r in book.requests if r.kind is RequestKind.INFORMATION]
    assert question.status is RequestStatus.OPEN
    assert len(question.follow_ups) == 1
    assert question.attempts == 2


def test_a_later_date_named_by_the_school_becomes_the_due_date() -> None:
    (records,) = [r for r in casebook(date(2026, 3, 1)).requests if r.kind is RequestKind.RECORDS]
    assert records.status is RequestStatus.DEFERRED
    assert records.due_on == date(2026, 3, 20)


def test_a_cousins_mail_is_left_alone() -> None:
    assert all("cousins" not in m.message.sender.email for m in casebook(date(2026, 3, 1)).messages)


def test_an_overdue_request_is_flagged_once() -> None:
    flags = [f for f in casebook(date(2026, 2, 2)).flags if f.kind is FlagKind.OVERDUE_REQUEST]
    assert len(flags) == 1
    assert flags[0].since == date(2026, 1, 22)


def test_messages_and_decisions_of_later_days_do_not_exist() -> None:
    settled = Decision(1, datetime(2026, 2, 5, 18, tzinfo=UTC), "settle", "?", "")
    (question,) = [r for r in casebook(date(2026, 1, 14)).requests if r.kind is RequestKind.INFORMATION]
    settled = Decision(1, settled.at, "settle", question.id, "")
    before, after = (casebook(day, decisions=(settled,)) for day in (date(2026, 2, 4), date(2026, 2, 5)))
    assert {r.id: r.status for r in before.requests}[question.id] is RequestStatus.OPEN
    assert {r.id: r.status for r in after.requests}[question.id] is RequestStatus.ANSWERED
    assert len(casebook(date(2026, 1, 13)).messages) == 2


@settings(max_examples=25, deadline=None)
@given(st.permutations(STORY))
def test_the_order_in_which_mail_arrives_does_not_matter(messages: list[Message]) -> None:
    day = date(2026, 2, 2)
    assert dump_casebook(casebook(day, messages)) == dump_casebook(casebook(day))


def test_every_id_is_the_same_on_a_later_day() -> None:
    early, late = casebook(date(2026, 1, 20)), casebook(date(2026, 2, 2))
    assert {r.id for r in early.requests} <= {r.id for r in late.requests}
    assert {m.thread for m in early.messages} <= {m.thread for m in late.messages}
    assert {c.id for c in early.cases} <= {c.id for c in late.cases}


@pytest.mark.parametrize("day", [date(2025, 7, 1), date(2030, 1, 1)])
def test_any_day_can_be_asked_for(day: date) -> None:
    assert casebook(day).as_of == day
