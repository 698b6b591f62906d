"""Names in greetings and subjects."""

import pytest

from iep_mail.core.letters.people import greeting, plain_name, with_role, without_names
from letters_world import FAMILY


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (["Ms. Adaeze Okoro"], "Dear Ms. Okoro,"),
        (["Toby Vance"], "Dear Toby Vance,"),
        (["Vance, Toby"], "Dear Toby Vance,"),
        (["Toby Vance, M.S., CCC-SLP"], "Dear Toby Vance,"),
        (["Front Office (June Park)"], "Hello,"),
        (["Student Records"], "Hello,"),
        (["Toby Vance", "Dr. Maj Lindqvist"], "Dear Toby Vance and Dr. Lindqvist,"),
        (["A B", "C D", "E F", "G H"], "Dear all,"),
        (["Toby Vance", ""], "Hello,"),
        ([], "Hello,"),
    ],
)
def test_a_greeting_claims_no_title_that_is_not_known(names: list[str], line: str) -> None:
    assert greeting(names) == line


def test_a_title_is_not_taken_for_a_credential() -> None:
    assert plain_name("Rosa Lima RN") == "Rosa Lima"


def test_a_role_is_found_by_its_words() -> None:
    found = with_role(FAMILY, "director")
    assert found is not None
    assert found.name == "Dr. Maj Lindqvist"
    principal = with_role(FAMILY, "principal")
    assert principal is not None
    assert principal.name == "Ruth Adler"
    assert with_role(FAMILY, "records") is None


@pytest.mark.parametrize("subject", ["Nils Halvorsen: speech", "re NILS HALVORSEN", "Nisse Halvorsen"])
def test_a_subject_keeps_initials_only(subject: str) -> None:
    shown = without_names(subject, FAMILY.children)
    assert "halvorsen" not in shown.lower()
    assert "NH" in shown
