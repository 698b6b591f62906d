"""A whole night as the command line runs it, against real mailboxes."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from home import EVENING, ROSA, Home, fill
from iep_mail.adapters.store import run_lock
from servers.box import Box, letter
from servers.ports import free_port
from servers.pymap_server import pymap
from world import PARENT, TEACHER, at, mail, speech_story

LATE_RECORDS = "I am requesting a copy of all of Mateo's educational records."


@pytest.fixture
def mailbox(box: Box, home: Home) -> Box:
    """Rosa's mailbox with the story of tests/world.py, on each of the servers."""
    box = replace(box, address=ROSA)
    fill(box, speech_story())
    home.configure(box)
    return box


def drafts_in(box: Box) -> list[bytes]:
    with box.client() as client:
        client.select_folder("Drafts", readonly=True)
        found = client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"])
    return [answer[b"BODY[]"] for answer in found.values()]


def test_the_first_night_files_flags_and_tells(mailbox: Box, home: Home) -> None:
    before = mailbox.everything()
    night = home.run("nightly")
    assert (night.code, night.err) == (10, "")
    assert night.out.startswith("Your page for Monday, February 9, 2026")
    assert "Could you tell me whether speech was held on January 12?" in " ".join(night.out.split())
    assert "read to its end on Monday, February 9, 2026 at 3:00 am" in " ".join(night.out.split())
    dump = home.dump()
    assert len(dump["messages"]) == 5  # the cousin's mail is not the school's
    assert {m["direction"] for m in dump["messages"]} == {"to_school", "from_school"}
    assert mailbox.everything() == before


def test_a_second_night_does_nothing(mailbox: Box, home: Home) -> None:
    home.run("nightly")
    first, before = home.dump(), mailbox.everything()
    home.now += timedelta(hours=1)
    assert home.run("nightly").code == 10
    assert home.dump() == first
    assert mailbox.everything() == before


@pytest.mark.slow
def test_mail_of_the_day_is_read_the_next_night(mailbox: Box, home: Home) -> None:
    home.run("nightly")
    answer = mail(TEACHER, PARENT, "Re: Speech on Monday?",
                  "Hi Rosa,\n\nNo, speech was not held on January 12. The therapist was ill.\n\nEllen Park",
                  at("2026-02-09 20:00"), number=9, answers=1)  # fmt: skip
    mailbox.fill("INBOX", answer.replace(b"\n", b"\r\n"))
    home.now += timedelta(days=1)
    home.run("nightly")
    assert "<m9@mail.example.net>" in [m["message_id"] for m in home.dump()["messages"]]


@pytest.mark.slow
def test_drafts_are_put_into_the_mailbox_once_however_many_nights(mailbox: Box, home: Home) -> None:
    mailbox.fill("Drafts")
    home.configure(mailbox, drafts="mailbox")
    for _ in range(3):
        assert home.run("nightly").code == 10
    found = drafts_in(mailbox)
    proposed = home.dump()["drafts"]
    assert len(found) == len(proposed) >= 1
    for raw in found:
        assert b"From: Rosa Delgado <rosa@delgado.example.net>" in raw
        assert b"In-Reply-To: <m" in raw


@pytest.mark.slow
def test_a_draft_that_the_parent_threw_away_does_not_come_back(mailbox: Box, home: Home) -> None:
    mailbox.fill("Drafts")
    home.configure(mailbox, drafts="mailbox")
    home.run("nightly")
    with mailbox.client() as client:
        client.select_folder("Drafts")
        client.delete_messages(client.search(["ALL"]))
        client.expunge()
    home.run("nightly")
    assert drafts_in(mailbox) == []


# From here on one server is enough.


@pytest.fixture
def rosas(home: Home):
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA)
        fill(box, speech_story())
        home.configure(box)
        yield box


def test_one_mailbox_that_fails_does_not_stop_the_other(rosas: Box, home: Home) -> None:
    gone = Box("127.0.0.1", free_port(), "rosa", address="rosa.work@firm.example.com")
    home.configure(gone, rosas)
    night = home.run("nightly")
    assert night.code == 1
    assert f"127.0.0.1 could not be reached on port {gone.port}." in night.err
    page = " ".join(night.out.split())
    assert "Please note: rosa.work@firm.example.com was not yet read to its end." in page
    assert "rosa@delgado.example.net: read to its end on Monday, February 9, 2026" in page
    assert len(home.dump()["messages"]) == 5
    assert "mailbox_not_read" in [f["kind"] for f in home.dump()["flags"]]


def test_the_answer_to_whether_all_is_well_is_the_exit_code(rosas: Box, home: Home) -> None:
    quiet = home.run("nightly", "--as-of", "2026-01-02")
    assert quiet.code == 0
    assert "Nothing is due today" in quiet.out
    assert home.run("nightly", "--as-of", "2026-02-09").code == 10
    assert home.run("nightly", "--as-of", "yesterday").code == 2


def test_json_holds_the_dump_and_how_each_mailbox_went(rosas: Box, home: Home) -> None:
    night = home.run("nightly", "--json")
    document = json.loads(night.out)
    assert document["mailboxes"] == [{"account": ROSA, "complete": True, "new": 5, "problem": ""}]
    assert document["problems"] == []
    assert {k: document[k] for k in home.dump()} == home.dump()


