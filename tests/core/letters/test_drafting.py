"""Which letter a flag gets, to whom it goes, and what it says."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from iep_mail.model import (
    Basis,
    ClockClass,
    Deadline,
    Draft,
    Effect,
    FlagKind,
    MessageKind,
    RequestEvent,
    RequestKind,
    RequestStatus,
)
from letters_world import (
    ASKED,
    FAMILY,
    IEP,
    INGRID,
    LINDQVIST,
    OKORO,
    VANCE,
    commitment,
    draft_for,
    filed,
    flag,
    letters,
    missed,
    refusal,
    request,
    same_as_golden,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "letters" / "scenes"
LEGAL = Deadline(date(2026, 3, 5), Basis.BUILT_IN, "45 days", date(2026, 1, 19), clock_class=ClockClass.LEGAL)


def as_page(draft: Draft) -> str:
    head = f"Letter: {draft.letter}\nTo: {', '.join(draft.to)}\nCc: {', '.join(draft.cc)}\nSubject: {draft.subject}\n"
    blanks = "".join(f"Blank: {b.question}\n" for b in draft.blanks)
    return f"{head}{blanks}\n{draft.body}"


@pytest.mark.parametrize(
    ("kind", "quote", "letter"),
    [
        (RequestKind.INFORMATION, "Which days?", "follow-up"),
        (RequestKind.RECORDS, "Please send me his file.", "records-follow-up"),
        (RequestKind.PROGRESS_DATA, "May I have the data?", "progress-data"),
        (RequestKind.SERVICE_DELIVERY, "Please see that speech takes place.", "service-not-delivered"),
        (RequestKind.SERVICE_DELIVERY, "Please see that swimming takes place.", "follow-up"),
        (RequestKind.ACCOMMODATION, "Please let him have his earmuffs.", "accommodation-not-followed"),
        (RequestKind.ACCOMMODATION, "Please let him sit by the wall.", "follow-up"),
        (RequestKind.MEETING, "Could we meet?", "follow-up"),
    ],
)
def test_an_overdue_request_gets_its_kinds_own_letter(kind: RequestKind, quote: str, letter: str) -> None:
    (draft,) = draft_for(flag(), requests=(request(kind, quote=quote),))
    assert draft.letter == letter
    assert draft.blanks == ()


def test_the_plan_is_quoted_only_while_it_is_in_force() -> None:
    ended = replace(IEP, effective_to=date(2026, 1, 31))
    asked = request(RequestKind.SERVICE_DELIVERY, quote="Please see that speech takes place.")
    (draft,) = draft_for(flag(), requests=(asked,), ieps=(ended,))
    assert draft.letter == "follow-up"
    assert "states" not in draft.body


def test_a_fact_without_a_page_leaves_a_blank_for_the_page() -> None:
    unpaged = replace(IEP, services=(replace(IEP.services[0], page=None),))
    asked = request(RequestKind.SERVICE_DELIVERY, quote="Please see that speech takes place.")
    (draft,) = draft_for(flag(), requests=(asked,), ieps=(unpaged,))
    assert "[____ the page of the plan ____]" in draft.body
    assert [b.name for b in draft.blanks] == ["iep_page"]


def test_the_second_follow_up_is_copied_upward_and_names_the_earlier_days() -> None:
    reminder = filed("m3", date(2026, 3, 2))
    (draft,) = draft_for(flag(), requests=(request(follow_ups=("m3",)),), messages=(ASKED, reminder))
    assert draft.letter == "second-follow-up"
    assert draft.to == (VANCE,)
    assert draft.cc == (LINDQVIST, OKORO)
    assert "Monday, February 23, 2026: my request to Toby Vance" in draft.body
    assert "Monday, March 2, 2026: my reminder" in draft.body
    assert draft.in_reply_to == "<m3@example.net>"


@pytest.mark.parametrize(("day", "proposed"), [(date(2026, 3, 5), 0), (date(2026, 3, 4), 1)])
def test_no_new_letter_within_five_days_of_the_last(day: date, proposed: int) -> None:
    drafts = draft_for(flag(), requests=(request(follow_ups=("m3",)),), messages=(ASKED, filed("m3", day)))
    assert len(drafts) == proposed


def test_a_reply_by_day_is_five_school_days_ahead_and_written_out() -> None:
    (draft,) = draft_for(flag(), requests=(request(),))
    # March 13 has no school.
    assert "by Tuesday, March 17, 2026" in draft.body


def test_the_letter_goes_into_the_thread_after_the_last_person_who_wrote() -> None:
    reply = filed("m2", date(2026, 2, 25), VANCE, (INGRID,), references=("<m1@example.net>",))
    away = filed("m4", date(2026, 2, 26), VANCE, (INGRID,), kind=MessageKind.AUTO_REPLY)
    (draft,) = draft_for(flag(), requests=(request(),), messages=(ASKED, reply, away))
    assert draft.in_reply_to == "<m2@example.net>"
    assert draft.references == ("<m1@example.net>", "<m2@example.net>")


def test_a_subject_shows_initials_and_never_the_full_name() -> None:
    (draft,) = draft_for(flag(), requests=(request(),))
    assert draft.subject == "Re: NH and speech"


def test_only_school_addresses_are_written_to() -> None:
    asked = request(asked_of=(VANCE, "noreply@portal.example.com", "aunt@elsewhere.example.net"))
    (draft,) = draft_for(flag(), requests=(asked,))
    assert draft.to == (VANCE,)


def test_nobody_to_write_to_is_a_blank() -> None:
    alone = replace(FAMILY, school=replace(FAMILY.school, contacts=()))
    (draft,) = draft_for(flag(), requests=(request(asked_of=()),), family=alone)
    assert draft.to == ()
    assert "to" in [b.name for b in draft.blanks]


def test_the_parent_who_asked_signs() -> None:
    mine = filed("m1", date(2026, 2, 23), "per@halvorsen.example.com")
    (draft,) = draft_for(flag(), requests=(request(),), messages=(mine,))
    assert draft.body.endswith("Per Halvorsen\n")


def test_a_deferral_is_quoted_by_its_date_and_not_as_a_broken_word() -> None:
    event = RequestEvent("m2", Effect.DEFERRED, date(2026, 2, 25), VANCE, "by March 4", date(2026, 3, 4))
    deferred = request(
        status=RequestStatus.DEFERRED,
        events=(event,),
        deadline=Deadline(date(2026, 3, 4), Basis.EXPLICIT, "by March 4", date(2026, 2, 23)),
    )
    (draft,) = draft_for(flag(), requests=(deferred,))
    said = "The message of Wednesday, February 25, 2026 named Wednesday, March 4, 2026 for it, which is 5 days ago."
    assert f"{said} I do not see an answer to it among my messages." in draft.body
    assert "promise" not in draft.body.lower()


def test_our_own_follow_up_habit_is_not_called_the_schools_date() -> None:
    (draft,) = draft_for(flag(), requests=(request(),))
    assert "March 2" not in draft.body
    assert "It is now 10 school days since I wrote, and I do not see a reply" in draft.body


def test_a_clock_in_law_is_counted_out() -> None:
    (draft,) = draft_for(flag(), requests=(request(RequestKind.RECORDS, deadline=LEGAL),))
    assert (
        "By my count, 45 days from Monday, February 23, 2026 ended on Thursday, March 5, 2026, 4 days ago."
        in draft.body
    )
    assert "34 CFR 300.613" in draft.body


def test_the_line_that_quotes_the_law_can_be_left_out() -> None:
    (draft,) = draft_for(flag(), requests=(request(RequestKind.RECORDS),), cite=False)
    assert "CFR" not in draft.body


def test_a_refusal_asks_for_prior_written_notice() -> None:
    refused = request(RequestKind.EVALUATION, status=RequestStatus.REFUSED, events=(refusal(),))
    (draft,) = draft_for(flag(FlagKind.REFUSED_REQUEST), requests=(refused,))
    assert draft.letter == "prior-written-notice-request"
    assert "Ms. Okoro" in draft.body
    assert "We are not able to add sessions." in draft.body
    assert draft.cc == (OKORO,)


def test_a_bounce_is_sent_again_to_the_address_that_was_meant_and_not_chased() -> None:
    wrong = "t.vanc@larkspur.example.org"
    bounced = request(asked_of=(wrong,), undelivered_to=(wrong,))
    drafts = draft_for([flag(FlagKind.NOT_DELIVERED), flag()], requests=(bounced,))
    assert [d.letter for d in drafts] == ["undelivered-resend"]
    assert drafts[0].to == (VANCE,)
    assert drafts[0].in_reply_to == ""
    assert wrong in drafts[0].body


def test_a_bounce_from_an_unlike_address_goes_to_the_case_manager() -> None:
    gone = "retired.person@larkspur.example.org"
    (draft,) = draft_for(
        flag(FlagKind.NOT_DELIVERED), requests=(request(asked_of=(gone,), undelivered_to=(gone,)),)
    )
    assert draft.to == (OKORO,)
    assert draft.body.startswith("Dear Ms. Okoro,")


def test_a_commitment_gets_its_own_reminder() -> None:
    said = filed("m2", date(2026, 2, 25), VANCE, (INGRID,))
    (draft,) = draft_for(
        flag(FlagKind.OVERDUE_COMMITMENT, request=None, commitment="k-1"),
        commitments=(commitment(),),
        messages=(ASKED, said),
    )
    assert draft.letter == "commitment-reminder"
    assert "Your message of Wednesday, February 25, 2026" in draft.body
    assert "you promised" not in draft.body.lower()


def test_a_request_and_the_commitment_about_it_share_one_letter() -> None:
    said = filed("m2", date(2026, 2, 25), VANCE, (INGRID,))
    both = [flag(), flag(FlagKind.OVERDUE_COMMITMENT, request=None, commitment="k-1")]
    drafts = draft_for(both, requests=(request(),), commitments=(commitment(),), messages=(ASKED, said))
    assert [d.letter for d in drafts] == ["follow-up"]
    assert drafts[0].flags == (both[0].id, both[1].id)
    assert "gave Wednesday, March 4, 2026 for this: “I will send the schedule by March 4.”" in drafts[0].body


def test_a_missed_session_names_the_plan_the_page_and_the_day() -> None:
    said = filed("m2", date(2026, 3, 4), VANCE, (INGRID,))
    wanted = flag(FlagKind.MISSED_SERVICE, request=None, message="m2")
    (draft,) = draft_for(wanted, messages=(ASKED, said), observations=(missed(),))
    assert "The IEP states, on page 11: Speech-language therapy, 25 minutes, 3 times per week." in draft.body
    assert "did not receive this service on Wednesday, March 4, 2026." in draft.body
    assert draft.blanks == ()


def test_a_missed_session_without_a_stored_plan_asks_for_its_words() -> None:
    said = filed("m2", date(2026, 3, 4), VANCE, (INGRID,))
    wanted = flag(FlagKind.MISSED_SERVICE, request=None, message="m2")
    (draft,) = draft_for(wanted, messages=(ASKED, said), observations=(missed(),), ieps=())
    assert {b.name for b in draft.blanks} == {"statement", "iep_page"}


def test_ids_are_stable_and_change_with_an_attempt() -> None:
    first = draft_for(flag(), requests=(request(),))[0]
    later = draft_for(flag(), requests=(request(),), today=date(2026, 3, 20))[0]
    again = draft_for(
        flag(), requests=(request(follow_ups=("m3",)),), messages=(ASKED, filed("m3", date(2026, 3, 2)))
    )[0]
    assert first.id == later.id != again.id


def test_mail_text_is_never_a_template() -> None:
    (draft,) = draft_for(flag(), requests=(request(quote="{{ 7 * 7 }} {% raw %} Which days?"),))
    assert "{{ 7 * 7 }} {% raw %} Which days?" in draft.body


def test_no_letter_says_you_promised() -> None:
    assert all("promised" not in letter.body.lower() for letter in letters().values())


SCENES = {
    "follow-up": lambda: draft_for(flag(), requests=(request(),)),
    "second-follow-up": lambda: draft_for(
        flag(), requests=(request(follow_ups=("m3",)),), messages=(ASKED, filed("m3", date(2026, 3, 2)))
    ),
    "records-legal": lambda: draft_for(
        flag(), requests=(request(RequestKind.RECORDS, quote="Please send me his file.", deadline=LEGAL),)
    ),
    "refused": lambda: draft_for(
        flag(FlagKind.REFUSED_REQUEST),
        requests=(request(RequestKind.EVALUATION, status=RequestStatus.REFUSED, events=(refusal(),)),),
    ),
    "reason-for-refusal": lambda: draft_for(
        flag(FlagKind.REFUSED_REQUEST), requests=(request(status=RequestStatus.REFUSED, events=(refusal(),)),)
    ),
    "missed-rich": lambda: draft_for(
        flag(FlagKind.MISSED_SERVICE, request=None, message="m2"),
        messages=(ASKED, filed("m2", date(2026, 3, 4), VANCE, (INGRID,))),
        observations=(missed(), missed(on=date(2026, 3, 6))),
    ),
    "missed-poor": lambda: draft_for(
        flag(FlagKind.MISSED_SERVICE, request=None, message="m2"),
        messages=(ASKED, filed("m2", date(2026, 3, 4), VANCE, (INGRID,))),
        ieps=(),
    ),
    "accommodation": lambda: draft_for(
        flag(), requests=(request(RequestKind.ACCOMMODATION, quote="Please let him have his earmuffs."),)
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_letters_read_as_they_did(scene: str) -> None:
    (draft,) = SCENES[scene]()
    same_as_golden(GOLDEN / f"{scene}.txt", as_page(draft))
