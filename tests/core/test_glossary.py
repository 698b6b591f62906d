"""Words in plain words, found by any name."""

from __future__ import annotations

from datetime import date

import pytest

from iep_mail.core.glossary import find_term, terms
from iep_mail.core.tracking.finding_help import centers
from iep_mail.data import load


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("IEP", "IEP"),
        ("pwn", "prior written notice"),
        ("Due Process", "due process"),
        ("due proces", "due process"),
        ("mediations", "mediation"),
        ("Protection & Advocacy", "P&A"),
        ("comp ed", "compensatory services"),
        ("stay-put", "stay put"),
        ("independant evaluation", "IEE"),
        ("accomodation", "accommodation"),
        ("504", "Section 504 plan"),
        ("1:1", "one-to-one aide"),
        ("goals", "goal"),
        ("manifestation", "manifestation determination"),
    ],
)
def test_a_term_is_found_by_any_of_its_names_and_with_a_slip(asked: str, name: str) -> None:
    found, _ = find_term(asked)
    assert found is not None
    assert found.name == name


def test_what_is_not_near_is_not_guessed() -> None:
    assert find_term("banana") == (None, ())
    assert find_term("") == (None, ())
    found, near = find_term("plan")
    assert found is None
    assert "behavior plan" in near


def test_there_are_sixty_terms_in_plain_sentences() -> None:
    every = terms()
    assert len(every) >= 60
    names = {t.name for t in every}
    for term in every:
        assert term.say.endswith(".")
        assert len(term.say) < 420, term.name
        assert set(term.see) <= names
        assert "violat" not in term.say


def test_the_formal_steps_are_terms_with_their_time_and_cost() -> None:
    steps = {t.step: t.name for t in terms() if t.step}
    assert set(steps) == {2, 3, 4, 5, 6}
    for number in steps:
        row = load("steps")[str(number)]
        assert all(row[key] for key in ("clock", "cost", "commits", "takes"))


def test_every_state_has_a_parent_center_or_the_finder() -> None:
    for code in load("states")["codes"]:
        lines = centers(code)
        assert len(lines) == 2
        assert all("https://" in line for line in lines)
    assert "copaa" in centers(None, legal=True)[2]


def test_every_center_says_how_far_it_is_known_and_one_that_is_not_sends_to_the_finder() -> None:
    table = load("help")
    for kind in ("pti", "pa"):
        for code, row in table[kind].items():
            assert row["source"] in table["sources"], code
            assert row["confidence"] == ("low" if row["source"] == "own_knowledge" else "medium"), code
            assert isinstance(row["checked_on"], date), code
            (line,) = [x for x in centers(code) if table["finder"][kind] in x]
            assert ("not checked" in line) == (row["confidence"] == "low"), code
