from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decided import LATER, STORY, book_of, of_message, of_request, request_like, said
from iep_mail.core.dump import dump_casebook
from iep_mail.core.tracking.ids import item_id
from iep_mail.model import Basis, Decision, RequestKind, RequestStatus
from world import PARENT, TEACHER, at, mail, read_all

QUESTION = request_like(book_of(), "whether speech was held on January 12")
RECORDS = request_like(book_of(), "educational records")


def test_a_request_settled_by_hand_is_settled_from_the_day_named() -> None:
    settle = of_request(1, "settle", QUESTION, on="2026-02-03", note="at pick-up")
    request = request_like(book_of(decisions=[settle]), "January 12")
    assert request.status is RequestStatus.ANSWERED
    assert request.decided_on == date(2026, 2, 3)
    assert request.note == "at pick-up"
    assert request_like(book_of(date(2026, 2, 4), [settle]), "January 12").status is RequestStatus.OPEN


def test_what_is_asked_again_after_it_was_settled_is_a_new_request_and_no_reminder() -> None:
    again = mail(
        PARENT, TEACHER, "Re: Speech on Monday?",
        "Hi Ms. Park,\n\nCould you tell me whether speech was held on January 12?\n\nRosa",
        at("2026-02-20 15:00"), number=20, answers=1,
    )  # fmt: skip
    mails = [*STORY, *read_all([again])]
    settle = of_request(1, "settle", QUESTION, on="2026-02-03")
    open_ones = [r for r in book_of(LATER, [settle], mails).requests if not r.status.settled]
    assert [r.asked_on for r in open_ones if r.kind is RequestKind.INFORMATION] == [date(2026, 2, 20)]


def test_the_message_named_as_the_answer_is_told_as_the_event() -> None:
    answer = read_all([mail(TEACHER, PARENT, "Monday", "See you Monday.", at("2026-02-02 15:00"), number=9)])
    anchor = {"sha256": answer[0].sha256, "message_id": answer[0].message_id}
    refusal = of_request(1, "settle", QUESTION, outcome="refused", answered_by=anchor)
    request = request_like(book_of(LATER, [refusal], [*STORY, *answer]), "January 12")
    assert request.status is RequestStatus.REFUSED
    assert [(e.sha256, e.on) for e in request.events] == [(answer[0].sha256, date(2026, 2, 2))]


def answered_story() -> list:  # type: ignore[type-arg]
    reply = mail(
        TEACHER, PARENT, "Re: Speech on Monday?", "Yes, speech was held on January 12.",
        at("2026-01-29 15:00"), number=8, answers=3,
    )  # fmt: skip
    later = mail(
        TEACHER, PARENT, "Re: Speech on Monday?", "I checked again: speech was not held on January 12.",
        at("2026-02-20 15:00"), number=9, answers=3,
    )  # fmt: skip
    return [*STORY, *read_all([reply]), *read_all([later])]


def test_what_was_called_open_again_stays_open_through_the_mail_that_seemed_to_settle_it() -> None:
    mails = answered_story()
    assert request_like(book_of(LATER, (), mails), "January 12").events[-1].on == date(2026, 1, 29)
    reopen = of_request(1, "reopen", QUESTION)
    between = request_like(book_of(date(2026, 2, 10), [reopen], mails), "January 12")
    assert between.status is RequestStatus.OPEN
    assert not between.events


def test_a_later_answer_settles_what_was_called_open_again() -> None:
    request = request_like(
        book_of(LATER, [of_request(1, "reopen", QUESTION)], answered_story()), "January 12"
    )
    assert request.status is RequestStatus.ANSWERED
    assert [e.on for e in request.events] == [date(2026, 2, 20)]


def test_a_date_the_parent_sets_wins_over_every_counted_one() -> None:
    book = book_of(LATER, [of_request(1, "set_due", RECORDS, due="2026-03-27")])
    assert request_like(book, "records").due_on == date(2026, 3, 27)
    assert request_like(book, "records").deadline.basis is Basis.EXPLICIT


def test_another_kind_has_another_clock() -> None:
    request = request_like(
        book_of(LATER, [of_request(1, "set_kind", QUESTION, kind="records")]), "January 12"
    )
    assert request.kind is RequestKind.RECORDS
    assert request.due_on == date(2026, 2, 27)  # 45 calendar days


def test_what_is_no_request_is_gone_and_comes_back_with_the_undo() -> None:
    gone = of_request(1, "not_request", QUESTION)
    assert QUESTION.id not in [r.id for r in book_of(LATER, [gone]).requests]
    assert QUESTION.id in [r.id for r in book_of(LATER, [gone, said(2, "undo", "1")]).requests]


