from datetime import date

import pytest

from iep_mail.core.reading.promises import find_promises, is_promise
from iep_mail.model import SchoolCalendar
from tables import rows


def promised(text: str) -> bool:
    return bool(find_promises(text, date(2025, 10, 6), SchoolCalendar()))


@pytest.mark.parametrize(
    "sentence",
    [
        "I'll send the data sheets by Friday.",
        "We will make up the two sessions.",
        "You will have it by the end of the week.",
        "The district will provide transportation.",
        "will send it tmrw",
        "Let me ask the nurse and I'll get back to you.",
        "The records will be mailed on Monday.",
        "Ms. Ortega will call you this week.",
    ],
)
def test_a_future_act_is_a_promise(sentence: str) -> None:
    assert promised(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I'll see you Thursday.",
        "I will be out until Monday.",
        "If you'd like, I can send it again.",
        "Students will bring a lunch.",
        "We look forward to meeting you.",
        "I will be happy to help.",
        "I sent it on Friday.",
        "Will you be there?",
        "Let me know if anything changes.",
    ],
)
def test_pleasantries_offers_and_routines_are_none(sentence: str) -> None:
    assert not promised(sentence)


MORE = rows("core/reading/tables/promises_more.tsv")


@pytest.mark.parametrize(("sign", "sentence"), [*rows("core/reading/tables/promises.tsv"), *MORE])
def test_a_promise_is_told_from_an_offer_and_a_courtesy(sign: str, sentence: str) -> None:
    assert is_promise(sentence) is (sign == "P")
