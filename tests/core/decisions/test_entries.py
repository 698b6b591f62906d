from datetime import date

import pytest

from decided import LATER, STORY, book_of, request_like, said, written
from iep_mail.core.decisions.spoken import spoken_asks, spoken_promises
from iep_mail.core.dump import dump_casebook
from iep_mail.model import (
    Channel,
    CommitmentStatus,
    Direction,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
)

PARK = {"name": "Ms. Ellen Park", "role": "case manager", "address": "epark@maplehill.example.org"}
QUESTION = request_like(book_of(), "whether speech was held on January 12")
ANSWERS = {
    "id": QUESTION.id,
    "sha256": QUESTION.sha256,
    "message_id": QUESTION.message_id,
    "quote": QUESTION.quote,
    "subject": "Speech on Monday?",
}


def test_a_call_is_a_message_of_its_channel_on_the_day_of_the_event() -> None:
    call = written(1, "2026-02-03", "She told me about the schedule.", people=[PARK], when="2026-02-20 18:00")
    book = book_of(date(2026, 2, 4), [call])  # entered later, but it was then
    (filed,) = [m for m in book.messages if m.message.by_hand]
    assert filed.message.channel is Channel.CALL
    assert filed.direction is Direction.FROM_SCHOOL
    assert filed.sent_on == date(2026, 2, 3)
    assert str(filed.message.sender) == "Ms. Ellen Park <epark@maplehill.example.org>"
    assert not [m for m in book_of(date(2026, 2, 2), [call]).messages if m.message.by_hand]


def test_what_was_promised_on_the_phone_is_followed() -> None:
    call = written(1, "2026-02-03", "She said she will send the speech log by Friday.", people=[PARK])
    (commitment,) = [c for c in book_of(LATER, [call]).commitments if "speech log" in c.quote]
    assert commitment.by == "Ms. Ellen Park"
    assert commitment.due_on == date(2026, 2, 6)
    assert commitment.status is CommitmentStatus.OPEN


def test_what_was_asked_on_the_phone_is_a_request_of_those_it_was_asked_of() -> None:
    call = written(1, "2026-02-03", "I asked her for a copy of the speech log.", people=[PARK])
    request = request_like(book_of(LATER, [call]), "copy of the speech log")
    assert request.kind is RequestKind.RECORDS
    assert request.asked_of == ("epark@maplehill.example.org",)
    assert request.asked_on == date(2026, 2, 3)


def test_what_the_parent_names_as_asked_and_promised_is_taken_at_their_word() -> None:
    meeting = written(
        1, "2026-02-03", "We met.", channel="meeting", people=[PARK],
        asked=["the dates of the missed sessions"], promised=["send the plan by February 10"],
    )  # fmt: skip
    book = book_of(LATER, [meeting])
    assert request_like(book, "missed sessions").asked_on == date(2026, 2, 3)
    assert [c.due_on for c in book.commitments if "send the plan" in c.quote] == [date(2026, 2, 10)]


def test_a_call_that_answers_a_request_settles_it_by_that_call() -> None:
    call = written(1, "2026-02-03", "Yes, it was held.", people=[PARK], answers=ANSWERS)
    book = book_of(LATER, [call])
    request = request_like(book, "January 12")
    assert request.status is RequestStatus.ANSWERED
    (event,) = request.events
    assert (event.sha256, event.on) == (book.entries[0].sha256, date(2026, 2, 3))
    assert book.message(event.sha256).thread == request.thread


def test_a_call_that_says_no_refuses_it() -> None:
    call = written(1, "2026-02-03", "No.", people=[PARK], answers=ANSWERS | {"outcome": "refused"})
    assert request_like(book_of(LATER, [call]), "January 12").status is RequestStatus.REFUSED


def test_the_correction_counts_and_the_first_entry_stays() -> None:
    call = written(1, "2026-02-03", "She will call on Friday.", people=[PARK])
    fix = said(
        2, "correct_log", call.subject, when="2026-02-07 12:00", on="2026-02-04", text="She will call."
    )
    (entry,) = book_of(LATER, [call, fix]).entries
    assert (entry.on, entry.text) == (date(2026, 2, 4), "She will call.")
    assert entry.id == call.subject
    assert "“She will call on Friday.”" in entry.corrections[0].before
    assert "day: 2026-02-03" in entry.corrections[0].before
    (first,) = book_of(LATER, [call, fix, said(3, "undo", "2")]).entries
    assert (first.on, first.corrections) == (date(2026, 2, 3), ())


