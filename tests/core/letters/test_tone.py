"""The tone of a letter: what is pointed at, and what is left alone."""

import pytest

from iep_mail.core.letters.templates import render
from iep_mail.core.letters.tone import check_tone
from letters_world import letters


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("You promised us a schedule.", "blame"),
        ("You have failed to send it.", "blame"),
        ("Have you ignored my note?", "blame"),
        ("This was done on purpose.", "blame"),
        ("He never gets his notes.", "absolute"),
        ("Nothing has been done.", "absolute"),
        ("I demand an answer.", "threat"),
        ("My lawyer will call.", "threat"),
        ("Reply immediately.", "threat"),
        ("This is ridiculous.", "emotion"),
        ("You violated the plan.", "overclaim"),
        ("That is illegal.", "overclaim"),
        ("I was just wondering about it.", "weak"),
        ("Please answer soon.", "weak"),
        ("Please answer!!", "form"),
        ("I AM WAITING for it.", "form"),
        ("Please answer 🙏", "form"),
    ],
)
def test_a_weakening_phrase_is_found_with_its_place(sentence: str, kind: str) -> None:
    text = f"Dear Ms. Okoro,\n\n{sentence}\n"
    found = check_tone(text)
    assert kind in [f.kind for f in found]
    for finding in found:
        assert finding.line == 3
        assert text[finding.start :].startswith(finding.phrase)
        assert finding.why
        assert finding.suggestion


@pytest.mark.parametrize(
    "sentence",
    [
        "Your message says “we always do this, never mind!!” and I would like to understand it.",
        "> You promised, and nothing has been done",
        "The IEP and the FAPE statement are on page 4.",
        "Speech was not held on March 4, 2026.",
        "I request the ESY data by Friday, March 13, 2026.",
    ],
)
def test_quotations_and_plain_facts_are_left_alone(sentence: str) -> None:
    assert check_tone(sentence) == ()


def test_a_subject_shows_no_full_name() -> None:
    (found,) = check_tone(
        "Hello.", subject="Speech for Nils Halvorsen", child_names=("Nils Halvorsen", "Nils")
    )
    assert (found.kind, found.line) == ("privacy", 0)


def test_a_complaint_may_state_a_violation() -> None:
    assert check_tone("You violated the plan.", allow=("overclaim",)) == ()


def test_our_own_letters_pass() -> None:
    for template in letters().values():
        subject, body, _ = render(template, {})
        assert check_tone(body, subject=subject, allow=template.allows) == (), template.name
