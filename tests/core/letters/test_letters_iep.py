"""What the plan says, and which of its sentences a message speaks of."""

from dataclasses import replace
from datetime import date

import pytest

from iep_mail.core.letters.iep import facts_in_force, plan_of, sentence, statement_for, wording
from iep_mail.model import IepService
from letters_world import IEP

NILS = "Nils Halvorsen"
DAY = date(2026, 3, 4)


def test_a_service_in_one_line_with_its_page() -> None:
    service = IepService(name="Speech-language therapy", minutes=30, frequency="2 times per week", page=6)
    assert sentence(service) == "Speech-language therapy, 30 minutes, 2 times per week (page 6)"
    assert sentence(IepService(name="Counseling")) == "Counseling"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("His SLP was out on Tuesday.", "Speech-language therapy, 25 minutes, 3 times per week"),
        ("There was no OT this week.", "Occupational therapy, 40 minutes, 1 time per week"),
        ("He took the test without his earmuffs.", "Noise-reducing earmuffs during tests"),
        ("He should get the written notes before each lesson.", "Notes given in writing before the lesson"),
    ],
)
def test_the_fact_that_is_spoken_of(text: str, said: str) -> None:
    fact = statement_for(text, [IEP], NILS, DAY)
    assert fact is not None
    assert wording(fact) == said
    assert plan_of(fact, [IEP], NILS, DAY) == "IEP"


@pytest.mark.parametrize(
    "text", ["Thank you for the meeting.", "Both speech and OT were missed.", "He lost a coat."]
)
def test_where_it_is_not_clear_nothing_is_quoted(text: str) -> None:
    assert statement_for(text, [IEP], NILS, DAY) is None


def test_only_what_is_in_force_on_that_day_counts() -> None:
    before = facts_in_force([IEP], NILS, date(2026, 1, 14))
    assert [a.text for a in before[0].accommodations] == ["Notes given in writing before the lesson"]
    assert facts_in_force([IEP], NILS, date(2026, 10, 1)) == ()
    assert facts_in_force([IEP], "Someone Else", DAY) == ()
    ended = replace(IEP, services=(replace(IEP.services[0], end=date(2026, 2, 1)),))
    assert statement_for("No speech today", [ended], NILS, DAY) is None


def test_an_unnamed_child_is_the_only_one() -> None:
    assert len(facts_in_force([IEP], None, DAY)) == 1
    assert facts_in_force([IEP, replace(IEP, child="Sister")], None, DAY) == ()
