"""What a letter says against what is on record: days, names, other children, the request and its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from iep_mail.core.letters.review import review_draft, review_text
from iep_mail.core.letters.templates import render
from iep_mail.core.letters.tone import ToneFinding
from iep_mail.core.letters.tone_record import Record
from iep_mail.model import Child
from letter_facts import rich_facts
from letters_world import (
    ASKED,
    CALENDAR,
    CASE,
    FAMILY,
    INGRID,
    OKORO,
    VANCE,
    casebook,
    draft_for,
    filed,
    flag,
    letters,
    request,
)

REPLY = filed("m2", date(2026, 2, 25), VANCE, (INGRID,))
CHASED = filed("m3", date(2026, 3, 2), to=(OKORO, VANCE))
BOOK = casebook(messages=(ASKED, REPLY, CHASED))
SIBLING = replace(FAMILY, children=(*FAMILY.children, Child("Signe Halvorsen")))


def look(text: str, to: tuple[str, ...] = (), family=FAMILY, **more: object) -> list[ToneFinding]:
    record = Record(book=BOOK, family=family, calendar=CALENDAR, child="Nils Halvorsen", to=to)
    return list(review_text(text, record, **more))


@pytest.mark.parametrize(
    ("text", "kind", "phrase", "suggestion"),
    [
        ("We met on Tuesday, March 4, 2026.", "date", "Tuesday, March 4, 2026", "March 4, 2026 is a Wednesday"),
        ("There was no group on Monday 3/4.", "date", "Monday 3/4", "March 4, 2026 is a Wednesday"),
        ("I wrote to you on February 24 about his days.", "date", "February 24 about his days", "Monday, February 23, 2026"),
        ("Your message of February 26 gave a day.", "date", "February 26 gave a day", "Wednesday, February 25, 2026"),
        ("Dear Ms. Okoru,", "name", "Ms. Okoru", "Ms. Adaeze Okoro"),
        ("Mr. Vanse was there.", "name", "Mr. Vanse", "Toby Vance"),
        ("Another student, Emma, sat with him.", "privacy", "Emma", "without a name"),
        ("His classmate Liam has notes.", "privacy", "Liam", "without a name"),
        ("I heard it from Mia's mom.", "privacy", "Mia", "without a name"),
        ("Speech was cancelled again. Please tell me why.", "record", "Speech was cancelled again.", "add the days"),
        ("There was no speech on March 4, 2026.", "ask", "no request", "Please tell me by"),
        ("You failed to give him his notes.", "ask", "no request", "Please tell me by"),
        ("I request copies of all his records.", "ask", "no day for the answer", "a weekday and its date"),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_found(text: str, kind: str, phrase: str, suggestion: str) -> None:
    found = [f for f in look(text) if f.kind == kind]
    assert [f.phrase for f in found] == [phrase]
    assert suggestion in found[0].suggestion


@pytest.mark.parametrize(
    "text",
    [
        "We met on Wednesday, March 4, 2026, and on Friday, 3/6.",
        "I wrote to you on February 23 and on March 2. Please answer by Friday, March 13.",
        "Your message of February 25 was kind.",
        "Dear Ms. Okoro,\n\nMr. Vance and Dr. Lindqvist were there.",
        "Mr. Rasmussen from the library was there.",
        "Nils and his friends had fun. Ingrid's mom sends her regards.",
        "Could you tell me what time the concert begins?",
        "I request copies of all his records by Friday, March 20.",
        "Please send me the data before our meeting on 3/19.",
        "Thank you for the notes!",
        "You wrote: “We met on Tuesday, March 4, 2026, with Emma, another student Emma.”",
    ],
)
def test_what_agrees_is_left_alone(text: str) -> None:
    assert look(text) == []


def test_a_greeting_to_somebody_else_than_the_letter_goes_to() -> None:
    (found,) = look("Dear Ms. Okoro,\n\nthank you.", to=(VANCE,))
    assert (found.kind, found.phrase) == ("name", "Ms. Okoro")
    assert "Toby Vance" in found.suggestion
    assert look("Dear Ms. Okoro,\n\nthank you.", to=(VANCE, OKORO)) == []


def test_a_letter_about_one_child_does_not_speak_of_the_other() -> None:
    (found,) = look("Signe has the same teacher.", family=SIBLING)
    assert (found.kind, found.phrase) == ("privacy", "Signe")


@pytest.mark.slow
def test_our_own_letters_pass_with_the_record_too() -> None:
    for letter in letters().values():
        facts = rich_facts(letter)
        subject, body, _ = render(letter, facts)
        assert look(body, subject=subject, letter=letter) == [], letter.name


def test_a_proposed_draft_passes() -> None:
    late = request(follow_ups=("m3",))
    (draft,) = draft_for(flag(), requests=(late,), messages=(ASKED, REPLY, CHASED), today=date(2026, 3, 9))
    book = casebook(messages=(ASKED, REPLY, CHASED), requests=(late,), drafts=(draft,), cases=(CASE,))
    assert review_draft(draft, book, FAMILY, CALENDAR, letters()[draft.letter]) == ()
