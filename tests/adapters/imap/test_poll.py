"""One contract, held against every server."""

from __future__ import annotations

import pytest

from iep_mail.adapters.imap import Limits, poll_mailbox
from iep_mail.model import MailboxReport
from servers.box import WHEN, Box, letter
from servers.memory import Memory, of_the_school, read_envelope

SCHOOL = "maple.example.org"


def night(
    box: Box, memory: Memory, *terms: str, folders: tuple[str, ...] | None = None, **limits
) -> MailboxReport:
    terms = terms or (SCHOOL,)
    return poll_mailbox(
        box.mailbox(folders), box.password, memory, terms=terms, wanted=of_the_school(*terms),
        read_envelope=read_envelope, limits=Limits(**limits),
    )  # fmt: skip


def test_the_first_night_brings_the_schools_mail_and_no_other(box: Box) -> None:
    box.fill(
        "INBOX",
        letter(1),
        letter(2, sender="shop@store.example.com"),
        letter(3, to="x@sub.maple.example.org"),
    )
    memory = Memory()
    report = night(box, memory)
    assert memory.ids == ["1", "3"]
    assert (report.complete, report.new, report.problem) == (True, 2, "")
    assert {m.received_at for m in memory.messages.values()} == {WHEN}


def test_a_second_night_brings_nothing_and_asks_for_no_body(box: Box) -> None:
    box.fill("INBOX", letter(1))
    memory = Memory()
    night(box, memory)
    before = len(memory.batches)
    assert night(box, memory).new == 0
    assert len(memory.batches) == before


def test_new_mail_comes_the_next_night(box: Box) -> None:
    box.fill("INBOX", letter(1))
    memory = Memory()
    night(box, memory)
    box.fill("INBOX", letter(2, sender="shop@store.example.com"), letter(3))
    assert night(box, memory).new == 1
    assert memory.ids == ["1", "3"]


def test_a_term_added_later_brings_its_older_mail_once(box: Box) -> None:
    box.fill("INBOX", letter(1), letter(2, sender="therapist@clinic.example.com"))
    memory = Memory()
    night(box, memory)
    assert night(box, memory, SCHOOL, "clinic.example.com").new == 1
    before = len(memory.batches)
    night(box, memory, SCHOOL, "clinic.example.com")
    assert memory.ids == ["1", "2"]
    assert len(memory.batches) == before


@pytest.mark.slow
def test_a_folder_made_anew_is_read_again_without_duplicates(box: Box) -> None:
    box.fill("School", letter(1), letter(2))
    memory = Memory()
    night(box, memory)
    old = memory.positions["parent@home.example.net", "School"].uidvalidity
    with box.client() as client:
        client.delete_folder("School")
    box.fill("School", letter(9), letter(1))
    assert night(box, memory).new == 1
    assert memory.ids == ["1", "2", "9"]
    assert memory.positions["parent@home.example.net", "School"].uidvalidity != old


def test_one_message_in_two_folders_is_one_message(box: Box) -> None:
    box.fill("INBOX", letter(1))
    box.fill("Archive", letter(1))
    memory = Memory()
    assert night(box, memory).new == 1
    assert memory.folders == {"INBOX", "Archive"}


@pytest.mark.slow
def test_a_moved_message_is_no_new_message(box: Box) -> None:
    box.fill("INBOX", letter(1), letter(2))
    box.fill("School")
    memory = Memory()
    night(box, memory)
    with box.client() as client:
        client.select_folder("INBOX")
        client.copy([client.search(["ALL"])[0]], "School")
        client.delete_messages([client.search(["ALL"])[0]])
        client.expunge()
    report = night(box, memory)
    assert (report.new, memory.ids, memory.folders) == (0, ["1", "2"], {"INBOX", "School"})


def test_a_reply_from_an_unknown_address_in_a_known_thread_comes_along(box: Box) -> None:
    memory = Memory()
    night(box, memory)
    box.fill("Sent", letter(1, sender="parent@home.example.net", to="teacher@maple.example.org"))
    reply = letter(2, sender="teacher.private@mail.example.com", reply_to_id="<1@maple.example.org>")
    box.fill("INBOX", reply, letter(3, sender="teacher.private@mail.example.com"))
    night(box, memory)
    assert memory.ids == ["1", "2"]


@pytest.mark.slow
def test_no_flag_ever_changes(box: Box) -> None:
    box.fill("INBOX", letter(1), letter(2))
    box.fill("INBOX", letter(3), flags=(b"\\Seen", b"\\Flagged"))
    before = box.everything()
    night(box, Memory())
    assert box.everything() == before
    assert len(before) == 3


@pytest.mark.slow
def test_junk_trash_drafts_and_our_own_folders_are_not_read(box: Box) -> None:
    for number, name in enumerate(["Junk", "Trash", "Drafts", "Spam", "IEP/Speech", "School/Speech"], 1):
        box.fill(name, letter(number))
    memory = Memory()
    night(box, memory)
    assert memory.folders == {"School/Speech"}


def test_a_folder_with_a_name_of_another_language_is_read(box: Box) -> None:
    box.fill("Förderung & Schule", letter(1))
    memory = Memory()
    night(box, memory)
    assert memory.folders == {"Förderung & Schule"}


def test_configured_folders_are_the_only_ones_and_a_missing_one_stops_no_other(box: Box) -> None:
    box.fill("INBOX", letter(1))
    box.fill("School", letter(2))
    memory = Memory()
    report = night(box, memory, folders=("Nowhere", "School"))
    assert memory.ids == ["2"]
    assert not report.complete
    assert "Nowhere" in report.folders[0].problem


def test_an_emptied_folder_is_told_and_nothing_is_deleted(box: Box) -> None:
    box.fill("INBOX", letter(1))
    memory = Memory()
    night(box, memory)
    with box.client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search(["ALL"]))
        client.expunge()
    report = night(box, memory)
    assert memory.ids == ["1"]
    assert any("empty" in folder.problem for folder in report.folders)


def test_bounces_are_searched_on_the_first_night(box: Box) -> None:
    box.fill("INBOX", letter(1, sender="MAILER-DAEMON@mx.example.net"))
    memory = Memory()
    poll_mailbox(
        box.mailbox(), box.password, memory, terms=(SCHOOL,), read_envelope=read_envelope,
        wanted=lambda envelope: envelope.sender.startswith("mailer-daemon"),
    )  # fmt: skip
    assert memory.ids == ["1"]


@pytest.mark.parametrize("count", [7])
def test_small_batches_bring_the_same(box: Box, count: int) -> None:
    box.fill("INBOX", *(letter(n) for n in range(count)))
    memory = Memory()
    night(box, memory, batch=2, header_batch=3)
    assert memory.ids == [str(n) for n in range(count)]
    assert max(len(b.messages) for b in memory.batches) == 2


def test_of_a_message_over_the_cap_only_header_and_text_come(box: Box) -> None:
    part = "--b\r\nContent-Type: {}\r\n\r\n{}\r\n"
    body = part.format("text/plain", "Please read this.") + part.format("image/png", "x" * 9000) + "--b--"
    raw = letter(1, body=body).replace(
        b"Date:", b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\nDate:'
    )
    box.fill("INBOX", raw)
    memory = Memory()
    assert night(box, memory, message_bytes=5000).complete
    (message,) = memory.messages.values()
    assert not message.complete
    assert b"Please read this." in message.raw
    assert b"xxxx" not in message.raw
