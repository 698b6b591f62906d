"""The outbox laid over the proposals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.reading.message import read_message
from iep_mail.core.sending.letters import OWN_COPY, find_letter, until, with_journal
from iep_mail.core.sending.placed import Placed, adopted, is_same, match_drafts
from iep_mail.core.sending.recognise import letter_score
from iep_mail.errors import UsageError
from iep_mail.model import (
    Approval,
    Decision,
    Draft,
    DraftStatus,
    Journal,
    LetterVersion,
    Message,
    OutboxEntry,
    OutboxStep,
)
from world import CALENDAR, FAMILY, PARENT, TEACHER, at, mail, read_all, speech_story

CHICAGO = ZoneInfo("America/Chicago")
NOON = datetime(2026, 2, 9, 18, 0, tzinfo=UTC)
BODY = """\
Dear Ms. Park,

On Tuesday, January 13, 2026 I asked:

“Could you tell me whether speech was held on January 12?”

I wrote again on January 27. Please let me know by Friday, February 13, 2026.

Thank you,

Rosa Delgado
"""
DRAFT = Draft(
    id="d1", case=None, request=None, letter="follow-up", subject="Re: Speech on Monday?",
    to=("epark@maplehill.example.org",), cc=(), body=BODY, in_reply_to="<m3@mail.example.net>", flag="f1",
)  # fmt: skip


def version(draft: Draft = DRAFT, number: int = 1, origin: str = "edited") -> LetterVersion:
    return LetterVersion(number, draft.id, NOON, origin, draft)


def entry(step: OutboxStep, number: int, **fields: object) -> OutboxEntry:
    return OutboxEntry(id=number, draft_id="d1", step=step, at=NOON, binding="b", **fields)  # type: ignore[arg-type]


def approval(of: int, message_id: str = "<own@delgado.example.net>") -> Approval:
    return Approval(
        binding="b", draft_id="d1", version=of, at=NOON, account="rosa@delgado.example.net",
        message_id=message_id, sender="rosa@delgado.example.net", recipients=DRAFT.to, size=9,
    )  # fmt: skip


def shown(journal: Journal, *proposed: Draft, decided: tuple[Decision, ...] = ()) -> tuple[Draft, ...]:
    return with_journal(proposed, journal, decided, CHICAGO)


def test_the_parents_words_stand_in_the_place_of_the_proposal() -> None:
    mine = replace(DRAFT, body="Mine.\n", edited=True, flag="old")
    (found,) = shown(Journal(versions=(version(mine),)), DRAFT)
    assert (found.body, found.flag, found.status) == ("Mine.\n", "f1", DraftStatus.DRAFTED)


def test_an_edited_letter_stays_when_its_reason_is_gone_and_an_untouched_one_goes() -> None:
    kept = shown(Journal(versions=(version(replace(DRAFT, edited=True)),)))
    assert [d.standing for d in kept] == [
        "What it is about was settled meanwhile, or another letter has taken its place."
    ]
    assert shown(Journal(versions=(version(origin="placed"),))) == ()


def test_an_approval_holds_for_its_own_version_alone() -> None:
    approved = Journal((version(),), (entry(OutboxStep.APPROVED, 1),), (approval(1),))
    assert shown(approved, DRAFT)[0].status is DraftStatus.APPROVED
    later = replace(approved, versions=(version(), version(replace(DRAFT, body="Other.\n"), 2)))
    assert shown(later, DRAFT)[0].status is DraftStatus.DRAFTED


def test_what_was_dropped_is_dropped_unless_it_has_left() -> None:
    drop = (Decision(1, NOON, "discard_draft", "d1"),)
    assert shown(Journal(), DRAFT, decided=drop)[0].status is DraftStatus.DISCARDED
    sent = Journal((version(),), (entry(OutboxStep.APPROVED, 1), entry(OutboxStep.SENT, 2)), (approval(1),))
    assert shown(sent, DRAFT, decided=drop)[0].status is DraftStatus.SENT


def test_a_past_day_knows_nothing_of_what_came_later() -> None:
    journal = Journal((version(),), (entry(OutboxStep.APPROVED, 1),), (approval(1),))
    assert until(journal, date(2026, 2, 8), CHICAGO) == Journal()
    assert until(journal, date(2026, 2, 9), CHICAGO) == journal


def test_a_letter_is_found_by_the_beginning_of_its_id() -> None:
    two = (DRAFT, replace(DRAFT, id="d2"))
    assert find_letter(two, "d2").id == "d2"
    for wrong in ("x", "d", ""):
        with pytest.raises(UsageError):
            find_letter(two, wrong)


def test_a_copy_to_which_the_server_gave_another_message_id_is_the_same_letter() -> None:
    sent_raw = mail(PARENT, TEACHER, DRAFT.subject, BODY, at("2026-02-09 18:01"), number=70, answers=3)
    own = replace(read_message(sent_raw), message_id="<own@delgado.example.net>", folders=(OWN_COPY,))
    copy = replace(read_message(sent_raw), sha256="f" * 64, message_id="<exchange@server>", folders=("Sent",))
    story = read_all(speech_story())
    rules = Rules(FAMILY, {})
    before = build_casebook(story, (), (), CALENDAR, rules, date(2026, 2, 9))
    request = next(r for r in before.requests if "speech" in r.quote)
    letter = replace(DRAFT, request=request.id)
    steps = (entry(OutboxStep.APPROVED, 1), entry(OutboxStep.TRANSMITTING, 2), entry(OutboxStep.SENT, 3))
    journal = Journal((version(letter),), steps, (approval(1),))
    for arrived in ([*story, own], [*story, own, copy], [*story, copy]):
        book = build_casebook(arrived, (), (), CALENDAR, rules, date(2026, 2, 10), journal=journal)
        (again,) = [r for r in book.requests if r.id == request.id]
        assert len(again.follow_ups) == 2, arrived
        assert len([m for m in book.messages if m.message.subject == DRAFT.subject]) == 2


# --- in the mail app --------------------------------------------------------------------------


def message(
    body: str = BODY, subject: str = DRAFT.subject, to: str = TEACHER, answers: int | None = 3
) -> Message:
    return read_message(mail(PARENT, to, subject, body, at("2026-02-09 19:00"), number=71, answers=answers))


def test_a_letter_wrapped_and_encoded_anew_is_the_same() -> None:
    assert is_same(message(), DRAFT)
    assert is_same(message(BODY.replace("January 27. Please", "January 27.\nPlease")), DRAFT)
    for other in (
        message(BODY + "P.S.\n"),
        message(subject="Re: Other"),
        message(to="x@maplehill.example.org"),
    ):
        assert not is_same(other, DRAFT)


def test_what_was_changed_there_is_taken_over_with_what_is_still_blank() -> None:
    changed = adopted(
        message(BODY.replace("January 27", "[____ the day ____]"), to="New <n@maplehill.example.org>"), DRAFT
    )
    assert changed.to == ("n@maplehill.example.org",)
    assert [b.question for b in changed.blanks] == ["the day"]
    assert changed.edited
    assert changed.in_reply_to == DRAFT.in_reply_to


def test_the_text_the_people_and_the_thread_say_which_letter_it_is() -> None:
    half = BODY[: len(BODY) // 2]
    assert letter_score(message(), DRAFT, (), gone=False) > 0.9
    assert letter_score(message(half), DRAFT, (), gone=False) > 0
    assert letter_score(message("Thanks for the flyer!\n"), DRAFT, (), gone=True) == 0
    assert letter_score(message(to="office@other.example.org", answers=None), DRAFT, (), gone=True) == 0
    assert letter_score(message(half, answers=None), DRAFT, (), gone=False) == 0
    assert (
        letter_score(message("Anything.", answers=None), DRAFT, ("<m71@mail.example.net>",), gone=False) == 1
    )


def test_each_letter_finds_its_own_draft() -> None:
    other = replace(DRAFT, id="d2", body=BODY.replace("speech", "the aide"), subject="Re: Aide")
    placed = {
        "d1": Placed(DRAFT, frozenset({"<gone@x.example>"})),
        "d2": Placed(other, frozenset({"<m71@mail.example.net>"})),
    }
    assert set(match_drafts(placed, [message()])) == {"d2"}
    resaved = replace(message(), message_id="<app@x.example>", sha256="a" * 64)
    found = match_drafts(placed, [message(other.body), resaved])
    assert {d: m.message_id for d, m in found.items()} == {
        "d1": "<app@x.example>", "d2": "<m71@mail.example.net>",
    }  # fmt: skip


def test_an_older_mail_is_not_the_letter() -> None:
    from iep_mail.core.sending.recognise import recognised

    book = build_casebook(
        [*read_all(speech_story()), message()], (), (), CALENDAR, Rules(FAMILY, {}), date(2026, 2, 10)
    )
    since = at("2026-02-09 17:00")
    assert recognised(book.messages, DRAFT, (), since, gone=False) is not None
    assert recognised(book.messages, DRAFT, (), since + timedelta(days=2), gone=False) is None