def test_an_entry_taken_back_is_gone_from_everything() -> None:
    call = written(1, "2026-02-03", "She said she will send the speech log by Friday.", people=[PARK])
    book = book_of(LATER, [call, said(2, "undo", "1")])
    assert dump_casebook(book) | {"decisions": []} == dump_casebook(book_of()) | {"decisions": []}


def test_nothing_is_concluded_from_a_private_entry() -> None:
    text = "I asked her for a copy of the speech log. She said she will send it by Friday. I was furious."
    book = book_of(LATER, [written(1, "2026-02-03", text, people=[PARK], private=True)])
    assert [r.id for r in book.requests] == [r.id for r in book_of().requests]
    assert [c.id for c in book.commitments] == [c.id for c in book_of().commitments]
    assert "furious" not in str([(m.message.new_text, m.message.full_text) for m in book.messages])
    assert book.entries[0].text == text


def test_an_entry_for_a_case_lies_in_it() -> None:
    case = next(c for c in book_of().cases if "records" in c.title)
    call = written(1, "2026-02-03", "We spoke about speech therapy.", people=[PARK], case=case.id)
    book = book_of(LATER, [call])
    (filed,) = [m for m in book.messages if m.message.by_hand]
    assert filed.case == case.id
    assert "you wrote it down for this case" in filed.because[0]


def test_a_person_without_an_address_is_no_trouble() -> None:
    talk = written(1, "2026-02-03", "Could you send me the log?", channel="talk", direction="to_school",
                   people=[{"name": "Ms. Lopez", "role": "nurse", "address": ""}])  # fmt: skip
    request = request_like(book_of(LATER, [talk]), "send me the log")
    assert request.asked_of == ()
    assert book_of(LATER, [talk]).flags


def test_notes_are_no_messages() -> None:
    note = written(
        1, "2026-02-03", "He cried.", kind="child_said", channel=None, direction=None, private=True
    )
    book = book_of(LATER, [note])
    assert len(book.messages) == len(book_of().messages)
    assert book.entries[0].private


def test_the_same_entries_in_another_order_give_the_same_casebook() -> None:
    made = [
        written(1, "2026-02-03", "I asked for the log.", people=[PARK]),
        written(2, "2026-02-03", "She said she will send it by Friday.", people=[PARK]),
        said(3, "correct_log", "l-nothing", text="x"),
    ]
    assert dump_casebook(book_of(LATER, made[::-1], STORY[::-1])) == dump_casebook(book_of(LATER, made))


ON, PLAIN = date(2026, 1, 12), SchoolCalendar()


@pytest.mark.parametrize(
    ("note", "kind", "due"),
    [
        ("I called and asked for a copy of the speech log.", RequestKind.RECORDS, None),
        ("I asked Ms. Park to send the speech log by Friday.", RequestKind.RECORDS, date(2026, 1, 16)),
        ("I asked when speech will resume.", RequestKind.INFORMATION, None),
        ("We requested an IEP meeting.", RequestKind.MEETING, None),
        ("At pick-up I asked her whether he had speech on Monday.", RequestKind.INFORMATION, None),
    ],
)
def test_what_the_parent_notes_to_have_asked(note: str, kind: RequestKind, due: date | None) -> None:
    (ask,) = spoken_asks(note, ON, PLAIN)
    assert (ask.quote, ask.kind, ask.due.day if ask.due else None) == (note, kind, due)


@pytest.mark.parametrize(
    "note", ["She asked me to send the form.", "I was asked for a form.", "We talked about speech."]
)
def test_what_was_not_asked_by_the_parent(note: str) -> None:
    assert spoken_asks(note, ON, PLAIN) == ()


@pytest.mark.parametrize(
    ("note", "due"),
    [
        ("Ms. Park said she will send the data sheets by Friday.", date(2026, 1, 16)),
        ("She said they would make up the two sessions.", None),
        ("They told me the log will be sent by Jan 20.", date(2026, 1, 20)),
        ("He promised to send the schedule tomorrow.", date(2026, 1, 13)),
    ],
)
def test_what_the_parent_notes_that_they_would_do(note: str, due: date | None) -> None:
    (promise,) = spoken_promises(note, ON, PLAIN)
    assert (promise.quote, promise.due.day if promise.due else None) == (note, due)


@pytest.mark.parametrize(
    "note", ["She said he had a good day.", "I said I will send the form.", "She said she was sorry."]
)
def test_what_is_no_promise_of_the_school(note: str) -> None:
    assert spoken_promises(note, ON, PLAIN) == ()
