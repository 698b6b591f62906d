"""The tone of a letter: what is pointed at, and what is left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.core.letters.templates import render
from iep_mail.core.letters.tone import check_tone
from iep_mail.data import load
from letter_facts import COMMON, rich_facts
from letters_world import letters

# The usual faults, by class; each has to be found.
FAULTS = [
    ("blame", "You promised us a schedule."),
    ("blame", "You have failed to send it."),
    ("blame", "You have ignored my note."),
    ("blame", "You lied to me about the sessions."),
    ("blame", "You don't care about my son."),
    ("blame", "You refuse to meet with us."),
    ("blame", "The aide is incompetent."),
    ("blame", "You are hiding the records."),
    ("blame", "This was done on purpose."),
    ("blame", "The school is discriminating against him."),
    ("blame", "The staff are bullying her."),
    ("blame", "He was bullied by his teacher."),
    ("blame", "We are tired of excuses, no excuses."),
    ("absolute", "The bus is always late."),
    ("absolute", "He never gets his notes."),
    ("absolute", "Nobody has called me back."),
    ("absolute", "His sessions are constantly cancelled."),
    ("absolute", "Nothing has been done."),
    ("absolute", "He misses speech every single week."),
    ("threat", "I demand an answer."),
    ("threat", "You must give him his time."),
    ("threat", "Send it, or else."),
    ("threat", "My lawyer will call you."),
    ("threat", "I'll sue the district."),
    ("threat", "We'll go to the media."),
    ("threat", "This is the last warning."),
    ("threat", "Please reply immediately."),
    ("emotion", "This is disgusting."),
    ("emotion", "I am furious."),
    ("emotion", "This is ridiculous."),
    ("emotion", "I am heartbroken."),
    ("emotion", "This is unacceptable."),
    ("overclaim", "What you did is illegal."),
    ("overclaim", "You are breaking the law."),
    ("overclaim", "You violated the plan."),
    ("overclaim", "He is owed exactly ten sessions."),
    ("overclaim", "He deserves the best possible education."),
    ("overclaim", "This is retaliation."),
    ("weak", "Please send it ASAP."),
    ("weak", "I was just wondering about the logs."),
    ("weak", "Sorry to bother you again."),
    ("weak", "Something should be done."),
    ("weak", "I hope to hear from you soon."),
    ("weak", "He has missed a lot of sessions."),
    ("weak", "I feel that he is behind."),
    ("weak", "She needs more help."),
    ("form", "Please answer me, this is the third time!!"),
    ("form", "I AM WAITING for it."),
    ("form", "He did NOT get his notes."),
    ("form", "Did you read it?!"),
    ("privacy", "His number is 123-45-6789."),
    ("privacy", "His date of birth: 3/14/2016."),
    ("privacy", "His student ID 4482913 is on it."),
    ("consent", "I revoke my consent for services."),
]

# The same words where nothing is wrong with them.
FINE = [
    "As always, thank you for your help.",
    "You always make time for us, and we appreciate it.",
    "She has always loved art.",
    "I never said that the sessions were wrong.",
    "Never mind the first question.",
    "Nobody is to blame for the snow.",
    "He says nobody came for him on Monday.",
    "I hope nobody was hurt.",
    "Thank you for calling me immediately.",
    "He goes to the nurse immediately after lunch.",
    "Thank you for telling us right away!",
    "Looking forward to what you have to say.",
    "He was angry when he came home.",
    "He did not do it on purpose.",
    "She makes careless mistakes in math.",
    "He has promised to bring his folder.",
    "A name would help a lot.",
    "Thanks a lot for this.",
    "See you soon!",
    "Get well soon.",
    "I just wanted you to know that he buttoned his own shirt!",
    "I feel like crying, in a good way, thank you!",
    "Good morning Yolanda!",
    "Nine out of nine!",
    "Thank you!!",
    "I can't believe how much he has grown.",
    "The plan has a goal for auditory discrimination.",
    "His library book is still owed.",
    "I ask whether this violates the dress code.",
    "The IEP and the FAPE statement are on page 4.",
    "The ESY, OT and PT services are listed by the BCBA.",
    "Speech was not held on March 4, 2026.",
    "I request the ESY data by Friday, March 13, 2026.",
    "Your message says “we always do this, never mind!!” and I would like to understand it.",
    "> You promised, and nothing has been done",
    'You wrote: "this is ridiculous,\nand you must stop" on March 4.',
    "The IEP states what he receives.",
    "Please send me prior written notice of the district's refusal.",
    "Please send it as soon as you can, by Friday, March 13.",
]


@pytest.mark.parametrize(("kind", "sentence"), FAULTS)
def test_a_weakening_phrase_is_found_with_its_place(kind: str, sentence: str) -> None:
    text = f"Dear Ms. Okoro,\n\nThank you for your note.\n{sentence}\n"
    found = [f for f in check_tone(text) if f.kind == kind]
    assert found, sentence
    for finding in found:
        assert finding.line == 4
        assert text.split("\n")[3][finding.column - 1 :].startswith(finding.phrase)
        assert text[finding.start :].startswith(finding.phrase)
        assert finding.why
        assert finding.suggestion


@pytest.mark.parametrize("sentence", FINE)
def test_plain_facts_thanks_and_quotations_are_left_alone(sentence: str) -> None:
    assert check_tone(f"Dear Ms. Okoro,\n\n{sentence}\n") == ()


def test_a_phrase_broken_over_two_lines_is_found() -> None:
    (found,) = check_tone("I must say that you\nfailed to send it.")
    assert (found.kind, found.line, found.column) == ("blame", 1, 17)


def test_a_subject_shows_no_full_name() -> None:
    (found,) = check_tone(
        "Hello.", subject="Speech for Nils Halvorsen", child_names=("Nils Halvorsen", "Nils")
    )
    assert (found.kind, found.line, found.column) == ("privacy", 0, 12)


def test_a_subject_that_shouts_is_found_but_not_one_that_others_began() -> None:
    assert [f.kind for f in check_tone("Hello.", subject="SPEECH MISSED AGAIN")] == ["form"]
    assert check_tone("Hello.", subject="Re: SPEECH MISSED AGAIN!") == ()


def test_a_complaint_may_state_a_violation() -> None:
    assert check_tone("You violated the plan.", allow=("overclaim",)) == ()


def test_our_own_letters_pass() -> None:
    for letter in letters().values():
        for facts in ({}, dict(COMMON), rich_facts(letter), rich_facts(letter, plan_kind="504")):
            subject, body, _ = render(letter, facts)
            assert check_tone(body, subject=subject, allow=letter.allows) == (), letter.name


def test_every_class_says_why_and_every_phrase_what_instead() -> None:
    table = load("tone")
    for row in table["phrase"]:
        assert row["class"] in table["classes"]
        assert row["suggest"]


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=400))
def test_any_text_is_looked_at_within_a_second_and_places_are_in_it(text: str) -> None:
    begun = time.monotonic()
    for finding in check_tone(text, subject=text[:60].replace("\n", " ")):
        if finding.start >= 0:
            assert text[finding.start :].startswith(finding.phrase)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "text", ["You never answered and I was just wondering why. ", "He never ", "A B ", "(you ", "!", '"']
)
def test_a_long_text_is_looked_at_quickly(text: str) -> None:
    begun = time.monotonic()
    check_tone(text * (20_000 // len(text)))
    assert time.monotonic() - begun < 3
