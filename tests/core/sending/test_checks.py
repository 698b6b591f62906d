"""What the parent is told before a letter is approved or leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.sending.checks import (
    cautions,
    matter,
    news,
    obstacles,
    recipients,
    seen,
    sender_of,
    sending_mailbox,
)
from iep_mail.model import Auth, Casebook, Draft, Mailbox, Parent, Server
from world import CALENDAR, DIRECTOR, FAMILY, PARENT, TEACHER, at, mail, read_all, speech_story

DAY = date(2026, 2, 9)
STORY = speech_story()


def book_of(raws: list[bytes], day: date = DAY) -> Casebook:
    return build_casebook(read_all(raws), (), (), CALENDAR, Rules(FAMILY, {}), day)


BOOK = book_of(STORY)
REQUEST = next(r for r in BOOK.requests if "speech" in r.quote)
DRAFT = Draft(
    id="d1", case=REQUEST.case, request=REQUEST.id, letter="follow-up", subject="Re: Speech on Monday?",
    to=("epark@maplehill.example.org",), cc=("aunt@cousins.example.net",), body="Hello.\n",
    in_reply_to="<m3@mail.example.net>",
)  # fmt: skip
REPLY = mail(TEACHER, PARENT, "Re: Speech on Monday?", "Hi Rosa,\n\nI will look into it.\n\nEllen Park",
             at("2026-02-09 14:00"), number=40, answers=3)  # fmt: skip


def test_everybody_is_shown_with_name_role_and_whether_they_are_the_schools() -> None:
    park, aunt = recipients(DRAFT, BOOK, FAMILY)
    assert (park.field, park.name, park.role, park.school) == ("To", "Ms. Ellen Park", "case manager", True)
    assert (aunt.field, aunt.name, aunt.school) == ("Cc", "", False)
    assert any("aunt@cousins.example.net" in c for c in cautions(DRAFT, BOOK, FAMILY, None))


def test_answers_asked_for_elsewhere_are_said() -> None:
    elsewhere = mail(TEACHER, PARENT, "Re: Speech on Monday?", "Hi Rosa,\n\nI will look into it.\n\nEllen Park",
                     at("2026-02-09 14:00"), number=40, answers=3,
                     headers=[("Reply-To", "help@desk.example.com")])  # fmt: skip
    book = book_of([*STORY, elsewhere])
    answer = replace(DRAFT, in_reply_to="<m40@mail.example.net>")
    (told,) = [c for c in cautions(answer, book, FAMILY, None) if "help@desk" in c]
    assert (
        told == "The mail from epark@maplehill.example.org asks for answers at help@desk.example.com instead."
    )
    there = replace(answer, to=("help@desk.example.com",))
    assert not any("asks for answers" in c for c in cautions(there, book, FAMILY, None))


def test_a_letter_of_another_day_says_so() -> None:
    assert any("written on February 2" in c for c in cautions(DRAFT, BOOK, FAMILY, date(2026, 2, 2)))
    assert not any("written on" in c for c in cautions(DRAFT, BOOK, FAMILY, DAY))


def test_nothing_stands_in_the_way_of_a_finished_letter() -> None:
    assert obstacles(DRAFT, 1000) == ()
    assert obstacles(replace(DRAFT, to=()), 1000) == ("It goes to nobody yet.",)
    assert "it may have 25 MB" in obstacles(DRAFT, 40_000_000)[0]


def test_only_what_the_school_writes_in_the_matter_is_news() -> None:
    known = seen(DRAFT, BOOK)
    assert news(DRAFT, BOOK, known) == ()
    other = mail(DIRECTOR, PARENT, "Re: Request for records", "The records are ready.",
                 at("2026-02-09 14:00"), number=41, answers=4)  # fmt: skip
    mine = mail(
        PARENT, TEACHER, "Re: Speech on Monday?", "Any news?", at("2026-02-09 14:00"), number=42, answers=3
    )
    away = mail(TEACHER, PARENT, "Automatic reply: Speech", "I am out of the office.", at("2026-02-09 14:00"),
                number=43, answers=3, headers=[("Auto-Submitted", "auto-replied")])  # fmt: skip
    assert news(DRAFT, book_of([*STORY, other, mine, away]), known) == ()
    (found,) = news(DRAFT, book_of([*STORY, REPLY]), known)
    assert found.message.message_id == "<m40@mail.example.net>"


def test_a_letter_in_no_thread_has_its_case_for_its_matter() -> None:
    loose = replace(DRAFT, in_reply_to="", request=None)
    book = book_of([*STORY, REPLY])
    assert {m.case for m in matter(loose, book)} == {DRAFT.case}


SERVER = Server("mail.example.net", 993)
ROSAS = Mailbox("rosa@delgado.example.net", SERVER, Auth("keyring"), "rosa", SERVER)
PABLOS = Mailbox("pablo@delgado.example.com", SERVER, Auth("keyring"), "pablo", SERVER)


def test_a_letter_leaves_from_the_mailbox_of_the_parent_whose_matter_it_is() -> None:
    both = replace(FAMILY, parents=(*FAMILY.parents, Parent("Pablo Delgado", ("pablo@delgado.example.com",))))
    assert sending_mailbox(DRAFT, BOOK, both, (PABLOS, ROSAS)) == ROSAS
    assert str(sender_of(ROSAS, both)) == "Rosa Delgado <rosa@delgado.example.net>"
    nobodys = replace(DRAFT, request=None, in_reply_to="")
    assert sending_mailbox(nobodys, BOOK, both, (replace(PABLOS, smtp=None), ROSAS)) == ROSAS
    assert sending_mailbox(DRAFT, BOOK, both, ()) is None