def test_two_runs_at_once_are_refused(rosas: Box, home: Home) -> None:
    with run_lock(home.data):
        night = home.run("nightly")
    assert night.code == 1
    assert f"Another run of iep-mail is using {home.data}." in night.err
    assert home.run("nightly").code == 10


def test_an_empty_mailbox_is_no_reason_to_be_calm(home: Home) -> None:
    with pymap("rosa") as port:
        home.configure(Box("127.0.0.1", port, "rosa", address=ROSA))
        night = home.run("nightly")
    assert night.code == 0
    page = " ".join(night.out.split())
    assert "No mail with the school was found" in page
    assert "maplehill.example.org" in page


def test_the_page_and_a_copy_of_the_store_are_kept_for_the_parent_alone(rosas: Box, home: Home) -> None:
    night = home.run("nightly", "--as-of", "2026-02-01")
    page = home.data / "digests" / "2026-02-01.txt"
    assert page.read_text(encoding="utf-8") == night.out
    # A look at a past day is no reason to push out the copy of a real night.
    assert [p.name for p in (home.data / "backups").iterdir()] == ["iep-mail-2026-02-09.sqlite3"]
    for path in home.data.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.slow
def test_a_letter_goes_to_the_mailbox_of_the_parent_whose_matter_it_is(rosas: Box, home: Home) -> None:
    pablos = "pablo@delgado.example.com"
    family = home.config.read_text().split("[[mailboxes]]")[0]
    family = family.replace(
        "[[children]]", f'[[parents]]\nname = "Pablo"\naddresses = ["{pablos}"]\n\n[[children]]'
    )
    with pymap("pablo") as port:
        his = Box("127.0.0.1", port, "pablo", address=pablos)
        asked = mail(f"Pablo Delgado <{pablos}>", TEACHER, "Bus", "Could you tell me when the bus leaves?",
                     at("2026-01-13 18:00"), number=70)  # fmt: skip
        his.fill("Sent", asked.replace(b"\n", b"\r\n"))
        for box in (rosas, his):
            box.fill("Drafts")
        home.configure(rosas, his, family=family, drafts="mailbox")
        assert home.run("nightly").code == 10
        (letter_of_his,) = drafts_in(his)
        assert b"From: Pablo <pablo@delgado.example.com>" in letter_of_his
        assert b"when the bus leaves?" in letter_of_his
        assert not any(b"when the bus leaves?" in raw for raw in drafts_in(rosas))


def test_a_mailbox_without_drafts_folder_is_said_on_the_page(rosas: Box, home: Home) -> None:
    home.configure(rosas, drafts="mailbox")  # pymap starts with INBOX alone
    night = home.run("nightly")
    assert night.code == 1
    assert f"{ROSA} has no Drafts folder." in " ".join(night.out.split())
    assert "is not in your Drafts folder yet" in night.err


def test_a_night_without_any_mailbox_is_a_night_of_imported_mail(home: Home) -> None:
    home.import_story()
    night = home.run("nightly")
    assert night.code == 10
    assert "Could you tell me whether speech was held" in " ".join(night.out.split())


def test_nothing_of_another_mailbox_is_said_once_it_was_taken_out(rosas: Box, home: Home) -> None:
    gone = Box("127.0.0.1", free_port(), "rosa", address="old@firm.example.com")
    home.configure(gone, rosas)
    home.run("nightly")
    home.configure(rosas)
    assert "old@firm.example.com" not in home.run("nightly").out


def test_the_mail_of_the_night_before_is_not_later_than_the_day_looked_at(rosas: Box, home: Home) -> None:
    rosas.fill("INBOX", letter(1, TEACHER, ROSA).replace(b"Mon, 02 Mar 2026", b"Mon, 09 Feb 2026"))
    assert home.now == EVENING
    assert home.run("nightly", "--as-of", "2026-01-20").code in (0, 10)
    assert max(m["date"] for m in home.dump()["messages"]) > "2026-02"
    from datetime import date

    assert max(m["date"] for m in home.dump(date(2026, 1, 20))["messages"]) < "2026-01-21"


@pytest.mark.slow
def test_the_older_mail_of_a_sender_whom_the_parent_called_the_schools_is_fetched(
    rosas: Box, home: Home
) -> None:
    coach = "Ana Ruiz <ana.ruiz@coach.example.com>"
    first, second = (
        mail(coach, PARENT, f"Practice {n}", f"Mateo did well in practice {n}.", at(f"2026-01-2{n} 15:00"), number=90 + n)
        for n in (1, 2)
    )  # fmt: skip
    rosas.fill("INBOX", *(raw.replace(b"\n", b"\r\n") for raw in (first, second)))
    home.run("nightly")
    (home.folder / "second.eml").write_bytes(second.replace(b"\n", b"\r\n"))
    home.run("import", str(home.folder / "second.eml"))
    assert home.run("message", "school", "<m92@mail.example.net>").code == 0
    assert "Practice 1" not in str(home.dump()["messages"])
    home.run("nightly")
    assert {"Practice 1", "Practice 2"} <= {m["subject"] for m in home.dump()["messages"]}
