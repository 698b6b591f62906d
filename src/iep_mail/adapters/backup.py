"""Daily copies of the store, and one copy of each paper that the parent added by hand."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.sqlite_file import explained, make_private_file, make_private_folder

_NAME = re.compile(r"iep-mail-\d{4}-\d\d-\d\d\.sqlite3")


def backup(db: sqlite3.Connection, folder: Path, day: date, keep: int = 7) -> Path:
    """Copies the open store to `folder` as of `day` (0600) and removes all but the `keep` newest.

    A second copy on one day replaces the first, and only once it is complete. Raises StoreError.
    """
    make_private_folder(folder)
    target = folder / f"iep-mail-{day.isoformat()}.sqlite3"
    partial = target.with_suffix(".partial")
    try:
        with explained(target):
            partial.unlink(missing_ok=True)
            make_private_file(partial)
            db.execute("VACUUM INTO ?", (str(partial),))
            with partial.open("rb+") as handle:
                os.fsync(handle.fileno())
            partial.replace(target)
            for old in backups(folder)[max(keep, 1) :]:
                old.unlink()
    finally:
        partial.unlink(missing_ok=True)
    return target


def backup_kept(files: Iterable[Path], folder: Path) -> int:
    """Copies the kept files that `folder` does not hold yet (0600); returns how many. They are named by
    the hash of their content, so one copy of each is enough. Raises StoreError."""
    new = [(path, folder / path.name) for path in files if not (folder / path.name).exists()]
    for path, target in new:
        with explained(target):
            write_private(target, path.read_bytes())
    return len(new)


def backups(folder: Path) -> tuple[Path, ...]:
    """The copies in `folder`, the newest first."""
    if not folder.is_dir():
        return ()
    return tuple(sorted((p for p in folder.iterdir() if _NAME.fullmatch(p.name)), reverse=True))
