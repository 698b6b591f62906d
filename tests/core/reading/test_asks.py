from datetime import date

import pytest

from iep_mail.core.reading.ask_kinds import classify
from iep_mail.core.reading.asks import find_asks
from iep_mail.model import RequestKind as K
from iep_mail.model import SchoolCalendar
from tables import rows

DAY = date(2025, 10, 6)


def asks(text: str) -> list[str]:
    return [a.quote for a in find_asks(text, DAY, SchoolCalendar())]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Could you tell me whether OT was held on Tuesday?", K.INFORMATION),
        ("when is the field trip to the zoo", K.INFORMATION),
        ("can u send me the speech log pls", K.RECORDS),
        ("I am requesting a complete copy of my son's education records.", K.RECORDS),
        ("Kindly provide the progress monitoring data for his math goal.", K.PROGRESS_DATA),
        ("We would like to meet with the team.", K.MEETING),
        ("When can we meet?", K.MEETING),
        ("I request a full and individual evaluation of my daughter for dyslexia.", K.EVALUATION),
        ("I am requesting an independent educational evaluation at public expense.", K.IEE),
        ("Please send me prior written notice of this decision.", K.PRIOR_WRITTEN_NOTICE),
        ("Please schedule the compensatory sessions.", K.MAKE_UP_SERVICES),
        ("Please let him use his extended time on the quiz.", K.ACCOMMODATION),
        ("Please make sure that he gets his speech sessions every week.", K.SERVICE_DELIVERY),
        ("Can we amend the IEP to add a visual timer?", K.AMENDMENT),
        ("I want to ask for mediation, please send the form.", K.MEDIATION),
    ],
)
def test_a_request_is_found_with_its_kind(sentence: str, kind: K) -> None:
    assert asks(sentence)
    assert classify(sentence) is kind


@pytest.mark.parametrize(
    "sentence",
    [
        "Please let me know if you have any questions.",
        "I hope you are well?",
        "Thank you for looking into this.",
        "Please find attached the signed form.",
        "Please feel free to call.",
        "Could you believe it?",
        "How was your weekend?",
        "Can I bring snacks?",
        "He asked her for the red pen.",
        "Isn't that wonderful?",
        "Looking forward to a good year.",
    ],
)
def test_pleasantries_ask_for_nothing(sentence: str) -> None:
    assert asks(sentence) == []


def test_a_list_is_one_request_for_each_item() -> None:
    text = "I am requesting the following:\n1. the speech logs\n2. his last evaluation report\n"
    assert asks(text) == ["the speech logs", "his last evaluation report"]


def test_two_requests_in_one_sentence_are_two() -> None:
    assert len(asks("Please send me the service log for March, and let me know when the team can meet.")) == 2


def test_an_elaboration_is_no_second_request() -> None:
    assert (
        len(asks("I am requesting a copy of his file. Please include the nurse's notes. Paper is fine.")) == 1
    )


def test_a_wish_for_an_answer_is_a_request_only_where_nothing_else_is() -> None:
    assert asks("I still have not received the report.")
    assert len(asks("I have not heard back. Could you tell me who the new aide is?")) == 1


@pytest.mark.parametrize(
    ("kind", "sentence"), rows("core/reading/tables/asks.tsv") + rows("core/reading/tables/asks_more.tsv")
)
def test_a_sentence_asks_for_what_it_asks_for(kind: str, sentence: str) -> None:
    found = [a.kind.value for a in find_asks(sentence, date(2026, 3, 2), SchoolCalendar())]
    assert kind in found if kind != "none" else not found


def test_a_request_is_found_within_a_sentence_that_runs_on() -> None:
    text = (
        "also he is allergic to peanuts and i sent in the form in august but has the cafeteria seen it"
        " because last year nobody had"
    )
    assert asks(text) == ["has the cafeteria seen it"]


def test_what_somebody_else_is_quoted_with_is_not_asked() -> None:
    text = (
        'the lady at the desk looked at me like i was from the moon and said, "can you wait like everybody?"'
    )
    assert asks(text) == []
