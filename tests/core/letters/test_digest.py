"""The morning page: the one thing first, the working shown, and when each mailbox was read."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from iep_mail.core.letters.digest import digest_lines, render_digest
from iep_mail.model import Basis, Casebook, Deadline, FlagKind, MailboxState, RequestKind
from letters_world import (
    CALENDAR,
    FAMILY,
    ROOT,
    VANCE,
    casebook,
    commitment,
    draft_for,
    flag,
    request,
    same_as_golden,
)

TEMPLATE = (ROOT / "templates" / "digest" / "digest.txt").read_text(encoding="utf-8")
GOLDEN = Path(__file__).parents[2] / "golden" / "digest"
READ = MailboxState("ingrid@halvorsen.example.net", datetime(2026, 3, 9, 11, 5, tzinfo=UTC))


def rich() -> Casebook:
    late = request()
    soon = request(
        RequestKind.RECORDS,
        id="r-2",
        quote="Please send me his file.",
        asked_on=date(2026, 3, 2),
        deadline=Deadline(date(2026, 3, 12), Basis.EXPLICIT, "by March 12", date(2026, 3, 2)),
    )
    overdue = flag()
    drafts = draft_for(overdue, requests=(late,))
    flags = (
        replace(overdue, draft=drafts[0].id),
        flag(
            FlagKind.OVERDUE_COMMITMENT,
            request=None,
            urgency=50,
            reason="Toby Vance wrote on February 25 that the schedule comes by March 4.",
            next_step="Ask whether it was done.",
        ),
        flag(
            FlagKind.POSSIBLE_ANSWER,
            request="r-2",
            urgency=30,
            reason="A message from Toby Vance on March 5 may answer what you asked.",
        ),
    )
    promise = commitment(id="k-2", due_on=date(2026, 3, 20), quote="We will send the report by March 20.")
    return casebook(flags, requests=(late, soon), commitments=(promise,), drafts=drafts)


def page(book: Casebook, mailboxes: tuple[MailboxState, ...] = (READ,), width: int = 78) -> str:
    return render_digest(book, FAMILY, mailboxes, TEMPLATE, width, calendar=CALENDAR)


def test_the_page_begins_with_its_day_and_the_one_thing() -> None:
    lines = digest_lines(page(rich()))
    assert lines[0].text == "Your page for Monday, March 9, 2026"
    assert [line.text for line in lines if line.kind == "heading"][:2] == [
        "The one thing for today",
        "A letter is ready for it",
    ]
    assert [line.text for line in lines if line.kind == "step"] == ["Send a short, friendly follow-up."]


def test_it_shows_quote_person_days_and_how_they_were_counted() -> None:
    text = " ".join(page(rich()).split())
    assert "“Could you tell me on which days Nils has speech this term?”" in text
    assert "Asked of Toby Vance on Monday, February 23." in text
    assert "Due on Monday, March 2, 7 days (5 school days) ago." in text
    assert "That is 5 school days after you asked." in text


def test_the_letter_stands_in_full_with_its_recipients() -> None:
    text = page(rich())
    assert f"    To:      Toby Vance <{VANCE}>" in text
    assert "    Subject: Re: NH and speech" in text
    assert "    Ingrid Halvorsen" in text
    assert "Nothing has been sent." in text


def test_what_comes_and_what_was_said_is_listed() -> None:
    text = page(rich())
    assert text.index("Coming due") < text.index("Thursday, March 12, from")
    assert text.index("What the school said it will do") < text.index("Friday, March 20, Toby")


def test_a_quiet_day_says_that_mail_was_read_and_when() -> None:
    text = page(casebook())
    assert "Nothing is due today" in text
    assert "read to its end on Monday, March 9, 2026 at 6:05 am" in " ".join(text.split())
    assert "The one thing" not in text


def test_a_mailbox_that_was_not_read_is_told_before_anything_else() -> None:
    silent = MailboxState("per@halvorsen.example.com", None, "The server did not answer.")
    text = page(casebook(), (READ, silent))
    assert text.index("Please note: per@halvorsen.example.com") < text.index("Nothing is due today")
    assert "The server did not answer." in " ".join(text.split())


def test_lines_keep_to_the_width_and_say_it_is_no_legal_advice() -> None:
    for width in (60, 78):
        text = page(rich(), width=width)
        assert max(map(len, text.splitlines())) <= width
        assert "not legal advice" in text


@pytest.mark.slow
def test_a_command_is_never_broken_over_two_lines() -> None:
    for width in range(50, 90):
        lines = page(rich(), width=width).splitlines()
        assert any(re.search(r"iep-mail draft show [0-9a-f]{6}$", line) for line in lines)
        assert not any(line.endswith(("iep-mail", "draft show")) for line in lines)


def test_what_went_wrong_beside_the_mail_is_told_first() -> None:
    text = render_digest(casebook(), FAMILY, (READ,), TEMPLATE, problems=("A letter is not in Drafts yet.",))
    assert text.index("Please note: A letter is not in Drafts yet.") < text.index("Nothing is due today")


def test_mail_text_is_never_a_template() -> None:
    book = rich()
    evil = replace(book, requests=(replace(book.requests[0], quote="{{ 7 * 7 }}"), book.requests[1]))
    assert "{{ 7 * 7 }}" in page(evil)


def test_many_flags_stay_one_readable_page() -> None:
    flags = tuple(
        flag(FlagKind.OVERDUE_COMMITMENT, id=f"f{i}", urgency=80 - i, reason=f"Reason number {i}.")
        for i in range(20)
    )
    text = page(casebook(flags, requests=(request(),)))
    assert text.count("Next: ") == 5
    assert "Reason number 19." in text


def test_the_pages_read_as_they_did() -> None:
    same_as_golden(GOLDEN / "rich.txt", page(rich()))


def test_the_quiet_page_reads_as_it_did() -> None:
    same_as_golden(GOLDEN / "quiet.txt", page(casebook()))
