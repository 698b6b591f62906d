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
    assert "Settled. To take it back: u" in done.output
    assert not any(f["kind"] == "overdue_request" for f in rosa.dump()["flags"])
    # In another sitting there is nothing of this one to take back.
    assert "[u] undo" not in review(rosa, "q").output
    assert rosa.run("undo").code == 0
    again = review(rosa, "t", "u", "q")
    assert "Taken back." in again.output
    assert any(f["kind"] == "overdue_request" for f in rosa.dump()["flags"])


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
