"""Our own letters, sent and read back: each counts as the reminder that it is, and asks nothing new."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.letters.mail import draft_bytes
from iep_mail.core.reading.message import read_message
from iep_mail.model import Address, Casebook, Draft, Iep, IepService, IepStatement, Message
from letters_world import letters
from world import CALENDAR, DIRECTOR, FAMILY, PARENT, TEACHER, at, mail, read_all

ME = Address("Rosa Delgado", "rosa@delgado.example.net")
IEP = Iep(
    child="Mateo Delgado",
    services=(IepService(name="Speech therapy", minutes=30, frequency="2 times per week", page=7),),
    accommodations=(IepStatement("Extended time on tests", 9),),
)


def book(messages: list[Message], day: date) -> Casebook:
    return build_casebook(messages, [], [IEP], CALENDAR, Rules(FAMILY, letters()), day)


def sent(draft: Draft, day: date) -> Message:
    moment = datetime.combine(day, time(16, 0), UTC)
    return read_message(draft_bytes(draft, ME, f"<sent-{draft.id}@delgado.example.net>", moment))


ASKS = {
    "follow-up": "Could you tell me on which days Teo has speech this month?",
    "records-follow-up": "I am requesting a copy of all of Mateo's educational records.",
    "progress-data": "Please send me the progress data on Teo's reading goal since September.",
    "service-not-delivered": "Please make sure that Teo's speech therapy takes place as the plan says.",
    "accommodation-not-followed": "Please give Teo his extended time on tests.",
}


@pytest.mark.parametrize(("letter", "ask"), ASKS.items())
def test_a_follow_up_is_read_back_as_one(letter: str, ask: str) -> None:
    first = mail(PARENT, TEACHER, "Mateo Delgado: a question", f"Hi Ms. Park,\n\n{ask}\n\nRosa",
                 at("2026-01-12 15:00"), number=1)  # fmt: skip
    messages = read_all([first])
    day = date(2026, 1, 12)
    for expected in (letter, "second-follow-up"):
        late = book(messages, day)
        while not late.drafts:
            day += timedelta(days=1)
            late = book(messages, day)
        (draft,) = late.drafts
        assert draft.letter == expected
        messages.append(sent(draft, day))
        after = book(messages, day)
        assert [r.quote for r in after.requests] == [ask]
        assert after.requests[0].follow_ups[-1] == messages[-1].sha256
        assert len(after.threads) == 1
        assert after.drafts == ()
    assert after.requests[0].attempts == 3


def test_one_letter_about_two_requests_reminds_of_both() -> None:
    raws = [
        mail(PARENT, TEACHER, "Speech days", "Hi Ms. Park,\n\nCould you tell me on which days Teo has speech?\n\nRosa",
             at("2026-01-12 15:00"), number=1),
        mail(PARENT, TEACHER, "Speech notes", "Hi Ms. Park,\n\nCould you tell me who holds speech on Fridays?\n\nRosa",
             at("2026-01-13 15:00"), number=2),
    ]  # fmt: skip
    messages = read_all(raws)
    day = date(2026, 1, 23)
    before = book(messages, day)
    (draft,) = before.drafts
    assert draft.letter == "several-requests"
    assert {f.draft for f in before.flags} == {draft.id}
    messages.append(sent(draft, day))
    after = book(messages, day)
    assert len(after.requests) == 2
    assert [len(r.follow_ups) for r in after.requests] == [1, 1]


def test_a_request_for_the_reasons_of_a_no_is_read_as_that() -> None:
    raws = [
        mail(PARENT, DIRECTOR, "Evaluation", "Dear Mr. Shaw,\n\nI am requesting a speech evaluation for Mateo.\n\nRosa",
             at("2026-01-12 15:00"), number=1),
        mail(DIRECTOR, PARENT, "Re: Evaluation", "Dear Ms. Delgado,\n\nWe are declining the evaluation at this time because staffing is short.\n\nVictor Shaw",
             at("2026-01-20 15:00"), number=2, answers=1),
    ]  # fmt: skip
    messages = read_all(raws)
    day = date(2026, 1, 23)
    (draft,) = book(messages, day).drafts
    assert draft.letter == "prior-written-notice-request"
    messages.append(sent(draft, day))
    after = book(messages, day)
    assert [str(r.kind) for r in after.requests] == ["evaluation", "prior_written_notice"]
    assert after.drafts == ()
