"""The lock that keeps two runs of iep-mail from working on one data folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iep_mail.adapters.sqlite_file import explained, make_private_folder
from iep_mail.errors import StoreLocked

LOCK_NAME = "iep-mail.lock"


@contextmanager
def run_lock(data_dir: Path) -> Iterator[None]:
    """Holds the data folder for one run that writes; commands that only read do not need it.

    The system lets go of the lock when the process ends, however it ends. Raises StoreLocked at
    once where another run holds it.
    """
    make_private_folder(data_dir)
    path = data_dir / LOCK_NAME
    with explained(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(handle)
        except OSError as error:
            raise StoreLocked(
                f"Another run of iep-mail is using {data_dir}.",
                "Wait until it has finished; if you are sure that none is running, restart the computer.",
            ) from error
        try:
            yield
        finally:
            _unlock(handle)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
