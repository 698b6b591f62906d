"""A letter from proposal to approval, as a parent types it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from home import ROSA, Home
from servers.box import Box
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import PARENT, TEACHER, at, mail

PARK = "epark@maplehill.example.org"


@pytest.fixture
def filled(home: Home) -> Home:
    home.import_story()
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA, smtp=1))
    return home


def speech(home: Home) -> dict:
    return next(d for d in home.dump()["drafts"] if "Speech" in d["subject"])


def editor(home: Home, script: str) -> None:
    """An editor that changes the file it is given as the parent would."""
    path = home.folder / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    home.monkeypatch.setenv("VISUAL", str(path))


def test_an_edited_letter_is_kept_and_shown(filled: Home) -> None:
    draft = speech(filled)
    editor(filled, 'printf "\\nP.S. Mondays are his best days.\\n" >> "$1"; touch -d "+2 seconds" "$1"')
    assert filled.run("draft", "edit", draft["id"]).out == "Changed.\n"
    shown = filled.run("draft", "show", draft["id"]).out
    assert "P.S. Mondays are his best days." in shown
    assert speech(filled)["edited"]


def test_closing_the_editor_without_saving_changes_nothing(filled: Home) -> None:
    before = speech(filled)
    editor(filled, "true")
    assert filled.run("draft", "edit", before["id"]).out == "Nothing was changed.\n"
    assert speech(filled) == before


def test_an_edit_that_cannot_be_read_is_kept_beside(filled: Home) -> None:
    draft = speech(filled)
    editor(filled, 'sed -i "s/^To:.*/To: nobody at all/" "$1"; touch -d "+2 seconds" "$1"')
    printed = filled.run("draft", "edit", draft["id"])
    assert printed.code == 2
    assert "“nobody at all” is not a mail address" in printed.err
    kept = Path(printed.err.rstrip().rpartition(" ")[2])
    assert "To: nobody at all" in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert speech(filled) == draft


def test_what_is_approved_is_shown_with_everybody_who_gets_it(filled: Home) -> None:
    draft = speech(filled)
    filled.run("draft", "cc", draft["id"], "aunt@cousins.example.net")
    printed = filled.run("draft", "approve", draft["id"], "--yes")
    assert printed.code == 0, printed.err
    assert "From:        Rosa Delgado <rosa@delgado.example.net>" in printed.out
    assert "In-Reply-To: <m3@mail.example.net>" in printed.out
    assert f"To  {PARK}  (Ms. Ellen Park, case manager)" in printed.out
    assert "Cc  aunt@cousins.example.net  not known as the school's" in printed.out
    assert speech(filled)["status"] == "approved"


@pytest.mark.slow
def test_any_change_takes_the_approval_back(filled: Home) -> None:
    draft = speech(filled)
    for change in (
        ("to", draft["id"], PARK, "nurse@maplehill.example.org"),
        ("cc", draft["id"]),
        ("attach", draft["id"], str(filled.folder / "calendar.ics")),
        ("detach", draft["id"], "calendar.ics"),
        ("take-back", draft["id"]),
        ("discard", draft["id"]),
    ):
        assert filled.run("draft", "approve", draft["id"], "--yes").code == 0
        assert filled.run("draft", *change).code == 0, change
        assert speech(filled)["status"] in ("drafted", "discarded")
        assert filled.run("send", draft["id"]).code == 1


def test_a_blank_stands_in_the_way_until_it_is_filled(filled: Home) -> None:
    draft = speech(filled)
    editor(
        filled,
        'printf "\\nHe missed it on [____ the days he missed ____].\\n" >> "$1"; touch -d "+2 seconds" "$1"',
    )
    filled.run("draft", "edit", draft["id"])
    refused = filled.run("draft", "approve", draft["id"], "--yes")
    assert refused.code == 1
    assert "Still to fill in: the days he missed." in refused.err
    assert f"iep-mail draft fill {draft['id']} the_days_he_missed=…" in refused.err
    wrong = filled.run("draft", "fill", draft["id"], "days=Monday")
    assert wrong.code == 2
    assert "Still to fill in: the_days_he_missed." in wrong.err
    filled.run("draft", "fill", draft["id"], r"the_days_he_missed=January 12\1")
    assert r"He missed it on January 12\1." in filled.run("draft", "show", draft["id"]).out
    assert filled.run("draft", "approve", draft["id"], "--yes").code == 0


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("a@b.example\nBcc: thief@example.com", "holds a line break or another hidden character"),
        ("nobody", "is not a mail address"),
        ("two@a.example three@b.example", "is not a mail address"),
    ],
)
def test_an_address_that_is_none_changes_nothing(filled: Home, address: str, told: str) -> None:
    before = speech(filled)
    printed = filled.run("draft", "to", before["id"], address)
    assert printed.code == 2
    assert told in printed.err
    assert speech(filled) == before


def test_a_file_of_30_mb_is_refused_with_what_to_do(filled: Home) -> None:
    draft, film = speech(filled), filled.folder / "film.mp4"
    with film.open("wb") as file:
        file.truncate(30_000_000)
    printed = filled.run("draft", "attach", draft["id"], str(film))
    assert printed.code == 1
    assert "film.mp4: With its attachments it is 40 MB as mail; it may have 25 MB." in printed.err
    assert "Nothing was attached." in printed.err
    assert speech(filled)["attachments"] == []


def test_a_file_that_came_with_the_case_can_be_attached(filled: Home) -> None:
    raw = mail(PARENT, TEACHER, "Re: Speech on Monday?", "Hi Ms. Park,\n\nHere is what Teo drew.\n\nRosa",
               at("2026-01-14 15:00"), number=30, answers=1)  # fmt: skip
    head, _, body = raw.partition(b"\n\n")
    parts = (
        b'\nContent-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\n' + body
        + b'\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="Speech log.pdf"\n'
        b"Content-Transfer-Encoding: base64\n\nJVBERi0xLjQ=\n--x--\n"
    )  # fmt: skip
    lines = [line for line in head.split(b"\n") if not line.startswith((b"Content-", b"MIME-"))]
    (filled.folder / "log.eml").write_bytes(b"\n".join([*lines, b"MIME-Version: 1.0"]) + parts)
    filled.run("import", str(filled.folder / "log.eml"))
    draft = speech(filled)
    printed = filled.run("draft", "attach", draft["id"], "--from-case", "speech log")
    assert "Attached: Speech log.pdf (1 kB)" in printed.out, printed.err
    approved = filled.run("draft", "approve", draft["id"], "--yes")
    assert "with Speech log.pdf" in approved.out
    assert filled.run("draft", "attach", draft["id"], "--from-case", "picture").code == 2


def test_a_dropped_letter_can_be_taken_up_again(filled: Home) -> None:
    draft = speech(filled)
    filled.run("draft", "discard", draft["id"])
    assert draft["id"][:6] not in filled.run("drafts").out
    assert draft["id"][:6] in filled.run("drafts", "--all").out
    assert filled.run("draft", "approve", draft["id"], "--yes").code == 1
    filled.run("draft", "restore", draft["id"])
    assert draft["id"][:6] in filled.run("drafts").out
    assert speech(filled)["status"] == "drafted"


@pytest.fixture
def postbox() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def sender(home: Home, postbox: Smtp) -> Iterator[Home]:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port)
        box.fill("Sent")
        home.import_story()
        home.configure(box)
        yield home


@pytest.mark.slow
def test_sending_needs_an_approval_and_says_what_became_of_it(sender: Home, postbox: Smtp) -> None:
    draft = speech(sender)
    refused = sender.run("send", draft["id"])
    assert refused.code == 1
    assert "has not been approved" in refused.err
    sender.run("draft", "approve", draft["id"], "--yes")
    assert "iep-mail send ID" in sender.run("send").out
    sent = sender.run("send", draft["id"])
    assert sent.code == 0, sent.err
    assert "Sent on February 9, 3:00 AM." in sent.out
    assert [m.recipients for m in postbox.delivered] == [(PARK, "vshaw@maplehill.example.org")]
    assert sender.run("send", draft["id"]).code == 1
    assert sender.run("draft", "edit", draft["id"]).err.startswith("This letter has been sent")
    assert len(postbox.delivered) == 1


@pytest.mark.slow
def test_a_letter_in_doubt_waits_for_the_parents_word(sender: Home, postbox: Smtp) -> None:
    draft = speech(sender)
    sender.run("draft", "approve", draft["id"], "--yes")
    postbox.breaks = "lost_with_the_dot"
    printed = sender.run("send", draft["id"])
    assert printed.code == 1
    assert f"iep-mail send --it-was-not {draft['id']}" in " ".join(printed.err.split())
    postbox.breaks = ""
    assert sender.run("send", "--all-approved").out == "No letter is approved. See: iep-mail drafts\n"
    assert speech(sender)["status"] == "unknown"
    assert "still approved" in sender.run("send", "--it-was-not", draft["id"][:6]).out
    assert sender.run("send", draft["id"]).code == 0
    assert len(postbox.delivered) == 1
    again = sender.run("send", "--it-was-sent", draft["id"])
    assert again.code == 1
    assert "There is no doubt about" in again.err
