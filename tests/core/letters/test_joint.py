"""Two matters of one case for the same person on the same day: one letter, with ids that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.model import FlagKind, Request, RequestKind
from letters_world import (
    ASKED,
    INGRID,
    LINDQVIST,
    OKORO,
    VANCE,
    commitment,
    draft_for,
    filed,
    flag,
    missed,
    proposals_for,
    request,
)


def asked(number: int, **more: object) -> Request:
    return request(id=f"r-{number}", quote=f"Which room is number {number} in this term?", **more)


def flag_for(number: int) -> object:
    return flag(id=f"f-{number}", request=f"r-{number}")


def test_two_requests_to_one_person_become_one_letter_that_both_flags_point_to() -> None:
    drafts = draft_for([flag_for(1), flag_for(2)], requests=(asked(1), asked(2)))
    (draft,) = drafts
    assert draft.letter == "several-requests"
    assert draft.flags == ("f-1", "f-2")
    assert draft.requests == ("r-1", "r-2")
    assert "1. On Monday, February 23, 2026 I wrote: “Which room is number 1 in this term?”" in draft.body
    assert "2. On Monday, February 23, 2026 I wrote: “Which room is number 2 in this term?”" in draft.body
    assert draft.body.count("It is now 10 school days since I wrote") == 1


def test_each_point_says_how_long_it_has_waited_where_that_differs() -> None:
    later = asked(2, asked_on=date(2026, 2, 26))
    (draft,) = draft_for([flag_for(1), flag_for(2)], requests=(asked(1), later))
    assert "10 school days" in draft.body
    assert "7 school days" in draft.body


def test_other_people_or_another_case_keep_their_own_letter() -> None:
    to_okoro = asked(2, asked_of=(OKORO,))
    elsewhere = asked(3, case="c-other")
    drafts = draft_for(
        [flag_for(1), flag_for(2), replace(flag_for(3), case="c-other")],
        requests=(asked(1), to_okoro, elsewhere),
    )
    assert [d.letter for d in drafts] == ["follow-up"] * 3


def test_a_letter_to_one_of_two_joins_the_letter_to_both() -> None:
    both = asked(2, asked_of=(VANCE, OKORO))
    (draft,) = draft_for([flag_for(1), flag_for(2)], requests=(asked(1), both))
    assert draft.to == (VANCE, OKORO)


def test_a_second_attempt_among_them_brings_the_copies() -> None:
    messages = (ASKED, filed("m3", date(2026, 3, 2)))
    again = asked(1, follow_ups=("m3",))
    (draft,) = draft_for([flag_for(1), flag_for(2)], requests=(again, asked(2)), messages=messages)
    assert draft.cc[0] == LINDQVIST


def test_a_commitment_of_another_thread_is_one_of_the_points() -> None:
    said = filed("m2", date(2026, 2, 25), VANCE, (INGRID,), thread="t2")
    late = commitment(thread="t2")
    flags = [flag_for(1), flag(FlagKind.OVERDUE_COMMITMENT, id="f-k", request=None, commitment="k-1")]
    (draft,) = draft_for(flags, requests=(asked(1),), commitments=(late,), messages=(ASKED, said))
    assert draft.letter == "several-requests"
    assert "gave Wednesday, March 4, 2026 for this: “I will send the schedule by March 4.”" in draft.body


def test_more_points_than_are_read_wait_for_the_next_letter() -> None:
    requests = tuple(asked(n) for n in range(1, 7))
    proposals = proposals_for([flag_for(n) for n in range(1, 7)], requests=requests)
    (draft,) = proposals.drafts
    assert len(draft.flags) == 4
    assert set(proposals.waiting) == {"f-5", "f-6"}


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(1, 5)))
def test_the_id_does_not_depend_on_the_order_and_changes_with_the_points(order: list[int]) -> None:
    requests = tuple(asked(n) for n in order)
    (draft,) = draft_for([flag_for(n) for n in order], requests=requests)
    (same,) = draft_for([flag_for(n) for n in sorted(order)], requests=requests)
    (fewer,) = draft_for([flag_for(n) for n in order[:3]], requests=requests)
    (later,) = draft_for([flag_for(n) for n in order], requests=requests, today=date(2026, 3, 11))
    assert draft.id == same.id == later.id != fewer.id


def test_a_third_attempt_about_the_plan_asks_for_one_meeting_about_all_of_it() -> None:
    messages = (ASKED, filed("m3", date(2026, 2, 27)), filed("m4", date(2026, 3, 3)))
    chased = {"follow_ups": ("m3", "m4")}
    speech = request(
        RequestKind.SERVICE_DELIVERY, id="r-1", quote="Please see that speech takes place.", **chased
    )
    muffs = request(RequestKind.ACCOMMODATION, id="r-2", quote="Please let him have his earmuffs.", **chased)
    (draft,) = draft_for([flag_for(1), flag_for(2)], requests=(speech, muffs), messages=messages)
    assert draft.letter == "meeting-request"
    assert "speech takes place" in draft.body
    assert "earmuffs" in draft.body
    assert draft.flags == ("f-1", "f-2")
    assert [b.name for b in draft.blanks] == ["times"]


def test_a_new_missed_session_goes_into_the_letter_about_the_late_request() -> None:
    said = filed("m2", date(2026, 3, 4), VANCE, (INGRID,))
    late = request(RequestKind.MAKE_UP_SERVICES, id="r-1", quote="When will speech be made up?")
    flags = [flag_for(1), flag(FlagKind.MISSED_SERVICE, id="f-m", request=None, message="m2")]
    (draft,) = draft_for(flags, requests=(late,), messages=(ASKED, said), observations=(missed(),))
    assert draft.flags == ("f-1", "f-m")
    assert "did not receive this service on Wednesday, March 4, 2026." in draft.body


def test_a_missed_session_and_what_was_said_about_it_in_the_same_thread_are_one_matter() -> None:
    said = filed("m2", date(2026, 2, 25), VANCE, (INGRID,))
    flags = [
        flag(FlagKind.OVERDUE_COMMITMENT, id="f-k", request=None, commitment="k-1"),
        flag(FlagKind.MISSED_SERVICE, id="f-m", request=None, message="m2"),
    ]
    (draft,) = draft_for(flags, commitments=(commitment(),), messages=(ASKED, said), observations=(missed(),))
    assert draft.letter == "commitment-reminder"
    assert draft.flags == ("f-k", "f-m")
