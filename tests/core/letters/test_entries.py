"""One flag in the parent's words: what, whom, when, how late, and whether it may be answered already."""

from dataclasses import replace
from datetime import date

from iep_mail.core.letters.entries import Entry, Page, day_words, entry, visible_flags
from iep_mail.core.short_ids import shortened
from iep_mail.model import (
    Basis,
    Candidate,
    Casebook,
    Deadline,
    Effect,
    FlagKind,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
)
from letters_world import (
    CALENDAR,
    FAMILY,
    INGRID,
    OKORO,
    VANCE,
    casebook,
    commitment,
    filed,
    flag,
    refusal,
    request,
)

ASKED = filed("m1", date(2026, 2, 23))
REPLY = filed("m2", date(2026, 2, 25), VANCE, (INGRID,))
AGAIN = filed("m3", date(2026, 3, 4))


def book(*requests: Request, flags: tuple = (), **more: object) -> Casebook:
    return casebook(flags or (flag(),), requests=requests, messages=(ASKED, REPLY, AGAIN), **more)


def told(one: Request, kind: FlagKind = FlagKind.OVERDUE_REQUEST, *, in_full: bool = False) -> Entry:
    whole = book(one, flags=(flag(kind),))
    return entry(whole.flags[0], Page.of(whole, FAMILY, CALENDAR), in_full=in_full)


def test_a_late_answer() -> None:
    assert told(request()) == Entry(
        flag="f-over",
        kind=FlagKind.OVERDUE_REQUEST,
        heading="Speech sessions",
        title="Your question: no answer from Toby Vance.",
        quote="Could you tell me on which days Nils has speech this term?",
        lines=(
            "Asked of Toby Vance on Monday, February 23.",
            "Due on Monday, March 2, 7 days (5 school days) ago. That is 5 school days after you asked.",
        ),
        next_step="Send a short, friendly follow-up.",
        request="r-1",
    )


def test_reminders_are_told_with_their_days() -> None:
    assert "you reminded them on Wednesday, March 4." in told(request(follow_ups=("m3",))).lines[0]


def test_in_full_the_source_of_the_number_of_days_is_told() -> None:
    assert "The law sets no number of days here" in told(request(), in_full=True).lines[1]
    assert "The law" not in told(request()).lines[1]


def test_a_day_that_the_parent_named() -> None:
    named = Deadline(date(2026, 3, 6), Basis.EXPLICIT, "by Friday", date(2026, 2, 23))
    assert "You named the day: “by Friday”." in told(request(deadline=named)).lines[1]


def test_a_day_that_the_school_named_is_no_count_of_days() -> None:
    put_off = Deadline(
        date(2026, 3, 6), Basis.BUILT_IN, "5 school days", date(2026, 2, 23), first_due_on=date(2026, 3, 2),
        note="The school named this day on Wednesday, February 25, 2026.",
    )  # fmt: skip
    late = told(request(deadline=put_off, status=RequestStatus.DEFERRED))
    assert late.title == "Your question: put off by Toby Vance, not answered by the new day either."
    assert "It was first due on Monday, March 2." in late.lines[1]
    assert "5 school days after you asked" not in late.lines[1]


def test_what_may_be_the_answer_is_to_be_read_before_anything_is_written() -> None:
    line = told(request(candidates=(Candidate("m2", "It may answer this."),))).lines[-1]
    assert line == (
        "It may be answered already: look at the message of Toby Vance of Wednesday, February 25 first. "
        "If it is, say so: iep-mail request settle r-1"
    )


def test_what_may_be_the_answer_is_shown_with_its_words() -> None:
    reply = replace(REPLY, message=replace(REPLY.message, new_text="On most days,\nI think."))
    one = request(candidates=(Candidate("m2", "It may answer this."),))
    whole = casebook((flag(FlagKind.POSSIBLE_ANSWER),), requests=(one,), messages=(ASKED, reply))
    words = entry(whole.flags[0], Page.of(whole, FAMILY, CALENDAR))
    assert words.title == "Your question: what Toby Vance wrote on Wednesday, February 25 may be the answer."
    assert words.lines[-1] == "Toby Vance wrote: “On most days, I think.”"


def test_what_is_due_soon_is_told_with_its_day() -> None:
    words = told(request(), FlagKind.DUE_SOON)
    assert words.title == "Your question: an answer from Toby Vance is due on Monday, March 2."


def test_a_refusal_is_told_with_its_words() -> None:
    refused = request(
        RequestKind.EVALUATION, status=RequestStatus.REFUSED, events=(replace(refusal(), sha256="m2"),)
    )
    words = told(refused, FlagKind.REFUSED_REQUEST)
    assert words.title == "An evaluation: Toby Vance said no on Tuesday, March 3."
    assert words.lines[-1] == "In the school's words: “We are not able to add sessions.”"


def test_what_did_not_arrive() -> None:
    words = told(request(), FlagKind.NOT_DELIVERED)
    assert words.lines == ("As long as it has not arrived, nobody can answer it.",)


def test_one_matter_is_told_once() -> None:
    """The school put it off to a day that passed, and something may be the answer: one flag says it all."""
    event = RequestEvent("m2", Effect.DEFERRED, date(2026, 2, 25), OKORO)
    late = request(status=RequestStatus.DEFERRED, events=(event,), candidates=(Candidate("m3", ""),))
    flags = (
        flag(),
        flag(FlagKind.OVERDUE_COMMITMENT, request=None, commitment="k-1", message="m2", urgency=50),
        flag(FlagKind.POSSIBLE_ANSWER, urgency=30),
        flag(FlagKind.MISSED_SERVICE, request=None, urgency=45),
    )
    whole = book(late, flags=flags, commitments=(commitment(),))
    assert [f.kind for f in visible_flags(whole)] == [FlagKind.OVERDUE_REQUEST, FlagKind.MISSED_SERVICE]


def test_a_day_half_a_year_away_has_its_year() -> None:
    today = date(2026, 3, 9)
    assert day_words(date(2026, 2, 26), today) == "Thursday, February 26"
    assert day_words(date(2025, 8, 14), today) == "Thursday, August 14, 2025"


def test_short_ids_tell_apart_what_begins_alike() -> None:
    assert shortened(["abcdef01", "abcdef02", "b1c2d3e4", "xy"]) == {
        "abcdef01": "abcdef01",
        "abcdef02": "abcdef02",
        "b1c2d3e4": "b1c2d3",
        "xy": "xy",
    }
