"""A night that is stopped anywhere and run again ends as one that was never stopped."""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import pytest

from home import ROSA, Home
from servers.box import Box
from servers.scripted import Hangup, Scripted
from world import DIRECTOR, PARENT, at, mail, speech_story

pytestmark = pytest.mark.slow


class Killed(BaseException):
    """The process ends here: no handler may catch it."""


BUS = mail(PARENT, DIRECTOR, "The bus", "Could you tell me when the bus will leave in the morning?",
           at("2026-01-20 15:00"), number=20)  # fmt: skip


def served(*rules: Any) -> Scripted:
    raws = [raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for raw in [*speech_story(), BUS]]
    return Scripted(dict(enumerate(raws, 1)), *rules)


def at_home(home: Home, server: Scripted) -> None:
    home.configure(Box("127.0.0.1", server.port, "rosa", address=ROSA), drafts="mailbox")


@pytest.fixture
def undisturbed(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys) -> dict[str, Any]:
    home = Home(tmp_path / "undisturbed", monkeypatch, capsys)
    with served() as server:
        at_home(home, server)
        assert home.run("nightly").code == 10
        assert len(server.drafts) == 2
    return home.dump()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


def test_the_connection_may_break_at_any_command(
    undisturbed: dict[str, Any], tmp_path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    """Each command in its turn is the last of its connection, unanswered; APPEND also when it is done."""
    for n, when in every_break():
        home = Home(tmp_path / f"{when}-{n}", monkeypatch, capsys)
        with served() as server:
            at_home(home, server)
            broken = break_at(server, n, when)
            home.run("nightly")
            server.rules.clear()
            del server.after_append
            assert home.run("nightly").code == 10, (n, when)
            assert [raw.count(b"Message-ID: <") for raw in server.drafts] == [1, 1], (n, when)
            assert len({*server.drafts}) == 2, (n, when)
        assert home.dump() == undisturbed, (n, when)
        if not broken:
            return


def every_break() -> Iterator[tuple[int, str]]:
    for n in (1, 2):
        yield n, "after append"
    for n in range(1, 100):
        yield n, "before answer"


def break_at(server: Scripted, number: int, when: str) -> list[int]:
    seen, broken = [0], []

    def lost(sock: socket.socket) -> None:
        seen[0] += 1
        if seen[0] == number:
            broken.append(number)
            raise Hangup

    if when == "after append":
        server.after_append = lost  # type: ignore[method-assign]
        return [number]

    server.after_append = lambda sock: None  # type: ignore[method-assign]

    def rule(server: Scripted, name: str, rest: str, tag: str, sock: socket.socket) -> bool:
        lost(sock)
        return False

    server.rules.append(rule)
    return broken


def test_the_process_may_end_at_any_commit(
    undisturbed: dict[str, Any], tmp_path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    """Before and after every commit of the store the process ends, as if its power was cut."""
    for n in range(1, 200):
        for done in (False, True):
            home = Home(tmp_path / f"commit-{n}-{done}", monkeypatch, capsys)
            with served() as server:
                at_home(home, server)
                with monkeypatch.context() as patch:
                    ended = end_at_commit(patch, n, done)
                    try:
                        home.run("nightly")
                    except Killed:
                        assert ended
                assert home.run("nightly").code == 10, (n, done)
                assert len(server.drafts) == 2, (n, done)
            assert home.dump() == undisturbed, (n, done)
            if not ended:
                assert n > 5
                return


def end_at_commit(patch: pytest.MonkeyPatch, number: int, done: bool) -> list[int]:
    commits, ended = [0], []
    connect = sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
            if sql != "COMMIT":
                return super().execute(sql, *arguments)
            commits[0] += 1
            if commits[0] == number:
                ended.append(number)
                if done:
                    super().execute(sql)
                raise Killed
            return super().execute(sql)

    patch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k, factory=Connection))
    return ended
