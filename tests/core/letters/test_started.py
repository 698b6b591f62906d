"""Letters that a parent starts: filled from the case, kept as decisions, blanks where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.letters.facts import Desk
from iep_mail.core.letters.started import (
    START_LETTER,
    LetterStart,
    as_value,
    from_value,
    read_fact,
    started_letters,
)
from iep_mail.model import (
    Decision,
    Draft,
    Effect,
    FiledMessage,
    Observation,
    Request,
    RequestEvent,
    RequestKind,
)
from letters_world import (
    ASKED,
    CALENDAR,
    CASE,
    FAMILY,
    IEP,
    INGRID,
    LINDQVIST,
    OKORO,
    TODAY,
    VANCE,
    filed,
    letters,
    missed,
    request,
)

CHASED = filed("m3", date(2026, 3, 2))
SAID = filed("m2", date(2026, 3, 4), VANCE, (INGRID,))


def start(
    letter: str,
    *,
    requests: tuple[Request, ...] = (),
    messages: tuple[FiledMessage, ...] = (ASKED, CHASED, SAID),
    observations: tuple[Observation, ...] = (),
    today: date = TODAY,
    **more: object,
) -> Draft:
    wanted = LetterStart(letter=letter, **{"case": "c-speech", **more})  # type: ignore[arg-type]
    desk = Desk(
        FAMILY, (IEP,), messages, (CASE,), observations, letters(), CALENDAR, today, requests=requests
    )
    decision = Decision(7, datetime(2026, 3, 9, tzinfo=UTC), START_LETTER, "d-1", as_value(wanted))
    (draft,) = started_letters([decision], desk)
    return draft


def test_it_has_the_id_that_was_given_and_belongs_to_the_case() -> None:
    draft = start("thank-you")
    assert (draft.id, draft.case, draft.flag) == ("d-1", "c-speech", None)


def test_what_the_parent_says_stands_in_it_and_the_rest_is_blank() -> None:
    draft = start(
        "after-call-understanding", facts={"call_on": "2026-03-05", "points": "speech moves; a new log"}
    )
    assert draft.subject == "NH: our conversation of Thursday, March 5, 2026"
    assert "- speech moves\n- a new log" in draft.body
    assert [b.name for b in draft.blanks] == ["with_whom"]
    assert draft.to == (OKORO,)


def test_a_follow_up_takes_the_only_open_request_of_the_case() -> None:
    draft = start("second-follow-up", requests=(request(follow_ups=("m3",)),))
    assert draft.request == "r-1"
    assert "Monday, March 2, 2026: my reminder to Toby Vance" in draft.body
    assert draft.to == (VANCE,)
    assert draft.cc == (LINDQVIST, OKORO)
    assert draft.blanks == ()


def test_missed_sessions_of_the_case_and_the_plan_fill_the_letter_about_making_up() -> None:
    draft = start("make-up-services", observations=(missed(),))
    assert "The IEP states, on page 11: Speech-language therapy, 25 minutes, 3 times per week." in draft.body
    assert "did not take place on Wednesday, March 4, 2026. That is 1 session, or 25 minutes." in draft.body
    assert [b.name for b in draft.blanks] == ["times"]


def test_the_plan_speaks_only_through_its_stored_facts() -> None:
    invented = start("amendment-without-meeting", facts={"statement": "60 minutes daily", "iep_page": "1"})
    assert "60 minutes daily" not in invented.body
    assert {b.name for b in invented.blanks} >= {"statement", "iep_page"}
    named = start("amendment-without-meeting", facts={"service": "the OT session"})
    assert "on page 12: Occupational therapy, 40 minutes, 1 time per week." in named.body


def test_an_accommodation_letter_quotes_accommodations_only() -> None:
    speech = request(RequestKind.SERVICE_DELIVERY, quote="Please see that speech takes place.")
    draft = start("accommodation-not-followed", requests=(speech,), request="r-1")
    assert "Speech-language" not in draft.body
    draft = start("accommodation-not-followed", facts={"service": "his earmuffs"})
    assert "on page 14: Noise-reducing earmuffs during tests." in draft.body


def test_the_answer_is_asked_for_before_the_meeting_that_it_is_about() -> None:
    draft = start("drafts-before-meeting", facts={"meeting_on": "2026-03-13", "documents": "the draft goals"})
    assert "Please send them by Thursday, March 12, 2026" in draft.body


def test_a_complaint_is_told_in_order_of_time_and_never_from_mediation() -> None:
    secret = filed("m5", date(2026, 3, 5), VANCE, (INGRID,), new_text="In mediation we said ten sessions.")
    event = RequestEvent("m5", Effect.REFUSED, date(2026, 3, 5), VANCE, "In mediation we said ten sessions.")
    asked = request(follow_ups=("m3",), events=(event,))
    draft = start(
        "state-complaint", requests=(asked,), messages=(ASKED, CHASED, SAID, secret), observations=(missed(),)
    )
    told = [line for line in draft.body.splitlines() if line.startswith("- ") and "2026: " in line]
    assert told == [
        "- Monday, February 23, 2026: I wrote to Toby Vance: “Could you tell me on which days Nils has speech this term?”",
        "- Monday, March 2, 2026: I wrote again to Toby Vance.",
        "- Wednesday, March 4, 2026: speech did not take place.",
        "- Thursday, March 5, 2026: Toby Vance declined.",
    ]
    assert "Nils Halvorsen" in draft.body
    assert "Nils" not in draft.subject
    assert draft.to == ()
    assert "Parent Training and Information Center" in draft.note
    assert "(300.153(b)(4)(i)) the address where your child lives" in draft.note


def test_a_note_to_an_advocate_sums_the_case_up_in_counts() -> None:
    draft = start("note-to-advocate", requests=(request(follow_ups=("m3",)),), observations=(missed(),))
    assert "Since Monday, February 23, 2026 I have sent 2 messages with 1 request about this." in draft.body
    assert "It is still open: “Could you tell me on which days Nils has speech this term?”" in draft.body
    assert "I am the parent of NH" in draft.body
    assert draft.to == ()


def test_an_address_that_was_given_wins() -> None:
    assert start("thank-you", to=("principal@larkspur.example.org",)).to == (
        "principal@larkspur.example.org",
    )


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("call_on", "2026-03-05", date(2026, 3, 5)),
        ("missed_dates", "2026-03-02, 2026-03-04", [date(2026, 3, 2), date(2026, 3, 4)]),
        ("missed_dates", "2026-03-02", [date(2026, 3, 2)]),
        ("points", "one\ntwo", ["one", "two"]),
        ("times", "after 3 pm; any day", "after 3 pm; any day"),
    ],
)
def test_facts_are_read_as_they_are_typed(name: str, typed: str, read: object) -> None:
    assert read_fact(name, typed) == read


@given(st.text(max_size=60))
def test_a_decision_that_is_no_start_is_passed_over(value: str) -> None:
    desk = Desk(FAMILY, (IEP,), (ASKED,), (CASE,), (), letters(), CALENDAR, TODAY)
    broken = Decision(1, datetime(2026, 3, 9, tzinfo=UTC), START_LETTER, "d", value)
    assert started_letters([broken], desk) == ()


def test_a_start_survives_being_kept() -> None:
    wanted = LetterStart(letter="thank-you", case="c", to=("a@b.example",), facts={"what_helped": "“über”"})
    assert from_value(as_value(wanted)) == wanted
    assert started_letters([], Desk(FAMILY, (), (), (), (), letters(), CALENDAR, TODAY)) == ()
    assert replace(wanted, request="r") != wanted
