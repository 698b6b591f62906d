"""The story of a case: each message with what it did."""

from dataclasses import replace
from datetime import date

from iep_mail.core.letters.entries import Page
from iep_mail.core.timeline import Mark, request_line, timeline
from iep_mail.model import (
    Candidate,
    Casebook,
    CommitmentStatus,
    Effect,
    MessageKind,
    RequestEvent,
    RequestStatus,
)
from letters_world import CALENDAR, CASE, FAMILY, INGRID, VANCE, casebook, commitment, filed, missed, request

ASKED = filed("m1", date(2026, 2, 23), new_text="Hello Toby,\n\nCould you tell me\non which days?\n\nIngrid")
REPLY = filed("m2", date(2026, 2, 25), VANCE, (INGRID,), new_text="I will look.")
AWAY = filed("m3", date(2026, 3, 4), VANCE, (INGRID,), kind=MessageKind.AUTO_REPLY)
OTHER = replace(filed("m4", date(2026, 3, 5)), case="c-other")


def page(**more: object) -> Page:
    whole: Casebook = casebook(messages=(ASKED, REPLY, AWAY, OTHER), **more)
    return Page.of(whole, FAMILY, CALENDAR)


def marks(of: Page) -> list[tuple[Mark, ...]]:
    return [moment.marks for moment in timeline(CASE, of)]


def test_it_holds_the_messages_of_the_case_in_order_with_people_and_paragraphs() -> None:
    first, second, third = timeline(CASE, page())
    assert (first.ours, first.who, first.to) == (True, "Ingrid Halvorsen", "Toby Vance")
    assert first.paragraphs == ("Hello Toby,", "Could you tell me on which days?", "Ingrid")
    assert (second.ours, second.who) == (False, "Toby Vance")
    assert third.note == "automatic reply: it settles nothing"


def test_a_request_is_followed_through_the_messages() -> None:
    event = RequestEvent("m2", Effect.DEFERRED, date(2026, 2, 25), VANCE, new_due_on=date(2026, 3, 13))
    asked = request(
        status=RequestStatus.DEFERRED,
        events=(event,),
        follow_ups=("m3",),
        deadline=replace(request().deadline, due_on=date(2026, 3, 13)),
    )
    assert marks(page(requests=(asked,))) == [
        (
            Mark(
                "asked",
                "Your question (r-1): put off to Friday, March 13. "
                "“Could you tell me on which days Nils has speech this term?”",
            ),
        ),
        (Mark("deferred", "They put r-1 off to Friday, March 13."),),
        (Mark("reminder", "Reminds them of r-1."),),
    ]


def test_how_a_request_stands_in_a_line() -> None:
    said_no = RequestEvent("m2", Effect.REFUSED, date(2026, 2, 25), VANCE)
    lines = {
        "due on Monday, March 2, 7 days (5 school days) late.": request(),
        "refused on Wednesday, February 25.": request(status=RequestStatus.REFUSED, events=(said_no,)),
        "answered.": request(status=RequestStatus.ANSWERED),
        "you withdrew it.": request(status=RequestStatus.WITHDRAWN),
    }
    for line, one in lines.items():
        assert request_line(one, page(requests=(one,))) == f"Your question (r-1): {line}"


def test_what_may_be_an_answer_is_marked_until_the_parent_says_so() -> None:
    maybe = request(candidates=(Candidate("m2", "It may answer this."),))
    assert (
        Mark("possible_answer", "May answer r-1; if it does: iep-mail request settle r-1")
        in marks(page(requests=(maybe,)))[1]
    )
    settled = replace(maybe, status=RequestStatus.ANSWERED)
    assert marks(page(requests=(settled,)))[1] == ()


def test_what_the_school_said_it_would_do() -> None:
    said = commitment(sha256="m2")
    told = {
        "They would do by Wednesday, March 4, not seen yet:": said,
        "They will do by Friday, March 20:": replace(said, due_on=date(2026, 3, 20)),
        "They will do, no date named:": replace(said, due_on=None),
        "They said, and kept it:": replace(said, status=CommitmentStatus.KEPT),
    }
    for words, one in told.items():
        assert marks(page(commitments=(one,)))[1] == (Mark("promise", f"{words} “{one.quote}”"),)


def test_a_problem_is_marked_with_its_day_and_sentence() -> None:
    assert marks(page(observations=(missed(), missed(on=date(2026, 3, 5)))))[1] == (
        Mark(
            "observed",
            "A session was missed, Wednesday, March 4; Thursday, March 5: “There was no speech on Wednesday.”",
        ),
    )