def test_a_request_added_in_own_words_is_counted_like_any_other() -> None:
    asked = STORY[0]
    words = "the speech schedule for this term"
    add = of_message(1, "add_request", asked, quote=words, kind="records", due="2026-02-13")
    request = request_like(book_of(LATER, [replace(add, subject=item_id(asked.message_id, words))]), words)
    assert (request.kind, request.due_on) == (RequestKind.RECORDS, date(2026, 2, 13))
    assert request.asked_of == ("epark@maplehill.example.org",)
    assert request.asked_on == date(2026, 1, 13)


def test_a_request_added_by_hand_can_be_answered_by_mail() -> None:
    words = "the dates of the make-up sessions"
    reply = mail(
        TEACHER, PARENT, "Re: Speech on Monday?",
        "The dates of the make-up sessions are February 3 and February 5.",
        at("2026-02-02 15:00"), number=9, answers=1,
    )  # fmt: skip
    gone, add = (
        of_request(1, "not_request", QUESTION),
        of_message(2, "add_request", STORY[0], quote=words, kind="information"),
    )
    request = request_like(book_of(LATER, [gone, add], [*STORY, *read_all([reply])]), words)
    assert request.status is RequestStatus.ANSWERED


def test_a_decision_survives_a_second_copy_that_gives_the_message_another_hash() -> None:
    """The same mail from another mailbox: other bytes, and the smaller hash stands for both."""
    copies = [replace(STORY[0], sha256="0" * 64), *STORY]
    old = replace(QUESTION, id="0123456789")  # made when ids were still counted otherwise
    book = book_of(LATER, [of_request(1, "settle", old)], copies)
    assert request_like(book, "January 12").sha256 == "0" * 64
    assert request_like(book, "January 12").status is RequestStatus.ANSWERED


def test_a_decision_about_a_sentence_that_is_now_cut_shorter_still_holds() -> None:
    longer = replace(QUESTION, id="0123456789", quote=f"Teo says nobody came for him. {QUESTION.quote}")
    book = book_of(LATER, [of_request(1, "settle", longer)])
    assert request_like(book, "January 12").status is RequestStatus.ANSWERED


def test_what_settled_a_part_does_not_settle_the_longer_sentence_that_now_holds_it() -> None:
    part = replace(RECORDS, id="0123456789", quote="a copy")
    book = book_of(date(2026, 2, 5), [of_request(1, "settle", part)])
    assert not request_like(book, "records").status.settled


def test_a_decision_about_what_no_longer_exists_does_no_harm_and_is_told() -> None:
    gone = replace(QUESTION, id="0123456789", sha256="f" * 64, message_id="<gone@example.net>", quote="Gone?")
    decisions = [of_request(1, "settle", gone), of_request(2, "set_due", gone, due="2026-03-01")]
    book = book_of(LATER, decisions)
    assert [r.state for r in book.decisions] == ["without effect", "without effect"]
    untouched = dump_casebook(book_of()) | {"decisions": []}
    assert dump_casebook(book) | {"decisions": []} == untouched


STATUS = {
    "settle": RequestStatus.ANSWERED,
    "withdraw": RequestStatus.WITHDRAWN,
    "reopen": RequestStatus.OPEN,
}


@st.composite
def words_on_the_question(draw: st.DrawFn) -> list[Decision]:
    kinds = draw(st.lists(st.sampled_from([*STATUS, "set_due", "set_kind"]), min_size=1, max_size=6))
    values = {"set_due": {"due": "2026-03-02"}, "set_kind": {"kind": "information"}}
    return [of_request(n, k, QUESTION, **values.get(k, {})) for n, k in enumerate(kinds, start=1)]


@settings(max_examples=30, deadline=None)
@given(words_on_the_question())
def test_the_last_word_wins(decisions: list[Decision]) -> None:
    request = request_like(book_of(decisions=decisions), "January 12")
    last = next((d.kind for d in reversed(decisions) if d.kind in STATUS), "reopen")
    assert request.status is STATUS[last]


@settings(max_examples=15, deadline=None)
@given(words_on_the_question(), st.randoms())
@pytest.mark.slow
def test_neither_the_order_of_decisions_nor_of_mail_matters(decisions, random) -> None:  # type: ignore[no-untyped-def]
    mixed, mails = list(decisions), list(STORY)
    random.shuffle(mixed)
    random.shuffle(mails)
    assert dump_casebook(book_of(decisions=mixed, messages=mails)) == dump_casebook(
        book_of(decisions=decisions)
    )


@pytest.mark.parametrize("kind", ["settle", "withdraw"])
def test_taking_a_decision_back_leaves_no_trace_but_itself(kind: str) -> None:
    book = book_of(decisions=[of_request(1, kind, QUESTION), said(2, "undo", "1")])
    assert [r.state for r in book.decisions] == ["taken back", "stands"]
    assert dump_casebook(book) | {"decisions": []} == dump_casebook(book_of()) | {"decisions": []}
