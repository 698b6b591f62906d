"""The right letter: by kind, outcome, attempts and the kind of plan; and when to write none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from iep_mail.core.letters.choice import Situation, choose
from iep_mail.data import load
from iep_mail.model import (
    Basis,
    Candidate,
    ClockClass,
    Commitment,
    Deadline,
    Effect,
    FlagKind,
    RequestEvent,
    RequestKind,
    RequestStatus,
)
from letters_world import (
    ASKED,
    FAMILY,
    IEP,
    INGRID,
    OKORO,
    VANCE,
    commitment,
    draft_for,
    filed,
    flag,
    letters,
    proposals_for,
    refusal,
    request,
)

SECTION_504 = replace(IEP, plan="504")
LATE, REFUSED = FlagKind.OVERDUE_REQUEST, FlagKind.REFUSED_REQUEST


@pytest.mark.parametrize(
    ("situation", "letter"),
    [
        (Situation(flag=LATE, kind=RequestKind.RECORDS), "records-follow-up"),
        (Situation(flag=LATE, kind=RequestKind.RECORDS, attempts=2), "second-follow-up"),
        (Situation(flag=LATE, kind=RequestKind.RECORDS, attempts=3), "second-follow-up"),
        (Situation(flag=LATE, kind=RequestKind.RECORDS, undelivered=True), "undelivered-resend"),
        (Situation(flag=LATE, kind=RequestKind.INFORMATION, part_answered=True), "partial-answer"),
        (Situation(flag=LATE, kind=RequestKind.ACCOMMODATION), "follow-up"),
        (Situation(flag=LATE, kind=RequestKind.ACCOMMODATION, known=frozenset({"statement"})), "accommodation-not-followed"),
        (Situation(flag=LATE, kind=RequestKind.ACCOMMODATION, attempts=3), "meeting-request"),
        (Situation(flag=LATE, kind=RequestKind.ACCOMMODATION, attempts=3, meeting_asked=True), "second-follow-up"),
        (Situation(flag=LATE, kind=RequestKind.PROGRESS_DATA, plan="504"), "follow-up"),
        (Situation(flag=REFUSED, kind=RequestKind.EVALUATION), "prior-written-notice-request"),
        (Situation(flag=REFUSED, kind=RequestKind.EVALUATION, plan="504"), "reason-for-refusal"),
        (Situation(flag=REFUSED, kind=RequestKind.RECORDS), "reason-for-refusal"),
        (Situation(flag=FlagKind.MISSED_SERVICE, missed=1), "service-not-delivered"),
        (Situation(flag=FlagKind.MISSED_SERVICE, missed=4, attempts=2, known=frozenset({"statement"})), "make-up-services"),
        (Situation(flag="something new"), None),
    ],
)  # fmt: skip
def test_the_first_row_that_fits(situation: Situation, letter: str | None) -> None:
    found = choose(situation, letters())
    assert (found.name if found else None) == letter


def test_every_row_names_a_letter_and_kinds_that_there_are() -> None:
    for row in load("letters")["choice"]:
        assert row["letter"] in letters()
        assert set(row["flags"]) <= set(FlagKind)
        assert set(row.get("kinds", ())) <= set(RequestKind)


def test_a_504_plan_is_called_by_its_name_and_cites_its_own_rule() -> None:
    asked = request(RequestKind.ACCOMMODATION, quote="Please let him have his earmuffs.")
    (draft,) = draft_for(flag(), requests=(asked,), ieps=(SECTION_504,))
    assert "The Section 504 plan states, on page 14: Noise-reducing earmuffs during tests." in draft.body
    assert "34 CFR 104.33" in draft.body
    assert "300." not in draft.body


def test_while_an_answer_is_named_for_a_later_day_no_letter_is_proposed() -> None:
    said = filed("m2", date(2026, 3, 3), VANCE, (INGRID,))
    named: Commitment = commitment(
        quote="I will send the days of speech this term by March 20.",
        said_on=date(2026, 3, 3),
        due_on=date(2026, 3, 20),
    )
    proposals = proposals_for(flag(), requests=(request(),), commitments=(named,), messages=(ASKED, said))
    assert proposals.drafts == ()
    assert "Friday, March 20, 2026" in proposals.waiting[flag().id]
    later = proposals_for(
        flag(), requests=(request(),), commitments=(named,), messages=(ASKED, said), today=date(2026, 3, 23)
    )
    assert len(later.drafts) == 1


@pytest.mark.parametrize(
    ("written", "today", "proposed"),
    [
        (date(2026, 3, 4), date(2026, 3, 6), 0),  # Thursday and Friday: two school days
        (date(2026, 3, 4), date(2026, 3, 9), 1),
        (date(2026, 3, 11), date(2026, 3, 16), 0),  # the 13th has no school
        (date(2026, 3, 11), date(2026, 3, 17), 1),
        (date(2026, 6, 15), date(2026, 6, 24), 0),  # in summer: ten days
        (date(2026, 6, 15), date(2026, 6, 25), 1),
    ],
)
def test_three_school_days_pass_between_two_letters(written: date, today: date, proposed: int) -> None:
    proposals = proposals_for(
        flag(), requests=(request(follow_ups=("m3",)),), messages=(ASKED, filed("m3", written)), today=today
    )
    assert len(proposals.drafts) == proposed
    assert bool(proposals.waiting) is not bool(proposed)


@pytest.mark.parametrize(
    ("rule", "clock", "said"),
    [
        ("5 school days", ClockClass.NUDGE, "It is now 10 school days since I wrote"),
        ("10 days", ClockClass.NUDGE, "It is now 14 days since I wrote"),
        ("5 business days", ClockClass.NUDGE, "It is now 10 business days since I wrote"),
        ("10 school days", ClockClass.LEGAL, "By my count, 10 school days from Monday, February 23, 2026 ended on Friday, March 6, 2026, 1 school day ago."),
    ],
)  # fmt: skip
def test_days_are_counted_as_the_clock_counts_them(rule: str, clock: ClockClass, said: str) -> None:
    due = date(2026, 3, 6) if clock is ClockClass.LEGAL else date(2026, 3, 2)
    deadline = Deadline(due, Basis.BUILT_IN, rule, date(2026, 2, 23), clock_class=clock)
    (draft,) = draft_for(flag(), requests=(request(deadline=deadline),))
    assert said in draft.body


def test_a_date_the_parent_set_privately_is_not_told_as_one_that_was_asked_for() -> None:
    deadline = Deadline(date(2026, 3, 2), Basis.EXPLICIT, "the date you set", date(2026, 2, 23))
    (draft,) = draft_for(flag(), requests=(request(deadline=deadline),))
    assert "I asked for it by" not in draft.body


def test_an_acknowledgement_is_thanked_and_its_writer_is_asked() -> None:
    said = filed("m2", date(2026, 2, 25), OKORO, (INGRID,))
    event = RequestEvent("m2", Effect.ACKNOWLEDGED, date(2026, 2, 25), OKORO, "Let me look into it.")
    asked = request(status=RequestStatus.ACKNOWLEDGED, events=(event,))
    (draft,) = draft_for(flag(), requests=(asked,), messages=(ASKED, said))
    assert draft.to == (OKORO, VANCE)
    assert (
        "The message of Wednesday, February 25, 2026 from Ms. Okoro said: “Let me look into it.”"
        in draft.body
    )
    assert "I do not see an answer to it" in draft.body


def test_a_possible_answer_is_pointed_to_before_sending() -> None:
    said = filed("m2", date(2026, 3, 3), VANCE, (INGRID,))
    asked = request(candidates=(Candidate("m2", "It may answer."),))
    (draft,) = draft_for(flag(), requests=(asked,), messages=(ASKED, said))
    assert "A message from Toby Vance of Tuesday, March 3, 2026 may be the answer already" in draft.note


def test_the_part_that_was_answered_is_thanked_for() -> None:
    event = RequestEvent("m2", Effect.ANSWERED, date(2026, 2, 26), VANCE, "Speech is on Monday.")
    answered = request(id="r-2", quote="Who holds speech?", status=RequestStatus.ANSWERED, events=(event,))
    (draft,) = draft_for(flag(), requests=(request(), answered))
    assert draft.letter == "partial-answer"
    assert "It answers this: “Who holds speech?”" in draft.body


@pytest.mark.parametrize(
    "address",
    ["noreply@larkspur.example.org", "no-reply.grades@larkspur.example.org", "donotreply@larkspur.example.org",
     "notifications@larkspur.example.org", "mailer-daemon@larkspur.example.org", "auto-reply@larkspur.example.org"],
)  # fmt: skip
def test_nobody_is_written_to_where_nobody_reads(address: str) -> None:
    (draft,) = draft_for(flag(), requests=(request(asked_of=(address, VANCE)),))
    assert draft.to == (VANCE,)


def test_where_no_director_is_known_the_parent_is_told_whom_to_copy() -> None:
    school = replace(FAMILY.school, contacts=FAMILY.school.contacts[1:2])
    messages = (ASKED, filed("m3", date(2026, 3, 2)))
    (draft,) = draft_for(
        flag(),
        requests=(request(follow_ups=("m3",)),),
        messages=messages,
        family=replace(FAMILY, school=school),
    )
    assert draft.cc == ()
    assert "the address of the director" in draft.note
    assert draft.blanks == ()


def test_a_title_that_the_mail_uses_is_used_in_the_greeting() -> None:
    mine = filed("m1", date(2026, 2, 23), new_text="Dear Mr. Vance,\n\nwhen is speech?")
    (draft,) = draft_for(flag(), requests=(request(),), messages=(mine,))
    assert draft.body.startswith("Dear Mr. Vance,")


def test_a_refusal_of_information_asks_for_the_reasons_and_not_for_a_notice() -> None:
    refused = request(status=RequestStatus.REFUSED, events=(refusal(),))
    (draft,) = draft_for(flag(REFUSED), requests=(refused,))
    assert draft.letter == "reason-for-refusal"
    assert "prior written notice" not in draft.body


def test_the_person_who_wrote_it_is_told_your_message_and_others_whose() -> None:
    said = filed("m2", date(2026, 2, 25), VANCE, (INGRID,))
    event = RequestEvent("m2", Effect.ACKNOWLEDGED, date(2026, 2, 25), VANCE, "Let me look into it.")
    asked = request(status=RequestStatus.ACKNOWLEDGED, events=(event,))
    (draft,) = draft_for(flag(), requests=(asked,), messages=(ASKED, said))
    assert "Your message of Wednesday, February 25, 2026 said: “Let me look into it.”" in draft.body


def test_who_said_no_is_asked_for_the_notice() -> None:
    said = filed("m2", date(2026, 3, 3), OKORO, (INGRID,))
    refused = request(RequestKind.EVALUATION, status=RequestStatus.REFUSED, events=(refusal(),))
    (draft,) = draft_for(flag(REFUSED), requests=(refused,), messages=(ASKED, said))
    assert draft.to == (OKORO, VANCE)
    assert "the answer of Tuesday, March 3, 2026 from Ms. Okoro" in draft.body


def test_what_was_said_before_the_request_is_another_matter() -> None:
    said = filed("m2", date(2026, 2, 20), VANCE, (INGRID,))
    before = commitment(said_on=date(2026, 2, 20))
    flags = [flag(), flag(FlagKind.OVERDUE_COMMITMENT, id="f-k", request=None, commitment="k-1")]
    (draft,) = draft_for(flags, requests=(request(),), commitments=(before,), messages=(said, ASKED))
    assert draft.letter == "several-requests"
