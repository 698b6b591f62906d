"""Counts what a process does to the outside world, and ends it at a given step as `kill -9` does.

A step is the moment after each commit of SQLite, each piece of a conversation with a mail server (every command
sent, every part of an answer), each file renamed, removed or forced to disk. The moment before one is, for
everybody outside, the moment after the one before.
"""

from __future__ import annotations

import functools
import mmap
import os
import signal
import socket
import sqlite3
import struct
from collections.abc import Callable
from typing import Any

_FILES = ("rename", "replace", "unlink", "remove", "fsync", "mkdir", "rmdir")
_TALK = ("connect", "send", "sendall", "recv", "recv_into")
_LABEL = 12
_MOST = 20_000


class Counter:
    """The steps that were done, by name, in memory that outlives the process."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8 + _LABEL * _MOST)

    def add(self, label: str) -> int:
        """Notes a step; its number, from 1."""
        number = self.count
        start = 8 + _LABEL * number
        self._memory[start : start + _LABEL] = label.encode().ljust(_LABEL)
        self._memory[:8] = struct.pack("q", number + 1)
        return number + 1

    @property
    def count(self) -> int:
        return int(struct.unpack("q", self._memory[:8])[0])

    @property
    def labels(self) -> list[str]:
        text = self._memory[8 : 8 + _LABEL * self.count].decode()
        return [text[at : at + _LABEL].strip() for at in range(0, len(text), _LABEL)]


def stop_at(number: int, counter: Counter) -> None:
    """From now on this process counts its steps, and dies at step `number` (0: never)."""

    def step(label: str) -> None:
        if counter.add(label) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def call_and_step(*arguments: Any, **options: Any) -> Any:
            result = call(*arguments, **options)
            step(name)
            return result

        return call_and_step

    for name in _FILES:
        setattr(os, name, counted(name, getattr(os, name)))
    for name in _TALK:
        setattr(socket.socket, name, counted(name, getattr(socket.socket, name)))
    _count_commits(counted)


def _count_commits(counted: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> None:
    connect = sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
            word = sql.split(" ", 1)[0]
            if word in ("COMMIT", "VACUUM"):
                return counted(word, super().execute)(sql, *arguments)  # type: ignore[no-any-return]
            return super().execute(sql, *arguments)

    sqlite3.connect = lambda *a, **k: connect(*a, **k, factory=Connection)  # type: ignore[assignment, misc]
