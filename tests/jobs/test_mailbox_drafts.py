"""The mail app: what a parent does with a letter in their Drafts folder is understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest

from home import ROSA, Home, fill
from servers.box import Box
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import PARENT, TEACHER, at, mail, speech_story


@pytest.fixture
def mailbox(box: Box, home: Home) -> Box:
    """Rosa's mailbox after a night that put the letters into Drafts, on each of the servers."""
    return after_a_night(replace(box, address=ROSA), home)


def after_a_night(box: Box, home: Home) -> Box:
    fill(box, speech_story())
    box.fill("Drafts")
    home.configure(box, drafts="mailbox")
    assert home.run("nightly").code == 10
    home.now += timedelta(hours=12)
    return box


def speech(home: Home) -> dict:
    return next(d for d in home.dump()["drafts"] if "Speech" in d["subject"])


def drafts_in(box: Box) -> list[bytes]:
    with box.client() as client:
        client.select_folder("Drafts", readonly=True)
        return [m[b"BODY[]"] for m in client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"]).values()]


def the_letter(box: Box) -> bytes:
    return next(raw for raw in drafts_in(box) if b"Speech on Monday" in raw)


def take_out(box: Box, raw: bytes) -> None:
    """As a mail app does when it deletes, sends or saves a draft again."""
    message_id = str(message_from_bytes(raw)["Message-ID"])
    with box.client() as client:
        client.select_folder("Drafts")
        client.delete_messages(client.search(["HEADER", "MESSAGE-ID", message_id]))
        client.expunge()


def changed(raw: bytes, change: Callable[[str], str], message_id: str = "<phone-1@example.net>") -> bytes:
    """The letter as a phone writes it anew: its own Message-ID, the changed text, other headers."""
    message = message_from_bytes(raw, policy=SMTP)
    text = change(message.get_content().replace("\r\n", "\n"))
    kept = {name: message[name] for name in ("From", "To", "Cc", "Subject", "In-Reply-To", "References")}
    again = message_from_bytes(b"", policy=SMTP)
    for name, value in kept.items():
        if value:
            again[name] = str(value)
    again["Date"] = "Mon, 09 Feb 2026 12:00:00 -0600"
    again["Message-ID"] = message_id
    again["X-Mailer"] = "Phone"
    again.set_content(text)
    return again.as_bytes()


@pytest.mark.slow
def test_a_letter_sent_from_the_phone_is_recognised_and_counts(mailbox: Box, home: Home) -> None:
    draft, raw = speech(home), the_letter(mailbox)
    take_out(mailbox, raw)
    mailbox.fill(
        "Sent", changed(raw, lambda text: "Quick note from my phone.\n\n" + text[: len(text) // 2] + "\nR.")
    )
    home.run("nightly")
    after = speech(home)
    assert (after["id"], after["status"]) == (draft["id"], "sent")
    assert after["standing"] == "Sent from your mail app on February 9, 3:00 PM."
    (request,) = [r for r in home.dump()["requests"] if r["id"] == draft["request"]]
    (sent,) = [m for m in home.dump()["messages"] if m["message_id"] == "<phone-1@example.net>"]
    assert sent["sha256"] in request["follow_ups"]
    # What it repeats is not taken for something new that was asked.
    assert [r["sha256"] for r in home.dump()["requests"]].count(sent["sha256"]) == 0
    home.run("nightly")
    assert not any(b"Speech on Monday" in d for d in drafts_in(mailbox))


@pytest.mark.slow
def test_a_letter_sent_as_it_was_is_recognised_by_its_message_id(mailbox: Box, home: Home) -> None:
    raw = the_letter(mailbox)
    take_out(mailbox, raw)
    mailbox.fill("Sent", raw)
    home.run("nightly")
    assert speech(home)["status"] == "sent"


@pytest.mark.slow
def test_a_letter_deleted_from_drafts_is_taken_as_dropped(mailbox: Box, home: Home) -> None:
    take_out(mailbox, the_letter(mailbox))
    home.run("nightly")
    dropped = speech(home)
    assert dropped["status"] == "discarded"
    assert dropped["standing"].startswith("Deleted from your Drafts folder")
    home.run("nightly")
    assert not any(b"Speech on Monday" in raw for raw in drafts_in(mailbox))
    home.run("draft", "restore", dropped["id"])
    assert speech(home)["status"] == "drafted"
    home.run("nightly")  # it was deleted there once, so it waits in iep-mail now
    assert not any(b"Speech on Monday" in raw for raw in drafts_in(mailbox))


@pytest.mark.slow
def test_a_letter_changed_in_the_app_is_what_is_shown_and_is_left_alone(mailbox: Box, home: Home) -> None:
    draft, raw = speech(home), the_letter(mailbox)
    edited = changed(raw, lambda text: text.replace("Rosa", "P.S. Mondays suit him.\n\nRosa"))
    take_out(mailbox, raw)
    mailbox.fill("Drafts", edited, flags=(b"\\Draft", b"\\Seen"))
    before = mailbox.everything()
    home.run("nightly")
    shown = speech(home)
    assert (shown["id"], shown["status"], shown["edited"]) == (draft["id"], "drafted", True)
    assert "P.S. Mondays suit him." in shown["body"]
    for _ in range(2):
        home.run("nightly")
    assert mailbox.everything() == before
    assert edited in drafts_in(mailbox)


@pytest.mark.slow
def test_nothing_else_in_the_mailbox_changes(mailbox: Box, home: Home) -> None:
    own = mail(PARENT, TEACHER, "Something else", "Not finished …", at("2026-02-09 20:00"), number=60)
    mailbox.fill("Drafts", own.replace(b"\n", b"\r\n"), flags=(b"\\Draft", b"\\Flagged", b"\\Deleted"))
    before = mailbox.everything()
    home.run("nightly")
    assert mailbox.everything() == before


@pytest.mark.slow
def test_a_letter_that_is_no_longer_needed_is_taken_back_if_nobody_touched_it(
    mailbox: Box, home: Home
) -> None:
    draft = speech(home)
    own = mail(PARENT, TEACHER, "Something else", "Not finished …", at("2026-02-09 20:00"), number=60)
    mailbox.fill("Drafts", own.replace(b"\n", b"\r\n"), flags=(b"\\Deleted",))
    home.run("request", "settle", draft["request"])
    home.run("nightly")
    left = drafts_in(mailbox)
    assert not any(b"Speech on Monday" in raw for raw in left)
    assert own.replace(b"\n", b"\r\n") in left


# One server is enough from here on.


@pytest.fixture
def postbox() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def rosas(home: Home, postbox: Smtp) -> Iterator[Box]:
    with pymap("rosa") as port:
        yield after_a_night(Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port), home)


@pytest.mark.slow
def test_a_letter_that_iep_mail_sent_does_not_stay_in_drafts(rosas: Box, home: Home) -> None:
    draft = speech(home)
    home.run("draft", "approve", draft["id"], "--yes")
    assert home.run("send", draft["id"]).code == 0
    assert not any(b"Speech on Monday" in raw for raw in drafts_in(rosas))
    assert speech(home)["status"] == "sent"
    home.run("nightly")
    assert speech(home)["status"] == "sent"


@pytest.mark.slow
def test_a_letter_that_was_just_sent_from_the_phone_is_not_sent_again(
    rosas: Box, home: Home, postbox: Smtp
) -> None:
    draft, raw = speech(home), the_letter(rosas)
    home.run("draft", "approve", draft["id"], "--yes")
    take_out(rosas, raw)
    rosas.fill("Sent", changed(raw, lambda text: text + "\nThank you!\n"))
    assert "It was sent from your mail app already" in home.run("send", draft["id"]).out
    assert speech(home)["status"] == "sent"
    assert postbox.delivered == []


@pytest.mark.slow
def test_a_letter_changed_in_the_app_after_its_approval_is_not_sent_as_it_was(
    rosas: Box, home: Home, postbox: Smtp
) -> None:
    draft, raw = speech(home), the_letter(rosas)
    home.run("draft", "approve", draft["id"], "--yes")
    take_out(rosas, raw)
    rosas.fill("Drafts", changed(raw, lambda text: text + "\nThank you!\n"))
    held = home.run("send", draft["id"])
    assert held.code == 1
    assert "changed or deleted in your Drafts folder since you approved it" in " ".join(held.err.split())
    assert speech(home)["status"] == "drafted"
    assert postbox.delivered == []
    home.run("draft", "approve", draft["id"], "--yes")
    assert home.run("send", draft["id"]).code == 0
    assert b"Thank you!" in postbox.delivered[0].raw


@pytest.mark.slow
def test_a_letter_edited_in_iep_mail_takes_the_place_of_the_untouched_one_in_drafts(
    rosas: Box, home: Home
) -> None:
    draft = speech(home)
    home.run("draft", "cc", draft["id"], "nurse@maplehill.example.org")
    home.run("nightly")
    home.run("nightly")
    (now_there,) = [raw for raw in drafts_in(rosas) if b"Speech on Monday" in raw]
    assert b"Cc: nurse@maplehill.example.org" in now_there


@pytest.mark.slow
def test_an_approved_letter_that_was_sent_by_hand_is_closed(home: Home) -> None:
    """With drafts in the store only: the parent copied the text into a mail of their own."""
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA)
        fill(box, speech_story())
        home.configure(box)
        home.run("nightly")
        draft = speech(home)
        home.run("draft", "approve", draft["id"], "--yes")
        home.now += timedelta(hours=2)
        own = mail(PARENT, TEACHER, "Re: Speech on Monday?", draft["body"] + "\nP.S. Call me any time.\n",
                   at("2026-02-09 10:00"), number=61, answers=3)  # fmt: skip
        box.fill("Sent", own.replace(b"\n", b"\r\n"))
        home.run("nightly")
        assert speech(home)["status"] == "sent"


@pytest.mark.slow
def test_drafts_that_cannot_be_read_to_the_end_mean_nothing(rosas: Box, home: Home) -> None:
    """A folder that is gone must not be taken for letters that were deleted."""
    with rosas.client() as client:
        client.delete_folder("Drafts")
    night = home.run("nightly")
    assert night.code == 1
    assert "has no Drafts folder" in " ".join(night.out.split())
    assert speech(home)["status"] == "drafted"
