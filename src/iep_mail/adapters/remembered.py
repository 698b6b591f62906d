"""What was found in texts, kept in a file of its own beside the store: `remembered.sqlite3`.

It holds nothing that cannot be worked out again, so it may be deleted at any time, and whatever goes
wrong with it is no more than a slower night.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, MutableMapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from iep_mail.adapters.sqlite_file import StoreReadOnly, connect, explained, transaction
from iep_mail.errors import StoreError, StoreLocked

REMEMBERED_NAME = "remembered.sqlite3"

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS about (version TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer BLOB NOT NULL) STRICT, WITHOUT ROWID",
)


class Remembered(MutableMapping[bytes, bytes]):
    """Answers by their keys, as the file holds them, with what is new."""

    def __init__(self, kept: dict[bytes, bytes]) -> None:
        self._kept = kept
        self.new: dict[bytes, bytes] = {}

    def __getitem__(self, key: bytes) -> bytes:
        return self._kept[key]

    def __setitem__(self, key: bytes, answer: bytes) -> None:
        self._kept[key] = self.new[key] = answer

    def __delitem__(self, key: bytes) -> None:
        del self._kept[key]
        self.new.pop(key, None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


@contextmanager
def remembered_answers(data_dir: Path, version: str) -> Iterator[Remembered]:
    """The answers that readers of this `version` gave; those of another are thrown away. What is new is
    put into the file at the end. Raises nothing: without the file all is worked out anew."""
    path = data_dir / REMEMBERED_NAME
    answers = Remembered(_read(path, version))
    yield answers
    if answers.new:
        with suppress(StoreError):
            _write(path, version, answers)


def forget_answers(data_dir: Path) -> None:
    """Deletes the file; it comes back by itself."""
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            (data_dir / (REMEMBERED_NAME + end)).unlink(missing_ok=True)


def _read(path: Path, version: str) -> dict[bytes, bytes]:
    if not path.is_file():
        return {}
    try:
        with closing(connect(path)) as db, explained(path):
            if db.execute("SELECT version FROM about").fetchall() == [(version,)]:
                return dict(db.execute("SELECT key, answer FROM answers"))
            return {}
    except (StoreLocked, StoreReadOnly):
        return {}  # another program is at it, or it is not ours to open: it may well be whole
    except (StoreError, sqlite3.Error):
        forget_answers(path.parent)
        return {}


def _write(path: Path, version: str, answers: Remembered) -> None:
    with closing(connect(path)) as db, transaction(db, path):
        for statement in _SCHEMA:
            db.execute(statement)
        if db.execute("SELECT version FROM about").fetchall() != [(version,)]:
            db.execute("DELETE FROM about")
            db.execute("DELETE FROM answers")
            db.execute("INSERT INTO about VALUES (?)", (version,))
        db.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", list(answers.new.items()))
