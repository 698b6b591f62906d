"""What was copied into which IEP folder of which mailbox; so that nothing is copied twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from iep_mail.adapters.sqlite_file import explained, stored_text, transaction

SCHEMA = (
    """CREATE TABLE filed_copies (
        account TEXT NOT NULL, sha256 TEXT NOT NULL, folder TEXT NOT NULL,
        message_id TEXT NOT NULL, size INTEGER NOT NULL,
        PRIMARY KEY (account, sha256)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE case_folders (
        account TEXT NOT NULL, case_id TEXT NOT NULL, folder TEXT NOT NULL,
        PRIMARY KEY (account, case_id)) STRICT, WITHOUT ROWID""",
)


@dataclass(frozen=True, slots=True)
class FiledCopy:
    sha256: str
    folder: str
    message_id: str
    size: int


class FiledCopies:
    """Every method may raise StoreError; each is one transaction."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    def copies(self, account: str) -> dict[str, FiledCopy]:
        with explained(self._path):
            rows = self._db.execute(
                "SELECT sha256, folder, message_id, size FROM filed_copies WHERE account = ?",
                (stored_text(account),),
            )
            return {row[0]: FiledCopy(*row) for row in rows}

    def folders(self, account: str) -> dict[str, str]:
        """Case id → the folder that it has."""
        with explained(self._path):
            rows = self._db.execute(
                "SELECT case_id, folder FROM case_folders WHERE account = ?", (stored_text(account),)
            )
            return dict(rows.fetchall())

    def note_copies(self, account: str, copies: Mapping[str, FiledCopy]) -> None:
        with transaction(self._db, self._path) as db:
            db.executemany(
                "INSERT OR REPLACE INTO filed_copies VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        stored_text(account),
                        sha,
                        stored_text(c.folder),
                        stored_text(c.message_id),
                        c.size,
                    )
                    for sha, c in copies.items()
                ],
            )

    def note_folders(self, account: str, folders: Mapping[str, str]) -> None:
        """The cases' folders as they are now; a case that is not among them has none any more."""
        with transaction(self._db, self._path) as db:
            db.execute("DELETE FROM case_folders WHERE account = ?", (stored_text(account),))
            db.executemany(
                "INSERT INTO case_folders VALUES (?, ?, ?)",
                [(stored_text(account), case, stored_text(folder)) for case, folder in folders.items()],
            )

    def note_rename(self, account: str, old: str, new: str) -> None:
        with transaction(self._db, self._path) as db:
            for table in ("filed_copies", "case_folders"):
                db.execute(
                    f"UPDATE {table} SET folder = ? WHERE account = ? AND folder = ?",  # noqa: S608 - a name above
                    (stored_text(new), stored_text(account), stored_text(old)),
                )
