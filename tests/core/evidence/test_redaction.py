"""What is taken out of a case file, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.evidence.redaction import Choice, Redactor, other_children
from iep_mail.model import Child


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ann and Annabel", "[another child] and Annabel"),
        ("ANN SMITH's mother", "[another child]'s mother"),
        ("Ann\nSmith", "[another child]"),
        ("write to a.b+c@school.k12.example.org!", "write to [e-mail address]!"),
        ("call 555-010-0199 or +1 (555) 010-0199", "call [telephone number] or [telephone number]"),
        ("at 12 N. Elm St., Apt 4", "at [address]"),
        ("30 minutes, 2 times per week; 34 CFR 300.323", "30 minutes, 2 times per week; 34 CFR 300.323"),
        ("on 2026-01-12 in Room 14", "on 2026-01-12 in Room 14"),
    ],
)
def test_names_addresses_and_numbers(text: str, clean: str) -> None:
    redactor = Redactor(Choice(names=("Ann", "Ann Smith"), addresses=True))
    assert redactor.text(text, "exhibit 1") == clean
    assert ("exhibit 1" in redactor.removed) == (text != clean)


def test_a_brothers_name_goes_but_not_one_that_the_child_shares() -> None:
    children = (Child("Sofia Rivera", ("Sofi",)), Child("Diego Rivera", ("Sofi", "D")))
    assert other_children(children, ["Sofia Rivera"]) == ("Diego Rivera", "Diego", "D")
    assert other_children(children, ["Sofia Rivera", "Diego Rivera"]) == ()


@given(st.text(), st.lists(st.text(min_size=1, max_size=8), max_size=4))
def test_nothing_chosen_is_left(text: str, names: list[str]) -> None:
    redactor = Redactor(Choice(names=tuple(names)))
    once = redactor.text(text, "x").replace("[another child]", "")
    assert once == text or redactor.removed
    assert Redactor(Choice()).text(text, "x") == text
