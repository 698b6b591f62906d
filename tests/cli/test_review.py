"""What wants the parent, one matter at a time, in the terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from home import ROSA, Home
from iep_mail.cli.main import cli
from sending_world import Desk
from servers.box import Box
from servers.pymap_server import pymap
from servers.smtp import Smtp
from web_world import import_mail
from world import PARENT, TEACHER, at, mail


def review(home: Home, *lines: str) -> Result:
    """The sitting with these answers, each with Enter."""
    return CliRunner().invoke(
        cli, [*home.command[3:], "review"], input="".join(f"{line}\n" for line in lines)
    )


@pytest.fixture
def outgoing() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def rosa(home: Home, outgoing: Smtp) -> Iterator[Home]:
    home.import_story()
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=outgoing.port)
        box.fill("Sent")
        home.configure(box)
        yield home


def test_a_matter_is_shown_with_its_keys_and_why(rosa: Home) -> None:
    done = review(rosa, "w", "l", "m", "?", "z", "q")
    assert done.exit_code == 0, done.output
    assert (
        "Could you let me know whether speech was held?" in done.output
        or "whether speech was held" in done.output
    )
    assert "[l] the letter" in done.output
    assert "[q] quit" in done.output
    assert "Dear Ms. Park" in done.output
    assert "Rosa Delgado <rosa@delgado.example.net>: Speech on Monday?" in done.output
    assert "That key means nothing here." in done.output
    assert "will be here again." in done.output
    assert "iep-mail request settle" not in done.output


def test_answered_is_settled_and_undone(rosa: Home) -> None:
    done = review(rosa, "t", "q")
    assert "Noted: this was answered. To take it back: u" in done.output
    assert not any(f["kind"] == "overdue_request" for f in rosa.dump()["flags"])
    # In another sitting there is nothing of this one to take back.
    assert "[u] undo" not in review(rosa, "q").output
    assert rosa.run("undo").code == 0
    again = review(rosa, "t", "u", "q")
    assert "Taken back." in again.output
    assert any(f["kind"] == "overdue_request" for f in rosa.dump()["flags"])


def test_a_matter_is_given_another_day_or_withdrawn(rosa: Home) -> None:
    done = review(rosa, "g", "soon", "2026-03-20", "q")
    assert "“soon” is not a day" in done.output
    assert "Noted: it is due on Friday, March 20, 2026. To take it back: u" in done.output
    assert rosa.run("undo").code == 0
    assert "you no longer ask for this" in review(rosa, "v", "u", "q").output


def test_a_call_is_written_down_and_an_agreement_noted_and_taken_back_as_one(rosa: Home) -> None:
    call = review(rosa, "c", "Ms. Park", "She said she will send the log by February 6.", "y", "q")
    assert "You wrote down a phone call of February 9, 2026 with Ms. Ellen Park." in call.output
    assert any("send the log" in c["quote"] for c in rosa.dump()["commitments"])
    agreed = review(rosa, "b", "One make-up session", "", "y", "u", "q")
    assert "Noted: this is settled." in agreed.output
    assert "Taken back." in agreed.output
    assert any(f["kind"] == "overdue_request" for f in rosa.dump()["flags"])
    held = review(rosa, "h", "q")
    assert "Nothing further is suggested here" in held.output


@pytest.mark.slow
def test_a_possible_answer_is_one_or_is_none_by_a_key(home: Home) -> None:
    asked = mail(
        PARENT, TEACHER, "Data", "Dear Ms. Park,\n\nPlease send me the progress monitoring data since January.\n\nRosa",
        at("2026-01-27 15:00"), number=1,
    )  # fmt: skip
    vague = mail(
        TEACHER, PARENT, "Re: Data", "Hi Rosa,\n\nMateo is coming along nicely with his goals.\n\nEllen",
        at("2026-01-29 15:00"), number=2, answers=1,
    )  # fmt: skip
    import_mail(home, [asked, vague])
    assert "that does not answer it. It stays open. To take it back: u" in review(home, "x", "u", "q").output
    assert "Noted: this was answered." in review(home, "y", "q").output
    assert home.dump()["requests"][0]["status"] == "answered"


@pytest.mark.slow
def test_what_they_said_and_missed_sessions_are_told_by_a_key(home: Home) -> None:
    said = mail(
        TEACHER, PARENT, "Speech",
        "Dear Ms. Delgado,\n\nThere was no speech session on Monday, February 2. I will send the data sheets by February 4."
        "\n\nEllen Park",
        at("2026-02-02 21:00"), number=1,
    )  # fmt: skip
    import_mail(home, [said])
    kinds = [f["kind"] for f in home.dump()["flags"]]
    assert {"overdue_commitment", "missed_service"} <= set(kinds)
    done = review(home, "y", "y", "s", "y", "q")
    assert "Noted: they did it." in done.output
    assert "speech-language therapy on February 2, 2026 was not held" in " ".join(done.output.split())


def test_skipping_everything_ends_it(rosa: Home) -> None:
    done = review(rosa, *["s"] * 20)
    assert "That was all for today." in done.output
    assert done.exit_code == 0


def test_the_end_of_input_ends_it(rosa: Home) -> None:
    assert review(rosa).exit_code == 0


def test_a_letter_is_filled_in_approved_and_sent(rosa: Home, outgoing: Smtp) -> None:
    desk = Desk(rosa.config, rosa.data)
    letter = desk.first()
    done = review(
        rosa,
        *(["f"] if letter.blanks else []),
        *["January 12"] * len(letter.blanks),
        "a",
        "n",
        "a",
        "y",
        "y",
        "q",
    )
    assert done.exit_code == 0, done.output
    assert "Goes to" in done.output
    assert "Not approved. It waits among your drafts." in done.output
    assert "Sent on February 9" in done.output
    assert [m.recipients for m in outgoing.delivered] == [letter.to + letter.cc]


def test_a_letter_is_approved_and_not_sent(rosa: Home, outgoing: Smtp) -> None:
    done = review(rosa, "a", "y", "n", "q")
    assert "It waits, approved, for: iep-mail send" in done.output
    assert not outgoing.delivered
    assert Desk(rosa.config, rosa.data).first().status == "approved"


def test_a_letter_is_edited_in_the_parents_editor(rosa: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["no head at all", None])
    seen: list[str] = []

    def editor(text: str, **_: object) -> str | None:
        seen.append(text)
        return next(answers)

    monkeypatch.setattr("click.edit", editor)
    done = review(rosa, "e", "y", "q")
    assert "was not understood" in done.output
    assert seen[1] == "no head at all", "what was typed is given back"
    monkeypatch.setattr("click.edit", lambda text, **_: text.replace("Thank you", "Many thanks"))
    assert "Changed." in review(rosa, "e", "q").output
    assert "Many thanks" in Desk(rosa.config, rosa.data).first().body


def test_a_letter_is_dropped(rosa: Home) -> None:
    done = review(rosa, "d", "q")
    assert "Dropped. To take it up again: iep-mail draft restore" in done.output
    assert Desk(rosa.config, rosa.data).first().status == "discarded"


@pytest.mark.slow
def test_single_keys_at_a_real_terminal(rosa: Home) -> None:
    rosa.run("dump")
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, ["src", os.environ.get("PYTHONPATH", "")]))
        os.execv(rosa.command[0], [*rosa.command, "review"])
    try:
        shown = until(terminal, "> ")
        assert "[w] why" in shown
        assert "wrote in" in press(terminal, b"w", "Next:")
        press(terminal, b"q", "will be here again.")
        assert os.waitpid(pid, 0)[1] == 0
        pid = 0
    finally:
        os.close(terminal)
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def press(terminal: int, key: bytes, end: str) -> str:
    """What is shown after a key. It is pressed again where the program was not listening yet."""
    shown = ""
    for _ in range(20):
        os.write(terminal, key)
        shown += until(terminal, end, 1.5, strict=False)
        if end in shown:
            return shown
    raise AssertionError(shown)


def until(terminal: int, end: str, seconds: float = 30, *, strict: bool = True) -> str:
    """What the terminal shows up to `end`."""
    shown, limit = "", time.monotonic() + seconds
    while end not in shown and time.monotonic() < limit:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 4096).decode("utf-8", "replace")
            except OSError:
                break
    assert end in shown or not strict, shown
    return shown
