import pytest

from decided import STORY, book_of, request_like, said, written
from iep_mail.core.lookup import find_case, find_entry, find_message, find_request, find_thread
from iep_mail.errors import UsageError

BOOK = book_of()
QUESTION = request_like(BOOK, "January 12")


def test_the_first_letters_are_enough() -> None:
    assert find_request(BOOK, QUESTION.id[:4]) == QUESTION
    assert find_message(BOOK, STORY[0].sha256[:6]).message == STORY[0]
    assert find_message(BOOK, "m1@mail.example.net").message == STORY[0]
    assert find_thread(BOOK, STORY[0].sha256[:6]).id == QUESTION.thread


def test_a_wrong_id_is_told_what_was_likely_meant() -> None:
    slip = QUESTION.id[:3] + ("0" if QUESTION.id[3] != "0" else "1") + QUESTION.id[4:]
    with pytest.raises(UsageError) as wrong:
        find_request(BOOK, slip)
    assert f"There is no request “{slip}”." in wrong.value.what
    assert QUESTION.id in wrong.value.remedy
    assert "speech was held" in wrong.value.remedy


def test_an_id_of_something_else_is_told_what_it_is() -> None:
    with pytest.raises(UsageError) as wrong:
        find_request(BOOK, BOOK.cases[0].id)
    assert "is a case, not a request" in wrong.value.what
    assert f"iep-mail case show {BOOK.cases[0].id}" in wrong.value.remedy


def test_an_ambiguous_id_lists_those_it_fits() -> None:
    with pytest.raises(UsageError) as wrong:
        find_case(BOOK, "c-")
    assert all(c.id in wrong.value.remedy and c.title in wrong.value.remedy for c in BOOK.cases)


@pytest.mark.parametrize("wanted", ["", "  ", "ZZ", "💥"])
def test_nonsense_is_answered_calmly(wanted: str) -> None:
    for find in (find_request, find_case, find_message, find_thread, find_entry):
        with pytest.raises(UsageError):
            find(BOOK, wanted)


def test_old_ids_of_a_merged_case_and_ids_of_entries() -> None:
    first, second = BOOK.cases
    call = written(2, "2026-02-03", "We spoke.")
    book = book_of(decisions=[said(1, "merge_cases", first.id, into=second.id), call])
    assert find_case(book, first.id[:8]).id == second.id
    assert find_message(book, call.subject).message.by_hand
    assert find_entry(book, call.subject[:5]).id == call.subject
