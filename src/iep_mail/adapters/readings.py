"""The cache of what reading costs. All of it may be dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from iep_mail.adapters.sqlite_file import explained, transaction
from iep_mail.model import Message


class Readings:
    """Messages as one version of the reader understood them, by the hash of their bytes."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path
        self._decode = msgspec.json.Decoder(Message).decode

    def missing(self, version: str) -> list[str]:
        with explained(self._path):
            rows = self._db.execute(
                "SELECT sha256 FROM contents WHERE sha256 NOT IN "
                "(SELECT sha256 FROM readings WHERE reader_version = ?) ORDER BY sha256",
                (version,),
            )
            return [sha256 for (sha256,) in rows]

    def keep(self, version: str, messages: Sequence[Message]) -> None:
        with transaction(self._db, self._path) as db:
            for message in messages:
                # Where a message was found is not part of what it says.
                message = scrubbed(replace(message, folders=()))
                self.forget(message.sha256)
                db.execute(
                    "INSERT INTO readings (sha256, reader_version, message) VALUES (?, ?, ?)",
                    (message.sha256, version, msgspec.json.encode(message)),
                )

    def all(self, version: str, folders: Mapping[str, tuple[str, ...]]) -> list[Message]:
        with explained(self._path):
            rows = self._db.execute(
                "SELECT sha256, message FROM readings WHERE reader_version = ? ORDER BY sha256", (version,)
            )
            return [_placed(self._decode(body), folders.get(sha, ())) for sha, body in rows]

    def forget(self, sha256: str) -> None:
        """Drops one reading, inside the caller's transaction."""
        self._db.execute("DELETE FROM readings WHERE sha256 = ?", (sha256,))

    def clear(self) -> None:
        with transaction(self._db, self._path) as db:
            db.execute("DELETE FROM readings")


def _placed(message: Message, folders: tuple[str, ...]) -> Message:
    """The message with where it lies; a text that is all new is held once."""
    whole = message.new_text if message.full_text == message.new_text else message.full_text
    return replace(message, folders=folders, full_text=whole)


def scrubbed(message: Message) -> Message:
    """The message with lone surrogates and NUL replaced: neither JSON nor SQLite can hold them."""
    try:
        if b"\\u0000" not in msgspec.json.encode(message):
            return message
    except UnicodeEncodeError:
        pass
    return msgspec.convert(_scrub(msgspec.to_builtins(message, builtin_types=())), Message)


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _scrub(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrub(item) for item in value]
    return value
