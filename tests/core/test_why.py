"""Any id explained in plain words, with the messages it rests on."""

from dataclasses import replace
from datetime import date

from decided import LATER, STORY, book_of, of_message, of_request, request_like, said, written
from iep_mail.core.why import why
from iep_mail.model import Candidate
from world import PARENT, TEACHER, at, mail, read_all

BOOK = book_of(date(2026, 2, 9))
QUESTION = request_like(BOOK, "January 12")


def told(book, some_id: str) -> str:  # type: ignore[no-untyped-def]
    return "\n".join(why(book, some_id) or ())


def test_a_request_tells_message_sentence_count_skipped_days_and_reminders() -> None:
    text = told(BOOK, QUESTION.id[:5])
    assert "On Tuesday, January 13, 2026 you wrote in “Speech on Monday?”" in text
    assert "“Could you tell me whether speech was held on January 12?”" in text
    assert "5 school days after that is Wednesday, January 21, 2026" in text
    assert "January 19 (Martin Luther King" in text
    assert "You reminded them on Tuesday, January 27, 2026, in “Re: Speech on Monday?”." in text
    assert "19 calendar days overdue" in text


def test_a_deferred_request_tells_who_named_the_day_where_and_in_which_words() -> None:
    text = told(BOOK, request_like(BOOK, "records").id)
    assert "named a later date (Friday, March 20, 2026), in “Re: Request for records”" in text
    assert "“We will send the records to you by March 20, 2026.”" in text
    assert "Before a later date was named it was due on" in text


def test_a_possible_answer_is_told_with_how_to_accept_it() -> None:
    reply = STORY[4]
    request = replace(QUESTION, candidates=(Candidate(reply.sha256, "It speaks of the same week."),))
    text = told(replace(BOOK, requests=(request,)), request.id)
    assert "(“Re: Request for records”) may be an answer: It speaks of the same week." in text
    assert f"iep-mail request settle {request.id} --answered-by {reply.sha256[:8]}" in text


def test_a_decision_is_told_with_its_number() -> None:
    book = book_of(LATER, [of_request(7, "set_due", QUESTION, due="2026-03-02")])
    assert "You set the due date of the request" in told(book, QUESTION.id)
    assert "(Decision 7 of Thursday, February 5, 2026.)" in told(book, QUESTION.id)


def test_a_message_tells_where_it_lies_and_what_it_does() -> None:
    text = told(BOOK, STORY[2].sha256[:10])
    assert "went to the school, by the addresses on it" in text
    assert f"It reminds of request {QUESTION.id}" in text


def test_a_learned_rule_is_told_where_it_was_followed() -> None:
    logs = read_all([
        mail(TEACHER, PARENT, f"Speech log, {day}", "The log.", at(f"2026-0{n}-10 15:00"), number=50 + n)
        for n, day in ((2, "February 2"), (3, "March 2"))
    ])  # fmt: skip
    records = next(c for c in BOOK.cases if "records" in c.title)
    move = of_message(3, "move_thread", logs[0], case=records.id, thread="Speech log, February 2")
    book = book_of(LATER, [move], [*STORY, *logs])
    text = told(book, logs[1].sha256)
    assert "On February 5, 2026 you moved the thread “Speech log, February 2” here (decision 3)." in text
    assert "This thread is like it: it has the same subject and the same people." in text


def test_cases_threads_flags_and_entries_are_told() -> None:
    call = written(4, "2026-02-03", "She said she will send the log by Friday.", people=[
        {"name": "Ms. Ellen Park", "role": "case manager", "address": "epark@maplehill.example.org"}])  # fmt: skip
    book = book_of(LATER, [call])
    assert "documented attempts" in told(book, QUESTION.case or "")
    assert "they answer each other" in told(book, QUESTION.thread)
    for flag in book.flags:
        assert f"Next: {flag.next_step}" in told(book, flag.id)
    entry = told(book, book.entries[0].id)
    assert "Phone call with Ms. Ellen Park on Tuesday, February 3, 2026" in entry
    assert "It says that something will be done" in entry
    commitment = next(c for c in book.commitments if "log" in c.quote)
    assert "as you noted (call, l-" in told(book, commitment.id)


def test_the_old_id_of_a_merged_case_is_explained_too() -> None:
    first, second = BOOK.cases
    book = book_of(LATER, [said(1, "merge_cases", first.id, into=second.id)])
    assert "You put the case" in told(book, first.id)
    assert "You put the case" in told(book, first.id[:6])


def test_nothing_has_an_unknown_id() -> None:
    assert why(BOOK, "zzz") is None
    assert why(BOOK, "") is None


def test_every_id_of_the_casebook_is_explained() -> None:
    book = replace(book_of(LATER), notes=())
    for items in (book.requests, book.commitments, book.flags, book.drafts, book.cases, book.threads):
        assert all(why(book, item.id) for item in items)
    assert all(why(book, m.message.sha256) for m in book.messages)
