"""One SQLite file opened safely, and SQLite's errors in words for a parent."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from iep_mail.errors import StoreError, StoreLocked

BUSY_TIMEOUT_MS = 10_000
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables


class StoreCorrupt(StoreError):
    """The store's file is damaged or is not a store."""


class StoreFull(StoreError):
    """There is no room left for the store."""


class StoreReadOnly(StoreError):
    """The store may not be written or opened."""


def make_private_folder(folder: Path) -> None:
    """Creates `folder` (0700) with its parents; raises StoreReadOnly where that is not possible."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise StoreReadOnly(
            f"The data folder {folder} cannot be used: {error.strerror}.",
            "Check that the folder belongs to you, or name another one with --data.",
        ) from error


def make_private_file(path: Path) -> None:
    """Creates `path` (0600) if it is absent. SQLite gives its -wal and -shm files the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise _of_os_error(error, path) from error


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun by hand. Raises StoreError."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            f"This Python's SQLite is too old ({sqlite3.sqlite_version}).",
            "Install a Python whose SQLite is 3.37 or newer.",
        )
    make_private_file(path)
    with explained(path):
        db = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA foreign_keys=ON")
            # Without it INSERT OR REPLACE would pass by the triggers that forbid DELETE.
            db.execute("PRAGMA recursive_triggers=ON")
        except BaseException:
            db.close()
            raise
    return db


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns SQLite's and the system's errors inside into StoreError subclasses."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite_error(error, path) from error
    except OSError as error:
        raise _of_os_error(error, path) from error


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """One write transaction: all of it is stored, or nothing."""
    with explained(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def utc_text(at: datetime) -> str:
    """One fixed form, so that the text's order is the order of time. A naive time is a mistake."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def stored_text(text: str) -> str:
    """Text that SQLite can hold: lone surrogates and NUL become U+FFFD."""
    return text.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _of_sqlite_error(error: sqlite3.Error, path: Path) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return corrupt(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked(
            f"Another program is writing to {path}.", "Wait until it has finished, then try again."
        )
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _read_only(path)
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(
            f"The disk reported an error while {path} was read or written.",
            "Check that there is free space and that the disk is well, then try again; nothing that was "
            "stored is lost.",
        )
    return StoreError(f"The store {path} could not be used ({error}).", "Run `iep-mail doctor`.")


def _of_os_error(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _read_only(path)
    return StoreError(f"{path} cannot be used: {error.strerror}.", "Check the data folder, or use --data.")


def corrupt(path: Path) -> StoreCorrupt:
    return StoreCorrupt(
        f"The store {path} is damaged, or it is not a file of iep-mail.",
        f"Move it away (do not delete it) and put the newest file of {path.parent / 'backups'} in its place.",
    )


def _full(path: Path) -> StoreFull:
    return StoreFull(
        f"The disk is full: {path} could not be written.",
        "Free some space and run iep-mail again; nothing that was stored is lost.",
    )


def _read_only(path: Path) -> StoreReadOnly:
    return StoreReadOnly(
        f"{path} may not be opened for writing.",
        "Check that the file and its folder belong to you and are not read-only, or use --data.",
    )
