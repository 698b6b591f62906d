"""Our own letters known again, edited or not, and what each of them asks."""

from __future__ import annotations

from datetime import date

import pytest

from iep_mail.core.letters.own_wording import OwnWording
from iep_mail.core.letters.templates import LetterTemplate, render
from letter_facts import COMMON, rich_facts
from letters_world import CALENDAR, TODAY, letters

WORDING = OwnWording(letters())
EVERY = [pytest.param(letter, id=name) for name, letter in letters().items()]


@pytest.mark.parametrize("letter", EVERY)
def test_every_letter_is_known_again_and_asks_one_thing_or_nothing(letter: LetterTemplate) -> None:
    for facts in (rich_facts(letter), dict(COMMON), rich_facts(letter, plan_name="Section 504 plan")):
        _, body, _ = render(letter, facts)
        found = WORDING.letter_of(body)
        assert found is not None
        assert found.name == letter.name
        asks = WORDING.ask_of(body, found, TODAY, CALENDAR)
        assert [a.kind for a in asks] == ([letter.request] if letter.request else [])
        for ask in asks:
            assert body[ask.start :].startswith(ask.quote)
            due = ask.due.day if ask.due else None
            assert due == (date(2026, 3, 17) if letter.answer_by_day else None)


def test_an_edited_letter_is_known_still() -> None:
    _, body, _ = render(letters()["follow-up"], rich_facts(letters()["follow-up"]))
    edited = body.replace("I am writing about Nils.", "I hope you are well.").replace("’", "'")
    edited = edited.replace("Thank you for your time.", "Many thanks for all you do for him!")
    found = WORDING.letter_of(edited)
    assert found is not None
    assert found.name == "follow-up"


@pytest.mark.parametrize(
    "text",
    [
        "Hi Toby,\n\nOn Monday I wrote about speech. Please reply by Friday.\n\nThank you for your help.\n\nIngrid",
        "Could you please send me his logs?",
        "",
    ],
)
def test_what_a_parent_writes_is_no_letter_of_ours(text: str) -> None:
    assert WORDING.letter_of(text) is None
