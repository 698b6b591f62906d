"""A letter as a parent edits it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.letters.templates import blank_text
from iep_mail.core.sending.editing import address, addresses, as_text, blanks_in, fill, from_text
from iep_mail.errors import UsageError
from iep_mail.model import Blank, Draft

DRAFT = Draft(
    id="d1", case=None, request=None, letter="follow-up", subject="Re: Speech", to=("a@school.example.org",),
    cc=("b@school.example.org",), body="Dear Ms. Park,\n\nWas speech held?\n",
)  # fmt: skip


def test_what_the_editor_shows_reads_back_as_the_same_letter() -> None:
    assert from_text(as_text(DRAFT), DRAFT) == replace(DRAFT, edited=True)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_any_text_of_one_line_survives_the_editor(text: str) -> None:
    assert from_text(as_text(replace(DRAFT, body=text + "\n")), DRAFT).body.strip() == text.strip()


def test_names_and_commas_are_understood_in_the_address_lines() -> None:
    text = "To: Ellen Park <EPark@school.example.org>; c@school.example.org\nCc:\nSubject: New\n\nHello.\n"
    changed = from_text(text, DRAFT)
    assert changed.to == ("epark@school.example.org", "c@school.example.org")
    assert (changed.cc, changed.subject, changed.body) == ((), "New", "Hello.\n")


def test_nobody_gets_a_letter_twice() -> None:
    text = as_text(DRAFT).replace("Cc: b@", "Cc: a@school.example.org, b@")
    assert from_text(text, DRAFT).cc == ("b@school.example.org",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("To: a@b.example\nPriority: high\n\nHello", "Line 2 of the edited letter was not understood"),
        ("To: a@b.example\nSubject: x\n\n  \n", "is empty"),
        ("", "is empty"),
        ("To: somebody\n\nHello", "is not a mail address"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        from_text(text, DRAFT)


@pytest.mark.parametrize(
    "text", ["", "a", "a@b", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "ä@b.example", "a@-.example", "@b.example", "a..b@c.example", "a@b.example\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        address(text)


@given(st.text())
def test_an_address_never_holds_what_could_end_a_command(text: str) -> None:
    try:
        found = addresses([text])
    except UsageError:
        return
    assert all(a.isascii() and not set(a) & set("\r\n\0 <>,") for a in found)


BLANK = Blank("missed_dates", "the days on which the sessions were missed")
HOLED = replace(DRAFT, body=f"It was missed on {blank_text(BLANK.question)}.\n", blanks=(BLANK,))


def test_a_blank_is_filled_wherever_it_stands_and_as_it_was_typed() -> None:
    twice = replace(HOLED, body=HOLED.body * 2)
    filled = fill(twice, {"missed_dates": r"January 12 \1"})
    assert filled.body == "It was missed on January 12 \\1.\n" * 2
    assert filled.blanks == ()


def test_a_blank_that_an_editor_wrapped_is_still_one() -> None:
    wrapped = replace(HOLED, body=HOLED.body.replace("on which", "on\nwhich"))
    assert [b.name for b in blanks_in(wrapped)] == ["missed_dates"]
    assert fill(wrapped, {"missed_dates": "Monday"}).body == "It was missed on Monday.\n"


def test_a_letter_to_nobody_has_that_as_a_blank() -> None:
    nobody = replace(DRAFT, to=())
    assert [b.name for b in blanks_in(nobody)] == ["to"]
    assert fill(nobody, {"to": "c@school.example.org"}).to == ("c@school.example.org",)
