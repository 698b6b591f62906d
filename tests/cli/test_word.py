"""The parent's word on the command line: each command says what changed and how to take it back."""

from functools import cache
from typing import Any

import pytest

from home import Home
from iep_mail.jobs.letters import letters_of

NAMESAKE = """\
[[school.contacts]]
name = "Mr. Owen Park"
role = "nurse"
address = "opark@maplehill.example.org"
"""
LETTERS = cache(letters_of)  # the same for every command here


class Desk:
    """A home with the story's mail, and what its commands say."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def says(self, *words: str) -> str:
        printed = self.home.run(*words)
        assert printed.code == 0, printed.err
        return " ".join(printed.out.split())

    def fails(self, *words: str) -> str:
        printed = self.home.run(*words)
        assert printed.code == 2
        assert not printed.out
        return " ".join(printed.err.split())

    def dump(self, key: str, *words: str) -> list[dict[str, Any]]:
        found = self.home.run("dump", *words).json[key]
        assert isinstance(found, list)
        return found

    def request(self, words: str) -> dict[str, Any]:
        return next(r for r in self.dump("requests") if words in r["quote"])


@pytest.fixture
def desk(home: Home) -> Desk:
    home.monkeypatch.setattr("iep_mail.jobs.workspace.letters_of", LETTERS)
    home.configure(more=NAMESAKE)
    home.import_story()
    return Desk(home)


def test_settling_says_what_changed_and_undo_takes_it_back(desk: Desk) -> None:
    question = desk.request("January 12")["id"]
    said = desk.says("request", "settle", question[:5], "--on", "2026-02-03", "--note", "at pick-up")
    assert said.startswith("You said that the request “Could you tell me whether speech was held")
    assert (
        "was answered on February 3, 2026. Your note: “at pick-up” To take it back: iep-mail undo 1" in said
    )
    assert desk.request("January 12")["status"] == "answered"
    assert "You took back decision 1" in desk.says("undo")
    assert desk.request("January 12")["status"] == "open"
    assert "You let decision 1 stand again" in desk.says("undo", "2")
    assert desk.request("January 12")["status"] == "answered"
    assert "taken back already" in desk.fails("undo", "2")
    assert "There is no decision 99" in desk.fails("undo", "99")


def test_each_word_on_a_request(desk: Desk) -> None:
    question = desk.request("January 12")["id"]
    desk.says("request", "set-due", question, "2026-03-02")
    assert desk.request("January 12")["due_on"] == "2026-03-02"
    desk.says("request", "set-kind", question, "records")
    assert desk.request("January 12")["kind"] == "records"
    desk.says("request", "withdraw", question)
    assert desk.request("January 12")["status"] == "withdrawn"
    desk.says("request", "reopen", question)
    assert desk.request("January 12")["status"] == "open"
    desk.says("request", "not-a-request", question)
    assert question not in [r["id"] for r in desk.dump("requests")]
    listed = desk.says("decisions")
    assert listed.count("2026 You") == 5
    assert "without effect" in listed  # what was said of it before it was said to be no request


def test_days_that_cannot_be_are_refused_before_anything_is_kept(desk: Desk) -> None:
    question = desk.request("January 12")["id"]
    assert "lies before it was asked" in desk.fails("request", "settle", question, "--on", "2026-01-02")
    assert "has not come yet" in desk.fails("request", "settle", question, "--on", "2026-06-01")
    assert "lies before the day it was asked" in desk.fails("request", "set-due", question, "2025-01-01")
    assert desk.dump("decisions") == []


def test_a_request_added_by_hand(desk: Desk) -> None:
    message = desk.dump("messages")[0]["sha256"][:8]
    said = desk.says(
        "request", "add", message, "the speech schedule", "--kind", "records", "--due", "2026-02-20"
    )
    assert "You added a request" in said
    assert desk.request("speech schedule")["due_on"] == "2026-02-20"
    assert "This is followed already" in desk.fails("request", "add", message, "the speech schedule")


def test_arranging_cases(desk: Desk) -> None:
    first, second = (c["id"] for c in desk.dump("cases"))
    desk.says("case", "rename", first, "Speech, winter")
    assert "Speech, winter" in desk.says("cases")
    assert "You put the case" in desk.says("case", "merge", first, second)
    assert len(desk.dump("cases")) == 1
    assert "You put the case" in desk.says("why", first[:6])
    thread = desk.dump("threads")[0]["id"]
    assert "into a case of its own, “The file”" in desk.says(
        "case", "move", thread, "new", "--title", "The file"
    )
    assert "The file" in desk.says("cases")
    assert "There is no child" in desk.fails("case", "child", second, "Bob")
    assert "Mateo Delgado" in desk.says("case", "child", second, "Teo")


def test_messages(desk: Desk) -> None:
    reply = next(m for m in desk.dump("messages") if m["from"].startswith("vshaw"))["sha256"]
    assert "is an automatic reply" in desk.says("message", "kind", reply[:8], "auto_reply")
    assert desk.request("records")["status"] == "open"
    assert "is not the school's mail" in desk.says("message", "not-school", reply[:8])
    assert reply not in [m["sha256"] for m in desk.dump("messages")]
    left_out = desk.says("message", "left-out")
    assert reply[:8] in left_out
    assert "Ana: Sunday" in left_out
    desk.says("message", "school", reply[:8])
    assert reply in [m["sha256"] for m in desk.dump("messages")]
    asked = desk.dump("messages")[0]["sha256"][:8]
    assert "out of its case" in desk.says("message", "move", asked, "none")
    assert "Its case" not in desk.says("message", "show", asked)


def test_a_call_is_written_down_followed_and_corrected(desk: Desk) -> None:
    photo = desk.home.folder / "photo.jpg"
    photo.write_bytes(b"photo")
    said = desk.says(
        "log", "add", "--on", "2026-02-06", "--channel", "call", "--with", "Ms. Park", "--direction", "from-school",
        "--about", "She said she will send the speech log by Friday, February 13.", "--attach", str(photo),
    )  # fmt: skip
    assert "You wrote down a phone call of February 6, 2026 with Ms. Ellen Park." in said
    assert "They said they would, by Fri, February 13, 2026" in said
    (entry,) = desk.dump("entries")
    (message,) = [m for m in desk.dump("messages") if m["channel"] == "call"]
    assert message["from"] == "epark@maplehill.example.org"
    assert message["by_hand"]["entry"] == entry["id"]
    assert (
        desk.home.folder / "data" / "attachments" / entry["attachments"][0]["sha256"]
    ).read_bytes() == b"photo"
    desk.says("log", "correct", entry["id"][:5], "--about", "She will send it by February 20.")
    (corrected,) = desk.dump("entries")
    assert corrected["text"] == "She will send it by February 20."
    assert "February 13" in corrected["corrections"][0]["before"]
    assert "You corrected it on" in desk.says("log", "show", entry["id"])
    assert "Nothing was given" in desk.fails("log", "correct", entry["id"])


def test_a_call_can_answer_a_request_and_as_of_counts_the_day_of_the_event(desk: Desk) -> None:
    question = desk.request("January 12")["id"]
    desk.says(
        "log", "add", "--on", "2026-02-04", "--channel", "talk", "--with", "case manager", "--direction",
        "from-school", "--about", "She told me at the door.", "--answers", question[:6],
    )  # fmt: skip
    assert desk.request("January 12")["status"] == "answered"
    status = {
        day: next(r["status"] for r in desk.dump("requests", "--as-of", day) if r["id"] == question)
        for day in ("2026-02-03", "2026-02-04")
    }
    assert status == {"2026-02-03": "open", "2026-02-04": "answered"}


def test_what_is_missing_in_an_entry_is_said(desk: Desk) -> None:
    call = ("log", "add", "--channel", "call", "--direction", "from-school")
    assert "nothing written" in desk.fails(*call)
    assert "how it was (--channel)" in desk.fails("log", "add", "--about", "x")
    assert "who spoke (--direction)" in desk.fails("log", "add", "--about", "x", "--channel", "call")
    assert "has not come yet" in desk.fails(*call, "--about", "x", "--on", "2027-01-01")
    assert "not a time" in desk.fails(*call, "--about", "x", "--at", "noonish")
    assert "cannot be read" in desk.fails(*call, "--about", "x", "--attach", "nowhere.jpg")
    assert "fits more than one person" in desk.fails(*call, "--about", "x", "--with", "Park")
    assert desk.dump("entries") == []


def test_the_log_as_table_and_files(desk: Desk) -> None:
    case = desk.dump("cases")[0]["id"]
    desk.says("case", "note", case, "He cried at breakfast.", "--kind", "impact")
    shown = desk.says("log")
    assert "Ms. Ellen Park (case manager)" in shown
    assert "He cried at breakfast. (private)" in shown
    said = desk.says(
        "log", "--csv", str(desk.home.folder / "log.csv"), "--xlsx", str(desk.home.folder / "log.xlsx")
    )
    assert "Left out: 1 private entry" in said
    assert "cried" not in (desk.home.folder / "log.csv").read_text(encoding="utf-8-sig")
    desk.says("log", "--csv", str(desk.home.folder / "log.csv"), "--with-private")
    assert "cried" in (desk.home.folder / "log.csv").read_text(encoding="utf-8-sig")
    assert "cried" not in desk.says("log", "--person", "Park")
    assert "Nothing is in the log" in desk.says("log", "--to", "2020-01-01")


def test_a_wrong_id_lists_what_was_meant(desk: Desk) -> None:
    question = desk.request("January 12")["id"]
    assert question in desk.fails("request", "settle", "zzzz")
    assert "is a case" in desk.fails("request", "show", desk.dump("cases")[0]["id"])
    assert "Nothing has the id" in desk.fails("why", "zzzz")


def test_everything_said_is_in_the_dump_and_survives_the_order_of_import(desk: Desk) -> None:
    question = desk.request("January 12")["id"]
    desk.says("request", "settle", question)
    (decision,) = desk.dump("decisions")
    assert decision["says"].startswith("You said that the request")
    assert decision["state"] == "stands"
    assert decision["about"] == [question]
    assert {r["id"] for r in desk.dump("log")}


def test_a_letter_about_a_call_or_a_meeting_names_it_and_never_its_note_as_a_mail(desk: Desk) -> None:
    call = ("--channel", "call", "--with", "Ms. Ellen Park", "--direction", "to-school")
    desk.says(
        "log",
        "add",
        "--on",
        "2026-01-05",
        *call,
        "--about",
        "I called.",
        "--asked",
        "Please tell me when the lift is mended.",
    )
    meeting = ("--channel", "meeting", "--with", "Mr. Victor Shaw", "--direction", "from-school")
    promise = "He will send the schedule by January 16."
    desk.says("log", "add", "--on", "2026-01-12", *meeting, "--about", promise, "--promised", promise)
    drafts = {d["letter"]: d for d in desk.home.dump()["drafts"] if d["subject"].startswith("MD")}
    asked, said = drafts["follow-up"], drafts["commitment-reminder"]
    assert "On Monday, January 5, 2026 I asked by phone:" in asked["body"]
    assert "since I asked, and I do not see a reply" in asked["body"]
    assert (
        "My notes of our meeting of Monday, January 12, 2026 about Mateo give Friday, January 16, 2026"
        in said["body"]
    )
    assert (asked["subject"], said["subject"]) == ("MD: following up", "MD: the date you named")
