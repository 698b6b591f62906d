from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from decided import LATER, STORY, book_of, of_request, request_like, written
from iep_mail.core.log import filter_log
from iep_mail.model import LogRow
from world import PARENT, TEACHER, at, mail, read_all

PARK = {"name": "Ms. Ellen Park", "role": "case manager", "address": "epark@maplehill.example.org"}
DAY = date(2026, 2, 9)


def rows(*decisions, day: date = DAY, mails=STORY, minor: bool = False) -> list[LogRow]:  # type: ignore[no-untyped-def]
    return [r for r in book_of(day, decisions, mails).log if minor or not r.minor]


def test_every_attempt_is_a_row_with_the_person_and_their_role_and_what_came_of_it() -> None:
    first, records, again = rows()
    assert (first.on, first.person) == (date(2026, 1, 13), "Ms. Ellen Park (case manager)")
    assert "Could you tell me whether speech was held on January 12?" in first.issue
    assert first.response == "No response (an automatic reply on January 13, 2026)"
    assert first.follow_up == "Reminded on January 27, 2026"
    assert again.on == date(2026, 1, 27)
    assert "reminder of January 13, 2026" in again.issue
    assert again.response == "No response"
    assert again.follow_up.startswith("You have written twice")
    assert records.person == "Mr. Victor Shaw (director of special education)"
    assert records.response.startswith("Put off to March 20, 2026 on January 20, 2026 by Mr. Victor Shaw")


def test_a_response_is_told_once_it_has_come() -> None:
    reply = read_all([mail(TEACHER, PARENT, "Re: Speech on Monday?", "Yes, speech was held on January 12.",
                           at("2026-02-03 15:00"), number=9, answers=3)])  # fmt: skip
    *_, last = (r for r in rows(mails=[*STORY, *reply]) if "Ellen Park" in r.person)
    assert last.response == (
        "Answered on February 3, 2026 by Ms. Ellen Park (case manager): “Yes, speech was held on January 12.”"
    )
    assert last.follow_up == "None"


def test_what_the_parent_said_is_told_as_theirs() -> None:
    question = request_like(book_of(), "January 12")
    settled = of_request(1, "settle", question, on="2026-02-03", note="at pick-up")
    told = [r.response for r in rows(settled) if "Ellen Park" in r.person]
    assert told[-1] == "Answered, as you noted on February 3, 2026: at pick-up"


def test_hand_made_entries_stand_beside_what_fills_itself() -> None:
    call = written(
        1, "2026-02-03", "She said she will send the log by Friday.", people=[PARK], when="2026-02-08 15:00"
    )
    (row,) = [r for r in rows(call) if r.by_hand]
    assert (row.on, row.entered_on) == (date(2026, 2, 3), date(2026, 2, 8))
    assert row.person == "Ms. Ellen Park (case manager)"
    assert row.issue == "Phone call with Ms. Ellen Park"
    assert row.response == "She said she will send the log by Friday"
    assert "promised" in row.follow_up


def test_a_note_is_a_private_row() -> None:
    note = written(
        1, "2026-02-03", "He cried at breakfast.", kind="impact", channel=None, direction=None, private=True
    )
    (row,) = [r for r in rows(note) if r.by_hand]
    assert row.private
    assert row.issue == "How it affects the child: He cried at breakfast."


def test_a_missed_session_told_by_the_school_is_a_row() -> None:
    told = read_all([mail(TEACHER, PARENT, "This week", "There was no speech therapy on Tuesday, February 3.",
                          at("2026-02-05 15:00"), number=9)])  # fmt: skip
    (row,) = [r for r in rows(mails=[*STORY, *told]) if r.on == date(2026, 2, 5)]
    assert row.issue.startswith("Session not held (February 3)")
    assert row.person == "Ms. Ellen Park (case manager)"


def test_messages_that_ask_and_answer_nothing_are_there_on_demand() -> None:
    thanks = read_all([mail(PARENT, TEACHER, "Re: Speech on Monday?", "Thank you, have a good weekend.",
                            at("2026-02-05 15:00"), number=9, answers=3)])  # fmt: skip
    mails = [*STORY, *thanks]
    assert len(rows(mails=mails)) == len(rows())
    (row,) = [r for r in rows(mails=mails, minor=True) if r.minor]
    assert row.messages == (thanks[0].sha256,)


def test_views_by_case_person_and_day() -> None:
    every = tuple(rows())
    assert {r.person for r in filter_log(every, person="shaw")} == {
        "Mr. Victor Shaw (director of special education)"
    }
    assert filter_log(every, case=every[0].case)[0] == every[0]
    assert all(r.case == every[0].case for r in filter_log(every, case=every[0].case))
    assert [r.on for r in filter_log(every, first=date(2026, 1, 14), last=date(2026, 1, 20))] == [
        date(2026, 1, 14)
    ]
    assert filter_log(every, child="Somebody Else") == ()


@settings(max_examples=10, deadline=None)
@given(st.permutations(STORY))
def test_the_log_is_the_same_in_whatever_order_the_mail_came(mails) -> None:  # type: ignore[no-untyped-def]
    call = written(1, "2026-02-03", "I asked for the log.", people=[PARK])
    assert book_of(LATER, [call], mails).log == book_of(LATER, [call]).log


def test_rows_have_ids_of_their_own_that_do_not_change_later() -> None:
    early = {r.id for r in book_of(DAY).log}
    late = [r.id for r in book_of(LATER).log]
    assert len(late) == len(set(late))
    assert early <= set(late)
