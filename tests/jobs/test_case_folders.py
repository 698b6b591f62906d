"""The school's messages in a folder for each case, in any mail app."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from home import EVENING, ROSA, Home, fill
from iep_mail.adapters.imap import filing
from iep_mail.errors import MailboxError
from iep_mail.jobs.case_folders import file_in_folders
from iep_mail.jobs.workspace import open_workspace
from iep_mail.model import Case, Casebook
from servers.box import Box
from servers.pymap_server import pymap
from world import PARENT, TEACHER, at, mail, speech_story


@pytest.fixture
def mailbox(box: Box, home: Home) -> Box:
    box = replace(box, address=ROSA)
    fill(box, speech_story())
    home.configure(box, filing="folders")
    return box


def case_folders(box: Box) -> dict[str, list[bytes]]:
    found = {}
    with box.client() as client:
        for _, _, name in client.list_folders():
            if "IEP" in name.split("/") and not name.endswith("IEP"):
                client.select_folder(name, readonly=True)
                uids = client.search(["ALL"])
                bodies = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
                found[name.rpartition("/")[2]] = sorted(m[b"BODY[]"] for m in bodies.values())
    return found


def the_rest(box: Box) -> dict:
    return {place: flags for place, flags in box.everything().items() if "IEP" not in place[0].split("/")}


def test_each_message_of_a_case_is_copied_into_its_folder_once(mailbox: Box, home: Home) -> None:
    before = mailbox.everything()
    assert home.run("nightly").code == 10
    dump = home.dump()
    for case in dump["cases"]:
        messages = [m for m in dump["messages"] if m["case"] == case["id"]]
        assert len(case_folders(mailbox)[case["title"]]) == len(messages) > 0
    after = case_folders(mailbox)
    for _ in range(2):
        home.now += timedelta(hours=1)
        home.run("nightly")
    assert case_folders(mailbox) == after
    assert the_rest(mailbox) == before
    assert len(home.dump()["messages"]) == len(dump["messages"])  # the copies are not read as mail


@pytest.mark.slow
def test_new_mail_follows_and_what_the_parent_removes_stays_away(mailbox: Box, home: Home) -> None:
    home.run("nightly")
    with mailbox.client() as client:
        folder = next(n for _, _, n in client.list_folders() if "IEP" in n and "speech" in n)
        client.select_folder(folder)
        client.delete_messages(client.search(["ALL"]))
        client.expunge()
    answer = mail(TEACHER, PARENT, "Re: Speech on Monday?", "Hi Rosa,\n\nI will look into it.\n\nEllen Park",
                  at("2026-02-09 15:00"), number=80, answers=3).replace(b"\n", b"\r\n")  # fmt: skip
    mailbox.fill("INBOX", answer)
    home.now += timedelta(days=1)
    home.run("nightly")
    assert case_folders(mailbox)[folder.rpartition("/")[2]] == [answer]


def night(home: Home, change) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    """What a night does in the folders when the casebook's cases are `change`d."""
    with open_workspace(home.config, home.data) as workspace:
        book = workspace.casebook(workspace.day_of(home.now))
        return file_in_folders(workspace, change(book), home.now)


def titled(book: Casebook, titles: dict[str, str]) -> Casebook:
    def name(case: Case) -> Case:
        return replace(case, title=titles.get(case.title, case.title))

    return replace(book, cases=tuple(map(name, book.cases)))


def merged(book: Casebook, into: str, gone: str) -> Casebook:
    target = next(c for c in book.cases if into in c.title)
    source = next(c for c in book.cases if gone in c.title)
    messages = tuple(replace(m, case=target.id) if m.case == source.id else m for m in book.messages)
    return replace(book, cases=tuple(c for c in book.cases if c is not source), messages=messages)


@pytest.mark.slow
def test_a_renamed_case_and_merged_cases_are_followed(mailbox: Box, home: Home) -> None:
    before = mailbox.everything()
    home.run("nightly")
    first = case_folders(mailbox)
    speech = next(n for n in first if "speech" in n)
    records = next(n for n in first if "records" in n)
    assert night(home, lambda book: titled(book, {speech: "Teo: talking"})) == ()
    assert case_folders(mailbox) == {"Teo: talking": first[speech], records: first[records]}
    assert night(home, lambda book: merged(book, "records", "speech")) == ()
    assert case_folders(mailbox) == {records: sorted(first[speech] + first[records])}
    # Taken apart again: back into a folder of its own.
    assert night(home, lambda book: book) == ()
    assert case_folders(mailbox) == first
    assert the_rest(mailbox) == before


@pytest.mark.slow
def test_two_cases_that_exchange_their_titles_exchange_their_messages(mailbox: Box, home: Home) -> None:
    home.run("nightly")
    first = case_folders(mailbox)
    one, two = sorted(first)
    assert night(home, lambda book: titled(book, {one: two, two: one})) == ()
    assert case_folders(mailbox) == {one: first[two], two: first[one]}


@pytest.mark.slow
def test_switching_it_off_leaves_what_is_there(mailbox: Box, home: Home) -> None:
    home.run("nightly")
    there = case_folders(mailbox)
    home.configure(mailbox)
    mailbox.fill("INBOX", mail(TEACHER, PARENT, "Re: Speech on Monday?", "Soon.", at("2026-02-09 15:00"),
                               number=80, answers=3).replace(b"\n", b"\r\n"))  # fmt: skip
    home.now += timedelta(days=1)
    home.run("nightly")
    assert case_folders(mailbox) == there


@pytest.mark.slow
def test_a_night_that_breaks_in_the_middle_is_carried_on_without_a_second_copy(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA)
        fill(box, speech_story())
        home.configure(box, filing="folders")
        copy = filing.CaseFolders.copy

        def copied_then_broken(self, *arguments):  # type: ignore[no-untyped-def]
            copy(self, *arguments)
            raise MailboxError("The connection broke.", "")

        with monkeypatch.context() as patch:
            patch.setattr(filing.CaseFolders, "copy", copied_then_broken)
            broken = home.run("nightly")
        assert broken.code == 1
        assert "Not every message is in its IEP folder yet." in " ".join(broken.out.split())
        home.now += timedelta(hours=1)
        assert home.run("nightly").code == 10
        whole = case_folders(box)
        dump = home.dump()
        for case in dump["cases"]:
            messages = [m for m in dump["messages"] if m["case"] == case["id"]]
            assert len(whole[case["title"]]) == len(messages)


@pytest.mark.slow
def test_a_look_at_a_past_day_changes_nothing_in_the_mailbox(home: Home) -> None:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA)
        fill(box, speech_story())
        home.configure(box, filing="folders", drafts="mailbox")
        before = box.everything()
        assert home.now == EVENING
        home.run("nightly", "--as-of", "2026-01-20")
        assert box.everything() == before
